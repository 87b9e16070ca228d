"""Size against accuracy: the size constraint (§7)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from oneshot_lab.search.constraint import Constraint
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context


def constrain(
    _session: object,
    *,
    measure: str | None = None,
    weight: float | None = None,
    limit: Any = ...,
) -> Action[Constraint]:
    """Sets how much the size of candidates counts from the next generation on (§7). Omitted values stay unchanged.

    Args:
        measure: The measure of size: `parameters`, or `macs`, the multiply-adds for one image.
        weight: Soft constraint: how many nats are added to the loss of a network as large as the whole supernet when
            fitness is computed; smaller networks add in proportion.
        limit: Hard constraint: the largest size. A candidate above it loses blocks before it is evaluated. None means
            no limit.

    Returns:
        The constraint from now on, also in `constraint`.

    Raises:
        SessionError: A value is out of its range, or no network is within the limit; nothing has changed.
    """
    given: dict[str, Any] = {"measure": measure, "weight": weight}
    given = {name: value for name, value in given.items() if value is not None}
    given |= {} if limit is ... else {"limit": limit}
    # What is out of its range is refused at once.
    checked = replace(Constraint(), **given).to_json()
    return Constrain({name: value for name, value in checked.items() if name in given})


@dataclass(frozen=True)
class Constrain(Action[Constraint]):
    """A new size constraint."""

    verb = "constrain"
    label = "Set the size constraint"

    given: dict[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them."""
        return self.given

    def run(self, context: Context) -> Constraint:
        """Runs it."""
        strategy = context.state.strategy
        # What has been asked for before holds by now.
        wanted = replace(strategy.sizing.constraint, **self.given)
        context.resolve(given=wanted.to_json())
        strategy.constrain(wanted)
        context.publish(message=_describe(wanted))
        return wanted


def _describe(constraint: Constraint) -> str:
    parts = []
    if constraint.weight:
        parts.append(f"the whole network's {constraint.measure} cost {constraint.weight:g} nats")
    if constraint.limit is not None:
        parts.append(f"no candidate has more than {constraint.limit:,} {constraint.measure}")
    return "; ".join(parts) or "size costs nothing"
