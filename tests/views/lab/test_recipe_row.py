import pytest

from oneshot_lab.supernet.recipes import RECIPES, Recipe, get_recipe
from oneshot_lab.views.lab.recipe_row import RecipeRow, described
from tests.session.sessions import held, pump

MINE = Recipe("<mine>", ("single",), learning_rate=0.02)


@pytest.fixture
def row(session):
    row = RecipeRow(session)
    yield row
    row.close()


def test_it_shows_the_session_s_recipe_and_all_others(row, session):
    assert row.recipes.value == session.recipe.name == "sandwich"
    assert row.recipes.options == tuple(RECIPES)
    assert row.told.value == "Each step trains the whole network and a random sub-network."


def test_what_is_chosen_is_the_session_s_from_then_on(row, session):
    row.recipes.value = "single"
    session.wait()
    assert session.recipe == get_recipe("single")
    assert row.told.value == "Each step trains one random block in each layer."
    assert [entry.arguments for entry in session.log if entry.action == "use_recipe"] == [{"recipe": "single"}]


def test_another_one_from_elsewhere_is_shown_and_asked_for_by_nobody(row, session):
    session.use_recipe("paper")
    assert row.recipes.value == "paper"
    assert session.waiting == ()
    assert [entry.action for entry in session.log].count("use_recipe") == 1


def test_one_s_own_recipe_has_its_name_until_another_one_is_chosen(row, session):
    session.use_recipe(MINE)
    assert row.recipes.value == row.recipes.options[0] == "<mine> · your own"
    row.recipes.value = "paper"
    session.wait()
    assert session.recipe == get_recipe("paper")
    assert row.recipes.options == tuple(RECIPES)


def test_while_it_waits_the_choice_stays(row, session):
    with held(session):
        job = session.train.start(1)
        pump(session, lambda: session.status == "training")
        row.recipes.value = "wide"
        pump(session, lambda: "use_recipe" in session.waiting)
        assert row.recipes.value == "wide"
        # The training goes by the recipe that it began with.
        assert session.recipe.name == "sandwich"
    job.wait()
    session.wait()
    assert (session.recipe.name, row.recipes.value) == ("wide", "wide")


def test_a_closed_session_refuses_and_its_recipe_is_shown_again(row, session):
    session.close()
    row.recipes.value = "paper"
    assert row.recipes.value == "sandwich"
    assert session.log[-1].outcome.startswith("refused: ")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("whole", "the whole network"),
        ("two-paths", "a random sub-network and another random sub-network"),
        ("complement", "a random sub-network and the blocks that it lacks"),
        ("distilled", "the whole network and a random sub-network; the first teaches the others"),
        (
            "wide",
            "the whole network, a random sub-network, another random sub-network and one random block in each layer",
        ),
    ],
)
def test_a_step_of_a_recipe_is_told_in_words(name, words):
    assert described(get_recipe(name)) == words
