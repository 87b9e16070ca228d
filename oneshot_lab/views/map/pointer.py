"""The pointer on the map: bqplot's interaction with a figure, of our own making; see js/src/map/.

bqplot has one interaction for each figure, which lies above the marks: its brush hides what could be pointed at, and
its lasso tells which dots are inside, not where it was drawn. This one takes drags, pointing and clicks in one layer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from bqplot import Scale
from bqplot.interacts import Interaction
from ipywidgets import ToggleButtons, widget_serialization
from traitlets import Dict, Instance, Int, List, Unicode

from oneshot_lab.architecture.mask import natural
from oneshot_lab.views.common.messages import LARGEST, is_whole
from oneshot_lab.views.common.module import MODULE, MODULE_VERSION

MODES = {"rectangle": "select", "lasso": "lasso", "pan": "pan & zoom", "inspect": "inspect"}
"""What a drag does, with its label; in the order of js/src/map/host.ts."""

MOST_CORNERS = 5000
"""Corners of a lasso in one message, at most."""


class Gestures(Protocol):
    """Receives the gestures on the map."""

    def choose(self, area: Mapping[str, Any], *, more: bool, done: Callable[[], None]) -> None:
        """Receives a drawn shape as the arguments of `region`.

        Args:
            area: The arguments.
            more: Whether to keep the last region rather than replace it.
            done: To be called once the region is made or refused.
        """

    def point(self, key: Any | None) -> None:
        """Receives the key of the dot under the pointer; None: of none."""

    def click(self, key: Any | None) -> None:
        """Receives the key of a clicked dot; None for a click beside all dots."""

    def fit(self) -> None:
        """Shows the whole map again."""


class MapPointer(Interaction):
    """Handles mouse and keyboard on a map, and marks the dots that they are at.

    Args:
        gestures: The receiver of the gestures.
        modes: Buttons to choose with what a drag does. The browser follows them itself: if only Python handled a press,
            the button would change while a cell runs, but a drag would still do something else.
    """

    _view_module = Unicode(MODULE).tag(sync=True)
    _model_module = Unicode(MODULE).tag(sync=True)
    _view_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _model_module_version = Unicode(MODULE_VERSION).tag(sync=True)
    _view_name = Unicode("MapPointer").tag(sync=True)
    _model_name = Unicode("MapPointerModel").tag(sync=True)

    x_scale = Instance(Scale).tag(sync=True, **widget_serialization)
    y_scale = Instance(Scale).tag(sync=True, **widget_serialization)
    modes = Instance(ToggleButtons, help="Buttons for what a drag does, as `mode_buttons` makes them.").tag(
        sync=True, **widget_serialization
    )
    dots = Dict(read_only=True, help="Places, numbers and blocks of all that can be pointed at.").tag(sync=True)
    identity = Unicode(help="The session's: other views of it show at once what is pointed at here.").tag(sync=True)
    hovered = Int(-1, help="Position of the dot under the pointer; -1: none.").tag(sync=True)
    pinned = List(Int(), help="Positions of the dots that are compared.").tag(sync=True)
    answered = Int(0, help="Number of the last shape that has been taken or refused.").tag(sync=True)

    def __init__(self, gestures: Gestures, **kwargs: Any) -> None:
        self._gestures = gestures
        # What can be pointed at keeps its number for good: a message may come long after other dots are shown.
        self._numbers: dict[Hashable, int] = {}
        self._shown: dict[int, Hashable] = {}
        super().__init__(**kwargs)
        self.on_msg(self._received)

    def show(
        self,
        places: Sequence[tuple[float, float]],
        facts: Sequence[str],
        *,
        keys: Sequence[Hashable],
        blocks: Sequence[Collection[str]],
    ) -> None:
        """Sets the dots.

        Args:
            places: Places of the dots.
            facts: Lines of text about each dot.
            keys: Identifies each dot, which keeps its number among later dots.
            blocks: Ids of each one's blocks.
        """
        numbers = [self._numbers.setdefault(key, len(self._numbers)) for key in keys]
        self._shown = dict(zip(numbers, keys, strict=True))
        content = {"places": np.array(places, dtype="<f8").tobytes(), "facts": list(facts), "numbers": numbers}
        self.set_trait("dots", content | _packed(blocks))

    @property
    def mode(self) -> str:
        """What a drag does."""
        return str(self.modes.value)

    def answer(self, shape: int) -> None:
        """Removes a drawn shape: its region is drawn instead, or it was refused."""
        self.answered = shape

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Ignores values from the browser, which sends messages instead."""

    def _received(self, widget: object, content: Any, buffers: object) -> None:  # noqa: ARG002
        message = content if isinstance(content, dict) else {}
        take: Callable[[], None] | None = {
            "rectangle": lambda: self._with_area(message, _rectangle(message)),
            "lasso": lambda: self._with_area(message, _lasso(message)),
            "hover": lambda: self._with_dot(message, self._gestures.point),
            "click": lambda: self._with_dot(message, self._gestures.click),
            "fit": self._gestures.fit,
        }.get(str(message.get("kind")))
        if take is not None:
            take()

    def _with_area(self, message: Mapping[str, Any], area: Mapping[str, Any]) -> None:
        shape = message.get("shape")
        if is_whole(shape) and abs(shape) <= LARGEST:
            self._gestures.choose(area, more=message.get("more") is True, done=partial(self.answer, shape))

    def _with_dot(self, message: Mapping[str, Any], take: Callable[[Any | None], None]) -> None:
        number = message.get("dot")
        if not is_whole(number):
            return
        if number < 0:
            # Beside all dots, whichever they were.
            take(None)
        elif (key := self._shown.get(number)) is not None:
            # Its key, not its position: this may be another thread than the one that shows other dots at the moment.
            take(key)


def mode_buttons(mode: str) -> ToggleButtons:
    """Makes the buttons to choose with what a drag does."""
    return ToggleButtons(options=[(text, name) for name, text in MODES.items()], value=mode)


def _packed(sets: Sequence[Collection[str]]) -> dict[str, Any]:
    """Returns the ids that occur, and for each set a row of bits, the first id's first, filled up to whole bytes."""
    ids = sorted(set().union(*sets), key=natural)
    column = {block: index for index, block in enumerate(ids)}
    bits = np.zeros((len(sets), len(ids)), dtype=np.uint8)
    for row, blocks in enumerate(sets):
        bits[row, [column[block] for block in blocks]] = 1
    return {"blocks": ids, "sets": np.packbits(bits, axis=1).tobytes()}


def _rectangle(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"x": message.get("x", ()), "y": message.get("y", ())}


def _lasso(message: Mapping[str, Any]) -> dict[str, Any]:
    corners = message.get("corners")
    return {"polygon": corners if isinstance(corners, list) and len(corners) <= MOST_CORNERS else []}
