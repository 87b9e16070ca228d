import logging
import math
import subprocess
import sys

import optuna
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.optuna_search import OptunaSearch
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.registry import make_strategy
from tests.search.simulated import SPACE, mean_found
from tests.strategies import chain

LENET = load_template("lenet", width=0.25)


def told(search, loss):
    """A search that was told a loss of its next population."""
    population = search.ask()
    search.tell(list(map(loss, population)))
    return search


def few_blocks(mask):
    return float(len(mask))


@pytest.mark.parametrize("sampler", ["tpe", "nsga2"])
def test_it_finds_a_better_candidate_than_random_search_in_as_many_evaluations(sampler):
    seeds = range(3)
    learned = mean_found(lambda seed: OptunaSearch(SPACE, seed=seed, sampler=sampler), seeds=seeds, evaluations=96)
    drawn = mean_found(lambda seed: RandomSearch(SPACE, seed=seed), seeds=seeds, evaluations=96)
    assert learned < 0.9 * drawn


def test_the_gaussian_process_finds_the_block_that_helps():
    search = OptunaSearch(chain(1, 4), seed=0, population_size=10, sampler="gp")
    told(search, lambda mask: 1.0 if "B2" in mask else 2.0)
    small = OptunaSearch.restore(chain(1, 4), search.state() | {"population_size": 2})
    assert all("B2" in mask for mask in small.ask())


@pytest.mark.parametrize("sampler", ["tpe", "nsga2"])
def test_each_candidate_is_evaluated_once_and_the_end_of_the_space_is_an_answer(sampler):
    architecture = chain(1, 3)
    search, found = OptunaSearch(architecture, seed=0, population_size=4, sampler=sampler), []
    while population := search.ask():
        found += population
        told(search, few_blocks)
    assert len(found) == len(set(found)) == 7
    assert set(found) == set(every_mask(architecture, most=100))
    assert search.remark == f"Optuna's {sampler}: all candidates have been evaluated (7)"
    before = search.state()
    assert search.ask() == []
    assert search.state() == before


def test_a_repeat_is_told_its_loss_at_once_and_another_one_is_asked(monkeypatch):
    heard, tell = [], optuna.Study.tell

    def listen(study, trial, value=None, **kinds):
        heard.append((frozenset(block for block, active in trial.params.items() if active), value))
        return tell(study, trial, value, **kinds)

    monkeypatch.setattr(optuna.Study, "tell", listen)
    search = told(OptunaSearch(chain(2, 2), seed=0, population_size=6), few_blocks)
    heard.clear()
    assert len(search.ask()) == 3
    known = {mask.blocks: few_blocks(mask) for mask in search.generations[0].population}
    repeats = [(blocks, value) for blocks, value in heard if blocks in known]
    assert repeats
    assert all(value == known[blocks] for blocks, value in repeats)


def test_what_was_proposed_is_told_too():
    search = OptunaSearch(SPACE, seed=0, population_size=40)
    proposed = [Mask(mask.blocks | {"B2"}) for mask in RandomSearch(SPACE, seed=0).offers(20)]
    population = search.ask(lambda count, rng: proposed)
    search.tell([1.0 if "B2" in mask else 10.0 for mask in population])
    assert sum("B2" in mask for mask in search.offers(20)) >= 15


def test_a_loss_that_is_not_finite_is_a_failed_trial_and_size_counts(monkeypatch):
    states, add = [], optuna.Study.add_trial

    def listen(study, trial):
        states.append((trial.state.name, trial.value))
        return add(study, trial)

    monkeypatch.setattr(optuna.Study, "add_trial", listen)
    search = OptunaSearch(LENET, seed=0, population_size=3)
    search.constrain(Constraint("parameters", weight=0.5))
    last = search.ask()[-1]
    search.tell([math.nan, math.inf, 2.0])
    assert len(search.ask()) == 3
    assert states == [("FAIL", None), ("FAIL", None), ("COMPLETE", 2.0 + search.sizing.added(last))]


def test_nothing_is_offered_before_there_are_losses_and_then_what_is_new():
    search = OptunaSearch(LENET, seed=0, population_size=6)
    assert search.offers(5) == []
    told(search, few_blocks)
    offered = search.offers(50)
    assert len(offered) == len(set(offered)) == 6
    assert not set(offered) & set(search.generations[0].population)


def test_optuna_says_nothing_and_keeps_its_verbosity():
    said, verbosity, logger = [], optuna.logging.get_verbosity(), logging.getLogger("optuna")
    handler = logging.Handler()
    handler.emit = said.append
    logger.addHandler(handler)
    optuna.logging.set_verbosity(optuna.logging.DEBUG)
    try:
        optuna.create_study()
        assert len(said) == 1, "what it says by itself"
        told(OptunaSearch(LENET, seed=0, population_size=4), few_blocks).ask()
        assert optuna.logging.get_verbosity() == optuna.logging.DEBUG
    finally:
        optuna.logging.set_verbosity(verbosity)
        logger.removeHandler(handler)
    assert len(said) == 1


def test_the_message_says_how_to_install_optuna_and_a_file_opens_without_it(monkeypatch):
    message = 'strategy: Optuna is not installed; install it with pip install "oneshot-lab[optuna]"'
    state = told(OptunaSearch(LENET, seed=0), few_blocks).state()
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(SessionError) as caught:
        make_strategy("optuna", LENET, seed=0)
    assert str(caught.value) == message
    restored = OptunaSearch.restore(LENET, state)
    with pytest.raises(SessionError) as caught:
        restored.ask()
    assert str(caught.value) == message
    assert restored.state() == state


def test_optuna_is_imported_only_when_it_is_used():
    code = (
        "import sys; from oneshot_lab.search.registry import make_strategy; "
        "from oneshot_lab.architecture.templates import load_template; "
        "make_strategy('optuna', load_template('lenet'), seed=0); sys.exit('optuna' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("sampler", ["cmaes", None, 3])
def test_a_sampler_that_is_not_there_is_refused(sampler):
    with pytest.raises(SessionError, match=r"sampler: got .*; use one of tpe, gp, nsga2"):
        OptunaSearch(LENET, seed=0, sampler=sampler)


def test_a_saved_search_has_its_sampler():
    search = told(OptunaSearch(LENET, seed=0, sampler="nsga2"), few_blocks)
    assert OptunaSearch.restore(LENET, search.state()).settings["sampler"] == "nsga2"
    assert search.copy().ask() == search.ask()


def test_a_space_of_one_candidate_has_one_answer():
    search = OptunaSearch(chain(1), seed=0)
    assert search.ask() == [Mask.of("B1")]
    told(search, few_blocks)
    assert search.ask() == []
