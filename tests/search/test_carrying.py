import numpy as np

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.carrying import best_first, carry_over
from oneshot_lab.search.generation import Generation
from tests.strategies import chain

THREE = chain(3)


def carried(masks, *, new=(), size=4, elite=1, fresh=lambda taken: Mask.of("B3"), architecture=THREE, seed=0):
    known = set(architecture.block_ids)
    return carry_over(
        architecture,
        masks,
        size=size,
        elite=elite,
        new=new,
        repair=lambda mask: Mask(mask.blocks & known),
        fresh=fresh,
        rng=np.random.default_rng(seed),
    )


def test_blocks_that_are_gone_are_dropped_and_what_becomes_equal_is_replaced():
    taken = []

    def fresh(population):
        taken.append(list(population))
        return Mask.of("B2", "B3")

    population = carried([Mask.of("B1"), Mask.of("B1", "B9"), Mask.of("B2", "B9")], size=3, fresh=fresh)
    assert population == [Mask.of("B1"), Mask.of("B2"), Mask.of("B2", "B3")]
    assert taken == [[Mask.of("B1"), Mask.of("B2")]]


def test_no_more_are_carried_than_there_is_room_for():
    assert carried([Mask.of("B1"), Mask.of("B2"), Mask.of("B3")], size=2) == [Mask.of("B1"), Mask.of("B2")]


def test_all_but_the_elites_are_given_new_blocks_by_chance():
    architecture = chain(60)
    masks = [Mask.of("B1", f"B{number}") for number in range(2, 42)]
    population = carried(masks, new=["B60"], size=40, elite=10, architecture=architecture)
    assert population[:10] == masks[:10]
    assert 5 <= sum("B60" in mask for mask in population[10:]) <= 25
    assert [Mask(mask.blocks - {"B60"}) for mask in population] == masks


def test_the_best_come_first_without_copies_and_without_those_that_failed():
    masks = [Mask.of("B1"), Mask.of("B2"), Mask.of("B3"), Mask.of("B2")]
    generation = Generation(0, tuple(masks), (2.0, 1.0, float("nan"), 1.0), (0.2, 0.4, 0.0, 0.4), {}, {})
    assert best_first(generation) == [Mask.of("B2"), Mask.of("B1")]
    assert best_first(None) == []
