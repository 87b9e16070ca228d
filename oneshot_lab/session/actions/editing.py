"""Edits of the network, with undo, and drafts that do not fit yet (§5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from oneshot_lab.architecture.edits import Edit, apply, revise
from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import Repair, misfit, repair
from oneshot_lab.architecture.serial import edit_from_json, edit_to_json, from_json, to_json
from oneshot_lab.architecture.source import python_source
from oneshot_lab.architecture.templates import fit_template
from oneshot_lab.errors import ArchitectureError, OneShotError, SessionError, ShapeError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.actions.source import spread
from oneshot_lab.session.advice import Advice, edits_of

Repairs = tuple[Repair, ...]


class Drawn(Protocol):
    """An object that can be edited: a session or a sketch."""

    @property
    def architecture(self) -> Architecture: ...  # noqa: D102

    @property
    def width(self) -> float: ...  # noqa: D102

    def advice(self) -> tuple[Advice, ...]: ...  # noqa: D102


def edit(_session: Drawn, *edits: Edit | Advice) -> Action[Repairs]:
    """Changes the architecture, and repairs what does not fit afterwards (§5.1).

    Several edits are one step of undo. The weights of unchanged components and the history are kept, and the population
    is carried over. Blocks with new weights are in `untrained_blocks` until the next training.

    Args:
        edits: The edits, applied one after the other; an advice stands for its own.

    Returns:
        The repairs.

    Raises:
        ArchitectureError: An edit cannot be applied, or the result cannot be made to fit; nothing has changed.
        SessionError: The network has changed since an advice was given, or no edit does it.
    """
    present = _session.advice() if any(isinstance(each, Advice) for each in edits) else ()
    return ApplyEdits(_checked(edits_of(edits, present)))


def propose(_session: Drawn, *edits: Edit) -> Action[Repairs]:
    """Does as `edit`; but a result that cannot be made to fit is kept as a draft, and `problem` says why.

    Raises:
        ArchitectureError: An edit cannot be done; nothing has changed.
    """
    return Propose(_checked(edits))


def replace_network(_session: Drawn, architecture: Architecture | str) -> Action[Repairs]:
    """Replaces the architecture by another one, or by a named template, fitted to the present input and classes.

    Args:
        architecture: The architecture, or the template's name; a template gets the session's width.

    Returns:
        The repairs; for a template, what had to be changed for the data.

    Raises:
        ArchitectureError: It does not fit, or there is no such template; nothing has changed.
    """
    if not isinstance(architecture, str):
        check_kind(architecture, Architecture, where="replace", expected=AN_ARCHITECTURE)
        return Replace(architecture)
    now = _session.architecture
    drawn, changed = fit_template(architecture, input_shape=now.input_shape, classes=now.classes, width=_session.width)
    return Replace(drawn, changed)


def undo(_session: Drawn) -> Action[None]:
    """Takes the last edit back, and with it the weights that it had cost.

    Raises:
        SessionError: There is nothing to undo.
    """
    return Undo()


def redo(_session: Drawn) -> Action[None]:
    """Does again what was undone.

    Raises:
        SessionError: There is nothing to redo.
    """
    return Redo()


@dataclass(frozen=True)
class Edits(Action[Repairs]):
    """Edits that are applied together; subclasses decide about a result that does not fit."""

    edits: tuple[Edit, ...]

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"edits": [edit_to_json(edit) for edit in self.edits]}

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        return spread(f"session.{verb}", [f"osl.{edit_from_json(edit)!r}" for edit in arguments["edits"]])


@dataclass(frozen=True)
class ApplyEdits(Edits):
    """Edits that are applied together; the result is repaired or refused."""

    verb = "edit"
    label = "Edit the network"

    def run(self, context: Context) -> Repairs:
        """Runs it."""
        architecture, repairs = revise(context.state.drawing.drawn, *self.edits)
        draw(context, architecture, repairs)
        return repairs


@dataclass(frozen=True)
class Propose(Edits):
    """Edits that are applied together; a result that does not fit is kept as a draft."""

    verb = "propose"
    label = "Edit the network"

    def run(self, context: Context) -> Repairs:
        """Runs it."""
        drawn = context.state.drawing.drawn
        try:
            architecture, repairs = revise(drawn, *self.edits)
        except ShapeError as problem:
            for edit in self.edits:
                drawn = apply(drawn, edit)
            _keep_draft(context, drawn, problem)
            return ()
        draw(context, architecture, repairs)
        return repairs


@dataclass(frozen=True)
class Replace(Action[Repairs]):
    """A replacement of the network, fitted to the present input and classes."""

    verb = "replace"
    label = "Replace the network"

    architecture: Architecture
    changed: Repairs = field(default=(), compare=False)
    """What had to be changed in a template for the data."""

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return {"architecture": to_json(self.architecture)}

    def run(self, context: Context) -> Repairs:
        """Runs it."""
        now = context.state.drawing.architecture
        fitted, repairs = repair(replace(self.architecture, input_shape=now.input_shape, classes=now.classes))
        draw(context, fitted, self.changed + repairs)
        return self.changed + repairs

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again."""
        return f"{python_source(from_json(arguments['architecture']))}session.{verb}(architecture)"


