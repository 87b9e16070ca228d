"""What the views that edit share: they watch a session or sketch, and answer what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from ipywidgets import DOMWidget
from traitlets import Dict, Unicode

from oneshot_lab.architecture.limits import LONGEST_NAME, MOST_ITEMS
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import edit_from_json
from oneshot_lab.errors import ArchitectureError, OneShotError, SessionError
from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.editing import Editing, Sketch
from oneshot_lab.session.job import Job
from oneshot_lab.views.module import MODULE, MODULE_VERSION

MOST_EDITS = 500
"""Edits in one message: more than anybody selects, fewer than would hold up the kernel."""

Message = Mapping[str, Any]
Answer = dict[str, Any]
Handler = Callable[[Message], Answer | Job[object]]
"""Answers a message; or gives the job that the answer waits for."""

DONE: Answer = {"kind": "answer", "ok": True}


class EditingWidget(DOMWidget):
    """A view of a session, or of an architecture by itself, that sends typed edits and draws what comes back.

    A view says what it draws in `_content`, and which messages it takes in `_handlers`.

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
    """How the view is called in errors."""
    WATCHED: ClassVar[tuple[str, ...]]
    """The target's traits that change what is drawn."""

    # Nothing until it is complete: `close` is also called on a view that could not be made.
    _watched: tuple[str, ...] = ()
    _owns_layout = False

    def __init__(self, target: Editing | Architecture | str = "lenet", **kwargs: Any) -> None:
        self.target = _editable(target, type(self).__name__)
        self._revision = 0
        self._drawn: Architecture | None = None
        self._drawn_at = 0
        # Before the comm opens, which then brings all there is to draw.
        self._draw()
        super().__init__(**kwargs)
        self._owns_layout = "layout" not in kwargs
        self._watched = tuple(name for name in self.WATCHED if self.target.has_trait(name))
        self.target.observe(self._changed, list(self._watched))
        self.on_msg(self._received)

    def close(self) -> None:
        """Takes the view away; the session or sketch stays."""
        if self._watched:
            self.target.unobserve(self._changed, list(self._watched))
            self._watched = ()
        if self._owns_layout:
            # ipywidgets leaves it, and its comm, behind.
            self.layout.close()
        super().close()

    def __repr__(self) -> str:
        # A notebook keeps it beside the view; all that is drawn would be too much.
        return f"{type(self).__name__}({self.target.drawn.name!r})"

    # ---- to the browser --------------------------------------------------------------------------------------------

    def _content(self) -> dict[str, Any]:
        """Returns what is to be drawn now, as values that JSON can hold."""
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
        """Tells whether an edit would wait for long. A search lets it in between two generations."""
        return self.target.status not in (IDLE, "searching")

    # ---- from the browser: whatever it sends, the worst that it gets is a refusal ----------------------------------

    def _take_ids(self, ids: object) -> tuple[str, ...] | None:
        """Returns ids that the browser sent; None, and a line in the log, where it sent something else."""
        if isinstance(ids, list) and len(ids) <= MOST_ITEMS and all(map(_is_id, ids)):
            return tuple(ids)
        error = ArchitectureError("no selection", where=self.PLACE, expected=f"up to {MOST_ITEMS} ids")
        self.target.refuse(self._name, error)
        return None

    @property
    def _name(self) -> str:
        """How the view is called in the log."""
        return self.PLACE.partition(" ")[0].lower()

    def _received(self, widget: object, content: object, buffers: object) -> None:  # noqa: ARG002
        """Answers one message; where it asks for a change, when that has been made."""
        message = content if isinstance(content, dict) else {}
        try:
            answer = self._handler(message)(message)
        except OneShotError as error:
            self.target.refuse(self._name, error)
            answer = _refusal(error)
        except Exception:
            self.send({**self._broken(), "request": _request(message)})
            raise
        if isinstance(answer, Job):
            answer.on_done(partial(self._answer, message))
        else:
            self.send({**answer, "request": _request(message)})

    def _answer(self, message: Message, job: Job[object]) -> None:
        """Answers what the worker has done; what has changed by it is on its way already."""
        answer, error = DONE, None
        try:
            job.result  # noqa: B018
        except OneShotError as refused:
            # What was tried and failed is in the log already.
            if not job.is_logged:
                self.target.refuse(self._name, refused)
            answer = _refusal(refused)
        except Exception as broken:
            answer, error = self._broken(), broken
        self.send({**answer, "request": _request(message)})
        if error is not None:
            raise error

    def _broken(self) -> Answer:
        """Returns the answer when something else than the message is wrong."""
        return {
            "kind": "answer",
            "ok": False,
            "where": self.PLACE,
            "message": "an error in Python",
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
            raise ArchitectureError("no list of edits", where=self.PLACE, expected=f"1 to {MOST_EDITS} edits")
        return self._ask(partial(self.target.propose, *(edit_from_json(edit) for edit in edits)))

    def _undo(self, message: Message) -> Job[object]:
        self._check_revision(message)
        return self._ask(self.target.undo)

    def _redo(self, message: Message) -> Job[object]:
        self._check_revision(message)
        return self._ask(self.target.redo)

    def _ask(self, change: Callable[[], object]) -> Job[object]:
        """Has the worker make a change, unless somebody else has made one before it comes to that.

        Nothing waits here: the kernel goes on to the next message, such as one that stops what the change waits for.
        """
        seen = self.target.drawn

        def run() -> object:
            if self.target.drawn != seen:
                raise self._has_changed()
            return change()

        return self.target.submit(self._name, run)

    def _check_revision(self, message: Message) -> None:
        """Refuses what was asked while looking at another architecture; scores and messages may have changed."""
        revision = message.get("revision")
        drawn_now = self.target.drawn == self._drawn
        if not _is_whole(revision) or not self._drawn_at <= revision <= self._revision or not drawn_now:
            raise self._has_changed()

    def _has_changed(self) -> ArchitectureError:
        return ArchitectureError(
            "the network has changed since",
            where=self.PLACE,
            expected=f"revision {self._drawn_at} or later",
            remedy="look at it as it is now, and try again",
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


def _refusal(error: OneShotError) -> Answer:
    return {
        "kind": "answer",
        "ok": False,
        "where": error.where,
        "message": error.message,
        "expected": error.expected,
        "remedy": error.remedy,
    }


def _request(message: Message) -> int | None:
    """Returns the number that a message asks to be answered under; only such as JavaScript counts with."""
    request = message.get("request")
    return request if _is_whole(request) and abs(request) < 2**53 else None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME
