"""What editing views share, seen through the Lego View: refusals, and how often the browser is told."""

import json
from threading import Event
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import EDITS, AddLayer, RemoveBlock
from oneshot_lab.architecture.serial import dumps
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.session.actions.action import Asking
from oneshot_lab.views.lego.widget import LegoView
from tests.session.sessions import until
from tests.views.browser import DONE, Browser, deep
from tests.views.parts import deliver

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
    deliver(view, message)
    target.wait()
    (answer,) = answers
    assert (answer["kind"], answer["ok"]) == ("answer", False)
    assert answer["message"]
    (entry,) = target.log[known:]
    assert entry.outcome.startswith(("refused: ", "failed: "))
    assert target.message == f"{entry.action}: {entry.outcome}"
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
        ({"kind": "edit", "edits": []}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": 0, "edits": []}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": 2, "edits": []}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": True, "edits": []}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": 1.0, "edits": []}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": float("nan"), "edits": []}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": "1", "edits": []}, "the network has changed in the meantime"),
        ({"kind": "undo", "revision": None}, "the network has changed in the meantime"),
        ({"kind": "template", "revision": 10**400, "name": "lenet"}, "the network has changed in the meantime"),
        ({"kind": "edit", "revision": 1}, "not a list of edits"),
        ({"kind": "edit", "revision": 1, "edits": []}, "not a list of edits"),
        ({"kind": "edit", "revision": 1, "edits": {"edit": "RemoveLayer"}}, "not a list of edits"),
        (
            {"kind": "edit", "revision": 1, "edits": [{"edit": "RemoveLayer", "layer": "L1"}] * 501},
            "not a list of edits",
        ),
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
    deliver(view, {"kind": "file", "request": request_})
    assert answers[0]["request"] is None


def test_a_message_from_before_the_last_edit_is_refused(browser):
    browser.edit(RemoveBlock("B3"))
    answer = browser.ask("edit", revision=1, edits=[{"edit": "RemoveLayer", "layer": "L1"}])
    assert (answer["ok"], answer["expected"]) == (False, "revision 2 or later")
    assert "B1" in browser.view.target.architecture.block_ids
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
        deliver(view, message)
        view.target.wait()
        (answer,) = answers
        if answer["kind"] == "answer" and not answer["ok"]:
            refused(view, message)
        infer(view.target.architecture)
        assert drawn(view) == view.target.drawn.block_ids
        assert Browser(view).ask("python")["kind"] == "file"
    finally:
        view.close()


def begin(target, goes_on):
    """A training that lasts until it may go on."""
    lasting = SimpleNamespace(verb="train", status="training", arguments=dict, run=lambda context: goes_on.wait())
    return Asking(target, lambda _target: lasting).start()


@pytest.mark.parametrize("kind", ["edit", "template", "load"])
def test_while_an_action_runs_an_edit_waits_and_the_kernel_does_not(browser, kind):
    target, goes_on = browser.view.target, Event()
    content = {
        "edits": [{"edit": "RemoveBlock", "block": "B1"}],
        "name": "lenet5",
        "text": dumps(load_template("lenet5")),
    }
    begin(target, goes_on)
    until(lambda: target.status == "training")
    deliver(browser.view, {"kind": kind, "request": 1, "revision": 1, **content})
    assert browser.answers == []
    assert target.waiting == ("lego",)
    assert target.architecture == LENET
    goes_on.set()
    browser.settle()
    assert browser.answers == [{**DONE, "request": 1}]
    assert [(entry.action, entry.outcome) for entry in target.log] == [
        ("train", "done"),
        ("propose" if kind == "edit" else "replace", "done"),
    ]
    assert target.architecture != LENET
    # The state is on its way before the answer: an editor that has the answer waits for no state.
    assert drawn(browser.view) == target.drawn.block_ids


def test_of_two_edits_of_one_network_that_wait_the_second_is_refused(browser):
    """As from two views: whoever sent it has not seen the first one."""
    target, goes_on = browser.view.target, Event()
    begin(target, goes_on)
    until(lambda: target.status == "training")
    for number, block in enumerate(("B1", "B2")):
        edits = [{"edit": "RemoveBlock", "block": block}]
        revision = browser.view.state["revision"]
        deliver(browser.view, {"kind": "edit", "request": number, "revision": revision, "edits": edits})
    goes_on.set()
    browser.settle()
    first, second = browser.answers
    assert (first["ok"], second["ok"]) == (True, False)
    assert second["message"] == "the network has changed in the meantime"
    assert "B2" in target.architecture.block_ids
    assert target.log[-1].outcome.startswith("refused: ")


def test_an_answer_does_not_depend_on_what_watches_elsewhere(browser):
    def fail(change):
        raise ZeroDivisionError

    browser.view.target.observe(fail, "architecture")
    assert browser.edit(RemoveBlock("B3")) == DONE
    assert [type(error) for error in browser.errors] == [ZeroDivisionError], "and it is not swallowed"
    browser.view.target.unobserve(fail, "architecture")
    assert browser.edit(RemoveBlock("B2")) == DONE


def test_what_breaks_in_the_worker_is_answered_too(browser, monkeypatch):
    def broken(*edits):
        raise ZeroDivisionError

    monkeypatch.setattr(browser.view.target, "propose", broken)
    answer = browser.edit(RemoveBlock("B3"))
    assert (answer["ok"], answer["message"]) == (False, "an error occurred in Python")
    assert [type(error) for error in browser.errors] == [ZeroDivisionError], "and it is not swallowed"


def test_a_view_that_was_closed_in_the_meantime_is_not_answered(browser):
    target, goes_on = browser.view.target, Event()
    begin(target, goes_on)
    deliver(browser.view, {"kind": "undo", "request": 1, "revision": 1})
    del browser.view.send
    browser.view.close()
    goes_on.set()
    browser.settle()
    assert browser.errors == []


# What goes on --------------------------------------------------------------------------------------------------------


def test_the_network_does_not_go_out_with_each_message_of_a_training(on_session):
    session = on_session.view.target
    session.train(3)
    assert {state["status"] for state in on_session.states if state["busy"]} == {"training"}
    assert on_session.states[-1]["status"] == "idle"
    # At most once more when blocks are trained.
    assert len(on_session.states) <= 3


def test_what_is_said_changes_nothing_that_is_drawn(browser):
    browser.view.target.refuse("lego", ArchitectureError("no"))
    assert browser.states == []
