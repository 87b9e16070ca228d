"""The Search Space View without a browser: what it draws, says, asks for and shares."""

import itertools
import json
import math

import pytest
from bqplot import Figure

import oneshot_lab
from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.map_state import MapState
from oneshot_lab.space.projection import Projection
from oneshot_lab.views.map.widget import SearchSpaceView
from tests.session.sessions import ENDLESS, held, publish, until, watchers
from tests.views.maps import chart, evaluate, land
from tests.views.parts import deliver, find, living, part, parts


@pytest.fixture
def masks(session):
    return chart(session)


@pytest.fixture
def view(session, masks):
    return SearchSpaceView(session)


def send(view, **message):
    """Has the browser's part send a message."""
    deliver(view.pointer, json.loads(json.dumps({"shape": 1} | message)))


def say(view, **message):
    """Has it send a message, and waits until all that comes of it is done and shown."""
    send(view, **message)
    view.session.wait()


def dots(mark):
    """The places of a mark's dots."""
    return list(zip(mark.x.tolist(), mark.y.tolist(), strict=True))


def status(view):
    """What stands below the map."""
    return part(view, "osl-map-status").value


def drawings(view):
    """What is drawn with dots, axes and lines."""
    return [each for each in parts(view) if isinstance(each, Figure)]


# What it draws -------------------------------------------------------------------------------------------------------


def test_without_a_map_it_offers_to_make_one(session):
    view = oneshot_lab.SearchSpaceView(session)
    assert isinstance(view, SearchSpaceView)
    assert find(view, "osl-map-lack")
    assert not drawings(view)
    assert "There is no map yet" in part(view, "osl-map-lack").children[0].value
    assert not view.act.disabled
    view.act.click()
    view.session.wait()
    assert session.projection is not None
    assert drawings(view) == [view.marks.figure]
    assert not find(view, "osl-map-lack")
    assert len(view.info.dots) == len(session.projection)


def test_dots_are_hollow_or_coloured_and_told_apart(session, view, masks):
    assert (len(view.marks.hollow.x), len(view.marks.scored.x)) == (len(masks), 0)
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    assert (len(view.marks.hollow.x), len(view.marks.scored.x)) == (len(masks) - 3, 3)
    # From the worst, which is dark, to the best, which lies on top.
    assert dots(view.marks.scored) == [session.projection[masks[place]] for place in (2, 0, 1)]
    assert (view.marks.scored.colors[0], view.marks.scored.colors[-1]) == ("#440154", "#fde725")
    assert dots(view.marks.best) == [session.projection[masks[1]]]
    assert view.marks.labels.text.tolist() == ["best 0.368"]
    session.selected_blocks = ("B1",)
    assert dots(view.marks.lit) == [session.projection[mask] for mask in masks if "B1" in mask]


def test_the_block_under_the_pointer_shows_its_dots_before_those_that_are_selected(session, view, masks):
    def with_block(block):
        return [session.projection[mask] for mask in masks if block in mask]

    session.selected_blocks = ("B1",)
    session.hovered_block = "B2"
    assert dots(view.marks.lit) == with_block("B2") != with_block("B1")
    evaluate(session, masks[:3], [2.0, 1.0, 3.0])
    assert dots(view.marks.lit) == with_block("B2")
    session.hovered_block = "B4"  # which all of them have
    assert dots(view.marks.lit) == []
    session.hovered_block = ""
    assert dots(view.marks.lit) == with_block("B1")


def test_colours_follow_the_loss_when_asked(session, view, masks):
    evaluate(session, masks[:2], [2.0, 1.0])
    assert "0.135" in part(view, "osl-map-legend").value
    view.by.value = "loss"
    assert part(view, "osl-map-legend").value.index("2.000") < part(view, "osl-map-legend").value.index("1.000 loss")


def test_a_training_makes_dots_hollow_again_and_says_so(session, view, masks):
    evaluate(session, masks[:2], [2.0, 1.0])
    assert "Step the search" not in status(view)
    session.train(1)
    assert len(view.marks.scored.x) == 0
    assert "Training or an edit made all scores out of date: step the search for new ones" in status(view)


def test_dots_do_not_move_between_generations(session):
    session.train(1)
    session.project()
    view = SearchSpaceView(session)
    before, scales = dict(session.projection.places), (view.marks.x.min, view.marks.x.max)
    session.step()
    session.step()
    shown = {dot.mask: (dot.x, dot.y) for dot in view.info.dots}
    assert {mask: shown[mask] for mask in before} == before
    assert len(shown) > len(before)
    assert dots(view.marks.newest) == [shown[mask] for mask in shown if mask in session.generations[-1].population]
    if all(scales[0] <= dot.x <= scales[1] for dot in view.info.dots):
        assert (view.marks.x.min, view.marks.x.max) == scales


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_candidates_have_a_map_as_well(session, count):
    chart(session, count)
    view = SearchSpaceView(session)
    assert len(view.info.dots) == count
    assert view.marks.x.min < view.marks.x.max
    say(view, kind="rectangle", x=[-1, 9], y=[-1, 9], more=False)
    assert f"region 1: {count} candidate" in status(view)


def test_equal_candidates_only_are_a_map_too(session):
    mask = chart(session, 1)[0]
    evaluate(session, [mask], [1.0])
    view = SearchSpaceView(session)
    assert len(view.info.dots) == 1
    session.project()
    assert len(view.info.dots) == len(session.projection)


def test_what_the_map_had_to_do_in_another_way_is_told(session):
    blocks = [block.id for layer in session.architecture.layers for block in layer.blocks[1:]]
    session.edit(*map(RemoveBlock, blocks))
    session.project()
    view = SearchSpaceView(session)
    assert len(view.info.dots) == 1
    assert session.projection.note
    assert session.projection.note in status(view)


def test_drawing_takes_one_message_for_each_mark(session, view, masks, monkeypatch):
    sent = []
    monkeypatch.setattr(type(view.marks.scored), "send_state", lambda self, key=None: sent.append(self))
    evaluate(session, masks[:20], [float(place) for place in range(20)])
    assert sorted(map(id, sent)) == sorted({id(mark) for mark in sent})


# Landmarks and the posterior ------------------------------------------------------------------------------------------


def test_landmarks_turn_the_colours_to_the_posterior(session, view, masks):
    evaluate(session, masks[:12], [1.0 + 0.1 * place for place in range(12)])
    assert view.by.value == "accuracy"
    land(session, masks[3:6], [0.9, 0.8, 0.7])
    assert view.by.value == "posterior"
    assert sorted(dots(view.marks.landmarks)) == sorted(session.projection[mask] for mask in masks[3:6])
    assert (len(view.marks.hollow.x), len(view.marks.scored.x)) == (len(masks) - 12, 12 - 3)
    assert len(set(view.marks.hollow.colors)) > 1
    (best,) = dots(view.marks.best)
    assert best == session.projection[session.best.mask]
    known = session.posterior([session.best])
    assert view.marks.labels.text.tolist() == [
        f"best {100 * known.mean[0]:.1f} % ± {50 * (known.high - known.low)[0]:.1f}"
    ]
    assert f"3 landmarks · best {100 * session.posterior().mean.max():.1f} %" in status(view)
    tied = session.posterior().posterior.ties(session.posterior().masks)
    assert set(dots(view.marks.ties)) == {session.projection[mask] for mask in tied} - {best}
    assert "cannot be told apart from the best" in part(view, "osl-map-legend").value


def test_a_colour_that_somebody_chose_stays(session, view, masks):
    evaluate(session, masks[:12], [1.0 + 0.1 * place for place in range(12)])
    given = SearchSpaceView(session, by="accuracy")
    view.by.value = "loss"
    land(session, masks[:3], [0.9, 0.8, 0.7])
    assert (view.by.value, given.by.value) == ("loss", "accuracy")
    assert len(view.marks.landmarks.x) == 3
    assert SearchSpaceView(session).by.value == "posterior"


def test_landmarks_that_an_edit_hides_count_no_more(session, view, masks):
    evaluate(session, masks[:12], [1.0 + 0.1 * place for place in range(12)])
    land(session, [mask for mask in masks if "B1" in mask][:2], [0.9, 0.8])
    assert view.by.value == "posterior"
    session.edit(RemoveBlock("B1"))
    assert (view.by.value, len(view.marks.landmarks.x), len(view.marks.ties.x)) == ("accuracy", 0, 0)
    session.undo()
    assert (view.by.value, len(view.marks.landmarks.x)) == ("posterior", 2)


def test_a_change_of_the_landmarks_alone_is_drawn(session, view, masks):
    land(session, masks[:2], [0.9, 0.8])
    session.set_trait("trained_landmarks", session.trained_landmarks[:1])
    assert dots(view.marks.landmarks) == [session.projection[masks[0]]]


def test_without_landmarks_the_posterior_is_worked_out_only_for_who_chooses_it(session, view, masks, monkeypatch):
    asked = []
    posterior = type(session).posterior
    monkeypatch.setattr(type(session), "posterior", lambda self, *given: asked.append(given) or posterior(self, *given))
    evaluate(session, masks[:12], [1.0 + 0.1 * place for place in range(12)])
    land(session, masks[:1], [math.nan])
    assert asked == []
    assert "trained by itself: the training diverged" in view.pointer.dots["facts"][0]
    view.by.value = "uncertainty"
    assert asked
    assert len(set(view.marks.hollow.colors)) > 1
    assert "not calibrated: without landmarks" in part(view, "osl-map-legend").value
    # Without landmarks the lowest loss is the best as before.
    assert view.marks.labels.text.tolist() == ["best 0.368"]
    assert view.pointer.dots["facts"][0].startswith("posterior ")
    view.by.value = "accuracy"
    assert view.pointer.dots["facts"][0].startswith("accuracy ")


def test_the_posterior_of_nothing_colours_nothing(session, view, masks):
    view.by.value = "posterior"
    assert (len(view.marks.hollow.x), view.marks.hollow.fill) == (len(masks), False)
    assert "osl-map-bar" not in part(view, "osl-map-legend").value


def test_facts_and_the_comparison_tell_of_the_posterior(session, view, masks):
    evaluate(session, masks[:12], [1.0 + 0.1 * place for place in range(12)])
    land(session, masks[:2], [0.9, 0.8])
    known = session.posterior(masks[:1])
    told = f"posterior {100 * known.mean[0]:.1f} % ± {50 * (known.high - known.low)[0]:.1f}"
    assert view.pointer.dots["facts"][0].splitlines()[:3] == [
        told,
        "score: accuracy 36.8 % · loss 1.000",
        "trained by itself: 90.0 %, loss 0.100",
    ]
    assert view.pointer.dots["facts"][20].splitlines()[1] == "not evaluated"
    say(view, kind="click", dot=0)
    assert told in part(view, "osl-map-pins").children[0].value
    say(view, kind="click", dot=1)
    table = part(view, "osl-map-pins").children[0].value
    assert "<td>trained by itself</td><td>90.0 %</td><td>80.0 %</td><td>-10.0\N{NO-BREAK SPACE}points</td>" in table


def test_the_limit_of_the_size_moves_the_best(session, view, masks):
    size = {dot.mask: dot.parameters for dot in view.info.dots}
    # By scores and by landmarks, the largest is the best.
    order = sorted(masks[:12], key=lambda mask: -size[mask])
    evaluate(session, order, [1.0 + 0.1 * place for place in range(12)])
    land(session, order, [0.9 - 0.03 * place for place in range(12)])
    assert dots(view.marks.best) == [session.projection[order[0]]]
    session.constrain(limit=size[order[0]] - 1)
    assert dots(view.marks.best) == [session.projection[session.best.mask]] != [session.projection[order[0]]]


# Regions -------------------------------------------------------------------------------------------------------------


def test_a_rectangle_becomes_a_region_that_is_looked_at(session, view):
    say(view, kind="rectangle", x=[-0.5, 1.5], y=[-0.5, 1.5], more=False)
    assert session.selected_region == "region 1"
    assert len(session.regions["region 1"]) == 4
    assert view.marks.areas.x.tolist() == [-0.5, 1.5, 1.5, -0.5]
    assert view.marks.labels.text.tolist() == ["region 1"]
    assert "region 1: 4 candidates · 0 evaluated" in status(view)
    assert view.pointer.answered == 1


def test_a_lasso_becomes_a_region(session, view):
    say(view, kind="lasso", corners=[[-1, -1], [3.5, -1], [-1, 3.5]], more=False)
    inside = [place for place in session.projection.places.values() if sum(place) < 2.5]
    assert len(session.regions["region 1"]) == len(inside) == 6
    say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=True)
    # Outlines of different lengths are drawn together.
    assert view.marks.areas.x.shape == (2, 4)


def test_a_drawing_replaces_the_last_one_unless_it_is_kept(session, view):
    draw = {"kind": "rectangle", "x": [0, 1], "y": [0, 1]}
    say(view, **draw, more=False)
    say(view, **draw, more=False)
    assert list(session.regions) == ["region 1"]
    say(view, **draw, more=True)
    assert list(session.regions) == ["region 1", "region 2"]
    view.regions.name.value = "good ones"
    view.session.wait()
    say(view, **draw, more=False)
    assert list(session.regions) == ["region 1", "good ones", "region 2"]
    view.regions.search.value = True
    view.session.wait()
    say(view, **draw, more=False)
    assert list(session.regions) == ["region 1", "good ones", "region 2", "region 3"]


