"""Links the dots of a chart to the session: the candidate under the pointer, and those that are pinned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bqplot import Scatter

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.session.attention import MOST_PINNED

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession


class Pointing:
    """The dot under the pointer is the session's `hovered_candidate`; a click pins its candidate, or unpins it.

    Args:
        session: The session.
    """

    def __init__(self, session: SearchSession) -> None:
        self._session = session
        self._led: Mask | None = None

    def link(self, dots: Scatter, masks: Callable[[], Sequence[Mask]]) -> None:
        """Links the dots of a mark.

        Args:
            dots: The mark.
            masks: Returns the candidates of its dots, in order, without dead blocks.
        """
        dots.observe(lambda change: self._look(masks(), change.new), "hovered_point")
        dots.on_element_click(lambda _, content: self._click(masks(), content))

    def chosen(self) -> set[Mask]:
        """Returns the hovered candidate and the pinned ones, without blocks that have no effect."""
        session = self._session
        hovered = () if session.hovered_candidate is None else (session.hovered_candidate,)
        return {self.pruned(mask) for mask in (*session.pinned_candidates, *hovered)}

    def pruned(self, mask: Mask) -> Mask:
        """Returns a candidate without blocks that have no effect: one that was chosen on the map may have some."""
        architecture = self._session.architecture
        return prune(architecture, mask) if is_valid(architecture, mask) else mask

    def _look(self, masks: Sequence[Mask], index: Any) -> None:
        session = self._session
        if isinstance(index, int) and 0 <= index < len(masks):
            self._led = session.hovered_candidate = masks[index]
        elif session.hovered_candidate == self._led:
            # The pointer has left this chart, and has not reached a candidate in another view since.
            session.hovered_candidate = None

    def _click(self, masks: Sequence[Mask], content: object) -> None:
        data = content.get("data") if isinstance(content, dict) else None
        index = data.get("index") if isinstance(data, dict) else None
        if not isinstance(index, int) or not 0 <= index < len(masks):
            return
        mask, pinned = masks[index], self._session.pinned_candidates
        others = tuple(other for other in pinned if self.pruned(other) != mask)
        self._session.pinned_candidates = others if len(others) < len(pinned) else (*others, mask)[-MOST_PINNED:]
