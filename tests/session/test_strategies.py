"""Sessions of another strategy than evolution: every action works, and file, log and copied Python name it."""

import pytest

from oneshot_lab.architecture.edits import CopyBlock, RemoveBlock
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import SessionError
from oneshot_lab.search.evolution import Evolution
from oneshot_lab.search.random_search import RandomSearch
from oneshot_lab.search.registry import STRATEGIES
from oneshot_lab.session.saving import storage
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.strategies import ARGUMENTS
from tests.session.replayed import replay
from tests.session.sessions import after, equal, interrupt, portrait, small, weights

NAMES = ", ".join(STRATEGIES)


def load(path, data):
    return SearchSession.load(path, data=data, device="cpu", bar=False)


def created(session):
    return dict(session.log[0].arguments)


def searching(session):
    """The state of its strategy."""
    return portrait(session)["evolution"]


def drawn(session):
    return [mask for generation in session.generations for mask in generation.population]


@pytest.fixture
def by_chance(data):
    session = small(data, strategy="random")
    session.train(1)
    return session


def walked(session):
    """A little of everything that a strategy has a part in."""
    session.train(1)
    session.step()
    session.region(blocks=["B1"], name="with B1")
    session.focus("with B1")
    session.step()
    session.constrain(measure="macs", weight=0.5, limit=session.best.macs)
    list(session.evolve(2))
    session.edit(RemoveBlock("B3"), CopyBlock("B5", to="L3"))
    session.step()
    session.undo()
    session.focus(None)
    session.train(1)
    session.step()
    session.finalize(epochs=1)
    return session


@pytest.mark.parametrize("strategy", [*sorted(STRATEGIES), {"name": "evolution", "elite": 2}], ids=str)
def test_a_walk_through_all_actions_is_saved_loaded_and_replayed_to_the_same_bits(data, tmp_path, strategy):
    session = walked(small(data, strategy=strategy))
    session.save(tmp_path / "a.oneshot")
    back, again = load(tmp_path / "a.oneshot", data), replay(session.to_python(), data)
    for other in (back, again):
        assert portrait(other) == portrait(session)
        assert equal(weights(other), weights(session))
    for each in (session, back, again):
        each.edit(RemoveBlock("B2"))
        each.step()
    assert portrait(back) == portrait(session) == portrait(again)


def test_landmarks_reach_a_strategy_that_goes_by_the_posterior_and_steer_it_to_the_same_bits_again(data, tmp_path):
    session = small(data, strategy="posterior")
    session.train(1)
    session.step()
    by_loss = session.best.mask
    session.landmarks(masks=[*session.generations[0].population[1:3]], epochs=1)
    session.landmarks(masks=[by_loss], epochs=1)
    session.save(tmp_path / "a.oneshot")
    best = session.best.mask
    assert session.step().population[0] == best
    back, again = load(tmp_path / "a.oneshot", data), replay(session.to_python(), data)
    back.step()
    assert portrait(back) == portrait(session) == portrait(again)


def test_a_strategy_says_which_candidates_of_a_region_come_first(data, monkeypatch):
    class Sorting(RandomSearch):
        name = "sorting"

        def offers(self, count):  # noqa: ARG002
            return []

        def ranked(self, masks):
            return sorted(masks, key=str)

    monkeypatch.setitem(STRATEGIES, "sorting", Sorting)
    session = small(data, strategy="sorting")
    session.train(1)
    session.project()
    dots = list(session.projection)
    session.focus(session.region(masks=dots, name="everything"))
    assert session.step().population == tuple(sorted(dots, key=str)[:5])


def test_random_search_draws_each_candidate_once_until_none_is_left(by_chance):
    by_chance.constrain(limit=smaller_half(by_chance))
    assert len(list(by_chance.evolve(1000))) == len(by_chance.generations) > 2
    masks = drawn(by_chance)
    assert len(masks) == len(set(masks))
    assert len(by_chance.candidates) == len(masks)
    assert by_chance.message == (f"random search: all candidates within the limit have been evaluated ({len(masks)})")
    assert by_chance.status == "idle"
    assert by_chance.progress == 1.0


