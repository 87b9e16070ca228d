"""Training landmarks in the Lab: how many, for how many epochs, and what that costs before it starts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ipywidgets import BoundedIntText

from oneshot_lab.session.trust_words import ENOUGH
from oneshot_lab.views.common.part import Part, button, enable, misfit, text

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

MOST_LANDMARKS, MOST_EPOCHS = 1000, 1000

LANDMARKS = "landmarks"
"""The action's name among those that wait."""

TRAINING = "training landmarks"
"""The status while it runs."""

TRAIN = "Train so many candidates by themselves, one after the other, and measure them on the validation split"
RUNNING = "Landmarks are being trained. Stop, below, keeps those that are complete."
UNKNOWN = "The cost is unknown until something was trained."


class LandmarkRow(Part):
    """Numbers of landmarks and epochs, the button that trains them, and what they cost.

    Args:
        session: The session.
    """

    WATCHED = ("status", "waiting", "problem", "architecture", "training_losses", "trained_landmarks")

    def __init__(self, session: SearchSession) -> None:
        self.count = BoundedIntText(ENOUGH, min=1, max=MOST_LANDMARKS, description="landmarks")
        self.epochs = BoundedIntText(3, min=1, max=MOST_EPOCHS, description="epochs")
        self.train = button("Train landmarks", TRAIN, self._train, name="landmarks")
        self.cost = text("landmark-cost")
        super().__init__(session, (self.count, self.epochs, self.train, self.cost), name="landmark-row")
        self._redraw_after(self.count, self._draw)
        self._redraw_after(self.epochs, self._draw)

    def _draw(self) -> None:
        session = self.session
        trains = session.status == TRAINING or LANDMARKS in session.waiting
        unfit = misfit(session)
        enable(self.train, unfit or ("Landmarks are being trained or about to be" if trains else ""), TRAIN)
        # The next step, where there is nothing to trust yet.
        self.train.button_style = "" if session.trained_landmarks else "primary"
        self.cost.value = escape(unfit or (RUNNING if trains else self._cost()))

    def _cost(self) -> str:
        seconds = self.session.landmark_seconds(self.count.value, epochs=self.epochs.value)
        return UNKNOWN if seconds is None else f"Takes {about(seconds)}."

    def _train(self) -> None:
        self._ask("landmarks", self.session.landmarks, self.count.value, epochs=self.epochs.value)


def about(seconds: float) -> str:
    """Returns in words how long something takes, as well as that is known: `about 40 s`."""
    if seconds < 90:
        # Of an estimate, two digits pretend too much.
        whole = max(round(seconds), 1)
        return f"about {whole if whole < 20 else 5 * round(whole / 5)} s"
    minutes = seconds / 60
    return f"about {round(minutes)} min" if minutes < 90 else f"about {round(minutes / 60)} h"
