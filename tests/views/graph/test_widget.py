"""The Graph View without a browser: what it draws, highlights, shares and refuses."""

import json
from xml.etree import ElementTree

import pytest

import oneshot_lab
from oneshot_lab.architecture.edits import AddLink, RemoveBlock, RemoveLink, revise
from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, MaskError, SessionError
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.common.info import network_info, to_json
from oneshot_lab.views.common.kept import KEPT
from oneshot_lab.views.common.numbers import in_short
from oneshot_lab.views.graph.layout import lay_out
from oneshot_lab.views.graph.widget import GraphView
from oneshot_lab.views.lego.widget import LegoView
from tests.session.sessions import watchers
from tests.views.browser import DONE, Browser
from tests.views.parts import living

LENET = load_template("lenet")
MASK = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


@pytest.fixture
def view():
    return GraphView("lenet")


def drawn(view):
    """The ids of the blocks that are shown."""
    return tuple(block for node in view.state["nodes"] for block in node["blocks"])


# What it draws -------------------------------------------------------------------------------------------------------


def test_it_draws_a_session(session):
    view = oneshot_lab.GraphView(session)
    assert view.target is session
    drawing = lay_out(network_info(session.architecture, untrained=session.untrained_blocks))
    assert view.state["nodes"] == to_json(drawing.nodes)
    assert view.state["edges"] == to_json(drawing.edges)
    assert (view.state["revision"], view.state["trained"], view.state["reason"]) == (1, False, None)
    assert view.state["legend"][0] == {"family": "convolution", "colour": "#0072B2"}
    json.dumps(view.state)


@pytest.mark.parametrize("target", ["lenet", LENET, Sketch(LENET)])
def test_it_draws_a_template_an_architecture_or_a_sketch(target):
    assert drawn(GraphView(target)) == LENET.block_ids


def test_a_target_that_cannot_be_drawn_is_refused():
    with pytest.raises(SessionError, match="GraphView: a int; expected a session, a sketch"):
        GraphView(3)


def test_scores_and_frequencies_come_with_each_generation(session):
    view = GraphView(session)
    session.train(epochs=1)
    session.step()
    assert view.state["trained"]
    for node in view.state["nodes"]:
        if node["role"] == "block":
            share = session.block_fitness[node["id"]]
            assert (node["fitness"], dict(node["facts"])["Fitness"]) == (share, f"{share:.2f}")
            assert dict(node["facts"])["Frequency"] == f"{round(share * 5)} of 5 candidates"


def test_while_something_runs_it_says_why_no_edits_are_taken(session):
    view, reasons = GraphView(session), []
    view.observe(lambda change: reasons.append(change.new["reason"]), "state")
    session.train(epochs=1)
    # At most once more when blocks are trained; the network does not go to the browser with each message.
    assert len(reasons) <= 3
    assert list(dict.fromkeys(reasons)) == ["Training: edits wait until it is done", None]


def test_runs_of_equal_layers_can_be_drawn_as_one():
    view = GraphView("vgg19", collapsed=True)
    assert [node["times"] for node in view.state["nodes"] if node["times"] > 1] == [3, 3, 4]
    view.collapsed = False
    assert {node["times"] for node in view.state["nodes"]} == {1}


def test_opening_it_takes_few_messages(monkeypatch):
    opened = []
    monkeypatch.setattr(GraphView, "open", lambda self: opened.append(self.get_state()))
    view = GraphView("vgg19")
    assert len(opened) == 1
    assert opened[0]["state"] == view.state


# Highlights ----------------------------------------------------------------------------------------------------------


def test_several_kinds_are_highlighted_at_once(view):
    view.highlight({"B1", "B2"}, "region")
    view.highlight(["B2"], "hover")
    view.highlight(["B3"], kind="selection")
    assert view.marks == {"B1": "region", "B2": "hover region"}
    assert view.selected_blocks == ["B3"]
    view.highlight(None, "region")
    assert view.marks == {"B2": "hover"}


def test_a_mask_is_also_drawn_by_itself_pruned(view):
    view.target.edit(AddLink("L1", "L4"))
    # Without L3, nothing comes of L2.
    mask = Mask.of("B1", "B4", "B8", "B9", "B11", "B12")
    view.highlight(mask, title="candidate 3: 91.0 %")
    active = prune(view.target.architecture, mask).blocks
    assert active == mask.blocks - {"B4"}
    assert view.candidate["title"] == "candidate 3: 91.0 %"
    assert {label for role, label, *_ in view.candidate["nodes"] if role == "block"} == active
    assert view.marks["B4"] == "hover"
    view.highlight(None)
    assert (view.candidate, view.marks) == (None, {})


def test_what_an_edit_takes_away_is_no_longer_highlighted(view):
    view.highlight(MASK)
    view.highlight(["B1", "B2"], "region")
    view.selected_blocks = ["B1", "B3"]
    view.target.edit(RemoveBlock("B1"))
    assert "B1" not in view.marks
    assert (view.candidate, view.selected_blocks) == (None, ["B3"])
    view.target.undo()
    assert view.marks["B1"] == "hover region"
    assert view.candidate is not None


def test_a_candidate_that_an_edit_leaves_no_network_of_is_not_drawn(view):
    view.target.edit(AddLink("L1", "L4"))
    view.highlight(Mask.of("B1", "B8", "B9", "B11", "B12"))
    assert view.candidate is not None
    view.target.edit(RemoveLink("L1", "L4"))
    assert view.candidate is None


def test_a_mask_may_be_text(view):
    mask = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")
    view.highlight(mask)
    marks, candidate = view.marks, view.candidate
    view.highlight(None)
    view.highlight(str(mask))
    assert (view.marks, view.candidate) == (marks, candidate)


def test_what_cannot_be_highlighted_is_refused(view):
    with pytest.raises(ArchitectureError, match="'hovr'; expected hover or region or selection; did you mean 'hover'"):
        view.highlight(["B1"], "hovr")
    with pytest.raises(ArchitectureError, match="lenet has no block 'B99'"):
        view.highlight(["B99"])
    with pytest.raises(MaskError):
        view.highlight(Mask.of("B1"))
    assert (view.marks, view.candidate) == ({}, None)


# What people look at on the map ---------------------------------------------------------------------------------------


def looked_at(mask):
    """What is highlighted while the pointer is at a candidate."""
    return dict.fromkeys(mask.blocks, "hover")


def test_the_candidate_under_the_pointer_is_highlighted_and_drawn(session):
    session.hovered_candidate = MASK
    view, other = GraphView(session), GraphView(session)
    for each in (view, other):
        assert each.marks == looked_at(MASK)
        assert each.candidate["title"] == "candidate under the pointer · not evaluated"
    session.hovered_candidate = None
    assert (view.marks, view.candidate, other.marks, other.candidate) == ({}, None, {}, None)


def test_its_title_tells_what_the_newest_evaluation_found(session):
    view = GraphView(session)
    session.hovered_candidate = MASK
    session.train(epochs=1)
    (found,) = session.evaluate(MASK)
    size = f"{in_short(found.parameters)}parameters · {in_short(found.macs)}multiply-adds"
    assert view.candidate["title"] == f"candidate under the pointer · accuracy {found.accuracy:.3f} · {size}"
    session.train(epochs=1)
    wanted = "candidate under the pointer · not evaluated since the last training or edit"
    assert view.candidate["title"] == wanted
    # Blocks that do nothing make no other candidate.
    session.edit(AddLink("L1", "L4"))
    session.hovered_candidate = Mask.of("B1", "B4", "B8", "B9", "B11", "B12")
    session.evaluate(Mask.of("B1", "B8", "B9", "B11", "B12"))
    assert "accuracy" in view.candidate["title"]


def test_what_a_set_operation_gives_is_highlighted_and_told_as_the_region_changes(session):
    session.region(masks=[MASK, Mask.of("B2", "B4", "B5", "B8", "B9", "B11", "B12")], name="mine")
    view = GraphView(session)
    assert (view.marks, view.region) == ({}, "")
    session.selected_region, session.set_operation = "mine", "complement"
    assert view.region == "complement of mine: 4 blocks"
    assert view.marks == dict.fromkeys(["B3", "B6", "B7", "B10"], "region")
    session.set_operation = "intersection"
    assert view.marks == dict.fromkeys(["B4", "B5", "B8", "B9", "B11", "B12"], "region")
    session.region(masks=[MASK], name="mine")
    assert view.region == "intersection of mine: 7 blocks"
    assert view.marks == dict.fromkeys(MASK.blocks, "region")
    session.edit(RemoveBlock("B1"))
    assert (view.marks, view.region) == ({}, "intersection of mine: no blocks")
    session.forget("mine")
    assert (view.marks, view.region) == ({}, "")


def test_what_was_highlighted_here_is_back_when_the_map_is_left(session):
    view = GraphView(session)
    other = Mask.of("B2", "B4", "B6", "B8", "B10", "B11", "B12")
    view.highlight(MASK, title="mine")
    session.hovered_candidate = other
    assert view.marks == looked_at(other)
    session.hovered_candidate = None
    assert (view.marks, view.candidate["title"]) == (looked_at(MASK), "mine")
    # What was highlighted last is seen first.
    session.hovered_candidate = MASK
    view.highlight(other, title="another")
    assert (view.marks, view.candidate["title"]) == (looked_at(other), "another")


def test_a_region_of_ones_own_can_be_called_something(session):
    view = GraphView(session)
    view.highlight(["B1", "B2"], "region", title="wide kernels")
    assert view.region == "wide kernels"
    session.region(masks=[MASK], name="mine")
    session.selected_region, session.set_operation = "mine", "union"
    assert view.region == "union of mine: 7 blocks"
    session.set_operation = ""
    assert (view.region, view.marks) == ("wide kernels", {"B1": "region", "B2": "region"})
    view.highlight(["B1"], "region")
    assert view.region == "region"
    view.highlight(None, "region")
    assert view.region == ""


