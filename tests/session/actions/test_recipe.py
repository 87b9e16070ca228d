"""Another recipe for a session: what is trained by it from then on, and what keeps it."""

import pytest

from oneshot_lab.errors import SessionError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.recipes import Recipe, get_recipe
from tests.session.replayed import replay
from tests.session.sessions import equal, portrait, small, weights

MINE = Recipe("mine", ("single",), learning_rate=0.02, batch_size=32)


@pytest.mark.parametrize("recipe", ["single", MINE])
def test_trainings_go_by_it_from_then_on(data, recipe):
    session, other = small(data), small(data)
    session.train(1)
    session.use_recipe(recipe)
    session.train(1)
    assert session.recipe == get_recipe(recipe)
    other.train(1)
    other.train(1, recipe=recipe)
    assert equal(weights(session), weights(other))
    again = replay(session.to_python(), data)
    assert again.recipe == session.recipe
    assert portrait(again) == portrait(session)
    assert equal(weights(again), weights(session))


def test_files_and_searches_on_other_data_keep_it(data, tmp_path):
    session = small(data)
    session.use_recipe("paper")
    session.save(tmp_path / "paper.oneshot")
    loaded = SearchSession.load(tmp_path / "paper.oneshot", data=data, device="cpu")
    assert loaded.recipe == session.recipe == get_recipe("paper")
    assert session.with_data(data).recipe == session.recipe


def test_it_is_told_and_logged(data):
    session = small(data)
    session.use_recipe("wide")
    assert session.message == "the supernet is trained by the recipe wide from now on"
    assert (session.log[-1].action, session.log[-1].arguments) == ("use_recipe", {"recipe": "wide"})
    assert session.to_python()[-1] == "session.use_recipe('wide')"


def test_an_unknown_recipe_is_refused_at_once(shared):
    with pytest.raises(SessionError, match="recipe: unknown recipe 'papper'; did you mean 'paper'"):
        shared.use_recipe("papper")