def test_the_search_is_sent_to_a_region_and_back(session, view):
    say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    view.regions.search.value = True
    view.session.wait()
    assert session.focused.name == "region 1"
    assert "the search goes here" in status(view)
    assert view.marks.labels.text.tolist() == ["region 1 · search goes here"]
    view.regions.name.value = "good"
    view.session.wait()
    assert (session.focused.name, session.selected_region, list(session.regions)) == ("good", "good", ["good"])
    view.regions.search.value = False
    view.session.wait()
    assert session.focused is None
    view.regions.clear.click()
    view.session.wait()
    assert (dict(session.regions), session.selected_region) == ({}, "")
    assert view.regions.clear.disabled


def test_union_intersection_and_complement_are_the_sessions(session, view):
    say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    for name, button in view.regions.operations.items():
        button.value = True
        assert session.set_operation == name
        assert [other.value for other in view.regions.operations.values()].count(True) == 1
        assert f"{name} of region 1:" in status(view)
    view.regions.operations["complement"].value = False
    assert session.set_operation == ""
    session.set_operation = "union"
    assert view.regions.operations["union"].value


def test_the_inverse_lights_dots_and_finds_where_blocks_are_common(session, view):
    assert view.regions.common.disabled
    session.selected_blocks = ("B1", "B5")
    assert "with B1 B5 (selected blocks): " in status(view)
    view.regions.common.click()
    view.session.wait()
    assert session.selected_region == "most B1 B5"
    assert len(session.regions["most B1 B5"]) > 0


def test_the_region_that_is_looked_at_is_that_of_all_views(session, view):
    session.region(x=(0, 1), name="theirs")
    session.selected_region = "theirs"
    assert view.regions.chosen.value == "theirs"
    view.regions.chosen.value = ""
    assert session.selected_region == ""


def test_regions_of_blocks_have_halos_while_they_are_looked_at(session, view, masks):
    session.region(blocks=["B1"], name="ones")
    assert len(view.marks.halos.x) == 0
    session.selected_region = "ones"
    assert dots(view.marks.halos) == [session.projection[mask] for mask in session.regions["ones"].masks]


# Bad input -----------------------------------------------------------------------------------------------------------


def test_a_region_without_dots_says_so(session, view):
    say(view, kind="rectangle", x=[100, 101], y=[0, 1], more=False)
    assert "region 1: no candidates · draw a larger one" in status(view)
    view.regions.operations["union"].value = True
    assert "union of region 1: no blocks" in status(view)


def test_a_region_that_an_edit_emptied_says_so(session, view, masks):
    session.region(masks=[mask for mask in masks if "B1" in mask][:2], name="ones")
    session.selected_region = "ones"
    session.edit(RemoveBlock("B1"))
    assert "ones: no candidates · draw a larger one, or undo the edit that removed them" in status(view)
    session.undo()
    assert "ones: 2 candidates" in status(view)


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "rectangle"},
        {"kind": "rectangle", "x": [0, "a"], "y": [0, 1]},
        {"kind": "rectangle", "x": [0, None], "y": [0, 1]},
        {"kind": "rectangle", "x": 3, "y": {"a": 1}},
        {"kind": "lasso", "corners": [[0, 0], [1, 1]]},
        {"kind": "lasso", "corners": [[0, 0]] * 6000},
        {"kind": "lasso", "corners": "abc"},
        {"kind": "lasso", "corners": [[0, 0], [1, 1], [1e400, 0]]},
    ],
)
def test_what_is_no_area_is_refused_and_told(session, view, message):
    say(view, **message)
    assert dict(session.regions) == {}
    assert "osl-map-said" in status(view)
    assert view.pointer.answered == 1
    say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    assert "osl-map-said" not in status(view)


# Candidates ----------------------------------------------------------------------------------------------------------


def test_the_candidate_under_the_pointer_is_that_of_all_views(session, view, masks):
    say(view, kind="hover", dot=3)
    assert session.hovered_candidate == masks[3]
    say(view, kind="hover", dot=-1)
    assert session.hovered_candidate is None
    session.hovered_candidate = masks[5]
    assert view.pointer.hovered == 5


def test_what_another_view_looks_at_stays_when_the_pointer_leaves_or_the_view_goes(session, view, masks):
    say(view, kind="hover", dot=3)
    session.hovered_candidate = masks[5]
    say(view, kind="hover", dot=-1)
    assert session.hovered_candidate == masks[5]
    view.close()
    assert session.hovered_candidate == masks[5]


def test_a_view_that_goes_takes_its_pointer_along(session, view, masks):
    say(view, kind="hover", dot=3)
    view.close()
    assert session.hovered_candidate is None


