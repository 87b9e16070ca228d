import numpy as np
import pytest

from oneshot_lab.architecture.edits import AddBlock, RemoveBlock
from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ExhaustedError
from oneshot_lab.session.actions import mapping
from oneshot_lab.session.session import SearchSession
from oneshot_lab.space.distance_cache import DistanceCache
from oneshot_lab.space.ged import batch
from oneshot_lab.supernet.evaluate import StoppedError
from tests.session.sessions import portrait, small


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Smaller maps, for speed."""
    monkeypatch.setattr(mapping, "SAMPLE", 40)


def stayed(before, after):
    """Whether nobody who is on both maps has moved."""
    return all(after[mask] == before[mask] for mask in before if mask in after)


def every(session):
    """Every candidate of a small template without links."""
    blocks = session.architecture.block_ids
    for number in range(2 ** len(blocks)):
        mask = Mask.from_bits(session.architecture, [bool(number >> bit & 1) for bit in range(len(blocks))])
        if is_valid(session.architecture, mask):
            yield mask


def test_there_is_no_map_before_it_is_asked_for(session):
    assert session.projection is None
    session.step()
    session.edit(RemoveBlock("B3"))
    session.step()
    assert session.projection is None


def test_the_map_has_a_hundred_candidates_and_those_that_were_evaluated(session, monkeypatch):
    monkeypatch.undo()
    evaluated = set(session.candidate_masks)
    projection = session.project()
    assert projection is session.projection
    assert evaluated <= set(projection)
    assert len(projection) == 100 + len(evaluated)
    assert all(
        is_valid(session.architecture, mask) and prune(session.architecture, mask) == mask for mask in projection
    )
    assert projection.quality > 0.9
    assert session.message == f"map: {len(projection)} candidates, trustworthiness {projection.quality:.2f}"
    assert (session.status, session.progress) == ("idle", 1.0)
    assert (session.log[-1].action, session.log[-1].arguments) == ("project", {})


def test_the_same_seed_gives_the_same_map(copy):
    one, other = copy(), copy()
    assert one.project() == other.project()


def test_watching_the_map_does_not_change_the_search(copy):
    watched, plain = copy(), copy()
    watched.project()
    for session in (watched, plain):
        list(session.evolve(3))
    assert portrait(watched) == portrait(plain)


def test_nobody_moves_when_generations_come(session):
    before = session.project()
    for generation in session.evolve(4):
        assert stayed(before, session.projection)
        assert set(before) <= set(session.projection)
        assert set(generation.population) <= set(session.projection)
        before = session.projection


def test_what_is_evaluated_by_hand_is_placed_as_well(data):
    session = small(data)
    session.train(1)
    before = session.project()
    newcomer = next(mask for mask in every(session) if mask not in before)
    session.evaluate(newcomer)
    assert newcomer in session.projection
    assert stayed(before, session.projection)


def test_an_edit_keeps_the_dots_of_those_who_still_exist_and_undo_brings_the_others_back(session):
    before = session.project()
    session.edit(RemoveBlock("B3"))
    left = session.projection
    assert set(left) == {mask for mask in before if "B3" not in mask}
    assert stayed(before, left)
    session.undo()
    assert session.projection == before


def test_after_an_edit_the_next_step_lays_the_map_out_again_from_the_old_places(session):
    before = session.project()
    session.edit(AddBlock("L3", "Conv2d", "6, 16, 3"))
    (added,) = set(session.architecture.block_ids) - {f"B{number}" for number in range(1, 13)}
    assert not any(added in mask for mask in session.projection)
    session.step()
    after = session.projection
    assert set(before) <= set(after)
    assert any(added in mask for mask in after), "newly drawn ones"
    moved = np.linalg.norm(after.coordinates(before) - before.coordinates(), axis=1)
    assert 0 < np.median(moved) < 0.25 * np.ptp(before.coordinates(), axis=0).max()
    session.step()
    assert stayed(after, session.projection)


def test_undo_to_what_the_map_was_made_for_moves_nobody(session):
    before = session.project()
    session.edit(RemoveBlock("B3"))
    session.undo()
    session.step()
    assert stayed(before, session.projection)


def test_so_does_undo_after_loading(session, data, tmp_path):
    before = session.project()
    session.edit(RemoveBlock("B3"))
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    for each in (session, back):
        each.undo()
        each.step()
        assert stayed(before, each.projection)
    assert back.state.map == session.state.map
    assert portrait(back) == portrait(session)


def test_another_template_gets_a_map_of_its_own(session):
    session.project()
    session.replace(load_template("lenet5"))
    session.train(1)
    session.step()
    assert len(session.projection) == 1
    assert "too few for t-SNE" in session.projection.note


def test_a_network_without_choices_is_one_dot(data):
    session = SearchSession("lenet5", data, width=0.25, bar=False, device="cpu")
    projection = session.project()
    assert list(projection.places.values()) == [(0.0, 0.0)]
    assert session.message == "map: 1 candidates; 1 network is too few for t-SNE: laid out by classical scaling"


def test_a_stopped_map_changes_nothing(session):
    before = session.project()
    # What is known already takes no time in which it could be stopped.
    session.state.distances = DistanceCache()
    session.observe(lambda change: session.stop(), "progress")
    with pytest.raises(StoppedError):
        session.project()
    session.unobserve_all("progress")
    assert session.projection is before
    assert session.log[-1].outcome == "stopped"
    assert len(session.project()) == len(before)


def test_asked_again_it_takes_in_what_was_evaluated_and_starts_from_the_old_places(session):
    before = session.project()
    list(session.evolve(2))
    after = session.project()
    assert set(after) >= set(before)
    moved = np.linalg.norm(after.coordinates(before) - before.coordinates(), axis=1)
    assert np.median(moved) < 0.25 * np.ptp(before.coordinates(), axis=0).max()


def test_after_an_edit_only_what_is_new_is_worked_out(session, monkeypatch):
    session.project()
    asked, solve = [], batch.solve

    def count(graphs, pairs, steps):
        asked.append(len(pairs))
        return solve(graphs, pairs, steps)

    monkeypatch.setattr(batch, "solve", count)
    session.edit(RemoveBlock("B3"))
    kept = len(session.projection)
    session.step()
    candidates = len(session.projection)
    assert kept > 20
    assert sum(asked) <= candidates * (candidates - 1) // 2 - kept * (kept - 1) // 2


@pytest.mark.parametrize("act", ["project", "region", "where_common", "step"])
def test_a_map_that_has_no_room_says_so_and_nothing_has_changed(session, monkeypatch, act):
    if act == "step":
        session.project()
        session.edit(RemoveBlock("B3"))
    asked = {
        "project": session.project,
        "region": lambda: session.region(blocks=["B1"]),
        "where_common": lambda: session.where_common("B1"),
        "step": session.step,
    }[act]
    before, dots = portrait(session), session.projection
    with monkeypatch.context() as patch:
        patch.setattr(mapping, "distances", lambda *_, **__: np.empty(2**50))
        with pytest.raises(ExhaustedError, match=r"^memory: Unable to allocate .*; close what else uses it"):
            asked()
    assert (portrait(session), session.projection, session.regions) == (before, dots, {})
    asked()
