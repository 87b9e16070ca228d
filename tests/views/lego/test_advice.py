"""Advice in the Lego View: what is drawn of it, and what a message that names one does."""

import pytest

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock
from oneshot_lab.architecture.redundancy import find_redundancies
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.lego.advice import advice_info
from oneshot_lab.views.lego.widget import LegoView
from tests.views.browser import DONE, deep

KEY = "redundancy B1 B2 B3"


def test_an_advice_is_drawn_at_the_layer_of_its_blocks():
    sketch = Sketch("lenet")
    drawn = [advice_info(each, sketch.architecture) for each in sketch.advice()]
    assert LegoView(sketch).state["advice"] == drawn
    assert [each["layer"] for each in drawn] == ["L1", "L3", "L5"]
    assert drawn[0] == {
        "key": KEY,
        "what": "B1, B2 and B3 are one convolution together",
        "why": "they are added up with nothing non-linear between, and B3 alone can compute as much",
        "remedy": "Put an activation into each",
        "layer": "L1",
        "blocks": ["B1", "B2", "B3"],
        "has_edits": True,
    }


@pytest.mark.parametrize("view", ["browser", "on_session"])
def test_one_message_does_what_is_advised_as_an_ordinary_edit(view, request):
    browser = request.getfixturevalue(view)
    target = browser.view.target
    before, drawn = target.architecture, browser.view.state["advice"]
    assert browser.ask("advice", key=KEY) == DONE
    assert [[c.kind for c in block.components] for block in target.architecture.layers[0].blocks] == [
        ["Conv2d", "ReLU"]
    ] * 3
    (state,) = browser.states
    assert state["advice"] == drawn[1:]
    entry = target.log[-1]
    assert (entry.action, len(entry.arguments["edits"])) == ("edit", 3)
    assert browser.ask("undo") == DONE
    assert (target.architecture, browser.view.state["advice"]) == (before, drawn)


def test_all_of_them_leave_none(browser):
    for advice in browser.view.state["advice"]:
        assert browser.ask("advice", key=advice["key"]) == DONE
    assert browser.view.state["advice"] == []
    assert find_redundancies(browser.view.target.architecture) == ()


@pytest.mark.parametrize("key", [None, 7, "", "redundancy", "redundancy B1", "redundancy B2 B3", "x" * 10**6, deep(50)])
def test_what_names_no_advice_is_refused(browser, key):
    before = browser.view.target.architecture
    answer = browser.ask("advice", key=key)
    assert not answer["ok"]
    assert answer["message"] in ("no key", "the network gets no such advice, it may have changed meanwhile")
    assert (browser.view.target.architecture, browser.states) == (before, [])


def test_advice_that_is_over_is_refused(browser):
    revision = browser.view.state["revision"]
    browser.edit(RemoveBlock("B3"))
    assert browser.ask("advice", key=KEY, revision=revision)["message"] == "the network has changed in the meantime"
    assert browser.ask("advice", key=KEY)["message"].startswith("the network gets no such advice")
    assert browser.ask("advice", key="redundancy B1 B2") == DONE


def test_an_edit_in_a_cell_is_seen(on_session):
    session = on_session.view.target
    session.edit(AddComponent("B1", "ReLU"), AddComponent("B2", "ReLU"), AddComponent("B3", "ReLU"))
    assert [each["layer"] for each in on_session.view.state["advice"]] == ["L3", "L5"]


def test_a_draft_shows_none(browser):
    browser.ask("edit", edits=[{"edit": "AddLayer", "kind": "Conv2d", "params": "", "index": None}])
    assert browser.view.state["problem"]
    assert browser.view.state["advice"] == []
    browser.ask("undo")
    assert len(browser.view.state["advice"]) == 3
