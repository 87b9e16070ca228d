"""Whatever is given to a public function: it is taken, or refused with an error of ours, and nothing has changed."""

import inspect
import math
from contextlib import suppress

import numpy as np
import pytest
import torch
from traitlets import HasTraits, TraitError

import oneshot_lab as osl
from oneshot_lab.architecture.edits import Edit
from oneshot_lab.architecture.given import shown
from oneshot_lab.session.actions.action import asked
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.recipes import Recipe
from tests.session.sessions import equal, portrait, small, weights

ODD = {
    "none": None,
    "no text": "",
    "a word": "nonsense",
    "a zero byte": "a\0b",
    "half a letter": "\ud800",
    "a long text": "x" * 5000,
    "bytes": b"bytes",
    "negative": -1,
    "zero": 0,
    "huge": 10**30,
    "a fraction": 0.5,
    "no number": math.nan,
    "infinite": math.inf,
    "infinitely small": -math.inf,
    "complex": 1j,
    "true": True,
    "an empty list": [],
    "a mixed list": [1, "a"],
    "a list in a list": [[]],
    "a tuple": (),
    "a set": {1},
    "a mapping": {"a": 1},
    "an edit's mapping": {"edit": "RemoveBlock"},
    "a range": range(3),
    "an object": object(),
    "a class": dict,
    "a function": len,
    "a count of numpy's": np.int64(3),
    "no number of numpy's": np.float32("nan"),
    "an array": np.array([1, 2]),
    "a tensor": torch.tensor(1.0),
    "another session": osl.Sketch(osl.load_template("lenet5")),
}
"""Each stands for its kind."""

NOT_ACTIONS = {"close", "load", "defer", "submit", "refuse", "wait"}
SLOW = {"epochs", "iterations", "seeds"}
"""Counts: numbers are taken, and counted."""

ARCHITECTURE = osl.load_template("lenet", width=0.25)
GOOD = {
    "architecture": ARCHITECTURE, "edit": osl.RemoveBlock("B3"), "name": "lenet", "paths": ("whole",),
    "learning_rate": 0.1, "block": "B3", "layer": "L1", "component": "C1", "kind": "ReLU", "source": "L1",
    "target": "L3", "merge": "mean", "params": "", "region": "good", "threads": 1, "path": "none.oneshot",
    "data": "digits",
}  # fmt: skip
"""A right value for each argument that has to be given, while another one is odd."""


def odd_calls(function):
    """Yields what the function is called with: one argument odd, those that must be given beside it right."""
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name not in ("self", "wait")]
    for parameter in parameters:
        for label, value in ODD.items():
            if parameter.kind is parameter.VAR_POSITIONAL:
                yield label, (value,), {}
            elif parameter.kind is not parameter.VAR_KEYWORD and not (parameter.name in SLOW and _is_count(value)):
                needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
                given = {p.name: GOOD.get(p.name, 0) for p in needed if p.kind is not p.VAR_KEYWORD}
                yield label, (), given | {parameter.name: value}


def _is_count(value):
    return isinstance(value, (bool, int, np.integer)) or (isinstance(value, torch.Tensor) and not value.dim())


def ask(function, *args, **options):
    """Calls a function. Returns what it gives, and whether it refused that in one of the ways that are right."""
    try:
        result = function(*args, **options)
        if inspect.isgenerator(result):
            next(result, None)
            result.close()
    except (osl.OneShotError, TraitError):
        return None, True
    except TypeError as error:
        # Python's own, before anything of the function: an argument that it does not have.
        if error.__traceback__.tb_next is not None:
            raise
        return None, True
    return result, False


def faults(calls, act):
    """Returns what an action raised, by the odd value that it was given."""
    found = {}
    for label, *call in calls:
        try:
            act(*call)
        except Exception as error:  # noqa: PERF203
            found[label] = (*map(shown, call), repr(error))
    return found


def methods():
    public = [name for name in dir(SearchSession) if not name.startswith("_") and not hasattr(HasTraits, name)]
    found = {name: inspect.getattr_static(SearchSession, name) for name in public if name not in NOT_ACTIONS}
    return [name for name, method in found.items() if inspect.isfunction(method) or isinstance(method, asked)] + [
        "evolve"
    ]


@pytest.fixture(scope="module")
def data():
    return load_data("digits", limit=200)


@pytest.fixture(scope="module")
def session(data):
    session = small(data)
    session.train(1)
    session.step()
    session.region(blocks=["B1"], name="good")
    return session


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Files that are written lie where nobody minds."""
    monkeypatch.chdir(tmp_path)


def state(session):
    shown = (session.focused, dict(session.regions), session.constraint, session.threads, session.draft)
    return (portrait(session), shown), weights(session)


@pytest.mark.parametrize("name", methods())
def test_methods_of_a_session_take_what_they_are_given_or_leave_it_unchanged(session, name):
    def act(args, options):
        before, learned = state(session)
        if ask(getattr(session, name), *args, **options)[1]:
            after, still = state(session)
            assert after == before
            assert equal(still, learned)

    assert not faults(odd_calls(getattr(session, name)), act)
    assert session.status == "idle"


def settings():
    return [name for name in inspect.signature(SearchSession).parameters if name not in ("data", "bar")]


@pytest.mark.parametrize("name", settings())
def test_a_session_is_made_or_refused(data, name):
    good = {"template": "lenet", "width": 0.25, "population_size": 5, "device": "cpu", "bar": False, "data": data}
    assert not faults(ODD.items(), lambda value: ask(SearchSession, **(good | {name: value})))


FUNCTIONS = [
    osl.SearchSession.load, osl.load_data, osl.load_template, osl.widen_choices, osl.repair, osl.infer, osl.apply,
    osl.revise, osl.Mask, osl.Mask.of, osl.Mask.full, osl.Mask.parse, osl.Sketch, Recipe,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__qualname__)
def test_functions_do_or_refuse(function):
    assert not faults(odd_calls(function), lambda args, options: ask(function, *args, **options))


EDITS = [kind for name in osl.__all__ if inspect.isclass(kind := getattr(osl, name)) and issubclass(kind, Edit)]


@pytest.mark.parametrize("kind", EDITS, ids=lambda kind: kind.__name__)
def test_edits_are_done_or_refused(kind):
    def act(args, options):
        edit, refused = ask(kind, *args, **options)
        if not refused:
            ask(osl.apply, ARCHITECTURE, edit)

    assert not faults(odd_calls(kind), act)


@pytest.mark.parametrize("view", ["LegoView", "GraphView", "SearchSpaceView", "BlockInfoView", "Lab"])
def test_views_are_drawn_or_refused(session, view):
    kind = getattr(osl, view)
    first = next(iter(inspect.signature(kind).parameters))

    def act(args, options):
        drawn, _ = ask(kind, *args, **({first: session} | options))
        with suppress(AttributeError):
            drawn.close()

    assert not faults(odd_calls(kind), act)


TRAITS = ["checkpoint", "selected_region", "pinned_candidates", "hovered_candidate", "auto_train"]


@pytest.mark.parametrize("name", TRAITS)
def test_traits_are_set_or_refused(session, name):
    before = getattr(session, name)
    assert not faults(ODD.items(), lambda value: ask(setattr, session, name, value))
    setattr(session, name, before)
