"""One final network: what it reaches, class by class, and what an accuracy alone would hide."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from ipywidgets import Box

from oneshot_lab.architecture.mask import is_valid
from oneshot_lab.errors import MaskError
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.views.common.log_words import printable
from oneshot_lab.views.common.part import Part, button, enable, text
from oneshot_lab.views.tables.class_table import ClassTable
from oneshot_lab.views.tables.confusion import MOST_NUMBERS, ConfusionMatrix
from oneshot_lab.views.tables.standing import accuracies

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession
    from oneshot_lab.session.state.final import Final

MEASURE = "Measure on the test images again, once they can be read"
OLD = "This session's file holds no results by class."


class FinalDetail(Part):
    """The confusion matrix of a final network, its classes' accuracies, and the warning about them.

    Args:
        session: The session.
        chosen: Returns the final network to show, or None.
    """

    WATCHED = ("finals", "status", "waiting", "architecture", "candidates", "trained_landmarks")

    def __init__(self, session: SearchSession, chosen: Callable[[], Final | None]) -> None:
        self._chosen = chosen
        self._drawn: Final | None = None
        self.title, self.warning = text("final-title"), text("final-warning")
        self.posterior = text("final-posterior")
        self.measure = button("Measure again", MEASURE, self._measure)
        self.matrix, self.classes = ConfusionMatrix(label="Confusion matrix"), ClassTable()
        head = Box((self.title, self.posterior, self.warning, self.measure))
        head.add_class("osl-final-head")
        super().__init__(session, (head, self.matrix, self.classes), name="final")

    def show(self) -> None:
        """Shows the final network that is chosen now."""
        self._draw()

    def _draw(self) -> None:
        final = self._chosen()
        self._draw_measure(final)
        self._draw_posterior(final)
        if final is self._drawn and final is not None:
            return
        self._drawn = final
        self.layout.display = None if final else "none"
        if final is None:
            return
        confusion, names = final.confusion, final.class_names
        self.title.value = _title(final, self.session.finals.index(final) + 1)
        self.warning.value = escape(printable(_warning(final)))
        self.warning.layout.display = None if self.warning.value else "none"
        self.matrix.show(confusion, names)
        self.classes.show_confusion(confusion if len(confusion) > MOST_NUMBERS else (), names)
        self.classes.layout.display = None if self.classes.rows else "none"

    def _draw_posterior(self, final: Final | None) -> None:
        if self.session.status != IDLE and final is self._drawn:
            # A search has new scores several times a second; they are looked at when it rests.
            return
        self.posterior.value = "" if final is None else escape(_expected(self.session, final))
        self.posterior.layout.display = None if self.posterior.value else "none"

    def _draw_measure(self, final: Final | None) -> None:
        waits = final is not None and bool(final.unmeasured)
        self.measure.layout.display = None if waits else "none"
        busy = self.session.status != IDLE or "measure" in self.session.waiting
        enable(self.measure, "Wait until the running job has ended" if busy else "", MEASURE)

    def _measure(self) -> None:
        final = self._chosen()
        if final is not None:
            self._ask("measure", self.session.measure, final)


def _title(final: Final, number: int) -> str:
    name = f"<b>{escape(printable(final.architecture.name))} {number}</b>"
    if final.problem:
        return f"{name} is trained and saved"
    told = [f"{final.test_accuracy:.2%} of the test images are correct"]
    if final.confusion:
        told.append(f"balanced accuracy, with equal weights for classes, {final.balanced_accuracy:.2%}")
    runs = f" (all {len(final.runs)} runs)" if len(final.runs) > 1 else ""
    return f"{name}: {'; '.join(told)}{runs}"


def _expected(session: SearchSession, final: Final) -> str:
    """Returns what the posterior tells of a final network; empty without landmarks, or after its blocks are gone."""
    if not session.is_calibrated or not is_valid(session.architecture, final.mask):
        return ""
    try:
        known = session.posterior([final.mask])
    except MaskError:
        # The worker has edited the network meanwhile: another drawing follows.
        return ""
    told = f"Posterior {100 * known.mean[0]:.1f} % ± {100 * known.half[0]:.1f} on the validation split"
    own = accuracies(session.trained_landmarks).get(known.masks[0])
    trained = "" if own is None else f"; it is one of them, trained {_spread(*own)}"
    count = len(known.posterior.landmarks)
    return f"{told}, by {count} landmark{'' if count == 1 else 's'}{trained}."


def _spread(mean: float, deviation: float) -> str:
    return f"{100 * mean:.1f} %" + ("" if math.isnan(deviation) else f" ± {100 * deviation:.1f}")


def _warning(final: Final) -> str:
    if final.problem:
        return f"It could not be measured: {final.problem}"
    if not final.confusion:
        return OLD
    return f"It {final.remark}." if final.remark else ""
