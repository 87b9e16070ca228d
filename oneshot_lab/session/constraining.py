"""Size against accuracy: what a candidate's size counts, and which candidates are worth their size (§7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, overload

import numpy as np
from traitlets import Instance

from oneshot_lab.search.constraint import Constraint
from oneshot_lab.session.candidates import Candidate
from oneshot_lab.session.job import Job
from oneshot_lab.session.proposing import Proposing


class Constraining(Proposing):
    """The part of a session that weighs size; see `SearchSession`."""

    constraint = Instance(Constraint, (), read_only=True, help="What size means to the search.")

    @overload
    def constrain(
        self,
        *,
        measure: str | None = None,
        weight: float | None = None,
        limit: int | None = ...,
        wait: Literal[True] = True,
    ) -> Constraint: ...

    @overload
    def constrain(
        self, *, measure: str | None = None, weight: float | None = None, limit: int | None = ..., wait: Literal[False]
    ) -> Job[Constraint]: ...

    def constrain(
        self,
        *,
        measure: str | None = None,
        weight: float | None = None,
        limit: Any = ...,
        wait: bool = True,
    ) -> Constraint | Job[Constraint]:
        """Lets the size of candidates count from the next generation on (§7). What is left out stays as it is.

        Args:
            measure: What size is: `parameters`, or `macs`, the multiply-adds for one image.
            weight: Soft: what a network as large as the whole supernet has added to its loss, in nats, when fitness
                is worked out; a smaller one in proportion. 0: nothing.
            limit: Hard: the largest size. A candidate above it loses blocks before it is evaluated. None: no limit.
            wait: As for `train`.

        Returns:
            What holds from now on, also in `constraint`.

        Raises:
            SessionError: A value is out of its range, or no network is within the limit; nothing has changed.
        """
        given: dict[str, Any] = {"measure": measure, "weight": weight}
        given = {name: value for name, value in given.items() if value is not None}
        given |= {} if limit is ... else {"limit": limit}
        # What is out of its range is refused at once.
        arguments = {name: value for name, value in replace(Constraint(), **given).to_json().items() if name in given}

        def run() -> Constraint:
            # What has been asked for before holds by now.
            wanted = replace(self.constraint, **arguments)
            arguments.update(wanted.to_json())
            self._evolution.constrain(wanted)
            self._publish(message=_describe(wanted))
            return wanted

        return self._act("constrain", run, arguments, wait=wait)

    def current_candidates(self) -> list[Candidate]:
        """Returns the candidates whose evaluation still holds, in its order: same network, same weights."""
        return self._ledger.current(self.architecture, self._weights.version)

    def pareto(self, measure: str = "parameters") -> tuple[Candidate, ...]:
        """Returns the candidates that no other one equals or beats in both size and accuracy, the smallest first.

        Args:
            measure: What size is: `parameters` or `macs`.

        Raises:
            SessionError: There is no such measure.
        """
        return front(self.current_candidates(), Constraint(measure).measure)

    def _mirrors(self) -> dict[str, Any]:
        return {**super()._mirrors(), "constraint": self._evolution.sizing.constraint}


def front(candidates: Sequence[Candidate], measure: str) -> tuple[Candidate, ...]:
    """Returns the candidates of finite loss that no other one equals or beats in size and accuracy, by size."""
    found: list[Candidate] = []
    finite = [candidate for candidate in candidates if np.isfinite(candidate.loss)]
    for candidate in sorted(finite, key=lambda each: (getattr(each, measure), -each.accuracy, each.loss)):
        if not found or candidate.accuracy > found[-1].accuracy:
            found.append(candidate)
    return tuple(found)


def _describe(constraint: Constraint) -> str:
    parts = []
    if constraint.weight:
        parts.append(f"the whole network's {constraint.measure} cost {constraint.weight:g} nats")
    if constraint.limit is not None:
        parts.append(f"no candidate has more than {constraint.limit:,} {constraint.measure}")
    return "; ".join(parts) or "size costs nothing"
