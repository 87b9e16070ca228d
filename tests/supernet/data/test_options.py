import ast
import inspect
import re
from pathlib import Path

import pytest

from oneshot_lab.errors import DataError
from oneshot_lab.supernet import data as package
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.options import give

OPTIONS = set(inspect.signature(load_data).parameters) - {"source", "seed"}


def test_an_option_is_named_with_those_who_take_it() -> None:
    assert give("size", "32") == 'data_options={"size": 32} for a session or osl.load_data(…, size=32)'


def test_a_remedy_that_names_an_option_says_who_takes_it(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_data("mnist", root=tmp_path)
    assert give("download", "True") in str(caught.value)


def remedies(path: Path) -> list[str]:
    """The text of each remedy in a file, without what is worked out."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    given = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "remedy"]
    texts = ([part.value for part in ast.walk(value) if isinstance(part, ast.Constant)] for value in given)
    return [" ".join(str(part) for part in parts) for parts in texts]


def test_no_remedy_names_an_option_by_itself() -> None:
    found = [text for path in Path(package.__file__).parent.glob("*.py") for text in remedies(path)]
    assert len(found) > 20
    named = re.compile(rf"\b({'|'.join(OPTIONS)})=")
    assert [text for text in found if named.search(text)] == []
