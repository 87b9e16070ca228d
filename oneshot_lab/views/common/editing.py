"""What the views that edit share: they watch a session or sketch, and answer what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from ipywidgets import DOMWidget
from traitlets import Dict, Unicode

from oneshot_lab.architecture.limits import MOST_ITEMS
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import edit_from_json
from oneshot_lab.errors import ArchitectureError, OneShotError, SessionError
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.live import IDLE
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.views.common.closing import OwningWidget
from oneshot_lab.views.common.messages import Answer, Message, is_id, is_whole, refusal, request_number
from oneshot_lab.views.common.module import MODULE, MODULE_VERSION

MOST_EDITS = 500
"""Edits in one message, at most: more than users select, and few enough not to block the kernel."""

Handler = Callable[[Message], Answer | Job[object]]
"""Returns the answer to a message, or the job that the answer waits for."""

DONE: Answer = {"kind": "answer", "ok": True}


class EditingWidget(OwningWidget, DOMWidget):
    """A view of a session, or of an architecture by itself, that sends typed edits and draws what comes back.

    A subclass defines its drawing in `_content`, and the messages that it handles in `_handlers`.

    Args:
        target: A session; or a `Sketch`, an architecture or a template's name, to draw a network without one.

    Attributes:
        target: The session or sketch; its `architecture` is what has been drawn.

    Raises:
        ArchitectureError: There is no such template, or the architecture cannot be made to fit.
        SessionError: The target is something else.
    """

    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    state = Dict(read_only=True, help="All that is drawn.").tag(sync=True)

    PLACE: ClassVar[str]
    """The view's name in errors."""
    WATCHED: ClassVar[tuple[str, ...]]
    """The target's traits that change the drawing."""

    def __init__(self, target: Editing | Architecture | str = "lenet", **kwargs: Any) -> None:
        self.target = _editable(target, type(self).__name__)
        self._revision = 0
        self._drawn: Architecture | None = None
        self._drawn_at = 0
        # Before the comm opens, which then brings all there is to draw.
        self._draw()
        super().__init__(**kwargs)
        # A sketch has no scores and is never trained.
        self._watch(self.target, filter(self.target.has_trait, self.WATCHED))
        self.on_msg(self._received)

    def __repr__(self) -> str:
        # A notebook keeps it beside the view; all that is drawn would be too much.
        return f"{type(self).__name__}({self.target.drawn.name!r})"

    # ---- to the browser --------------------------------------------------------------------------------------------

    def _content(self) -> dict[str, Any]:
        """Returns the current drawing as values that JSON can hold."""
        raise NotImplementedError

    def _changed(self, change: Any) -> None:  # noqa: ARG002
        self._draw()

    def _draw(self) -> None:
        target = self.target
        state = self._content() | {"can_undo": target.can_undo, "can_redo": target.can_redo}
        # Several traits change together; the first one of them has drawn them all.
        if state == {name: value for name, value in self.state.items() if name != "revision"}:
            return
        self._revision += 1
        if target.drawn != self._drawn:
            self._drawn, self._drawn_at = target.drawn, self._revision
        self.set_trait("state", {"revision": self._revision, **state})

    def _edits_wait(self) -> bool:
        """Returns whether an edit would wait for long. A search lets edits in between two generations."""
        return self.target.status not in (IDLE, "searching")

    # ---- from the browser: whatever it sends, the worst that it gets is a refusal ----------------------------------

    def _take_ids(self, ids: object) -> tuple[str, ...] | None:
        """Returns ids that the browser sent; None, and a line in the log, where it sent something else."""
        if isinstance(ids, list) and len(ids) <= MOST_ITEMS and all(map(is_id, ids)):
            return tuple(ids)
        error = ArchitectureError("no selection", where=self.PLACE, expected=f"up to {MOST_ITEMS} ids")
        self.target.refuse(self._name, error)
        return None

    @property
    def _name(self) -> str:
        """The view's name in the log."""
        return self.PLACE.partition(" ")[0].lower()

    def _received(self, widget: object, content: object, buffers: object) -> None:  # noqa: ARG002
        """Answers one message; a request for a change is answered once the change is made."""
        message = content if isinstance(content, dict) else {}
        try:
            answer = self._handler(message)(message)
        except OneShotError as error:
            self.target.refuse(self._name, error)
            answer = refusal(error)
        except Exception:
            self.send({**self._broken(), "request": request_number(message)})
            raise
        if isinstance(answer, Job):
            answer.on_done(partial(self._answer, message))
        else:
            self.send({**answer, "request": request_number(message)})

    def _answer(self, message: Message, job: Job[object]) -> None:
        """Answers what the worker has done; what has changed by it is on its way already."""
        answer, error = DONE, None
        try:
            job.result  # noqa: B018
        except OneShotError as refused:
            # A failed attempt is in the log already.
            if not job.is_logged:
                self.target.refuse(self._name, refused)
            answer = refusal(refused)
        except Exception as broken:
            answer, error = self._broken(), broken
        self.send({**answer, "request": request_number(message)})
        if error is not None:
            raise error

    def _broken(self) -> Answer:
        """Returns the answer to a message that failed through no fault of its own."""
        return {
            "kind": "answer",
            "ok": False,
            "where": self.PLACE,
            "message": "an error occurred in Python",
            "expected": None,
            "remedy": "see the kernel's messages",
        }

    def _handlers(self) -> dict[str, Handler]:
        return {"edit": self._edit, "undo": self._undo, "redo": self._redo}

    def _handler(self, message: Message) -> Handler:
        handlers, kind = self._handlers(), self._text(message, "kind")
        if kind not in handlers:
            raise ArchitectureError(
                f"an unknown message {kind[:60]!r}", where=self.PLACE, expected=f"one of {', '.join(handlers)}"
            )
        return handlers[kind]

    def _edit(self, message: Message) -> Job[object]:
        self._check_revision(message)
        edits = message.get("edits")
        if not isinstance(edits, list) or not 1 <= len(edits) <= MOST_EDITS:
            raise ArchitectureError("not a list of edits", where=self.PLACE, expected=f"1 to {MOST_EDITS} edits")
        return self._submit(partial(self.target.propose, *(edit_from_json(edit) for edit in edits)))

    def _undo(self, message: Message) -> Job[object]:
        self._check_revision(message)
        return self._submit(self.target.undo)

    def _redo(self, message: Message) -> Job[object]:
        self._check_revision(message)
        return self._submit(self.target.redo)

    def _submit(self, change: Callable[[], object]) -> Job[object]:
        """Submits a change to the worker, which refuses it if the network has changed before.

        This call does not wait: the kernel handles the next message, such as one that stops the job that runs before.
        """
        seen = self.target.drawn

        def run() -> object:
            if self.target.drawn != seen:
                raise self._has_changed()
            return change()

        return self.target.submit(self._name, run)

    def _check_revision(self, message: Message) -> None:
        """Refuses a request that was made for another architecture; scores and messages may differ."""
        revision = message.get("revision")
        drawn_now = self.target.drawn == self._drawn
        if not is_whole(revision) or not self._drawn_at <= revision <= self._revision or not drawn_now:
            raise self._has_changed()

    def _has_changed(self) -> ArchitectureError:
        return ArchitectureError(
            "the network has changed in the meantime",
            where=self.PLACE,
            expected=f"revision {self._drawn_at} or later",
            remedy="check the current network, and try again",
        )

    def _text(self, message: Message, name: str) -> str:
        text = message.get(name)
        if not isinstance(text, str):
            raise ArchitectureError(f"no {name}", where=self.PLACE, expected="text")
        return text


def _editable(target: object, view: str) -> Editing:
    if isinstance(target, Editing):
        return target
    if isinstance(target, (str, Architecture)):
        return Sketch(target)
    raise SessionError(
        f"a {type(target).__name__}", where=view, expected="a session, a sketch, an architecture or a template"
    )