def test_positions_are_those_of_the_dots_that_are_shown(session, view, masks):
    evaluate(session, masks[7:9], [1.0, 2.0])
    view.filter.value = True
    view.filters.sliders["accuracy"].value = (0.3, 1.0)
    assert [dot.mask for dot in view.info.dots] == [masks[7]]
    assert "39 dots hidden by the filter" in status(view)
    say(view, kind="click", dot=view.pointer.dots["numbers"][0])
    assert session.pinned_candidates == (masks[7],)
    view.filters.reset.click()
    assert len(view.info.dots) == len(masks)
    assert view.pointer.pinned == [7]


def test_a_click_while_other_dots_are_being_shown_pins_what_was_clicked(session, view, masks):
    # A kernel may take a message on another thread, at any point of a drawing.
    view.pointer.observe(lambda _: send(view, kind="click", dot=3), "dots")
    places = dict(reversed(session.projection.places.items()))
    session.state.map = MapState(Projection(places), session.architecture)
    publish(session)
    assert session.pinned_candidates == (masks[3],)


def test_two_candidates_are_compared(session, view, masks):
    evaluate(session, masks[:2], [2.0, 1.0])
    say(view, kind="click", dot=0)
    assert "click another dot" in part(view, "osl-map-pins").children[0].value
    say(view, kind="click", dot=1)
    assert session.pinned_candidates == (masks[0], masks[1])
    assert "<td>loss</td><td>2.000</td><td>1.000</td><td>-1.000</td>" in part(view, "osl-map-pins").children[0].value
    say(view, kind="click", dot=2)
    assert session.pinned_candidates == (masks[1], masks[2])
    say(view, kind="click", dot=2)
    assert session.pinned_candidates == (masks[1],)
    view.pins.unpin.click()
    assert session.pinned_candidates == ()
    assert part(view, "osl-map-pins").layout.display == "none"


def test_the_numbers_of_every_dot_go_to_the_browser(session, view, masks):
    evaluate(session, masks[:1], [1.0])
    facts = view.pointer.dots["facts"]
    assert facts[0].startswith("accuracy 0.368 · loss 1.000\n")
    assert "generation 0" in facts[0]
    assert facts[1].startswith("not evaluated\n")
    assert len(view.pointer.dots["places"]) == 16 * len(masks)


# Actions that run ----------------------------------------------------------------------------------------------------


def test_what_is_drawn_while_something_runs_is_not_lost(session, view):
    job = session.train.start(ENDLESS)
    until(lambda: session.status == "training")
    job.pause()
    send(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    assert dict(session.regions) == {}
    assert "training: the region waits until this has ended" in status(view)
    assert view.pointer.answered == 0
    job.cancel()
    session.wait()
    assert (list(session.regions), session.selected_region, view.pointer.answered) == (["region 1"], "region 1", 1)
    assert "waits for its turn" not in status(view)


def test_regions_slip_in_between_generations(session, view):
    session.train(1)
    known = len(session.log)
    with held(session):
        job = session.evolve.start(3)
        until(lambda: job.is_started)
        send(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    session.wait()
    assert job.state == "done"
    assert [entry.action for entry in session.log[known:]] == ["step", "region", "step", "step"]
    assert session.selected_region == "region 1"


def test_what_is_asked_of_a_closed_session_is_refused(session, view):
    session.close()
    say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    assert "the session is closed" in status(view)
    assert view.pointer.answered == 1


# Opening and closing -------------------------------------------------------------------------------------------------


def test_what_cannot_be_shown_is_refused(session):
    with pytest.raises(SessionError, match="SearchSpaceView: a int; expected a search session"):
        SearchSpaceView(3)
    with pytest.raises(SessionError, match="by='size'; expected one of accuracy, loss"):
        SearchSpaceView(session, by="size")
    with pytest.raises(SessionError, match="mode='draw'; expected one of rectangle"):
        SearchSpaceView(session, mode="draw")


def test_a_notebook_keeps_few_words_of_it(view):
    assert repr(view) == "SearchSpaceView('lenet', 40 dots)"


def test_closing_leaves_nothing_behind(session, masks):
    before = living()
    watched = watchers(session)
    for _ in range(10):
        view = SearchSpaceView(session)
        say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
        view.close()
        view.close()
    assert living() == before
    assert watchers(session) == watched


def test_two_views_show_the_same(session, view, masks):
    other = SearchSpaceView(session, mode="inspect")
    say(view, kind="rectangle", x=[0, 1], y=[0, 1], more=False)
    say(other, kind="click", dot=4)
    for one, same in itertools.pairwise((view, other)):
        assert one.marks.areas.x.tolist() == same.marks.areas.x.tolist()
        assert one.pointer.pinned == same.pointer.pinned == [4]
