"""Traits that are set in any thread and observed on the main thread."""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping
from threading import get_ident
from typing import Any

from traitlets import Bunch, HasTraits

from oneshot_lab.session.log import LogEntry
from oneshot_lab.session.runtime.notifications import Notifications, show_error
from oneshot_lab.session.runtime.worker import Worker


class Traits:
    """Sets the traits of an object. They have their new values at once; `Notifications` calls their observers.

    Args:
        owner: The object; not kept alive. It hands its `_notify_trait` and `notify_change` over to `holds_back` and
            `tell`.
        notifications: Those of the object.
        worker: Its worker: progress that is set is that of the running job.
    """

    def __init__(self, owner: HasTraits, *, notifications: Notifications, worker: Worker) -> None:
        self._of = weakref.ref(owner)
        self._notifications, self._worker = notifications, worker
        self._setter = 0
        self._changes: list[Bunch] = []

    @property
    def owner(self) -> Any:
        """The object. Only its own methods, which keep it alive, lead here."""
        owner = self._of()
        assert owner is not None
        return owner

    def set(self, **values: Any) -> None:
        """Sets traits together: whoever watches one of them finds the others set as well."""
        self.tell(self.assign(values))

    def assign(self, values: Mapping[str, Any], entry: LogEntry | None = None) -> list[Bunch]:
        """Sets traits, and appends an entry to the log. Returns what has changed."""
        owner = self.owner
        with self._notifications.setting():
            new = dict(values) if entry is None else {**values, "log": (*owner.log, entry)}
            self._report(new)
            self._setter = get_ident()
            try:
                for name, value in new.items():
                    owner.set_trait(name, value)
            finally:
                changes, self._changes, self._setter = self._changes, [], 0
        return changes

    def _report(self, values: dict[str, Any]) -> None:
        """Has the running job know its progress, which becomes that of all its parts."""
        job = self._worker.current
        if job is None:
            return
        if "progress" in values:
            job.progress = (job.parts_done + values["progress"]) / max(job.parts, 1)
            values["progress"] = job.progress
            if not (math.isnan(job.eta) and math.isnan(self.owner.eta)):
                values["eta"] = job.eta
        if self._worker.is_here():
            job.said = values.get("message") or job.said

    def holds_back(self, name: str, *, old: object, new: object) -> bool:
        """Returns whether this thread sets traits together just now; then a change is told when all are set."""
        if self._setter != get_ident():
            return False
        self._changes.append(Bunch(name=name, old=old, new=new, owner=self.owner, type="change"))
        return True

    def tell(self, changes: list[Bunch]) -> None:
        """Calls the observers of changes, or has them called on the main thread."""
        if self._worker.is_here() or not self._notifications.is_home():
            self._notifications.put(changes)
            return
        with self._notifications.looking():
            # Whoever watches the other traits is told of them, whatever an observer of one raises.
            errors = [error for error in map(self._tell_home, changes) if error is not None]
        for other in errors[1:]:
            show_error(other)
        if errors:
            raise errors[0]

    def _tell_home(self, change: Bunch) -> Exception | None:
        try:
            HasTraits.notify_change(self.owner, self._notifications.merged(change))
        except Exception as error:
            return error
        return None
