"""Tests use what users use. The few reaches into private members that stay are named here, each with its reason."""

from __future__ import annotations

import pytest

from tests.reaches import PUBLISHED, Reach, found, reaches

CEILING = 60
"""How many there may be at most, in all tests."""

STAY = {
    "benchmarks/checkpoint_cost.py: _checkpoints": "times each writing where it is done",
    "session/runtime/test_worker.py: _cond": "a lock that another thread holds during a fork",
    "session/runtime/test_worker.py: _go": "likewise",
    "session/runtime/test_worker.py: _notifications": "likewise",
    "session/sessions.py: _checkpoints": "the one place that knows what is unsaved, and saves when it likes",
    "session/sessions.py: _notifications": "the one place that delivers without the worker's end",
    "session/sessions.py: _publish": "the one place that shows a state no action leads to",
    "session/sessions.py: _running": "the one place that holds an action at a batch, and sees an interrupt",
    "session/sessions.py: _trait_notifiers": "traitlets tells nobody who observes",
    "session/sessions.py: _worker": "the one place that waits for the worker's rest, and for its end",
    "session/test_retraining.py: _retraining": "lets the time after the last edit pass at once",
    "space/test_blas.py: _scaled": "the step of a layout that calls BLAS",
    "space/test_distance_cache.py: _NODE_PAIRS_AT_ONCE": "small chunks, so that a stop comes between two",
    "supernet/data/test_split.py: _resident": "on which device a copy is kept",
    "test_facade.py: _HOME": "a list that has to equal another",
    "ui/lab.py: _worker": "the one place that waits for the rest of a worker in a kernel",
    "ui/test_finals.py: _publish": "shows final networks that no training leads to, in a kernel",
    "ui/test_lab_life.py: _checkpoints": "whether a session in a kernel is saved",
    "ui/test_lab_tab.py: _manager": "JupyterLab has no list of its views",
    "ui/test_lab_tab.py: _models": "likewise",
    "views/parts.py: _instances": "ipywidgets deprecated its public list of widgets",
}


@pytest.fixture(scope="module")
def there() -> list[Reach]:
    return reaches()


def test_each_reach_is_named_with_its_reason_and_none_is_named_that_is_gone(there: list[Reach]) -> None:
    """`python -m tests.reaches` lists all with their lines."""
    assert {f"{reach.file}: {reach.name}" for reach in there} == STAY.keys()


def test_there_are_few(there: list[Reach]) -> None:
    assert len(there) <= CEILING


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("session._worker.join()", ["_worker"]),
        ("session._worker._thread", ["_thread", "_worker"]),
        ("f(view)._status.value", ["_status"]),
        ("session._schedule = None", ["_schedule"]),
        ("self.view._received(1)", ["_received"]),
        ("from package.module import _helper, public", ["_helper"]),
        ("from package._inner import public", ["_inner"]),
        ("import package._inner", ["_inner"]),
        ("monkeypatch.setattr(distance, '_solve', solve)", ["_solve"]),
        ("getattr(session, '_worker')", ["_worker"]),
        ("monkeypatch.setattr('package.module._solve', solve)", ["_solve"]),
        ("notebook.execute('session.wait(); session._publish()')", ["_publish"]),
        ("value(f'session._worker.{name}()')", ["_worker"]),
        ("value(f'{session._worker}')", ["_worker"]),
    ],
)
def test_a_reach_is_found(source: str, names: list[str]) -> None:
    assert sorted(name for _, name in found(source)) == names


@pytest.mark.parametrize(
    "source",
    [
        "class Double:\n    def _draw(self):\n        return self._drawn or super()._draw()",
        "class Double:\n    @classmethod\n    def make(cls):\n        return cls._made",
        "session.__dict__, module.__name__",
        "_helper(_CONSTANT)",
        '"""Looks like `session._worker`."""',
        "{'_model_name': 'a._1.png', 'path': '/folder/._a.png'}",
        "getattr(session, 'public', '_worker')",
        *(f"thing.{name}" for name in PUBLISHED),
    ],
)
def test_what_is_none_is_not(source: str) -> None:
    assert [*found(source)] == []
