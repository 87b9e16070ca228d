"""What strategies that evaluate each candidate once have in common; the space itself stands in `test_untried`."""

import json

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.search.once import Once
from tests.strategies import chain

SPACE = chain(1, 3)
"""Seven candidates."""


class Keeping(Once):
    """Keeps the first candidate of the last generation, and draws the others at random."""

    name = "keeping"

    def __init__(self, architecture, *, seed, population_size=None):
        super().__init__(architecture, seed=seed, label="a search", population_size=population_size)

    def keep(self):
        return list(self.generations[-1].population[:1]) if self.untried.generations else []

    def fill(self, population):
        self.complete(population)
        return {}


def told(search):
    return search.tell([1.0] * len(search.ask())).population


def test_what_is_drawn_is_new_until_only_what_was_kept_is_left():
    search = Keeping(SPACE, seed=0, population_size=4)
    first, second = told(search), told(search)
    assert second[0] == first[0]
    assert len({*first, *second}) == 7
    assert search.remark == ""
    assert search.ask() == []
    assert search.remark == "a search: all candidates have been evaluated (7)"


def test_a_last_population_says_how_many_were_left():
    search = Keeping(SPACE, seed=0, population_size=5)
    told(search)
    assert len(told(search)) == 3
    assert search.remark == "a search: only 2 candidates were left"


def test_what_has_been_evaluated_is_not_taken_when_it_is_proposed():
    search = Keeping(SPACE, seed=0, population_size=3)
    first = told(search)
    new = next(mask for mask in search.untried.every() if mask not in first)
    assert search.ask(lambda count, rng: [*first, new])[:2] == [first[0], new]
    assert first[1] not in search.ask()


def test_after_an_edit_or_a_training_everything_is_untried_and_a_file_knows_since_when():
    search = Keeping(SPACE, seed=0, population_size=7)
    assert len(told(search)) == 7
    search.adapt(SPACE)
    again = Keeping.restore(SPACE, json.loads(json.dumps(search.state())))
    assert set(again.ask()) == set(search.ask()) == set(search.untried.every())
    assert Mask.of("B1", "B2") in search.ask()
