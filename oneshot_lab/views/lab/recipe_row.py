"""The recipe of the supernet in the Lab: which one it is, what a step of it trains, and others to choose from."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ipywidgets import Dropdown

from oneshot_lab.supernet.recipes import COMPLEMENT, RECIPES, Recipe
from oneshot_lab.views.common.following import Following
from oneshot_lab.views.common.log_words import printable
from oneshot_lab.views.common.part import Part, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

USE = "use_recipe"
"""The action's name among those that wait."""

CHOOSE = "How the supernet is trained, from the next training on"

OWN = "{} · your own"
"""What a recipe is called that is none of the known ones; these lead away from it, and Python back to it."""

PATHS = {
    "whole": "the whole network",
    "dropout": "a random sub-network",
    "single": "one random block in each layer",
    COMPLEMENT: "the blocks that it lacks",
}


class RecipeRow(Part):
    """The list of recipes, and what a step of the session's trains.

    Args:
        session: The session.
    """

    # Every action that ends is in the log, so also one that sets the recipe.
    WATCHED = ("log", "waiting")

    def __init__(self, session: SearchSession) -> None:
        self._following = Following()
        self.recipes = Dropdown(options=tuple(RECIPES), description="supernet's recipe", tooltip=CHOOSE)
        self.told = text("landmark-cost")
        super().__init__(session, (self.recipes, self.told), name="landmark-row")
        self.recipes.observe(self._choose, "value")

    def _draw(self) -> None:
        recipe = self.session.recipe
        if USE in self.session.waiting:
            # What was chosen stands here until it is taken.
            return
        name = recipe.name if RECIPES.get(recipe.name) == recipe else OWN.format(printable(recipe.name))
        options = tuple(RECIPES) if name in RECIPES else (name, *RECIPES)
        # Setting new options would select the first of them.
        with self._following:
            if self.recipes.options != options:
                self.recipes.options = options
            self.recipes.value = name
        self.told.value = escape(f"Each step trains {described(recipe)}.")

    def _choose(self, change: Any) -> None:
        if self._following or change.new not in RECIPES:
            return
        if self._ask(USE, self.session.use_recipe, change.new) is None:
            self._draw()


def described(recipe: Recipe) -> str:
    """Returns in words what a step of a recipe trains."""
    parts: list[str] = []
    for path in recipe.paths:
        words = PATHS[path]
        parts.append(words.replace("a random", "another random") if words in parts else words)
    joined = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"{joined}; the first teaches the others" if recipe.distil else joined
