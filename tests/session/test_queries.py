from pathlib import Path

import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import Constraint
from tests.session.sessions import small


def test_a_session_is_told_in_a_line(shared):
    evaluations = len(shared.candidates)
    told = f"SearchSession(lenet, 12 blocks; data digits; 2 epochs; 2 generations; {evaluations} evaluations)"
    assert repr(shared) == told


def test_of_the_smallest_and_best_none_is_beaten_in_both(shared):
    for measure in ("parameters", "macs"):
        front = shared.pareto(measure)
        assert front
        for one in front:
            assert not any(
                getattr(other, measure) <= getattr(one, measure) and other.accuracy > one.accuracy
                for other in shared.current_candidates()
            )
    with pytest.raises(SessionError, match="measure"):
        shared.pareto("seconds")


def test_each_block_has_an_effect_or_none_is_known(shared, data):
    assert shared.marginal_effects().keys() == set(shared.architecture.block_ids)
    assert set(small(data).marginal_effects()) == set(small(data).architecture.block_ids)


def test_blocks_of_a_region_follow_what_is_selected(session):
    assert session.region_blocks() == frozenset()
    best = session.best.mask
    region = session.region(masks=[best], name="one")
    session.selected_region, session.set_operation = "one", "union"
    assert session.region_blocks() == region.union() == best.blocks
    session.set_operation = "complement"
    assert session.region_blocks() == frozenset(session.architecture.block_ids) - best.blocks


def test_the_best_keeps_the_limit(session):
    best = session.best
    sizes = sorted(candidate.parameters for candidate in session.current_candidates())
    session.constrain(limit=sizes[0])
    assert session.best.parameters == sizes[0] <= best.parameters
    assert session.constraint == Constraint(limit=sizes[0])


def test_its_files_are_named_for_the_network_and_the_data(data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = small(data)
    assert (session.usual_checkpoint(), session.usual_file()) == (
        "lenet-digits.checkpoint.oneshot",
        "lenet-digits.oneshot",
    )
    assert session.earlier_checkpoint() is None
    session.save("mine.oneshot")
    assert Path(session.usual_file()).name == "mine.oneshot"
