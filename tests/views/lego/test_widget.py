"""The view without a browser: its comm leads nowhere, and messages are handed to it as ipywidgets does."""

import gc
import json
import re
from pathlib import Path

import pytest

import oneshot_lab
from oneshot_lab.architecture.edits import AddComponent, AddLayer, RemoveBlock, SetParams, apply, revise
from oneshot_lab.architecture.serial import dumps, loads
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, SessionError, ShapeError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.common.info import catalogue_info, network_info, to_json
from oneshot_lab.views.common.module import MODULE_VERSION
from oneshot_lab.views.lego import widget as lego
from oneshot_lab.views.lego.advice import advice_info
from oneshot_lab.views.lego.widget import LegoView
from tests.architecture.networks import network
from tests.views.browser import DONE, Browser, deep
from tests.views.parts import update

LENET = load_template("lenet")
MISFIT = AddLayer("Conv2d")


def drawn(view):
    """The ids of the blocks that are shown."""
    return tuple(block["id"] for layer in view.state["layers"] for block in layer["blocks"])


# A new view ----------------------------------------------------------------------------------------------------------


def test_it_shows_a_session(session):
    view = oneshot_lab.LegoView(session)
    assert view.target is session
    network = to_json(network_info(session.architecture, untrained=session.untrained_blocks))
    network["advice"] = [advice_info(each, session.architecture) for each in session.advice()]
    assert view.state == network | {
        "revision": 1,
        "can_undo": False,
        "can_redo": False,
        "busy": False,
        "status": "idle",
    }
    assert view.state["layers"][0]["blocks"][0]["untrained"]


@pytest.mark.parametrize("target", ["lenet", LENET, Sketch(LENET)])
def test_it_shows_a_template_an_architecture_or_a_sketch(target):
    view = LegoView(target)
    assert isinstance(view.target, Sketch)
    assert view.target.architecture == LENET
    assert drawn(view) == LENET.block_ids
    assert drawn(LegoView()) == LENET.block_ids


def test_an_architecture_is_repaired_and_the_repairs_are_shown():
    view = LegoView(network("Conv2d(, 6, 3) | Conv2d(, 6, 5)", "Linear"))
    infer(view.target.architecture)
    assert {"name": "in_channels", "old": None, "new": "1", "reason": "its input has 1 channels"} in view.state[
        "layers"
    ][0]["blocks"][0]["components"][0]["repairs"]


def components(view):
    """What is shown of each component."""
    return [
        component for layer in view.state["layers"] for block in layer["blocks"] for component in block["components"]
    ]


def test_what_a_template_gave_up_for_the_data_is_shown_from_the_start(data):
    view = LegoView(SearchSession("vgg16", data, width=0.1, device="cpu", bar=False))
    shown = {component["id"]: component["repairs"] for component in components(view) if component["repairs"]}
    told = {"name": "kernel_size", "old": "2", "new": "1", "reason": "the input is only 1×1"}
    assert shown == {"C34": [told], "C44": [told]}


def test_a_target_that_cannot_be_shown_is_refused():
    with pytest.raises(ArchitectureError, match="did you mean 'lenet'"):
        LegoView("lennet")
    with pytest.raises(ShapeError):
        LegoView(apply(LENET, MISFIT))
    with pytest.raises(SessionError, match="a list; expected a session, a sketch, an architecture or a template"):
        LegoView([1, 2])
    gc.collect()  # the half-made views are closed without a word


def test_the_comm_opens_with_all_there_is_to_draw(monkeypatch):
    opened, open_comm = [], LegoView.open
    monkeypatch.setattr(LegoView, "open", lambda self: (opened.append(self.get_state()), open_comm(self)))
    view = LegoView("lenet", selected=["B1"])
    (state,) = opened
    assert state["state"] == view.state
    assert state["catalogue"] == view.catalogue == catalogue_info()
    assert (state["selected"], state["_model_name"], state["_view_name"]) == (["B1"], "LegoModel", "LegoView")
    assert state["_model_module"] == state["_view_module"] == "oneshot-lab"
    assert state["_model_module_version"] == state["_view_module_version"] == MODULE_VERSION
    json.dumps(state["state"])


# Messages ------------------------------------------------------------------------------------------------------------


def test_an_edit_is_done_drawn_once_and_answered(browser):
    assert browser.edit(AddComponent("B4", "MaxPool2d", "2"), RemoveBlock("B3")) == DONE
    architecture, repairs = revise(LENET, AddComponent("B4", "MaxPool2d", "2"), RemoveBlock("B3"))
    assert browser.view.target.architecture == architecture
    (state,) = browser.states
    assert (state["revision"], state["can_undo"], state["can_redo"], state["problem"]) == (2, True, False, None)
    assert state["layers"] == to_json(network_info(architecture, repairs=repairs).layers)


