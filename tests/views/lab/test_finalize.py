import math
from dataclasses import replace

import pytest

from oneshot_lab.architecture.edits import AddBlock, RemoveBlock
from oneshot_lab.errors import ArchitectureError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.views.lab.finalize import BEST, FITNESS, LATER, PINNED, RUNNING, FinalizePanel
from oneshot_lab.views.lab.landmark_row import about
from tests.session.sessions import held, publish, pump
from tests.session.state.test_calibration import landmark


@pytest.fixture
def searched(session):
    session.train(1)
    list(session.evolve(2))
    return session


def panel_of(session):
    panel = FinalizePanel(session)
    panel.epochs.value = 1
    return panel


def test_before_the_search_it_says_what_is_missing(session):
    panel = panel_of(session)
    for by, words in ((BEST, "Run the search first"), (PINNED, "Pin a candidate"), (FITNESS, "Run the search first")):
        panel.by.value = by
        assert words in panel.chosen.value
        assert panel.train.disabled
    panel.close()


def test_the_best_candidate_is_trained(searched):
    panel = panel_of(searched)
    assert not panel.train.disabled
    panel.train.click()
    searched.wait()
    (final,) = searched.finals
    assert final.mask == searched.best.mask
    assert (final.epochs, len(final.runs)) == (1, 1)
    assert len(panel.finals.rows) == 1
    panel.close()


def test_a_pinned_candidate_is_trained(searched):
    panel = panel_of(searched)
    worst = searched.generations[-1].population[-1]
    searched.pinned_candidates = (worst,)
    panel.by.value = PINNED
    panel.train.click()
    searched.wait()
    assert searched.finals[-1].mask.blocks <= worst.blocks
    panel.close()


def test_pinning_a_candidate_chooses_it(searched):
    first, second = (each.mask for each in searched.current_candidates()[:2])
    panel = panel_of(searched)
    assert panel.by.value == BEST
    searched.pinned_candidates = (first,)
    assert panel.by.value == PINNED
    assert panel.chosen.value.startswith(f"{len(first.blocks)} of 12 blocks: ")
    searched.pinned_candidates = (first, second)
    assert panel.chosen.value.startswith(f"the candidate pinned last, {len(second.blocks)} of 12 blocks: ")
    # Who chooses otherwise, or unpins one of two, is left alone.
    panel.by.value = FITNESS
    searched.pinned_candidates = (first,)
    assert panel.by.value == FITNESS
    panel.by.value = PINNED
    later = panel_of(searched)
    assert later.by.value == PINNED
    searched.pinned_candidates = ()
    assert (panel.by.value, later.by.value) == (BEST, BEST)
    for each in (panel, later):
        each.close()


def test_the_network_that_is_shown_is_trained(searched):
    panel = panel_of(searched)
    shown = searched.best.mask
    with held(searched):
        job = searched.train.start(1)
        panel.train.click()
    job.wait()
    searched.wait()
    assert searched.finals[-1].mask == shown
    assert searched.log[-1].arguments["mask"] == sorted(shown.blocks)
    panel.by.value, panel.threshold.value = FITNESS, 0.0
    panel.train.click()
    searched.step()
    searched.wait()
    assert searched.finals[-1].mask.blocks == set(searched.architecture.block_ids)
    panel.close()


def test_a_pinned_candidate_whose_block_is_gone_is_told_beforehand(searched):
    mask = searched.current_candidates()[0].mask
    searched.pinned_candidates = (mask,)
    panel = panel_of(searched)
    assert not panel.train.disabled
    block = next(block for block in searched.architecture.layers[0].blocks if block.id in mask)
    searched.edit(RemoveBlock(block.id))
    assert panel.train.disabled
    assert block.id in panel.chosen.value
    assert panel.train.tooltip
    searched.undo()
    assert not panel.train.disabled
    panel.close()


def test_a_draft_is_told_beforehand(searched):
    panel = panel_of(searched)
    searched.propose(AddBlock("L1", "Conv2d", ", , 4"))
    assert searched.problem is not None
    assert panel.train.disabled
    assert panel.chosen.value.startswith("The network does not fit: ")
    searched.undo()
    assert not panel.train.disabled
    assert panel.train.tooltip == "Train it and measure it on the test split, once"
    panel.close()


def test_nothing_within_the_limit_is_told(searched):
    panel = panel_of(searched)
    smallest = searched.state.strategy.sizing.size
    limit = min(smallest(each.mask) for each in searched.current_candidates()) - 1
    searched.state.strategy.constrain(Constraint(limit=limit))
    publish(searched)
    assert panel.chosen.value == "Run the search first: nothing is evaluated yet within the limit."
    panel.close()


def test_blocks_are_chosen_by_their_fitness(searched):
    panel = panel_of(searched)
    panel.by.value, panel.threshold.value = FITNESS, 0.0
    assert panel.threshold.layout.display is None
    assert panel.chosen.value.startswith("12 of 12 blocks: B1 B2")
    # The highest with which each layer keeps a block.
    fitness = searched.block_fitness
    enough = min(max(fitness[block.id] for block in layer.blocks) for layer in searched.architecture.layers)
    panel.threshold.value = math.floor(enough * 20) / 20
    count = sum(value >= panel.threshold.value for value in fitness.values())
    assert panel.chosen.value.startswith(f"{count} of 12 blocks")
    panel.close()


