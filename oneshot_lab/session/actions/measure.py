"""Measures final networks that could not be measured right after their training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.finalizing import measure as measure_final
from oneshot_lab.session.state.final import Final


class Finished(Protocol):
    """A session with final networks."""

    @property
    def finals(self) -> tuple[Final, ...]: ...  # noqa: D102


def measure(_session: Finished, final: Final | int | None = None) -> Action[Final]:
    """Measures a final network that was trained but not measured because an image could not be read.

    A measured one is returned unchanged: the test split is never used twice.

    Args:
        final: One of `finals`, or its position there; by default the last one that waits to be measured.

    Returns:
        The final network with its measures, which replaces the earlier one in `finals`.

    Raises:
        SessionError: There is no such final network, or measuring fails again.
    """
    return Measure(None if final is None else _place_of(final, _session.finals))


@dataclass(frozen=True)
class Measure(Action[Final]):
    """A measurement of a final network."""

    verb = "measure"
    label = "Measure a final network"
    status = "evaluating"

    final: int | None

    def run(self, context: Context) -> Final:
        """Runs it."""
        state, settings = context.state, context.settings
        place = _place_of(self.final, state.finals)
        context.resolve(final=place)
        measured = measure_final(state.finals[place], settings.data, device=settings.device)
        state.finals = (*state.finals[:place], measured, *state.finals[place + 1 :])
        context.publish(message=measured.summary)
        if measured.problem:
            raise SessionError(
                f"measuring failed ({measured.problem})",
                where=f"final {place + 1}",
                remedy="fix the problem, then call measure() again",
            )
        return measured


def _place_of(final: Final | int | None, finals: tuple[Final, ...]) -> int:
    """Returns the position of a final network; for None, that of the last one that waits to be measured.

    Raises:
        SessionError: It is not there, or none waits to be measured.
    """
    if final is None:
        waiting = [place for place, each in enumerate(finals) if each.unmeasured]
        if not waiting:
            raise SessionError("no final network waits to be measured", where="measure")
        return waiting[-1]
    if isinstance(final, Final):
        place = next((place for place, each in enumerate(finals) if each is final or each == final), None)
        if place is None:
            raise SessionError("not one of this session's", where="measure", expected="one of _session.finals")
        return place
    if not finals:
        raise SessionError("there are no final networks", where="measure", remedy="call finalize() first")
    return check_count("final", final, low=0, high=len(finals) - 1)
