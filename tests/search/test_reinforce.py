import math

import pytest

from oneshot_lab.architecture.edits import CopyBlock, RemoveBlock, apply
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.reinforce import MARGIN, Reinforce
from tests.search.simulated import SPACE, mean_found
from tests.strategies import chain

LENET = load_template("lenet", width=0.25)
PAIR = [Mask.of("B1"), Mask.of("B2")]


def told(search, losses):
    """A search that was told the losses of two candidates of two blocks, which it was proposed."""
    assert search.ask(lambda count, rng: PAIR) == PAIR
    search.tell(losses)
    return search


def two(**settings):
    return Reinforce(chain(2), seed=0, population_size=2, **settings)


def test_it_finds_a_better_candidate_than_random_search_in_as_many_evaluations():
    seeds = range(6)
    learned = mean_found(lambda seed: Reinforce(SPACE, seed=seed), seeds=seeds, evaluations=240)
    drawn = mean_found(lambda seed: RandomSearch(SPACE, seed=seed), seeds=seeds, evaluations=240)
    assert learned < 0.7 * drawn


def test_a_generation_moves_the_probabilities_by_williams_rule():
    search = told(two(learning_rate=1.0), [1.0, 3.0])
    # Mean 2, deviation 1: advantages of 1 and −1; of two candidates, each with y − p of ±½.
    weight = (1 * 0.5 + -1 * -0.5) / 2
    moved = 1 / (1 + math.exp(-weight))
    assert search.probabilities == pytest.approx({"B1": moved, "B2": 1 - moved})
    twice = told(two(learning_rate=2.0), [1.0, 3.0]).probabilities["B1"]
    assert twice == pytest.approx(1 / (1 + math.exp(-2 * weight)))


@pytest.mark.parametrize("losses", [[10.0, 30.0], [1001.0, 1003.0]])
def test_the_scale_of_losses_has_no_influence(losses):
    assert told(two(), losses).probabilities == pytest.approx(told(two(), [1.0, 3.0]).probabilities)


@pytest.mark.parametrize("losses", [[2.0, 2.0], [math.nan, math.inf], [math.nan, 2.0]])
def test_losses_that_tell_nothing_move_nothing(losses):
    assert told(two(), losses).probabilities == {"B1": 0.5, "B2": 0.5}


def test_a_loss_that_is_not_finite_counts_as_the_largest_one():
    three = [*PAIR, Mask.of("B1", "B2")]
    searches = [Reinforce(chain(2), seed=0, population_size=3) for _ in range(2)]
    for search, third in zip(searches, (math.inf, 2.0), strict=True):
        search.ask(lambda count, rng: three)
        search.tell([1.0, 2.0, third])
    assert searches[0].probabilities == searches[1].probabilities


def test_size_counts():
    search = Reinforce(LENET, seed=0)
    search.constrain(Constraint("parameters", weight=3.0))
    for _ in range(10):
        search.tell([1.0] * len(search.ask()))
    assert max(search.probabilities["B3"], search.probabilities["B7"]) < 0.5, "the large kernels"


def test_no_block_is_ever_ruled_out():
    search = two(learning_rate=100.0)
    for _ in range(3):
        told(search, [1.0, 3.0])
    assert search.probabilities == pytest.approx({"B1": 1 - MARGIN, "B2": MARGIN})


def test_the_probabilities_of_remaining_blocks_survive_edits_and_undo():
    search = Reinforce(LENET, seed=0)
    for _ in range(3):
        search.tell([1 / len(mask) for mask in search.ask()])
    before = search.probabilities
    edited = apply(apply(LENET, RemoveBlock("B3")), CopyBlock("B1", to="L3"))
    search.adapt(edited)
    (new,) = set(edited.block_ids) - set(LENET.block_ids)
    assert search.probabilities == {block: before[block] for block in edited.block_ids if block != new} | {new: 0.5}
    search.adapt(LENET)
    assert search.probabilities == before
    search.adapt(load_template("lenet5", width=0.25))
    assert set(search.probabilities.values()) == {0.5}, "blocks of another template, whatever their ids"


def test_offers_are_drawn_from_the_policy():
    search = Reinforce(chain(1, 8), seed=0)
    for _ in range(12):
        search.tell([0.1 + len(mask) for mask in search.ask()])
    assert sum(map(len, search.offers(50))) / 50 < 4 < sum(map(len, RandomSearch(chain(1, 8), seed=0).offers(50))) / 50


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, "fast", None, 101])
def test_a_learning_rate_that_cannot_be_is_refused(rate):
    with pytest.raises(SessionError, match=r"learning_rate: got .*; expected above 0, and at most 100"):
        Reinforce(LENET, seed=0, learning_rate=rate)


@pytest.mark.parametrize("probability", [0.0, 1.0, -1, math.nan, "even"])
def test_a_saved_probability_that_cannot_be_is_refused(probability):
    search = told(two(), [1.0, 3.0])
    state = search.state()
    state["probabilities"][0][2] = probability
    with pytest.raises(SessionError, match="the saved search"):
        Reinforce.restore(chain(2), state)
