"""Which dots of the map are shown: by accuracy, size and generation."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ipywidgets import Box, Button, FloatRangeSlider

from oneshot_lab.views.common.closing import OwningWidget
from oneshot_lab.views.common.following import Following
from oneshot_lab.views.map.info import Dot, Filter

STEPS = 100
FORMATS = {"accuracy": ".3f", "parameters": ".3s", "generation": "d"}


class FilterBar(OwningWidget, Box):
    """A slider with two ends for each number of a candidate; one that spans everything lets all through.

    Args:
        changed: Called when another part of the dots is to be shown.

    Attributes:
        shown: Which dots are.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._redraw = changed
        self._following = Following()
        self.shown = Filter()
        self.sliders = {
            name: FloatRangeSlider(
                value=(0, 1),
                min=0,
                max=1,
                description=name,
                readout_format=form,
                continuous_update=False,
                disabled=True,
            )
            for name, form in FORMATS.items()
        }
        self.reset = Button(description="Show all", tooltip="Remove all three limits")
        super().__init__((*self.sliders.values(), self.reset))
        self.add_class("osl-map-filter")
        self.reset.on_click(lambda _: self._reset())
        for slider in self.sliders.values():
            slider.observe(self._slide, "value")

    def follow(self, dots: Sequence[Dot]) -> None:
        """Lets the sliders span what the dots have; a limit that was set stays."""
        numbers: dict[str, list[float]] = {
            "accuracy": [dot.accuracy for dot in dots if dot.evaluated and dot.accuracy is not None],
            "parameters": [dot.parameters for dot in dots],
            "generation": [dot.generation for dot in dots if dot.generation is not None],
        }
        with self._following:
            for name, slider in self.sliders.items():
                _span(slider, numbers[name], getattr(self.shown, name), whole=name != "accuracy")

    def _slide(self, change: Any) -> None:  # noqa: ARG002
        if self._following:
            return
        limits = {name: _limits(slider) for name, slider in self.sliders.items()}
        if Filter(**limits) != self.shown:
            self.shown = Filter(**limits)
            self._redraw()

    def _reset(self) -> None:
        for slider in self.sliders.values():
            slider.value = (slider.min, slider.max)


def _span(
    slider: FloatRangeSlider, numbers: Sequence[float], limits: tuple[float, float] | None, *, whole: bool
) -> None:
    low, high = min(numbers, default=0), max(numbers, default=0)
    slider.disabled = low == high
    if slider.disabled:
        return
    with slider.hold_sync():
        # Never the least above the greatest, on the way.
        slider.min, slider.max = min(low, slider.min), max(high, slider.max)
        slider.step = max(1, math.ceil((high - low) / STEPS)) if whole else (high - low) / STEPS
        slider.value = (max(low, limits[0]), min(high, limits[1])) if limits else (low, high)
        slider.min, slider.max = low, high


def _limits(slider: FloatRangeSlider) -> tuple[float, float] | None:
    """Returns the limits that a slider sets; at an end it sets none, so that what comes later and beyond is shown."""
    low, high = slider.value
    if slider.disabled or (low <= slider.min and high >= slider.max):
        return None
    return (-math.inf if low <= slider.min else low, math.inf if high >= slider.max else high)
