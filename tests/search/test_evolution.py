import dataclasses
import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask, is_valid, locked_blocks, prune
from oneshot_lab.architecture.model import Architecture, check
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.operators import random_mask
from tests.strategies import architectures, chain

LENET_LIKE = chain(3, 1, 3, 1, 2, 1, 1)


def distance_to(hidden: Mask, architecture: Architecture):
    """A loss that knows the answer: the share of bits that differ from a hidden mask, plus 0.1."""
    return lambda mask: 0.1 + len(mask.blocks ^ hidden.blocks) / len(architecture.block_ids)


def step(evolution: Evolution, loss):
    return evolution.tell({mask: loss(mask) for mask in evolution.ask()})


def few_blocks(mask: Mask) -> float:
    return float(len(mask))


@given(architectures(), st.integers(0, 2**32), st.sampled_from(["fitness", "uniform"]), st.data())
def test_every_candidate_is_a_network_whatever_the_losses(architecture, seed, crossover, data):
    evolution = Evolution(architecture, seed=seed, crossover=crossover)
    losses = st.floats(0, 10) | st.sampled_from([math.nan, math.inf])
    for _ in range(3):
        population = evolution.ask()
        assert len(population) == evolution.population_size
        for mask in population:
            assert is_valid(architecture, mask)
            assert locked_blocks(architecture) <= mask.blocks
            assert prune(architecture, mask) == mask
        size = len(population)
        evolution.tell(data.draw(st.lists(losses, min_size=size, max_size=size)))


@given(architectures(), st.integers(0, 2**32))
def test_the_best_loss_never_worsens_and_elites_survive(architecture, seed):
    evolution = Evolution(architecture, seed=seed)
    rng = np.random.default_rng(seed)
    loss = distance_to(random_mask(architecture, rng=rng), architecture)
    for _ in range(4):
        step(evolution, loss)
    for before, after in itertools.pairwise(evolution.generations):
        assert after.loss_min <= before.loss_min
        ranked = sorted(dict(zip(before.population, before.losses, strict=True)).items(), key=lambda item: item[1])
        kept = tuple(mask for mask, _ in ranked[: evolution.elite])
        assert after.population[: len(kept)] == kept