def test_a_threshold_that_leaves_no_network_is_told_beforehand(session):
    session.train(1)
    session.step()
    fitness = session.block_fitness
    assert any(max(fitness[block.id] for block in layer.blocks) < 1.0 for layer in session.architecture.layers)
    panel = panel_of(session)
    panel.by.value, panel.threshold.value = FITNESS, 1.0
    assert panel.chosen.value.startswith("threshold: no path of blocks has a fitness of 1 or more")
    assert "; use 0." in panel.chosen.value
    assert panel.train.disabled
    # A press that was on its way is refused, and told.
    panel.train.click()
    session.wait()
    assert session.finals == ()
    assert session.log[-1].action == "finalize"
    assert session.log[-1].outcome.startswith("refused: threshold: ")
    panel.close()


def test_without_a_finite_loss_there_is_no_best_candidate(searched):
    panel = panel_of(searched)
    candidates = searched.state.evaluations.candidates
    candidates[:] = [replace(candidate, loss=math.nan) for candidate in candidates]
    publish(searched)
    assert "nothing is evaluated" in panel.chosen.value
    assert panel.train.disabled
    panel.close()


def test_the_best_of_several_finalists_is_found_and_trained(searched):
    panel = panel_of(searched)
    assert panel.best_of.value == 1
    panel.best_of.value = 3
    plan = searched.finalists(3)
    assert panel.chosen.value.startswith(f"3 finalists: {plan.trainings} short trainings of 3 epochs, 2 of them with ")
    # Six short trainings of three epochs or fewer, and one of the final network.
    seconds = searched.landmark_seconds(1, epochs=3 * plan.trainings + 1)
    assert panel.chosen.value.endswith(f"then the best in full. Takes {about(seconds)}.")
    with held(searched):
        panel.train.click()
        pump(searched, lambda: panel.train.disabled)
        assert panel.chosen.value == RUNNING
    searched.wait()
    (final,) = searched.finals
    assert {landmark.mask for landmark in searched.trained_landmarks} == set(plan.masks)
    assert final.mask in plan.masks
    assert final.epochs == 1
    # What is known by now is not trained again.
    assert panel.chosen.value.startswith(
        f"3 finalists: {searched.finalists(3).trainings} short trainings of 3 epochs, "
    )
    assert searched.finalists(3).trainings < plan.trainings
    panel.close()


def test_where_all_finalists_are_landmarks_second_seeds_decide(searched):
    panel = panel_of(searched)
    masks = [each.mask for each in searched.current_candidates()]
    searched.state.landmarks = tuple(landmark(searched, mask, 0.5 + row / 100) for row, mask in enumerate(masks))
    publish(searched)
    panel.best_of.value = 4
    assert searched.finalists(4).fresh == ()
    assert panel.chosen.value.startswith("4 finalists: 2 short trainings of 3 epochs with a second seed, then the best")
    panel.close()


def test_finalists_are_for_the_best_candidate_alone(searched):
    panel = panel_of(searched)
    panel.best_of.value = 3
    searched.pinned_candidates = (searched.best.mask,)
    assert panel.best_of.layout.display == "none"
    assert "finalists" not in panel.chosen.value
    panel.train.click()
    searched.wait()
    assert searched.trained_landmarks == ()
    assert searched.finals[-1].mask == searched.best.mask
    panel.close()


def test_fewer_finalists_than_wanted_are_told_beforehand(searched):
    panel = panel_of(searched)
    count = len(searched.finalists(999))
    panel.best_of.value = 999
    assert panel.chosen.value.startswith(f"{count} finalists, since there are no more candidates for 999: ")
    panel.close()


def test_without_scores_there_are_no_finalists(session):
    panel = panel_of(session)
    panel.best_of.value = 3
    assert panel.chosen.value == "Run the search first: nothing is evaluated yet."
    assert panel.train.disabled
    assert panel.train.tooltip == panel.chosen.value
    panel.close()


def test_while_a_search_runs_finalists_are_chosen_later(searched):
    panel = panel_of(searched)
    panel.best_of.value = 3
    with held(searched):
        searched.train.start(1)
        pump(searched, lambda: searched.status == "training")
        assert panel.chosen.value == LATER
        assert not panel.train.disabled
    searched.wait()
    panel.close()


def test_ids_are_no_markup(searched):
    panel = panel_of(searched)
    own, shown = searched.architecture, panel.chosen.value
    first, *others = own.layers
    block, *siblings = first.blocks
    blocks = (replace(block, id="<img src=x>"), *siblings)
    with pytest.raises(ArchitectureError, match="the id '<img src=x>'; expected letters and digits"):
        searched.replace(replace(own, layers=(replace(first, blocks=blocks), *others)))
    assert panel.chosen.value == shown
    panel.close()