def test_undo_and_redo(browser):
    browser.edit(RemoveBlock("B3"))
    edited = browser.view.target.architecture
    assert browser.ask("undo") == DONE
    assert (browser.view.target.architecture, browser.view.state["can_redo"]) == (LENET, True)
    assert browser.ask("redo") == DONE
    assert browser.view.target.architecture == edited
    assert [state["revision"] for state in browser.states] == [2, 3, 4]
    assert browser.ask("redo") == {
        "kind": "answer",
        "ok": False,
        "where": "redo",
        "message": "there is nothing to redo",
        "expected": None,
        "remedy": None,
    }


def test_a_template_is_fitted_to_the_data(on_session):
    session = on_session.view.target
    assert on_session.ask("template", name="lenet5") == DONE
    assert session.architecture == load_template("lenet5", input_shape=(1, 8, 8), width=session.width)
    shown = [component["repairs"] for component in components(on_session.view) if component["repairs"]]
    assert [change["old"] for changes in shown for change in changes] == ["5", "2"]
    assert (len(on_session.states), on_session.view.state["name"]) == (1, "lenet5")
    refusal = on_session.ask("template", name="lennet")
    assert (refusal["ok"], refusal["remedy"]) == (False, "did you mean 'lenet'?")
    assert on_session.ask("undo") == DONE
    assert session.architecture.name == "lenet"


