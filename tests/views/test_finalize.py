import math
from dataclasses import replace

import pytest

from oneshot_lab.views.finalize import BEST, FITNESS, PINNED, FinalizePanel


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


def test_blocks_are_chosen_by_their_fitness(searched):
    panel = panel_of(searched)
    panel.by.value, panel.threshold.value = FITNESS, 0.0
    assert panel.threshold.layout.display is None
    assert panel.chosen.value.startswith("12 of 12 blocks: B1 B2")
    panel.threshold.value = 1.0
    count = sum(fitness >= 1.0 for fitness in searched.block_fitness.values())
    assert panel.chosen.value.startswith(f"{count} of 12 blocks")
    panel.close()


def test_a_threshold_that_leaves_no_network_is_told(session):
    session.train(1)
    session.step()
    fitness = session.block_fitness
    assert any(max(fitness[block.id] for block in layer.blocks) < 1.0 for layer in session.architecture.layers)
    panel = panel_of(session)
    panel.by.value, panel.threshold.value = FITNESS, 1.0
    panel.train.click()
    session.wait()
    assert session.finals == ()
    assert session.log[-1].action == "finalize"
    assert session.log[-1].outcome.startswith("failed")
    panel.close()


def test_without_a_finite_loss_there_is_no_best_candidate(searched):
    panel = panel_of(searched)
    candidates = searched._ledger.candidates
    candidates[:] = [replace(candidate, loss=math.nan) for candidate in candidates]
    searched._publish()
    assert "nothing is evaluated" in panel.chosen.value
    assert panel.train.disabled
    panel.close()


def test_ids_from_a_file_are_text(searched):
    panel = panel_of(searched)
    own = searched.architecture
    first, *others = own.layers
    block, *siblings = first.blocks
    blocks = (replace(block, id="<img src=x>"), *siblings)
    searched.replace(replace(own, layers=(replace(first, blocks=blocks), *others)))
    searched.train(1)
    list(searched.evolve(2))
    panel.by.value, panel.threshold.value = FITNESS, 0.0
    assert "&lt;img src=x&gt;" in panel.chosen.value
    assert "<img" not in panel.chosen.value
    panel.close()