def test_sizes_follow_the_paper_and_the_design():
    assert Evolution(LENET_LIKE, seed=0).population_size == 12  # the number of blocks (§3.1.1)
    assert Evolution(LENET_LIKE, seed=0).elite == 3  # ceil(12 / 5)
    assert Evolution(chain(1, 1), seed=0).population_size == 4
    chosen = Evolution(LENET_LIKE, seed=0, population_size=7, elite=0)
    assert (len(chosen.ask()), chosen.elite) == (7, 0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"population_size": 1}, "population_size: got 1; expected 2 or more"),
        ({"population_size": 5, "elite": 5}, "elite: got 5; expected 0 to 4"),
        ({"elite": -1}, "elite: got -1; expected 0 to 11"),
        ({"mutation_rate": 1.5}, "mutation_rate: got 1.5; expected 0 to 1"),
        ({"mutation_rate": math.nan}, "mutation_rate: got nan; expected 0 to 1"),
        ({"crossover": "unifrom"}, "crossover: got 'unifrom'; did you mean 'uniform'?"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(SessionError) as caught:
        Evolution(LENET_LIKE, seed=0, **settings)
    assert str(caught.value) == message


def test_populations_hold_no_copies_while_there_are_other_networks():
    evolution = Evolution(LENET_LIKE, seed=0)
    for _ in range(8):
        generation = step(evolution, few_blocks)  # pulls everything towards one network
        assert len(set(generation.population)) == 12


def test_a_space_smaller_than_the_population_is_filled_with_copies():
    evolution = Evolution(chain(1, 2), seed=0, population_size=6)
    for _ in range(3):
        assert set(step(evolution, few_blocks).population) == {
            Mask.of("B1", "B2"),
            Mask.of("B1", "B3"),
            Mask.of("B1", "B2", "B3"),
        }


def test_parents_come_from_the_last_generation_and_have_a_finite_loss():
    evolution = Evolution(LENET_LIKE, seed=0)
    rng = np.random.default_rng(0)
    assert evolution.tell(_half_broken(evolution.ask(), rng)).parents == {}
    for _ in range(10):
        last = evolution.generations[-1]
        scored = {mask for mask, loss in zip(last.population, last.losses, strict=True) if math.isfinite(loss)}
        generation = evolution.tell(_half_broken(evolution.ask(), rng))
        assert set(generation.parents) <= set(generation.population[evolution.elite :])
        assert len(generation.parents) == 12 - evolution.elite
        for father, mother in generation.parents.values():
            assert {father, mother} <= scored
            assert father != mother


def _half_broken(population, rng):
    return [math.nan if broken else loss for broken, loss in zip(rng.random(12) < 0.5, rng.random(12), strict=True)]


def test_children_have_bits_of_their_parents_but_for_mutations():
    evolution = Evolution(LENET_LIKE, seed=0, mutation_rate=0.0)
    step(evolution, few_blocks)
    generation = step(evolution, few_blocks)
    # Layers that both parents fill may still be emptied by crossover: repair then takes any block of the layer.
    layers = [{block.id for block in layer.blocks} for layer in LENET_LIKE.layers]
    for child, (father, mother) in generation.parents.items():
        for layer in layers:
            inherited = child.blocks & layer <= (father.blocks | mother.blocks)
            assert inherited or len(child.blocks & layer) == 1


@pytest.mark.parametrize(("crossover", "share"), [("fitness", 0.975), ("uniform", 0.5)])
def test_the_chooser_is_drawn_from_the_block_fitness_of_the_last_generation(crossover, share):
    architecture = chain(2, 20)
    evolution = Evolution(architecture, seed=0, crossover=crossover, population_size=40, elite=0, mutation_rate=0.0)

    def all_but_the_first_have_b2(count, rng):
        masks = [random_mask(architecture, rng=rng) for _ in range(count)]
        first, *others = (Mask(mask.blocks | {"B1"}) for mask in masks)
        return [Mask(first.blocks - {"B2"}), *(Mask(mask.blocks | {"B2"}) for mask in others)]

    evolution.ask(all_but_the_first_have_b2)
    first = evolution.tell([1.0, 1.0] + [math.nan] * 38)  # two possible parents, and they differ in B2
    assert first.block_fitness["B2"] == 39 / 40
    parents = step(evolution, few_blocks).parents
    assert len(parents) == 40
    like_mother = sum(("B2" in child) == ("B2" in mother) for child, (_, mother) in parents.items())
    assert like_mother / 40 == pytest.approx(share, abs=0.2)


def test_after_a_generation_without_a_finite_loss_all_are_drawn_afresh():
    evolution = Evolution(LENET_LIKE, seed=0)
    failed = step(evolution, lambda mask: math.nan)
    assert failed.fitness == (0.0,) * 12
    generation = step(evolution, few_blocks)
    assert generation.parents == {}
    assert set(generation.population) != set(failed.population)


def test_the_generation_says_what_was_told():
    evolution = Evolution(chain(2, 2), seed=3)
    population = evolution.ask()
    generation = evolution.tell([1.0, 2.0, math.inf, 4.0])
    assert evolution.generations == [generation]
    assert generation.index == 0
    assert generation.population == tuple(population)
    assert generation.losses == (1.0, 2.0, math.inf, 4.0)
    assert generation.fitness == pytest.approx((4 / 7, 2 / 7, 0.0, 1 / 7))
    assert (generation.loss_max, generation.loss_mean, generation.loss_min) == (4.0, pytest.approx(7 / 3), 1.0)
    for block, share in generation.block_fitness.items():
        assert share == sum(block in mask for mask in population) / 4
    assert evolution.block_fitness == generation.block_fitness
    assert generation.best == population[0]


def test_losses_are_taken_by_mask_too_and_others_are_ignored():
    one, two = (Evolution(LENET_LIKE, seed=0) for _ in range(2))
    losses = {mask: float(index) for index, mask in enumerate(reversed(two.ask()))}
    assert one.ask() == two.ask()
    assert one.tell(losses | {Mask.of("elsewhere"): 0.0}) == two.tell(np.arange(12.0)[::-1])


def test_asking_again_gives_the_same_population_and_draws_nothing():
    evolution, other = Evolution(LENET_LIKE, seed=0), Evolution(LENET_LIKE, seed=0)
    assert evolution.ask() == evolution.ask() == other.ask()
    assert step(evolution, few_blocks) == step(other, few_blocks)
    assert evolution.ask() == other.ask()


def test_changing_the_list_from_ask_does_not_change_the_population():
    evolution = Evolution(LENET_LIKE, seed=0)
    evolution.ask().clear()
    assert len(evolution.ask()) == 12


def test_tell_refuses_what_does_not_fit_and_goes_on_waiting():
    evolution = Evolution(LENET_LIKE, seed=0)
    with pytest.raises(SessionError, match="no population is waiting for losses; call ask first"):
        evolution.tell([])
    population = evolution.ask()
    with pytest.raises(SessionError, match="tell: 11 losses; expected 12, one for each candidate"):
        evolution.tell([1.0] * 11)
    with pytest.raises(SessionError, match="11 candidates have no loss"):
        evolution.tell({population[0]: 1.0})
    with pytest.raises(SessionError, match="a loss of -1"):
        evolution.tell([-1.0] * 12)
    assert evolution.generations == []
    assert evolution.ask() == population


def test_the_same_seed_gives_the_same_search():
    one, two, other = (Evolution(LENET_LIKE, seed=seed) for seed in (5, 5, 6))
    for evolution in (one, two, other):
        for _ in range(4):
            step(evolution, few_blocks)
    assert one.generations == two.generations
    assert one.generations != other.generations


@pytest.mark.parametrize("crossover", ["fitness", "uniform"])
def test_evolution_beats_random_search_with_as_many_evaluations(crossover):
    architecture = chain(3, 3, 3, 3, 3, 3, 3, 3)
    wins, found, drawn = 0, [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        loss = distance_to(random_mask(architecture, rng=rng), architecture)
        evolution = Evolution(architecture, seed=seed, crossover=crossover)
        for _ in range(12):
            best = step(evolution, loss).loss_min
        draws = [loss(random_mask(architecture, rng=rng)) for _ in range(12 * evolution.population_size)]
        found.append(best)
        drawn.append(min(draws))
        wins += best < min(draws)
    assert wins >= 5
    assert np.mean(found) < np.mean(drawn) - 0.05  # more than one bit of 24


def test_proposed_candidates_take_the_place_of_children():
    evolution = Evolution(LENET_LIKE, seed=0)
    first = step(evolution, few_blocks)
    wanted = []
    full = Mask.full(LENET_LIKE)
    cut = Mask.of("B1")  # repaired before it is taken

    def propose(count, rng):
        wanted.append(count)
        return [full, cut, full, first.best]

    population = evolution.ask(propose)
    assert wanted == [9]
    assert population[3] == full
    assert is_valid(LENET_LIKE, population[4])
    assert "B1" in population[4]
    generation = step(evolution, few_blocks)
    assert len(set(population)) == 12  # neither the copy of `full` nor the elite again
    assert len(generation.parents) == 7
    assert not {full, population[4]} & set(generation.parents)


def test_no_more_are_taken_than_there_is_room_for():
    evolution = Evolution(LENET_LIKE, seed=0)
    population = evolution.ask(lambda count, rng: [random_mask(LENET_LIKE, rng=rng) for _ in range(5 * count)])
    assert len(set(population)) == 12


@given(architectures(), architectures(), st.integers(0, 2**32), st.integers(0, 2), st.booleans())
def test_after_any_edit_the_population_is_valid_and_waits(before, after, seed, steps, asked):
    evolution = Evolution(before, seed=seed)
    for _ in range(steps):
        step(evolution, few_blocks)
    if asked:
        evolution.ask()
    evolution.adapt(after)
    population = evolution.ask()
    assert len(population) == evolution.population_size == max(4, len(after.block_ids))
    assert all(is_valid(after, mask) and prune(after, mask) == mask for mask in population)
    assert list(evolution.block_fitness) == list(after.block_ids)
    generation = step(evolution, few_blocks)
    assert generation.index == steps
    assert generation.parents == {} or (steps == 0 and not asked)


def without(architecture: Architecture, *blocks: str) -> Architecture:
    """The architecture with some blocks taken out."""
    return _replace_blocks(architecture, lambda block: () if block.id in blocks else (block,))


def _replace_blocks(architecture, change):
    layers = (
        dataclasses.replace(layer, blocks=tuple(new for block in layer.blocks for new in change(block)))
        for layer in architecture.layers
    )
    return check(dataclasses.replace(architecture, layers=tuple(layers)))


def test_an_edit_carries_the_population_over():
    evolution = Evolution(LENET_LIKE, seed=0, population_size=12)
    for _ in range(3):
        last = step(evolution, few_blocks)
    edited = without(LENET_LIKE, "B2")
    evolution.adapt(edited)
    population = evolution.ask()
    assert len(set(population)) == 12
    dropped = [Mask(mask.blocks - {"B2"}) for mask in last.population]
    whole = {mask for mask in dropped if is_valid(edited, mask)}
    assert len(whole) > 4
    assert whole <= set(population)  # the others were repaired
    assert population[0].blocks >= last.best.blocks - {"B2"}  # best first
    assert evolution.block_fitness == {b: f for b, f in last.block_fitness.items() if b != "B2"}
    assert evolution.generations[-1] is last


def test_new_blocks_start_at_a_half_and_leave_the_elites_alone():
    smaller = without(LENET_LIKE, "B2")
    evolution = Evolution(smaller, seed=0, population_size=40, elite=8)
    last = step(evolution, few_blocks)
    evolution.adapt(LENET_LIKE)
    assert evolution.block_fitness == {**last.block_fitness, "B2": 0.5}
    population = evolution.ask()
    best = sorted(zip(last.population, last.losses, strict=True), key=lambda row: row[1])[:8]
    assert population[:8] == [mask for mask, _ in best]
    assert 8 <= sum("B2" in mask for mask in population[8:]) <= 24


def test_what_is_not_scored_is_a_weight_and_no_score():
    smaller = without(LENET_LIKE, "B2")
    evolution = Evolution(smaller, seed=0)
    assert evolution.scores == {}
    last = step(evolution, few_blocks)
    evolution.adapt(LENET_LIKE)
    restored = Evolution.restore(LENET_LIKE, json.loads(json.dumps(evolution.state())))
    assert evolution.scores == restored.scores == last.block_fitness
    assert restored.block_fitness == {**last.block_fitness, "B2": 0.5}


def test_a_state_of_before_scores_were_noted_has_all_of_them():
    evolution = Evolution(LENET_LIKE, seed=0)
    old = {name: value for name, value in evolution.state().items() if name != "scores"}
    assert Evolution.restore(LENET_LIKE, old).scores == {}
    last = step(evolution, few_blocks)
    old = {name: value for name, value in evolution.state().items() if name != "scores"}
    assert Evolution.restore(LENET_LIKE, old).scores == last.block_fitness


def test_a_state_of_before_all_scores_were_kept_has_those_of_the_blocks_there_are():
    evolution = Evolution(LENET_LIKE, seed=0)
    last = step(evolution, few_blocks)
    old = {name: value for name, value in evolution.state().items() if name != "scores"} | {"scored": ["B1"]}
    assert Evolution.restore(LENET_LIKE, old).scores == {"B1": last.block_fitness["B1"]}
    with pytest.raises(SessionError, match="the saved search"):
        Evolution.restore(LENET_LIKE, old | {"scored": ["B99"]})


def test_a_block_that_an_undo_brings_back_has_its_score_also_after_a_restart():
    evolution = Evolution(LENET_LIKE, seed=0)
    last = step(evolution, few_blocks)
    evolution.adapt(without(LENET_LIKE, "B2"))
    restored = Evolution.restore(evolution.architecture, json.loads(json.dumps(evolution.state())))
    for each in (evolution, restored):
        each.adapt(LENET_LIKE)
    assert restored.scores == evolution.scores == last.block_fitness
    assert restored.state() == evolution.state()


def test_a_copy_goes_on_as_the_first_and_by_itself():
    evolution = Evolution(LENET_LIKE, seed=0)
    step(evolution, few_blocks)
    evolution.ask()
    before = evolution.state()
    copy = evolution.copy()
    assert step(copy, few_blocks) == copy.generations[-1]
    assert evolution.state() == before
    assert step(evolution, few_blocks) == copy.generations[-1]
    assert copy.state() == evolution.state()
    assert "generations" not in evolution.state(generations=False)


def test_another_template_begins_afresh_though_its_blocks_have_the_same_ids():
    evolution = Evolution(LENET_LIKE, seed=0)
    last = step(evolution, few_blocks)
    other = dataclasses.replace(LENET_LIKE, name="another")
    evolution.adapt(other)
    assert evolution.scores == {}
    assert set(evolution.block_fitness.values()) == {0.5}
    assert last.best not in evolution.ask()
    assert len(evolution.generations) == 1
    assert step(evolution, few_blocks).index == 1


def test_the_same_architecture_has_its_population_evaluated_again():
    evolution = Evolution(LENET_LIKE, seed=0)
    last = step(evolution, few_blocks)
    evolution.adapt(LENET_LIKE)
    assert set(evolution.ask()) == set(last.population)
    assert evolution.tell([1.0] * 12).index == 1


def test_an_edit_that_leaves_no_room_for_the_elites_is_refused():
    evolution = Evolution(LENET_LIKE, seed=0, elite=6)
    last = step(evolution, few_blocks)
    with pytest.raises(SessionError, match="elite: got 6; expected 0 to 3"):
        evolution.adapt(chain(1, 1))
    assert evolution.architecture is LENET_LIKE
    assert evolution.block_fitness == last.block_fitness


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("steps", [0, 3])
def test_a_saved_search_goes_on_bit_for_bit(steps, asked):
    evolution = Evolution(LENET_LIKE, seed=7, crossover="uniform", mutation_rate=0.2, population_size=9)
    for _ in range(steps):
        step(evolution, few_blocks)
    if asked:
        evolution.ask()
    text = json.dumps(evolution.state(), allow_nan=False)
    restored = Evolution.restore(LENET_LIKE, json.loads(text))
    assert json.dumps(restored.state()) == text
    for _ in range(3):
        assert step(restored, few_blocks) == step(evolution, few_blocks)
    assert restored.generations == evolution.generations
    edited = without(LENET_LIKE, "B3")
    evolution.adapt(edited)
    restored.adapt(edited)
    assert restored.ask() == evolution.ask()


@pytest.mark.parametrize(
    "damage",
    [
        {"generator": {"bit_generator": "MT19937"}},
        {"generator": None},
        {"population_size": "many"},
        {"generations": [{}]},
        {"generations": 3},
        {"block_fitness": {}},
        {"scores": [["lenet", {"id": "B1"}, 0.5]]},
        {"scores": 3},
        {"pending": [[["B1"]]]},
        {"parents": [[["B1"]]]},
    ],
)
def test_a_damaged_state_is_refused(damage):
    with pytest.raises(SessionError, match="the saved search"):
        Evolution.restore(LENET_LIKE, Evolution(LENET_LIKE, seed=0).state() | damage)


def test_a_state_of_another_architecture_is_refused():
    evolution = Evolution(LENET_LIKE, seed=0)
    step(evolution, few_blocks)
    with pytest.raises(MaskError):
        Evolution.restore(chain(2, 2, 2, 2, 2, 2), evolution.state())


LENET = load_template("lenet", width=0.25)


def test_no_candidate_is_above_the_limit():
    evolution = Evolution(LENET, seed=0)
    step(evolution, few_blocks)
    evolution.ask()
    limit = cost(LENET, Mask.full(LENET)).macs // 2
    evolution.constrain(Constraint("macs", limit=limit))
    for _ in range(4):
        assert all(cost(LENET, mask).macs <= limit for mask in evolution.ask())
        # The larger the better, so that the search pushes against the limit.
        step(evolution, lambda mask: 1 / len(mask))


def test_an_elite_above_the_limit_is_dropped():
    evolution = Evolution(LENET, seed=0)
    step(evolution, lambda mask: 1 / cost(LENET, mask).macs)
    best = evolution.generations[-1].best
    evolution.constrain(Constraint("macs", limit=cost(LENET, best).macs - 1))
    assert best not in evolution.ask()


def test_a_weight_makes_the_smaller_of_two_equally_good_candidates_fitter():
    evolution = Evolution(LENET, seed=0)
    evolution.constrain(Constraint("parameters", weight=1.0))
    generation = step(evolution, lambda mask: 0.5)
    ranked = sorted(zip(generation.population, generation.fitness, strict=True), key=lambda pair: -pair[1])
    sizes = [cost(LENET, mask).parameters for mask, _ in ranked]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    assert set(generation.losses) == {0.5}, "what was measured is told as it was"


def test_a_limit_that_no_network_keeps_is_refused_and_changes_nothing():
    evolution = Evolution(LENET, seed=0)
    with pytest.raises(SessionError, match="the size of the smallest network"):
        evolution.constrain(Constraint("macs", limit=1))
    assert evolution.sizing.constraint == Constraint()


def test_a_constraint_is_kept_over_edits_and_in_the_state():
    evolution = Evolution(LENET, seed=0)
    evolution.constrain(constraint := Constraint("macs", weight=0.5, limit=cost(LENET, Mask.full(LENET)).macs // 2))
    step(evolution, few_blocks)
    again = Evolution.restore(LENET, json.loads(json.dumps(evolution.state())))
    assert again.sizing.constraint == constraint
    assert again.ask() == evolution.ask()
    smaller = load_template("lenet5", width=0.25)
    evolution.adapt(smaller)
    assert evolution.sizing.size(Mask.full(smaller)) == cost(smaller, Mask.full(smaller)).macs


def test_a_state_of_before_there_were_constraints_has_none():
    state = Evolution(LENET, seed=0).state()
    del state["constraint"]
    assert Evolution.restore(LENET, state).sizing.constraint == Constraint()


def test_children_to_choose_from_have_bits_of_their_parents():
    evolution = Evolution(LENET, seed=0, mutation_rate=0.0)
    assert evolution.offers(5) == []
    generation = step(evolution, few_blocks)
    children = evolution.offers(20)
    assert len(children) == 20
    for child in children:
        assert is_valid(LENET, child)
        assert child.blocks <= frozenset().union(*(mask.blocks for mask in generation.population))


def test_without_a_finite_loss_there_are_no_children():
    evolution = Evolution(LENET, seed=0)
    step(evolution, lambda mask: math.inf)
    assert evolution.offers(3) == []


def test_what_is_being_tried_is_no_state_before_it_is_told():
    evolution = Evolution(load_template("lenet"), seed=0)
    step(evolution, few_blocks)
    before = evolution.state()
    with evolution.trying():
        population = evolution.ask()
        assert evolution.state() == before
        evolution.tell([1.0] * len(population))
        told = evolution.state()
    assert told == evolution.state() != before
