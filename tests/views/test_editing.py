"""What editing views share, seen through the Lego View: refusals, and how often the browser is told."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import EDITS, AddLayer, RemoveBlock
from oneshot_lab.architecture.serial import dumps
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, SessionError
from oneshot_lab.views import editing
from oneshot_lab.views.lego import LegoView
from tests.views.browser import DONE, Browser, deep

LENET = load_template("lenet")
MISFIT = AddLayer("Conv2d")


def drawn(view):
    """The ids of the blocks that are shown."""
    return tuple(block["id"] for layer in view.state["layers"] for block in layer["blocks"])


# Refusals ------------------------------------------------------------------------------------------------------------


def refused(view, message):
    """Sends a message that must be refused: one answer, one line in the log, nothing changed."""
    target = view.target
    before, known, answers = (target.drawn, target.can_undo, target.can_redo), len(target.log), []
    view.send = answers.append
    # Called directly: ipywidgets would swallow what is raised.
    view._received(view, message, [])
    (answer,) = answers
    assert (answer["kind"], answer["ok"]) == ("answer", False)
    assert answer["message"]
    (entry,) = target.log[known:]
    assert entry.outcome.startswith(("refused: ", "failed: "))
    assert view.state["message"] == f"{entry.action}: {entry.outcome}"
    assert len(json.dumps([answer, entry.to_json()])) < 10_000
    assert (target.drawn, target.can_undo, target.can_redo) == before
    return answer, entry


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (None, "no kind"),
        ([], "no kind"),
        ("undo", "no kind"),
        ({}, "no kind"),
        ({"kind": 3}, "no kind"),
        ({"kind": deep(10_000)}, "no kind"),
        ({"kind": "_draw"}, "an unknown message '_draw'"),
        ({"kind": "x" * 10**6}, "an unknown message 'xxx"),
        ({"kind": "edit", "edits": []}, "the network has changed since"),
        ({"kind": "edit", "revision": 0, "edits": []}, "the network has changed since"),
        ({"kind": "edit", "revision": 2, "edits": []}, "the network has changed since"),
        ({"kind": "edit", "revision": True, "edits": []}, "the network has changed since"),
        ({"kind": "edit", "revision": 1.0, "edits": []}, "the network has changed since"),
        ({"kind": "edit", "revision": float("nan"), "edits": []}, "the network has changed since"),
        ({"kind": "edit", "revision": "1", "edits": []}, "the network has changed since"),
        ({"kind": "undo", "revision": None}, "the network has changed since"),
        ({"kind": "template", "revision": 10**400, "name": "lenet"}, "the network has changed since"),
        ({"kind": "edit", "revision": 1}, "no list of edits"),
        ({"kind": "edit", "revision": 1, "edits": []}, "no list of edits"),
        ({"kind": "edit", "revision": 1, "edits": {"edit": "RemoveLayer"}}, "no list of edits"),
        ({"kind": "edit", "revision": 1, "edits": [{"edit": "RemoveLayer", "layer": "L1"}] * 501}, "no list of edits"),
        ({"kind": "edit", "revision": 1, "edits": [None]}, "nothing"),
        ({"kind": "edit", "revision": 1, "edits": [deep(10_000)]}, "a list"),
        ({"kind": "edit", "revision": 1, "edits": [{"edit": "Exec", "code": "1"}]}, "unknown edit 'Exec'"),
        ({"kind": "edit", "revision": 1, "edits": [{"edit": "RemoveBlock", "block": "B99"}]}, "there is no block"),
        ({"kind": "edit", "revision": 1, "edits": [{"edit": "RemoveBlock", "block": 3}]}, "a number"),
        ({"kind": "edit", "revision": 1, "edits": [{"edit": "RemoveBlock", "block": "\ud800"}]}, r"'\ud800'"),
        (
            {"kind": "edit", "revision": 1, "edits": [{"edit": "SetParams", "component": "C1", "params": "9" * 10**6}]},
            "1000000 characters",
        ),
        (
            {"kind": "edit", "revision": 1, "edits": [{"edit": "SetParams", "component": "C1", "params": "\ud800"}]},
            r"in_channels cannot be '\ud800'",
        ),
        ({"kind": "undo", "revision": 1}, "there is nothing to undo"),
        ({"kind": "redo", "revision": 1}, "there is nothing to redo"),
        ({"kind": "template", "revision": 1}, "no name"),
        ({"kind": "template", "revision": 1, "name": deep(10_000)}, "no name"),
        ({"kind": "template", "revision": 1, "name": "../../etc/passwd"}, "unknown template"),
        ({"kind": "template", "revision": 1, "name": "x" * 10**6}, "unknown template"),
        ({"kind": "load", "revision": 1, "text": ["{}"]}, "no text"),
        ({"kind": "load", "revision": 1, "text": "\ud800"}, "cannot be read as JSON"),
    ],
)
def test_what_no_editor_sends_is_refused_and_logged(message, says):
    answer, entry = refused(LegoView("lenet"), message)
    assert says in answer["message"]
    assert says in entry.outcome
    assert answer["request"] is None


@pytest.mark.parametrize("request_", [None, True, "7", 1.5, float("inf"), 2**53, -(2**60), 10**400, [], {"a": 1}])
def test_an_answer_carries_only_a_number_that_a_browser_knows(request_):
    view, answers = LegoView("lenet"), []
    view.send = answers.append
    view._received(view, {"kind": "file", "request": request_}, [])
    assert answers[0]["request"] is None


def test_a_message_from_before_the_last_edit_is_refused(browser):
    browser.edit(RemoveBlock("B3"))
    answer = browser.ask("edit", revision=1, edits=[{"edit": "RemoveLayer", "layer": "L1"}])
    assert (answer["ok"], answer["expected"]) == (False, "revision 2 or later")
    assert "B1" in browser.view.target.architecture.block_ids
    # The refusal is drawn, which does not make the network another.
    assert browser.view.state["revision"] == 3
    assert browser.ask("edit", revision=2, edits=[{"edit": "RemoveBlock", "block": "B2"}]) == DONE


_KEYS = ("kind", "request", "revision", "edits", "name", "text", "edit", "layer", "block", "component", "to", "index")
_WORDS = ("edit", "undo", "redo", "template", "load", "file", "python", *EDITS, "L1", "B1", "C1", "lenet", "{}")
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 3)
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(_WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)
_MESSAGE = st.fixed_dictionaries(
    {"kind": st.sampled_from(_WORDS), "revision": st.just(1) | _JSON},
    optional={"edits": st.lists(_JSON, max_size=3) | _JSON, "name": _JSON, "text": _JSON, "request": _JSON},
)


@given(_JSON | _MESSAGE)
@settings(max_examples=200)
@example({"kind": "file"})
@example({"kind": "edit", "revision": 1, "edits": [{"edit": "RemoveLayer", "layer": "L1"}]})
def test_any_message_is_answered_and_at_worst_refused(message):
    view, answers = LegoView(LENET), []
    try:
        view.send = answers.append
        # Any exception is a failure.
        view._received(view, message, [])
        (answer,) = answers
        if answer["kind"] == "answer" and not answer["ok"]:
            refused(view, message)
        infer(view.target.architecture)
        assert drawn(view) == view.target.drawn.block_ids
        assert Browser(view).ask("python")["kind"] == "file"
    finally:
        view.close()


@pytest.mark.parametrize("kind", ["edit", "undo", "template", "load"])
def test_while_an_action_runs_edits_are_refused_and_the_action_goes_on(browser, kind):
    target = browser.view.target
    content = {
        "edits": [{"edit": "RemoveBlock", "block": "B1"}],
        "name": "lenet5",
        "text": dumps(load_template("lenet5")),
    }
    with target._action("train", "training", {}):
        answer = browser.ask(kind, **content)
        assert (target.status, browser.view.state["busy"]) == ("training", True)
    assert (answer["ok"], answer["remedy"]) == (False, "wait until it has, or call stop()")
    assert answer["message"] == "train has not ended yet (status: training)"
    assert [(entry.action, entry.outcome.partition(":")[0]) for entry in target.log] == [
        ("lego", "refused"),
        ("train", "done"),
    ]
    assert target.architecture == LENET
    assert browser.edit(RemoveBlock("B1")) == DONE


def test_what_breaks_elsewhere_is_answered_too(browser, caplog):
    def fail(change):
        raise ZeroDivisionError

    browser.view.target.observe(fail, "architecture")
    answer = browser.edit(RemoveBlock("B3"))
    assert (answer["ok"], answer["message"]) == (False, "an error in Python")
    assert "ZeroDivisionError" in caplog.text, "and it is not swallowed"
    browser.view.target.unobserve(fail, "architecture")
    assert browser.edit(RemoveBlock("B2")) == DONE


# At most ten a second ------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(editing, "monotonic", clock)
    return clock


def act(target, messages):
    """An action that says something at each batch."""
    with target._action("train", "training", {}):
        for message in messages:
            target._set(message=message)


def test_an_action_is_told_at_most_ten_times_a_second_and_its_end_always(browser, clock):
    def batches():
        for number in range(100):
            clock.now += 0.03
            yield f"batch {number}"

    act(browser.view.target, batches())
    *busy, last = browser.states
    assert [state["message"] for state in busy] == ["", *(f"batch {number}" for number in range(3, 100, 4))]
    assert {state["status"] for state in busy} == {"training"}
    assert (last["message"], last["status"], last["busy"]) == ("batch 99", "idle", False)
    assert [state["revision"] for state in browser.states] == list(range(2, len(browser.states) + 2))


def test_an_action_that_fails_is_told_whatever_the_time(browser, clock):
    def batches():
        yield "batch 0"
        raise SessionError("the loss is not a number")

    with pytest.raises(SessionError):
        act(browser.view.target, batches())
    assert [state["message"] for state in browser.states] == ["", "train: failed: the loss is not a number"]


def test_a_training_is_told_at_its_start_and_at_its_end(on_session, clock):
    session = on_session.view.target
    session.train(1)
    shown = [(state["status"], state["message"]) for state in on_session.states]
    assert shown == [("training", ""), ("training", session.message), ("idle", session.message)]


def test_what_is_said_while_nothing_runs_is_drawn_at_once(browser, clock):
    for number in range(3):
        browser.view.target.refuse("lego", ArchitectureError(f"no {number}"))
        assert browser.view.state["message"] == f"lego: refused: no {number}"
