"""The recipe that a session trains its supernet by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.source import recipe_code
from oneshot_lab.session.actions.train import recipe_argument
from oneshot_lab.supernet.recipes import Recipe, get_recipe


def use_recipe(_session: object, recipe: str | Recipe) -> Action[None]:
    """Sets how the supernet is trained, from the next training on; its weights stay as they are.

    Trainings after edits go by it as well, and the session's file keeps it. `train(recipe=…)` takes another recipe for
    one training alone.

    Args:
        recipe: A recipe, or its name.

    Raises:
        SessionError: There is no such recipe.
    """
    return UseRecipe(get_recipe(recipe))


@dataclass(frozen=True)
class UseRecipe(Action[None]):
    """Another recipe."""

    verb = "use_recipe"
    label = "Set the recipe"

    recipe: Recipe

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"recipe": recipe_argument(self.recipe)}

    def run(self, context: Context) -> None:
        """Runs it."""
        context.settings.recipe = self.recipe
        context.say(f"the supernet is trained by the recipe {self.recipe.name} from now on")

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        recipe, more = recipe_code(arguments["recipe"])
        return "\n".join([*more, f"session.{verb}({recipe})"])
