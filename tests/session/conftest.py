"""A trained session, made once: tests that change it get a copy of their own."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.session.actions import evaluating
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.evaluate import Score, evaluate
from oneshot_lab.supernet.supernet import Supernet
from tests.session.sessions import small


@pytest.fixture(scope="package")
def data() -> Data:
    return load_data("digits", limit=400)


@pytest.fixture(scope="package")
def saved(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that was trained, went through two generations and an edit that was undone, and has a final model."""
    path = tmp_path_factory.mktemp("session") / "trained.oneshot"
    session = small(data)
    session.train(2)
    for _ in session.evolve(2):
        pass
    session.edit(RemoveBlock("B3"))
    session.finalize(epochs=1)
    session.undo()
    session.save(path)
    return path


@pytest.fixture(scope="package")
def copy(saved: Path, data: Data) -> Callable[[], SearchSession]:
    """Gives a copy of the trained session, to do with as you like."""
    return lambda: SearchSession.load(saved, data=data, device="cpu", bar=False)


@pytest.fixture
def session(copy: Callable[[], SearchSession]) -> SearchSession:
    return copy()


@pytest.fixture(scope="package")
def shared(copy: Callable[[], SearchSession]) -> SearchSession:
    """A trained session to look at only."""
    return copy()


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[list[Mask]]:
    """The masks of each call to `evaluate`."""
    calls: list[list[Mask]] = []

    def counted(supernet: Supernet, masks: Iterable[Mask], *args: Any, **options: Any) -> dict[Mask, Score]:
        calls.append(list(masks))
        return evaluate(supernet, masks, *args, **options)

    monkeypatch.setattr(evaluating, "evaluate", counted)
    return calls
