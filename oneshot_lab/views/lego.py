"""The Lego View: build and edit a network by drag and drop (§5.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from ipywidgets import DOMWidget
from traitlets import Dict, List, Unicode

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import LONGEST_NAME, MOST_ITEMS, dumps, edit_from_json, loads
from oneshot_lab.architecture.source import python_source
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, OneShotError, SessionError
from oneshot_lab.session.actions import IDLE
from oneshot_lab.session.editing import Editing, Sketch
from oneshot_lab.views.info import catalogue_info, network_info, to_json
from oneshot_lab.views.module import MODULE, MODULE_VERSION

MOST_EDITS = 500
"""Edits in one message: more than anybody selects, fewer than would hold up the kernel."""

PAUSE = 0.1
"""Seconds between two states that differ in nothing but their message: a training has one for each batch."""

_WATCHED = (
    *("architecture", "draft", "problem", "repairs", "can_undo", "can_redo", "status", "message"),
    *("block_fitness", "untrained_blocks"),
)


class LegoView(DOMWidget):
    """An editor for a session's template, or for an architecture by itself.

    What it shows is always Python's: the browser sends typed edits, and redraws from what comes back.

    Args:
        target: A session; or a `Sketch`, an architecture or a template's name, to draw a network without one.

    Attributes:
        target: The session or sketch; its `architecture` is what has been drawn.
        selected: Ids of the selected layers, blocks and components.

    Raises:
        ArchitectureError: There is no such template, or the architecture cannot be made to fit.
        SessionError: The target is something else.
    """

    _model_name = Unicode("LegoModel").tag(sync=True)
    _model_module = Unicode(MODULE).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_name = Unicode("LegoView").tag(sync=True)
    _view_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)

    catalogue = Dict(read_only=True, help="Kinds, families, merges and templates.").tag(sync=True)
    state = Dict(read_only=True, help="All that is drawn, see `views.info.NetworkInfo`.").tag(sync=True)
    selected = List(Unicode(), help="Ids of what is selected.").tag(sync=True)

    # Nothing until it is complete: `close` is also called on a view that could not be made.
    _watched: tuple[str, ...] = ()

    def __init__(self, target: Editing | Architecture | str = "lenet", **kwargs: Any) -> None:
        self.target = _editable(target)
        self._revision = 0
        self._drawn: Architecture | None = None
        self._drawn_at = 0
        self._network: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._last_drawing = 0.0
        # Before the comm opens, which then brings all there is to draw.
        self.set_trait("catalogue", catalogue_info())
        self._draw()
        super().__init__(**kwargs)
        self._watched = tuple(name for name in _WATCHED if self.target.has_trait(name))
        self.target.observe(self._changed, list(self._watched))
        self.on_msg(self._received)

    def close(self) -> None:
        """Takes the view away; the session or sketch stays."""
        if self._watched:
            self.target.unobserve(self._changed, list(self._watched))
            self._watched = ()
        super().close()

    # ---- to the browser --------------------------------------------------------------------------------------------

    def _changed(self, change: Any) -> None:
        # What an action says last is drawn in any case: its end is a change of the status.
        passing = change.name == "message" and self.target.status != IDLE
        if not passing or monotonic() - self._last_drawing >= PAUSE:
            self._draw()

    def _draw(self) -> None:
        target = self.target
        state = self._network_state() | {
            "can_undo": target.can_undo,
            "can_redo": target.can_redo,
            "busy": target.status != IDLE,
            "status": target.status,
            "message": target.message,
        }
        # Several traits change together; the first one of them has drawn them all.
        if state == {name: value for name, value in self.state.items() if name != "revision"}:
            return
        self._revision += 1
        if target.drawn != self._drawn:
            self._drawn, self._drawn_at = target.drawn, self._revision
        self._last_drawing = monotonic()
        self.set_trait("state", {"revision": self._revision, **state})

    def _network_state(self) -> dict[str, Any]:
        """Returns the network's part of the state; it is worked out anew only when something of it has changed."""
        target = self.target
        fitness, untrained = getattr(target, "block_fitness", {}), getattr(target, "untrained_blocks", ())
        seen = (target.drawn, target.problem, target.repairs, fitness, untrained)
        if self._network is None or self._network[0] != seen:
            info = network_info(
                target.drawn,
                problem=target.problem,
                repairs=target.repairs,
                fitness=fitness,
                untrained=untrained,
            )
            self._network = seen, to_json(info)
        return self._network[1]

    # ---- from the browser: whatever it sends, the worst that it gets is a refusal ----------------------------------

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Takes what is selected from the browser; everything else is Python's."""
        if "selected" not in sync_data:
            return
        selected = sync_data["selected"]
        if not isinstance(selected, list) or len(selected) > MOST_ITEMS or not all(map(_is_id, selected)):
            expected = f"up to {MOST_ITEMS} ids"
            self.target.refuse("lego", ArchitectureError("no selection", where="Lego View", expected=expected))
            return
        super().set_state({"selected": selected})

    def _received(self, widget: object, content: object, buffers: object) -> None:  # noqa: ARG002
        """Answers one message."""
        message = content if isinstance(content, dict) else {}
        known, answer = self.target.log, _BROKEN
        try:
            answer = self._handler(message)(message)
        except OneShotError as error:
            # What was tried and failed is in the log already.
            if self.target.log is known:
                self.target.refuse("lego", error)
            answer = {
                "kind": "answer",
                "ok": False,
                "where": error.where,
                "message": error.message,
                "expected": error.expected,
                "remedy": error.remedy,
            }
        finally:
            self.send({**answer, "request": _request(message)})

    def _handler(self, message: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        handlers: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "edit": self._edit,
            "undo": self._undo,
            "redo": self._redo,
            "template": self._template,
            "load": self._load,
            "file": self._file,
            "python": self._python,
        }
        kind = _text(message, "kind")
        if kind not in handlers:
            raise ArchitectureError(
                f"an unknown message {kind[:60]!r}", where="Lego View", expected=f"one of {', '.join(handlers)}"
            )
        return handlers[kind]

    def _edit(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._check_revision(message)
        edits = message.get("edits")
        if not isinstance(edits, list) or not 1 <= len(edits) <= MOST_EDITS:
            raise ArchitectureError("no list of edits", where="Lego View", expected=f"1 to {MOST_EDITS} edits")
        self.target.propose(*(edit_from_json(edit) for edit in edits))
        return _DONE

    def _undo(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._check_revision(message)
        self.target.undo()
        return _DONE

    def _redo(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._check_revision(message)
        self.target.redo()
        return _DONE

    def _template(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._check_revision(message)
        now = self.target.architecture
        template = load_template(_text(message, "name"), input_shape=now.input_shape, classes=now.classes)
        self.target.replace(template)
        return _DONE

    def _load(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self._check_revision(message)
        self.target.replace(loads(_text(message, "text")))
        return _DONE

    def _file(self, message: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        architecture = self.target.drawn
        return {"kind": "file", "name": f"{architecture.name}.json", "text": dumps(architecture)}

    def _python(self, message: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        architecture = self.target.drawn
        return {"kind": "file", "name": f"{architecture.name}.py", "text": python_source(architecture)}

    def _check_revision(self, message: Mapping[str, Any]) -> None:
        """Refuses what was asked while looking at another architecture; scores and messages may have changed."""
        revision = message.get("revision")
        if not _is_whole(revision) or not self._drawn_at <= revision <= self._revision:
            raise ArchitectureError(
                "the network has changed since",
                where="Lego View",
                expected=f"revision {self._drawn_at} or later",
                remedy="look at it as it is now, and try again",
            )


_DONE: dict[str, Any] = {"kind": "answer", "ok": True}

_BROKEN: dict[str, Any] = {
    "kind": "answer",
    "ok": False,
    "where": "Lego View",
    "message": "an error in Python",
    "expected": None,
    "remedy": "see the kernel's messages",
}
"""The answer when something else than the message was wrong, such as a callback of the person's own: none waits."""


def _editable(target: object) -> Editing:
    if isinstance(target, Editing):
        return target
    if isinstance(target, str):
        return Sketch(load_template(target))
    if isinstance(target, Architecture):
        return Sketch(target)
    raise SessionError(
        f"a {type(target).__name__}", where="LegoView", expected="a session, a sketch, an architecture or a template"
    )


def _request(message: Mapping[str, Any]) -> int | None:
    """Returns the number that a message asks to be answered under; only such as JavaScript counts with."""
    request = message.get("request")
    return request if _is_whole(request) and abs(request) < 2**53 else None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME


def _text(message: Mapping[str, Any], name: str) -> str:
    text = message.get(name)
    if not isinstance(text, str):
        raise ArchitectureError(f"no {name}", where="Lego View", expected="text")
    return text
