"""The context of a running action: the state that it changes, and the receiver of its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from oneshot_lab.session.log import LogEntry, now
from oneshot_lab.session.runtime.live import Doable
from oneshot_lab.session.runtime.running import Running

if TYPE_CHECKING:
    # A sketch works without torch.
    from oneshot_lab.session.state.settings import Settings
    from oneshot_lab.session.state.state import State
    from oneshot_lab.supernet.train import Progress

MOST_POINTS = 400
"""Points of a curve, at most: more than a chart can show."""

Interim = Callable[[], "tuple[State, Doable[Any] | None]"]
"""Returns what a stop would leave now: the state, and the action as the log would hold it; None for nothing."""


class Shown(Protocol):
    """A session, or a sketch, as an action sees it: what shows the state."""

    _running: Running

    def _set(self, **values: Any) -> None:
        """Sets traits together."""

    def _publish(self, **values: Any) -> None:
        """Sets the traits that show the state, together with others."""

    def _edited(self) -> None:
        """Called when the network has changed."""


class Saving(Protocol):
    """What saves a session in files."""

    def changed(self) -> None:
        """Records a change."""

    def keep(self) -> None:
        """Saves the session in its own file."""

    def save(self, path: Path) -> str:
        """Writes the session to a file. Returns a message about its size, or an empty text."""


class Context:
    """The context of a running action.

    Args:
        live: The session, or a sketch.
        action: The action as requested.
        state: The state that the action changes.
        settings: The session's settings.
        saving: What saves the session.

    Attributes:
        action: The action with its arguments resolved so far, as the log will hold it.
        began: Its start (ISO 8601).
        interim: What a stop would leave at this moment; None: the state as it is.
    """

    def __init__(self, live: Shown, action: Doable[Any], *, state: State, settings: Settings, saving: Saving) -> None:
        self._live, self._saving = live, saving
        self.state = state
        self.settings = settings
        self.action = action
        self.began = now()
        self.interim: Interim | None = None
        self._points: list[tuple[float, float]] = []

    def resolve(self, **arguments: Any) -> None:
        """Fills in arguments that depend on the session, so that the log holds what was really done."""
        self.action = replace(cast("Any", self.action), **arguments)

    def should_stop(self) -> bool:
        """Returns whether to stop; call it before each batch. It blocks while the job is paused."""
        return self._live._running.should_stop()

    # ---- progress -------------------------------------------------------------------------------------------

    def begin(self, status: str) -> None:
        """Tells that something begins that takes time."""
        self._live._running.begin(status)

    def say(self, message: str) -> None:
        """Reports the status of the action."""
        self._live._set(message=message)

    def share(self, done: float) -> None:
        """Reports the share of the action that is done."""
        self._live._set(progress=done)

    def publish(self, **values: Any) -> None:
        """Publishes the current state, together with other traits."""
        self._live._publish(**values)

    def publish_map(self, **values: Any) -> None:
        """Publishes the map alone, together with other traits, where nothing else has changed."""
        self._live._set(**self.state.published_map(), **values)

    def edited(self) -> None:
        """Publishes the state after a change of the network, and starts what follows an edit."""
        self._live._edited()

    def training(self, what: str, progress: Progress, *, finished: float = 0, runs: float = 1) -> None:
        """Reports a batch of training.

        Args:
            what: The words for what is trained, and which of several it is.
            progress: The progress of this run.
            finished: Runs before this one; one of other epochs counts as the share that they are of this run's.
            runs: All runs, likewise.
        """
        epoch = progress.epoch + progress.batch / progress.batches
        self._add_point(finished * progress.epochs + epoch, progress.loss)
        self._live._set(
            curve=tuple(self._points),
            progress=(finished + epoch / progress.epochs) / runs,
            message=f"{what}: epoch {progress.epoch + 1} of {progress.epochs}, loss {progress.loss:.3f}",
        )

    def _add_point(self, epoch: float, loss: float) -> None:
        """Adds a point to the curve; in a long training every second point is dropped repeatedly."""
        self._points.append((epoch, loss))
        if len(self._points) > MOST_POINTS:
            del self._points[::2]

    # ---- saving ----------------------------------------------------------------------------------------------

    def note(self, entry: LogEntry, **values: Any) -> None:
        """Logs a part that is complete and kept even if the action fails."""
        self._live._running.note(entry, **values)

    def changed(self) -> None:
        """Reports that there is something new to save before the end of the action."""
        self._saving.changed()

    def write(self, path: Path) -> str:
        """Writes the session to a file. Returns a message about its size, or an empty text."""
        return self._saving.save(path)

    def keep(self) -> None:
        """Saves the session in its file before a long part that rarely checks for a stop."""
        self._saving.keep()