def test_a_candidate_that_the_network_does_not_have_is_not_shown(session):
    view = GraphView(session)
    session.hovered_candidate = Mask.of("B1")
    assert (view.marks, view.candidate) == ({}, None)
    session.hovered_candidate = MASK
    session.edit(RemoveBlock("B1"))
    assert (view.marks, view.candidate) == ({}, None)
    session.undo()
    assert view.marks == looked_at(MASK)


# The still picture ---------------------------------------------------------------------------------------------------


def test_a_notebook_keeps_a_picture(view):
    view.highlight(MASK)
    bundle = view._repr_mimebundle_()
    assert set(bundle) == {"text/plain", KEPT, "image/svg+xml"}
    assert bundle[KEPT]["model_id"] == view.model_id
    assert bundle["image/svg+xml"] == view.to_svg()
    assert bundle["text/plain"] == "GraphView('lenet')"
    root = ElementTree.fromstring(view.to_svg())
    assert root.get("aria-label").startswith("The network lenet: 7 layers, 12 blocks, 0 links, ")
    kinds = [group[0].get("class") for group in root.findall("{http://www.w3.org/2000/svg}g")]
    assert kinds[:2] == ["network", "candidate"]


# What is shared ------------------------------------------------------------------------------------------------------


def test_views_of_one_session_share_what_is_selected_and_under_the_pointer(session):
    one, other, lego = GraphView(session), GraphView(session), LegoView(session)
    one.set_state({"selected_blocks": ["B2", "B5"], "hovered_block": "B4"})
    assert session.selected_blocks == ("B2", "B5")
    assert (other.selected_blocks, other.hovered_block, lego.selected) == (["B2", "B5"], "B4", ["B2", "B5"])
    session.selected_blocks = ()
    assert (one.selected_blocks, other.selected_blocks, lego.selected) == ([], [], [])


def test_what_is_selected_in_the_lego_view_is_found_here(session):
    lego, view = LegoView(session), GraphView(session)
    (component,) = session.architecture.layers[1].blocks[0].components
    lego.set_state({"selected": ["L1", component.id]})
    assert view.selected_blocks == ["B1", "B2", "B3", "B4"]
    # The layer and the component stay what is selected there.
    assert lego.selected == ["L1", component.id]
    view.set_state({"selected_blocks": ["B5"]})
    assert lego.selected == ["B5"]


def test_a_view_that_comes_later_shows_what_is_selected_already(session):
    session.selected_blocks, session.hovered_block = ("B1",), "B1"
    view = GraphView(session)
    assert (view.selected_blocks, view.hovered_block) == (["B1"], "B1")


# From the browser ----------------------------------------------------------------------------------------------------


def test_links_are_drawn_and_removed_by_edits(view):
    browser = Browser(view)
    assert browser.edit(AddLink("L1", "L3")) == DONE
    assert view.target.architecture == revise(LENET, AddLink("L1", "L3"))[0]
    (link,) = [edge for edge in view.state["edges"] if edge["kind"] == "link"]
    assert link["link"] == ["L1", "L3"]
    assert browser.edit(RemoveLink("L1", "L3")) == DONE
    assert browser.ask("undo") == DONE
    assert len(view.target.architecture.links) == 1


@pytest.mark.parametrize(("source", "target"), [("L3", "L1"), ("L1", "L2"), ("L1", "L1"), ("L1", "L99")])
def test_a_link_that_cannot_be_is_refused_with_the_reason(view, source, target):
    browser = Browser(view)
    answer = browser.edit(AddLink(source, target))
    assert not answer["ok"]
    assert answer["message"]
    assert view.target.architecture == LENET
    assert "failed" in view.target.log[-1].outcome


def test_a_link_twice_is_refused(view):
    browser = Browser(view)
    browser.edit(AddLink("L1", "L3"))
    assert not browser.edit(AddLink("L1", "L3"))["ok"]


@pytest.mark.parametrize(
    "state",
    [
        {"selected_blocks": "B1"},
        {"selected_blocks": [1]},
        {"selected_blocks": ["B" * 10_000]},
        {"selected_blocks": ["B1"] * 100_000},
        {"hovered_block": 3},
        {"hovered_block": "B" * 10_000},
    ],
)
def test_what_is_no_selection_is_refused_in_the_log(view, state):
    view.set_state(state)
    assert (view.selected_blocks, view.hovered_block) == ([], "")
    assert view.target.log[-1].outcome.startswith("refused: Graph View: no selection; expected up to")
    assert view.target.log[-1].action == "graph"


@pytest.mark.parametrize("state", [{"state": {}}, {"marks": {"B1": "hover"}}, {"collapsed": 1}, {"candidate": {}}])
def test_the_rest_is_pythons(view, state):
    before = view.get_state()
    view.set_state(state)
    assert view.get_state() == before


# Closing -------------------------------------------------------------------------------------------------------------


def test_closing_leaves_nothing_behind(session):
    before = living()
    watched = watchers(session)
    for _ in range(10):
        GraphView(session).close()
    assert living() == before
    assert watchers(session) == watched