@dataclass(frozen=True)
class Undo(Action[None]):
    """A return to the network before the last edit."""

    verb = "undo"
    label = "Undo"

    def run(self, context: Context) -> None:
        """Runs it."""
        drawing = context.state.drawing
        _travel(context, self.verb, drawing.past, drawing.future)


@dataclass(frozen=True)
class Redo(Action[None]):
    """A return to the network that was undone."""

    verb = "redo"
    label = "Redo"

    def run(self, context: Context) -> None:
        """Runs it."""
        drawing = context.state.drawing
        _travel(context, self.verb, drawing.future, drawing.past)


def draw(context: Context, architecture: Architecture, repairs: Repairs) -> None:
    """Sets a network that fits, as one step of undo."""
    drawing, before = context.state.drawing, context.state.drawing.drawn
    if architecture != before:
        _take(context, architecture)
        drawing.past.append(before)
        drawing.future.clear()
    drawing.architecture, drawing.draft, drawing.problem, drawing.repairs = architecture, None, None, repairs
    context.edited()


def _keep_draft(context: Context, draft: Architecture, problem: OneShotError) -> None:
    drawing = context.state.drawing
    if draft != drawing.drawn:
        drawing.past.append(drawing.drawn)
        drawing.future.clear()
    drawing.draft, drawing.problem, drawing.repairs = draft, problem, ()
    context.edited()


def _travel(context: Context, verb: str, source: list[Architecture], target: list[Architecture]) -> None:
    drawing = context.state.drawing
    if not source:
        raise SessionError(f"there is nothing to {verb}", where=verb)
    before, after = drawing.drawn, source[-1]
    problem = misfit(after)
    if problem is None:
        _take(context, after)
        drawing.architecture = after
    source.pop()
    target.append(before)
    drawing.draft, drawing.problem, drawing.repairs = after if problem else None, problem, ()
    context.edited()


def _take(context: Context, architecture: Architecture) -> None:
    # Between a draft and the architecture that it was drawn on, nothing else has to change.
    if architecture != context.state.architecture:
        context.state.become(architecture)


def _checked(edits: Iterable[object]) -> tuple[Edit, ...]:
    checked: list[Edit] = []
    for edit in edits:
        if not isinstance(edit, Edit):
            raise ArchitectureError(
                f"{edit!r:.60} is no edit", where="edit", expected="a value such as RemoveBlock('L1.B3')"
            )
        edit_to_json(edit)  # refuse an edit that no log can hold before it is applied
        checked.append(edit)
    return tuple(checked)