def test_a_file_is_fitted_to_the_data_and_the_repairs_are_told(on_session):
    text = dumps(load_template("lenet5", input_shape=(3, 32, 32), classes=4))
    assert on_session.ask("load", text=text) == DONE
    architecture = on_session.view.target.architecture
    assert (architecture.name, architecture.input_shape, architecture.classes) == ("lenet5", (1, 8, 8), 10)
    told = [
        repair
        for layer in on_session.view.state["layers"]
        for block in layer["blocks"]
        for component in block["components"]
        for repair in component["repairs"]
    ]
    assert {"name": "in_channels", "old": "3", "new": "1", "reason": "its input has 1 channels"} in told
    assert ("out_features", "4", "10") in {(repair["name"], repair["old"], repair["new"]) for repair in told}
    assert len(told) == len(on_session.view.target.repairs)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("9" * 5_000_000, "5,000,000 characters"),
        ('{"oneshot_architecture": 2}', "version 2"),
        (dumps(apply(LENET, MISFIT)), "Conv2d gets 10 features"),
        (7, "no text"),
        (None, "no text"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(browser, text, says):
    answer = browser.ask("load", text=text)
    assert not answer["ok"]
    assert says in answer["message"]
    assert browser.view.target.architecture is not None
    assert drawn(browser.view) == LENET.block_ids
    assert not browser.view.target.can_undo


def test_what_is_saved_can_be_loaded_or_run(browser):
    browser.edit(AddComponent("B4", "MaxPool2d", "2"))
    architecture = browser.view.target.architecture
    saved = browser.ask("file")
    assert (saved["kind"], saved["name"]) == ("file", "lenet.json")
    assert loads(saved["text"]) == architecture
    code = browser.ask("python")
    assert (code["kind"], code["name"]) == ("file", "lenet.py")
    names = {}
    exec(code["text"], names)
    assert names["architecture"] == architecture
    other = Browser(LegoView("lenet5"))
    assert other.ask("load", text=saved["text"]) == DONE
    assert other.view.target.architecture == architecture
    assert len(browser.states) == 1, "looking changes nothing"


def test_a_draft_is_drawn_told_and_mended_by_its_fix():
    browser = Browser(LegoView(network("Conv2d(, 6, 3)", "Linear")))
    view = browser.view
    assert (
        browser.ask("edit", edits=[{"edit": "AddBlock", "layer": "L1", "kind": "Conv2d", "params": ", 6, 2"}]) == DONE
    )
    problem = view.state["problem"]
    assert (problem["item"], view.state["parameters"], view.state["output"]) == ("B3", None, None)
    assert view.state["layers"][0]["blocks"][1]["problem"] == problem
    assert drawn(view) == view.target.draft.block_ids
    assert loads(browser.ask("file")["text"]) == view.target.draft
    assert browser.ask("edit", edits=problem["fix"]) == DONE
    assert view.state["problem"] is None
    assert (view.target.draft, len(view.target.architecture.blocks)) == (None, 3)
    assert [state["revision"] for state in browser.states] == [2, 3]


def test_an_edit_that_changes_nothing_is_answered_and_not_drawn(browser):
    assert browser.edit(SetParams("C1", "1, 6, 3")) == DONE
    assert browser.states == []


# Traits from the browser ---------------------------------------------------------------------------------------------


def test_the_selection_goes_both_ways(browser):
    view, sent = browser.view, []
    view.comm.send = lambda data=None, buffers=None: sent.append(data["state"])
    update(view, selected=["B1", "L2"])
    assert view.selected == ["B1", "L2"]
    view.selected = ["C3"]
    assert sent[-1] == {"selected": ["C3"]}


@pytest.mark.parametrize("selected", [None, "B1", [1], [["B1"]], ["x" * 101], ["B1"] * 2001, {"B1": 1}, deep(5000)])
def test_a_selection_that_is_none_is_refused(browser, caplog, selected):
    browser.view.selected = ["B1"]
    update(browser.view, selected=selected)
    assert browser.view.selected == ["B1"]
    assert browser.view.target.log[-1].outcome == "refused: Lego View: no selection; expected up to 2000 ids"
    assert caplog.text == ""


def test_nothing_else_can_be_set_from_the_browser(browser):
    view = browser.view
    before = view.get_state()
    update(view, state={"layers": []}, catalogue={}, _model_module="evil", _view_name="Evil", layout=None, tooltip="x")
    assert view.get_state() == before
    update(view, selected=["B1"], state={})
    assert view.get_state() == before | {"selected": ["B1"]}


# Several views, cells, the end ---------------------------------------------------------------------------------------


def test_two_views_of_one_session_converge(session):
    one, other = Browser(LegoView(session)), Browser(LegoView(session))
    assert one.edit(RemoveBlock("B3")) == DONE
    assert other.edit(RemoveBlock("B2")) == DONE
    assert drawn(one.view) == drawn(other.view) == session.architecture.block_ids
    assert not set(drawn(one.view)) & {"B2", "B3"}
    assert one.ask("undo") == other.ask("undo") == DONE
    assert other.edit(MISFIT) == DONE
    assert one.view.state == other.view.state
    assert one.view.state["problem"]
    # What only one of them had asked is answered to that one.
    assert (len(one.answers), len(other.answers)) == (2, 3)


def test_an_edit_in_a_cell_is_drawn(on_session):
    view, session = on_session.view, on_session.view.target
    session.edit(RemoveBlock("B3"))
    assert drawn(view) == session.architecture.block_ids
    session.undo()
    session.propose(MISFIT)
    assert view.state["problem"]["message"] == "Conv2d gets 10 features"
    session.undo()
    assert (view.state["problem"], view.state["can_redo"]) == (None, True)
    assert [state["revision"] for state in on_session.states] == [2, 3, 4, 5]
    stale = on_session.ask("edit", revision=2, edits=[{"edit": "RemoveBlock", "block": "B1"}])
    assert stale["message"] == "the network has changed in the meantime"


def test_scores_and_what_is_untrained_are_drawn_as_the_search_goes_on(on_session):
    session = on_session.view.target

    def blocks():
        return [block for layer in on_session.view.state["layers"] for block in layer["blocks"]]

    assert {block["fitness"] for block in blocks()} == {None}
    session.train(1)
    assert not any(block["untrained"] for block in blocks())
    session.step()
    assert {block["id"]: block["fitness"] for block in blocks()} == session.block_fitness
    revision = on_session.view.state["revision"]
    session.edit(AddComponent("B4", "BatchNorm2d"))
    assert [block["id"] for block in blocks() if block["untrained"]] == ["B4"]
    assert on_session.view.state["revision"] == revision + 1


def test_an_edit_made_while_only_scores_had_changed_is_taken(on_session):
    revision = on_session.view.state["revision"]
    on_session.view.target.train(1)
    assert on_session.view.state["revision"] > revision
    answer = on_session.ask("edit", revision=revision, edits=[{"edit": "RemoveBlock", "block": "B3"}])
    assert answer == DONE


def test_a_closed_view_looks_no_more_and_the_session_goes_on(session):
    view, other = LegoView(session), LegoView(session)
    view.close()
    view.close()
    assert view.comm is None
    before = view.state
    session.edit(RemoveBlock("B3"))
    assert view.state == before
    assert drawn(other) == session.architecture.block_ids


def test_a_message_does_not_have_the_network_worked_out_again(on_session, monkeypatch):
    calls = []
    monkeypatch.setattr(
        lego, "network_info", lambda *args, **kwargs: calls.append(args) or network_info(*args, **kwargs)
    )
    on_session.view.target.refuse("lego", ArchitectureError("no"))
    assert calls == []
    on_session.edit(RemoveBlock("B3"))
    assert len(calls) == 1


# What both sides declare ---------------------------------------------------------------------------------------------

MESSAGES = Path(__file__).parents[3] / "js/src/common/messages.ts"


def test_what_the_browser_declares_a_change_names_a_revision_and_a_query_needs_none():
    declared = re.search(r"KINDS = \{(.*?)\}", MESSAGES.read_text("utf-8"), re.DOTALL)[1]
    kinds = dict(re.findall(r"(\w+): '(change|query)'", declared))
    # Tables alone are copied.
    assert kinds.pop("copy") == "query"
    assert set(kinds.values()) == {"change", "query"}
    browser = Browser(LegoView("lenet"))
    for kind, declared_as in kinds.items():
        answer = browser.ask(kind, revision=None)
        is_refused = "the network has changed in the meantime" in answer.get("message", "")
        assert is_refused == (declared_as == "change"), kind
        assert "unknown" not in answer.get("message", ""), kind
