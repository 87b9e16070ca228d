from dataclasses import replace

import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.errors import MaskError, SessionError, StoppedError
from oneshot_lab.session.actions import evaluating
from oneshot_lab.supernet.evaluate import evaluate
from tests.session.sessions import Spy, after, at_batch, interrupt, portrait, small

# Evolution -----------------------------------------------------------------------------------------------------------


def test_a_step_needs_training_and_says_so(data):
    session = small(data)
    for act in (
        session.step,
        lambda: session.evaluate(Mask.full(session.architecture)),
        lambda: next(session.evolve()),
    ):
        with pytest.raises(SessionError, match=r"the supernet is not trained; call train\(\) first"):
            act()
    assert session.status == "idle"
    assert session.state.strategy.generations == []


def test_evolve_is_a_generator_of_generations(session):
    evolution = session.evolve(3)
    assert len(session.generations) == 2, "nothing happens before it is asked for"
    first = next(evolution)
    assert session.generations[-1] is first
    assert first.index == 2
    assert [generation.index for generation in evolution] == [3, 4]
    assert len(session.generations) == 5
    assert set(first.block_fitness) == set(session.architecture.block_ids)
    assert first.loss_min <= first.loss_mean <= first.loss_max


def test_evolve_refuses_what_is_no_count(shared):
    with pytest.raises(SessionError, match="iterations"):
        next(shared.evolve(0))


def test_a_step_evaluates_each_network_once(session, evaluated):
    for _ in session.evolve(6):
        pass
    asked = [mask for call in evaluated for mask in call]
    assert len(asked) == len(set(asked))
    assert not set(asked) & set(session.candidate_masks[: -len(asked)])
    assert not session.candidates["mask"].duplicated().any()


def test_a_generation_of_known_candidates_evaluates_nothing(session, evaluated):
    population = session.state.strategy.ask()
    session.evaluate(*population)
    del evaluated[:]
    generation = session.step()
    assert evaluated == []
    assert generation.population == tuple(population)
    assert session.progress == 1.0


@pytest.mark.parametrize("place", ["first batch", "last batch"])
def test_a_stopped_step_leaves_the_population_waiting(session, place):
    population = session.state.strategy.ask()
    portrayed = portrait(session)
    if place == "first batch":
        after(session, 1, session.stop, trait="status")
        with pytest.raises(StoppedError):
            session.step()
        assert portrait(session) == portrayed
        assert session.log[-1].outcome == "stopped"
        session.unobserve_all("status")
        assert session.step().population == tuple(population)
    else:
        session.observe(lambda change: session.stop() if change.new == 1.0 else None, "progress")
        assert session.step().population == tuple(population)


@pytest.mark.parametrize("when", ["in a step", "at its end", "between steps"])
def test_a_stop_ends_evolve(session, when):
    if when == "in a step":
        after(session, 1, session.stop, trait="status")
    if when == "at its end":
        session.observe(lambda change: session.stop(), "generations")
    seen = 0
    for _ in session.evolve(5):
        seen += 1
        if when == "between steps":
            session.stop()
    assert seen == (0 if when == "in a step" else 1)
    session.unobserve_all()
    assert len(list(session.evolve(2))) == 2


def test_an_interrupted_step_goes_on_with_the_same_population(session):
    population = session.state.strategy.ask()

    at_batch(session, 1, interrupt(session))
    with pytest.raises(KeyboardInterrupt):
        session.step()
    assert session.status == "idle"
    assert session.log[-1].outcome == "interrupted"
    assert session.step().population == tuple(population)


def test_an_interrupted_search_says_how_far_it_came(session):
    at_batch(session, 20, interrupt(session))
    with pytest.raises(KeyboardInterrupt):
        for _ in session.evolve(900):
            pass
    done = len(session.generations) - 2
    assert done > 0
    # Of the one that was interrupted in the end it may be that it was finished.
    assert session.message in [f"evolve: interrupted after {count} of 900 generations" for count in (done, done - 1)]


def test_a_candidate_without_a_finite_loss_has_no_fitness(session, monkeypatch):
    def broken(supernet, masks, *args, **kwargs):
        scores = evaluate(supernet, masks, *args, **kwargs)
        worst = next(iter(scores))
        return scores | {worst: replace(scores[worst], loss=float("nan"))}

    monkeypatch.setattr(evaluating, "evaluate", broken)
    session.train(1)
    generation = session.step()
    assert np.isnan(generation.losses).sum() == 1
    assert generation.fitness[int(np.isnan(generation.losses).argmax())] == 0
    assert np.isfinite(session.best.loss)


# Questions -----------------------------------------------------------------------------------------------------------


def test_masks_of_your_own_join_the_candidates(session, evaluated):
    whole, smallest = Mask.full(session.architecture), Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")
    rows = len(session.candidates)
    found = session.evaluate(whole, smallest, whole)
    assert [candidate.mask for candidate in found] == [whole, smallest, whole]
    assert found[0] is found[2]
    new = session.candidates.iloc[rows:]
    assert new["generation"].isna().all()
    assert found[0].parameters > found[1].parameters
    assert found[0].macs > found[1].macs
    again = session.evaluate(whole)
    assert again[0] is found[0]
    assert sum(mask == whole for call in evaluated for mask in call) <= 1


def test_a_mask_that_is_no_network_is_refused_before_anything_happens(session):
    rows = len(session.candidates)
    with pytest.raises(MaskError, match="no block B99"):
        session.evaluate(Mask.full(session.architecture), Mask.of("B99"))
    with pytest.raises(MaskError, match="no signal reaches it"):
        session.evaluate(Mask.of("B1"))
    with pytest.raises(MaskError, match="no block B99"):
        session.evaluate("B1 B99")
    with pytest.raises(MaskError, match=r"Mask\.parse: a number; expected text"):
        session.evaluate(3)
    assert len(session.candidates) == rows


def test_the_best_has_the_lowest_loss_that_holds(shared):
    holding = shared.candidates[~shared.candidates["stale"]]
    assert shared.best.loss == holding["loss"].min()


def test_marginal_effects_are_of_the_candidates_that_hold(shared):
    effects = shared.marginal_effects()
    assert tuple(effects) == shared.architecture.block_ids
    holding = shared.candidates[~shared.candidates["stale"]]
    having = np.array(["B1" in Mask.parse(mask) for mask in holding["mask"]])
    assert effects["B1"].with_count == having.sum()
    assert effects["B1"].without_count == (~having).sum()
    expected = holding["loss"][~having].mean() - holding["loss"][having].mean()
    assert effects["B1"].effect == pytest.approx(expected)
    assert all(effects[block].without_count == 0 for block in locked_blocks(shared.architecture))


def test_the_search_never_looks_at_the_test_split(data):
    spied = replace(data, test=Spy(data.test), validation=Spy(data.validation))
    session = small(spied)
    session.train(1)
    for _ in session.evolve(2):
        pass
    session.evaluate(Mask.full(session.architecture))
    session.marginal_effects()
    assert spied.validation.looks == 3
    assert spied.test.looks == 0