def smaller_half(session):
    """A limit that leaves a few of all candidates."""
    session.evaluate(Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12"))
    return session.candidates["parameters"].min() * 2


def test_the_end_of_the_space_changes_nothing_and_is_no_error(by_chance, data):
    by_chance.constrain(limit=smaller_half(by_chance))
    list(by_chance.evolve(1000))
    before = portrait(by_chance)
    newest = by_chance.generations[-1]
    assert by_chance.step() is newest
    assert list(by_chance.evolve(3)) == []
    assert by_chance.evolve.start(3).wait() == ()
    assert portrait(by_chance) == before
    assert by_chance.log[-1].outcome == "done"
    assert "have been evaluated" in by_chance.message
    # Nor do the steps that found nothing change what the copied cells lead to.
    by_chance.train(1)
    assert by_chance.step() is not newest
    assert portrait(replay(by_chance.to_python(), data)) == portrait(by_chance)


def test_a_search_in_the_background_ends_with_the_space(by_chance):
    by_chance.constrain(limit=smaller_half(by_chance))
    found = by_chance.evolve.start(1000).wait()
    assert found == by_chance.generations
    assert len(found) < 1000
    assert "have been evaluated" in by_chance.message


def test_the_last_candidates_are_told_of(data):
    session = small(data, strategy="random", population_size=100)
    session.train(1)
    said = []
    session.observe(lambda change: said.append(change.new), "message")
    first, last = session.evolve(5)
    assert (len(first.population), len(last.population)) == (100, 47)
    assert any(text.endswith("; random search: only 47 candidates were left") for text in said)
    assert said[-1] == "random search: all candidates have been evaluated (147)"


def test_a_step_that_is_interrupted_draws_the_same_again(by_chance):
    before = portrait(by_chance)
    after(by_chance, 1, interrupt(by_chance), trait="status")
    with pytest.raises(KeyboardInterrupt):
        by_chance.step()
    assert portrait(by_chance) == before
    by_chance.unobserve_all("status")
    assert len(by_chance.step().population) == 5


def test_a_strategy_that_has_nothing_at_all_is_told(data, monkeypatch):
    class Nothing(RandomSearch):
        name = "nothing"

        def ask(self, propose=None, *, calibrated=None):  # noqa: ARG002
            return []

    monkeypatch.setitem(STRATEGIES, "nothing", Nothing)
    session = small(data, strategy="nothing")
    session.train(1)
    with pytest.raises(SessionError, match="nothing: there is no candidate to evaluate"):
        session.step()


# Names ---------------------------------------------------------------------------------------------------------------


def test_the_log_names_a_strategy_where_it_is_not_the_default(data):
    assert "strategy" not in created(small(data))
    assert list(ARGUMENTS) == [name for name in created(small(data)) if name in ARGUMENTS]
    random = small(data, strategy="random")
    assert created(random)["strategy"] == "random"
    assert created(random)["population_size"] == 5
    assert "strategy='random'" in random.to_python()[0]
    assert "mutation_rate" not in random.to_python()[0]
    elite = small(data, strategy={"name": "evolution", "elite": 2}, mutation_rate=0.2)
    assert created(elite)["strategy"] == {"name": "evolution", "elite": 2}
    assert created(elite)["mutation_rate"] == 0.2
    assert "strategy={'name': 'evolution', 'elite': 2}" in elite.to_python()[0]


def test_a_strategy_that_is_given_gives_its_settings(data):
    given = Evolution(small(data).architecture, seed=9, elite=1, population_size=6)
    session = small(data, strategy=given, population_size=None)
    assert created(session)["population_size"] == 6
    assert created(session)["strategy"] == {"name": "evolution", "elite": 1}
    assert searching(session) == Evolution(session.architecture, seed=0, elite=1, population_size=6).state()
    session.train(1)
    session.step()
    assert given.generations == []


def test_a_file_names_the_strategy_and_one_of_before_has_evolution(data, tmp_path):
    path = tmp_path / "a.oneshot"
    for strategy, its_own in (("random", "first"), ("evolution", "elite")):
        small(data, strategy=strategy).save(path)
        assert storage.read(path)[0]["strategy"] == strategy
        assert its_own in searching(load(path, data))
    state, tensors = storage.read(path)
    del state["strategy"]
    storage.write(path, state, tensors)
    assert "elite" in searching(load(path, data))


@pytest.mark.parametrize("name", ["annealing", 3, ["random"], {"name": "random"}])
def test_a_file_of_a_strategy_that_is_not_known_here_is_refused_with_the_names(data, tmp_path, name):
    path = tmp_path / "a.oneshot"
    small(data).save(path)
    state, tensors = storage.read(path)
    storage.write(path, state | {"strategy": name}, tensors)
    with pytest.raises(SessionError) as caught:
        load(path, data)
    assert str(caught.value).startswith(f"{path}: it was searched by the strategy {name!r}; expected one of evolution")


@pytest.mark.parametrize("change", [{"strategy": "random"}, {"strategy": "random", "evolution": {}}, {"evolution": 3}])
def test_a_state_of_another_strategy_is_refused(data, tmp_path, change):
    path = tmp_path / "a.oneshot"
    small(data).save(path)
    state, tensors = storage.read(path)
    storage.write(path, state | change, tensors)
    with pytest.raises(SessionError, match="a\\.oneshot"):
        load(path, data)


def test_other_data_are_searched_by_the_same_strategy(data):
    for strategy in ("random", {"name": "evolution", "elite": 2}, "evolution"):
        session = small(data, strategy=strategy)
        other = session.with_data(data)
        assert searching(other) == searching(session)
        assert created(other) == created(session) | {
            name: created(other)[name] for name in ("template", "width", "recipe", "data")
        }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"strategy": "evolutoin"}, f"strategy: got 'evolutoin'; expected one of {NAMES}; did you mean"),
        ({"strategy": None}, f"strategy: got None; expected one of {NAMES}"),
        ({"strategy": "random", "mutation_rate": 0.2}, "strategy: 'random' has no setting 'mutation_rate'"),
        ({"strategy": {"name": "random", "population_size": 4}}, "strategy: population_size is given twice"),
        ({"strategy": {"name": "random", "population_size": 10**9}, "population_size": None}, "population_size: got"),
        ({"strategy": {"name": "evolution", "elite": 5}}, "elite: got 5; expected 0 to 4"),
    ],
)
def test_a_strategy_that_cannot_be_is_refused(data, settings, message):
    with pytest.raises(SessionError) as caught:
        small(data, **settings)
    assert str(caught.value).startswith(message)


def test_a_used_strategy_is_refused(shared, data):
    used = RandomSearch(shared.architecture, seed=0)
    used.ask()
    with pytest.raises(SessionError, match="this random has been used"):
        small(data, strategy=used, population_size=None)
