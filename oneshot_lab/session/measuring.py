"""Measuring a final model again that could not be measured when it had been trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from oneshot_lab.errors import SessionError
from oneshot_lab.session.checkpoint import Checkpointing
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.final import Final
from oneshot_lab.session.finalizing import measure
from oneshot_lab.session.job import Job

if TYPE_CHECKING:
    import torch

    from oneshot_lab.supernet.data import Data


class Measuring(Checkpointing):
    """The part of a session that measures final models; see `SearchSession`."""

    data: Data
    device: torch.device

    @overload
    def measure(self, final: Final | int | None = None, *, wait: Literal[True] = True) -> Final: ...

    @overload
    def measure(self, final: Final | int | None = None, *, wait: Literal[False]) -> Job[Final]: ...

    def measure(self, final: Final | int | None = None, *, wait: bool = True) -> Final | Job[Final]:
        """Measures a final model that has been trained, but not measured, since an image could not be read.

        One that has been measured is returned as it is: nothing looks at the test split twice.

        Args:
            final: One of `finals`, or its place there; left out: the last one that waits to be measured.
            wait: As for `train`.

        Returns:
            The final model with its measures, which takes the place of the one before in `finals`.

        Raises:
            SessionError: There is no such final model, or it cannot be measured this time either.
        """
        arguments: dict[str, Any] = {"final": None if final is None else self._place_of(final)}

        def run() -> Final:
            place = self._place_of(arguments["final"])
            arguments["final"] = place
            before = self.finals[place]
            measured = measure(before, self.data, device=self.device)
            self._set(finals=(*self.finals[:place], measured, *self.finals[place + 1 :]), message=measured.summary)
            if measured.problem:
                raise SessionError(
                    f"it could not be measured ({measured.problem})",
                    where=f"final {place + 1}",
                    remedy="mend what it says, then call measure() again",
                )
            return measured

        return self._act("measure", run, arguments, wait=wait, status="evaluating")

    def _place_of(self, final: Final | int | None) -> int:
        """Returns the place of a final model in `finals`.

        Raises:
            SessionError: It is not there, or none waits.
        """
        finals = self.finals
        if final is None:
            waiting = [place for place, each in enumerate(finals) if each.unmeasured]
            if not waiting:
                raise SessionError("no final network waits to be measured", where="measure")
            return waiting[-1]
        if isinstance(final, Final):
            place = next((place for place, each in enumerate(finals) if each is final or each == final), None)
            if place is None:
                raise SessionError("it is none of this session's", where="measure", expected="one of session.finals")
            return place
        if not finals:
            raise SessionError("there are no final networks", where="measure", remedy="call finalize() first")
        return check_count("final", final, low=0, high=len(finals) - 1)
