"""Editing: an architecture that changes by edits, with undo, and drafts that do not fit yet (§5.1)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, overload

from traitlets import Bool, Instance, Tuple, Unicode

from oneshot_lab.architecture.edits import Edit, apply, revise
from oneshot_lab.architecture.given import AN_ARCHITECTURE, check_kind
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import Repair, misfit, repair
from oneshot_lab.architecture.serial import edit_to_json, to_json
from oneshot_lab.architecture.templates import fit_template
from oneshot_lab.errors import ArchitectureError, OneShotError, SessionError, ShapeError
from oneshot_lab.session.actions import Actions
from oneshot_lab.session.job import Job


class Editing(Actions):
    """What can be edited: a session, or a sketch without data and search.

    `architecture` always fits. An edit whose result cannot be made to fit is refused by `edit`; `propose`, which
    the editors use, keeps it as a draft until another edit or `undo` puts it right, so that nothing typed is lost.

    Args:
        architecture: The first architecture, repaired.
        log_file: Where every action is appended as a line of JSON; None: nowhere.
    """

    architecture = Instance(Architecture, read_only=True, help="The network as it is now, repaired.")
    draft = Instance(Architecture, allow_none=True, read_only=True, help="What was drawn last and does not fit.")
    problem = Instance(OneShotError, allow_none=True, read_only=True, help="Why the draft does not fit.")
    repairs = Tuple(read_only=True, help="What the last edit, or fitting the template, had to repair.")
    can_undo = Bool(False, read_only=True)
    can_redo = Bool(False, read_only=True)
    selected_blocks = Tuple(help="Ids of the blocks that are selected, in any view.")
    hovered_block = Unicode(help="Id of the block under the pointer, in any view; empty: none.")

    width = 1.0
    """Factor on a named template's channel counts."""

    def __init__(self, architecture: Architecture, *, log_file: Path | None = None) -> None:
        super().__init__(log_file=log_file)
        self._past: list[Architecture] = []
        self._future: list[Architecture] = []
        self.set_trait("architecture", architecture)

    @property
    def drawn(self) -> Architecture:
        """What an editor shows: the draft where there is one, else the architecture."""
        return self.draft or self.architecture

    @overload
    def edit(self, *edits: Edit, wait: Literal[True] = True) -> tuple[Repair, ...]: ...

    @overload
    def edit(self, *edits: Edit, wait: Literal[False]) -> Job[tuple[Repair, ...]]: ...

    def edit(self, *edits: Edit, wait: bool = True) -> tuple[Repair, ...] | Job[tuple[Repair, ...]]:
        """Changes the architecture; what does not fit afterwards is repaired (§5.1).

        Several edits are one step of undo. Weights of components that did not change are kept, the history too;
        the population is carried over. Blocks with new weights are in `untrained_blocks` until the next training.

        Args:
            edits: The edits, done one after the other.
            wait: As for `train`.

        Returns:
            What was repaired.

        Raises:
            ArchitectureError: An edit cannot be done or the result not be made to fit; nothing has changed.
        """

        def run() -> tuple[Repair, ...]:
            architecture, repairs = revise(self.drawn, *edits)
            self._draw(architecture, repairs)
            return repairs

        return self._act("edit", run, _arguments(edits), wait=wait)

    @overload
    def propose(self, *edits: Edit, wait: Literal[True] = True) -> tuple[Repair, ...]: ...

    @overload
    def propose(self, *edits: Edit, wait: Literal[False]) -> Job[tuple[Repair, ...]]: ...

    def propose(self, *edits: Edit, wait: bool = True) -> tuple[Repair, ...] | Job[tuple[Repair, ...]]:
        """Does as `edit`; but a result that cannot be made to fit is kept as a draft, and `problem` says why.

        Raises:
            ArchitectureError: An edit cannot be done; nothing has changed.
        """

        def run() -> tuple[Repair, ...]:
            try:
                architecture, repairs = revise(self.drawn, *edits)
            except ShapeError as problem:
                drawn = self.drawn
                for edit in edits:
                    drawn = apply(drawn, edit)
                self._keep_draft(drawn, problem)
                return ()
            self._draw(architecture, repairs)
            return repairs

        return self._act("propose", run, _arguments(edits), wait=wait)

    @overload
    def replace(self, architecture: Architecture | str, *, wait: Literal[True] = True) -> tuple[Repair, ...]: ...

    @overload
    def replace(self, architecture: Architecture | str, *, wait: Literal[False]) -> Job[tuple[Repair, ...]]: ...

    def replace(
        self, architecture: Architecture | str, *, wait: bool = True
    ) -> tuple[Repair, ...] | Job[tuple[Repair, ...]]:
        """Takes another architecture, or a template by its name, fitted to the present input and classes.

        Args:
            architecture: The architecture, or the template's name; a template gets the session's width.
            wait: As for `train`.

        Returns:
            What was repaired; of a template, what of it had to be changed for the data.

        Raises:
            ArchitectureError: It does not fit, or there is no such template; nothing has changed.
        """
        drawn, changed = self._template(architecture) if isinstance(architecture, str) else (architecture, ())
        check_kind(drawn, Architecture, where="replace", expected=AN_ARCHITECTURE)

        def run() -> tuple[Repair, ...]:
            fitted, repairs = repair(self._to_data(drawn))
            self._draw(fitted, changed + repairs)
            return changed + repairs

        return self._act("replace", run, {"architecture": to_json(drawn)}, wait=wait)

    def _template(self, name: str) -> tuple[Architecture, tuple[Repair, ...]]:
        now = self.architecture
        return fit_template(name, input_shape=now.input_shape, classes=now.classes, width=self.width)

    @overload
    def undo(self, *, wait: Literal[True] = True) -> None: ...

    @overload
    def undo(self, *, wait: Literal[False]) -> Job[None]: ...

    def undo(self, *, wait: bool = True) -> Job[None] | None:
        """Takes the last edit back, and with it the weights that it had cost.

        Raises:
            SessionError: There is nothing to undo.
        """
        return self._travel("undo", wait=wait)

    @overload
    def redo(self, *, wait: Literal[True] = True) -> None: ...

    @overload
    def redo(self, *, wait: Literal[False]) -> Job[None]: ...

    def redo(self, *, wait: bool = True) -> Job[None] | None:
        """Does again what was undone.

        Raises:
            SessionError: There is nothing to redo.
        """
        return self._travel("redo", wait=wait)

    def _to_data(self, architecture: Architecture) -> Architecture:
        """Returns an architecture with the input and classes that are worked with here."""
        now = self.architecture
        return replace(architecture, input_shape=now.input_shape, classes=now.classes)

    def _draw(self, architecture: Architecture, repairs: tuple[Repair, ...]) -> None:
        before = self.drawn
        if architecture != before:
            self._take(architecture)
            self._past.append(before)
            self._future.clear()
        self._show(architecture=architecture, draft=None, problem=None, repairs=repairs)

    def _keep_draft(self, draft: Architecture, problem: OneShotError) -> None:
        if draft != self.drawn:
            self._past.append(self.drawn)
            self._future.clear()
        self._show(draft=draft, problem=problem, repairs=())

    def _travel(self, name: str, *, wait: bool) -> Job[None] | None:
        def run() -> None:
            source, target = (self._past, self._future)[:: 1 if name == "undo" else -1]
            if not source:
                raise SessionError(f"there is nothing to {name}", where=name)
            before, after = self.drawn, source[-1]
            problem = misfit(after)
            if problem is None:
                self._take(after)
            source.pop()
            target.append(before)
            fitting = {"draft": after} if problem else {"draft": None, "architecture": after}
            self._show(**fitting, problem=problem, repairs=())

        return self._act(name, run, {}, wait=wait)

    def _take(self, architecture: Architecture) -> None:
        # Between a draft and the architecture that it was drawn on, nothing else has to change.
        if architecture != self.architecture:
            self._become(architecture)

    def _become(self, architecture: Architecture) -> None:
        """Brings what stands behind the architecture to another one that fits, all or nothing."""

    def _show(self, **values: Any) -> None:
        """Sets traits at the end of an edit, all together."""
        self._set(**values, can_undo=bool(self._past), can_redo=bool(self._future))


class Sketch(Editing):
    """An architecture by itself, to draw a network and print it; no data, no search.

    Args:
        architecture: The first architecture, or a template's name; it is repaired.

    Raises:
        ArchitectureError: There is no such template.
        ShapeError: It cannot be made to fit.
    """

    def __init__(self, architecture: Architecture | str) -> None:
        fitted, repairs = fit_template(architecture) if isinstance(architecture, str) else repair(architecture)
        super().__init__(fitted)
        self._set(repairs=repairs)


def _arguments(edits: tuple[Edit, ...]) -> dict[str, Any]:
    for edit in edits:
        if not isinstance(edit, Edit):
            raise ArchitectureError(
                f"{edit!r:.60} is no edit", where="edit", expected="a value such as RemoveBlock('L1.B3')"
            )
    return {"edits": [edit_to_json(edit) for edit in edits]}
