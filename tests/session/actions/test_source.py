import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import oneshot_lab as osl
from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions.source import WIDTH, call, keywords, mask_code, recipe_code, spread
from oneshot_lab.supernet.recipes import get_recipe

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["epochs", "mask", "name", "recipe"]), VALUES))
def test_a_call_reads_back_as_its_arguments(arguments):
    (statement,) = ast.parse(call("train", arguments)).body
    assert ast.unparse(statement.value.func) == "session.train"
    assert {each.arg: ast.literal_eval(each.value) for each in statement.value.keywords} == arguments


@pytest.mark.parametrize("name", ["a b", "class", "", "x=1, y", "1x", "log_file", "epochs)\nprint("])
def test_a_name_from_a_file_that_is_no_argument_becomes_no_code(name):
    with pytest.raises(SessionError, match="the name of an argument"):
        keywords({name: 1})


def test_a_long_call_is_one_argument_a_line():
    assert spread("session.edit", ["1", "2"]) == "session.edit(1, 2)"
    arguments = [repr("x" * 40)] * 3
    text = spread("session.edit", arguments)
    assert text.splitlines() == ["session.edit(", *(f"    {argument}," for argument in arguments), ")"]
    assert max(map(len, text.splitlines())) <= WIDTH
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(f"session.edit({', '.join(arguments)})"))


def test_masks_and_recipes_are_code():
    assert eval(mask_code(["B1", "B2"]), {"osl": osl}) == osl.Mask.of("B1", "B2")
    assert recipe_code("paper") == ("'paper'", [])
    recipe = get_recipe("sandwich")
    values = {**vars(recipe), "paths": list(recipe.paths)}
    code, imports = recipe_code(values)
    known = {}
    exec("\n".join(imports), known)
    assert eval(code, known) == recipe
