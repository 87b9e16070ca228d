"""Trains a few candidates by themselves: landmarks, by which the scores of all others are calibrated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from oneshot_lab.architecture.given import check_list
from oneshot_lab.architecture.mask import Mask, prune
from oneshot_lab.architecture.select import select
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.editing import Drawn
from oneshot_lab.session.actions.evaluating import evaluate_at_once
from oneshot_lab.session.actions.mapping import place
from oneshot_lab.session.actions.source import WIDTH, keywords, mask_code, recipe_code, spread
from oneshot_lab.session.actions.train import recipe_argument
from oneshot_lab.session.checks import check_count, check_fits
from oneshot_lab.session.choosing import choose
from oneshot_lab.session.landmarking import choose_landmark, seed_of, train_landmark
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.supernet.recipes import Recipe, get_recipe

MOST = 10_000
"""Landmarks of one call, at most."""

DEFAULT_RECIPE = "whole"

NO_MORE = "no other candidate is left; masks= trains landmarks again"


def landmarks(
    _session: Drawn,
    count: int = 8,
    *,
    epochs: int = 3,
    masks: Sequence[Mask | Candidate | Landmark | str | Sequence[object]] | None = None,
    recipe: str | Recipe = DEFAULT_RECIPE,
) -> Action[tuple[Landmark, ...]]:
    """Trains candidates by themselves from scratch, one after the other, and measures them on the validation split.

    The scores of all other candidates are calibrated by these landmarks. Each landmark is kept as soon as it is
    complete, also if the others are stopped, and another call continues from there. It stays while its network exists;
    an edit that removes the network hides it, and undo brings it back. The test split is not used.

    If the supernet is trained, landmarks are evaluated with its present weights as well, so that each has a score.

    Args:
        count: How many to train; not used with `masks`.
        epochs: Passes over the training images.
        masks: The candidates to train, each also as a candidate, a row of bits, or text; one that is a landmark already
            is trained again with another seed, from which the noise of a training is estimated. By default candidates
            that are no landmarks yet: the first eight are spread over the map, or over the space if there is no map,
            and from then on each is the one that is expected to exceed the best most, by the posterior.
        recipe: How to train.

    Returns:
        The new landmarks, fewer if it was stopped; one whose training diverged says so in `has_diverged`.

    Raises:
        MaskError: A value does not give a network of this architecture.
        ArchitectureError: A candidate has parallel branches, which no network by itself can express.
        DataError: A validation image cannot be read; this is checked before the training.
        SessionError: The recipe is for supernets only, or there is a draft.
    """
    training = get_recipe(recipe)
    if training.needs_masks:
        raise SessionError(
            f"the recipe {training.name!r:.60} trains parts of a supernet",
            where="landmarks",
            expected="a recipe that trains the whole network, such as 'whole'",
        )
    given = None
    if masks is not None:
        values = check_list(masks, where="masks", expected="a list of masks", error=MaskError)
        given = tuple(choose(_session.architecture, value) for value in values)
    return Landmarks(check_count("count", count, high=MOST), given, check_count("epochs", epochs), training)


@dataclass(frozen=True)
class Landmarks(Action[tuple[Landmark, ...]]):
    """A training of landmarks."""

    verb = "landmarks"
    label = "Train landmarks"
    status = "training landmarks"
    extent = "masks"

    count: int
    masks: tuple[Mask, ...] | None
    epochs: int
    recipe: Recipe

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them: either how many, or which."""
        recipe = recipe_argument(self.recipe)
        which = {"count": self.count} if self.masks is None else {"masks": [sorted(m.blocks) for m in self.masks]}
        return {**which, "epochs": self.epochs, **({} if recipe == DEFAULT_RECIPE else {"recipe": recipe})}

    def run(self, context: Context) -> tuple[Landmark, ...]:
        """Runs it."""
        # The log holds what is complete, now and after each landmark, and a replay trains exactly these.
        context.resolve(masks=())
        state, settings, complete = context.state, context.settings, list[Landmark]()
        check_fits(state, "landmarks")
        settings.data.validation.verify(should_stop=context.should_stop)
        total = self.count if self.masks is None else len(self.masks)
        context.interim = lambda: (state, self._of(complete) if complete else None)
        try:
            for number, mask in enumerate(self._masks(context)):
                name = f"landmark {number + 1} of {total}"
                found = train_landmark(
                    state.architecture,
                    mask,
                    settings.data,
                    recipe=self.recipe,
                    epochs=self.epochs,
                    seed=seed_of(settings.seed, len(state.landmarks)),
                    device=settings.device,
                    progress=partial(context.training, name, finished=number, runs=total),
                    should_stop=context.should_stop,
                )
                if found is None:
                    return tuple(complete)
                keep(context, found)
                complete.append(found)
                context.resolve(masks=self._of(complete).masks)
                context.publish(message=f"{name}: {found.summary}")
        finally:
            context.interim = None
        said = [_told(complete)] if complete or not total else []
        said += [NO_MORE] if len(complete) < total else []
        context.publish(message="; ".join(said), progress=1.0)
        return tuple(complete)

    def _masks(self, context: Context) -> Iterator[Mask]:
        """Yields what to train next: each is chosen when those before it are known."""
        state = context.state
        if self.masks is not None:
            for mask in self.masks:
                # Before the first training, since all of them have to give networks by themselves.
                select(state.architecture, mask)
            yield from (prune(state.architecture, mask) for mask in self.masks)
            return
        for _ in range(self.count):
            chosen = choose_landmark(state, seed=context.settings.seed)
            if chosen is None:
                return
            yield chosen

    def _of(self, complete: Sequence[Landmark]) -> Landmarks:
        """Returns the action that trains exactly these."""
        return replace(self, masks=tuple(landmark.mask for landmark in complete))

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        values = dict(arguments)
        recipe, more = recipe_code(values.pop("recipe", DEFAULT_RECIPE))
        parts = [_masks_code(values.pop("masks"))] if "masks" in values else []
        parts += [keywords(values)] if values else []
        parts += [] if recipe == repr(DEFAULT_RECIPE) else [f"recipe={recipe}"]
        return "\n".join([*more, spread(f"session.{verb}", parts)])


def keep(context: Context, landmark: Landmark) -> None:
    """Adds a landmark to the state, with a score and a place on the map."""
    state = context.state
    # Earlier ones too, whose scores are of earlier weights.
    evaluate_at_once(context, [each.mask for each in (*state.current_landmarks(), landmark)])
    place(state, [landmark.mask])
    state.landmarks = (*state.landmarks, landmark)
    context.changed()


def _masks_code(masks: Sequence[Sequence[str]]) -> str:
    codes = [mask_code(blocks) for blocks in masks]
    line = f"masks=[{', '.join(codes)}]"
    return line if len(line) <= WIDTH else "\n".join(["masks=[", *(f"        {code}," for code in codes), "    ]"])


def _told(complete: Sequence[Landmark]) -> str:
    """Returns the message about landmarks that were trained."""
    known = [landmark.accuracy for landmark in complete if not landmark.has_diverged]
    diverged = len(complete) - len(known)
    parts = [f"{len(complete)} landmark{'' if len(complete) == 1 else 's'}"]
    if known:
        parts.append(f"accuracy {min(known):.2%} to {max(known):.2%}" if len(known) > 1 else f"accuracy {known[0]:.2%}")
    if diverged:
        parts.append(f"{diverged} diverged and will not be used")
    return "; ".join(parts)
