"""The end of a space, and what is drawn before it; how random search uses it stands in `test_random_search`."""

import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search import untried
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.rounds import Rounds
from oneshot_lab.search.untried import Untried
from tests.strategies import chain

LENET = load_template("lenet", width=0.25)


def left(architecture, *, size=1000):
    """What a space still has, all at once, with the strategy's rounds."""
    rounds = Rounds(architecture, seed=0)
    known = Untried(rounds, label="a search")
    population = []
    known.fill(population, size=size)
    return population, rounds, known


def closed(rounds, known, population):
    rounds.wait_for(population)
    known.take(rounds.close([1.0] * len(population)))


def test_a_space_is_drawn_up_to_its_last_candidate():
    population, rounds, known = left(LENET)
    assert len(population) == 147
    assert set(population) == set(every_mask(LENET, most=10**6)) == set(known.every())
    assert known.remark(147, size=1000) == "a search: only 147 candidates were left"
    assert known.remark(5, size=5) == ""
    closed(rounds, known, population)
    assert known.draw(()) is None
    assert not any(map(known.has, population))
    assert known.remark(0, size=4) == "a search: all candidates have been evaluated (147)"


def test_what_is_taken_is_not_drawn():
    one, two, both = Mask.of("B1"), Mask.of("B2"), Mask.of("B1", "B2")
    _, rounds, known = left(chain(2), size=0)
    assert {known.draw([one]) for _ in range(20)} == {two, both}
    closed(rounds, known, [two])
    assert known.draw([one]) == both
    assert known.has(one)
    assert not known.has(one, [one])


def test_only_losses_that_hold_count():
    population, rounds, known = left(chain(2), size=2)
    closed(rounds, known, population)
    known.begin()
    assert known.generations == []
    assert all(map(known.has, population))
    closed(rounds, known, population[:1])
    assert [each.index for each in known.generations] == [1]
    again = Untried(rounds, label="a search")
    again.resume(known.saved())
    assert again.generations == known.generations
    assert [again.has(mask) for mask in population] == [False, True]


@pytest.mark.parametrize("size", [12, 140])
def test_a_space_too_large_to_go_through_ends_after_so_many_draws(monkeypatch, size):
    monkeypatch.setattr(untried, "MOST_COUNTED", 100)
    population, rounds, known = left(LENET, size=size)
    assert len(population) == len(set(population)) == size
    assert known.every() is None
    closed(rounds, known, population)
    rest = []
    known.fill(rest, size=1000)
    assert not set(rest) & set(population)
    assert len(rest) < 147
    assert known.remark(0, size=12) == "a search: 2,000 draws gave no candidate that has not been evaluated"
