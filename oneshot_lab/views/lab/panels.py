"""The panels of the Lab, of which one is visible at a time; each is made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ipywidgets import Box, DOMWidget, Stack, ToggleButtons

from oneshot_lab.views.blocks.widget import BlockInfoView
from oneshot_lab.views.common.closing import OwningWidget
from oneshot_lab.views.lab.data_panel import DataPanel
from oneshot_lab.views.lab.finalize import FinalizePanel
from oneshot_lab.views.lab.loss_chart import LossChart
from oneshot_lab.views.lab.pareto import ParetoChart
from oneshot_lab.views.lab.trust_panel import TrustPanel
from oneshot_lab.views.tables.leaderboard import Leaderboard
from oneshot_lab.views.tables.log_list import LogList

if TYPE_CHECKING:
    from oneshot_lab.session.session import SearchSession

PANELS: Mapping[str, Callable[[SearchSession], DOMWidget]] = {
    "blocks": BlockInfoView,
    "loss": LossChart,
    "top": Leaderboard,
    "trust": TrustPanel,
    "size": ParetoChart,
    "finals": FinalizePanel,
    "data": DataPanel,
    "log": LogList,
}
"""The function that makes each panel, by the panel's label, from left to right.

A panel whose drawing takes long has a trait `seen`, which is False while another one is shown.
"""


class Panels(OwningWidget, Box):
    """A row of names, and the panel of the one that is chosen.

    Args:
        makers: What makes each panel, by its name.

    Attributes:
        made: The panels so far, by name.
    """

    def __init__(self, makers: Mapping[str, Callable[[], DOMWidget]]) -> None:
        self._makers = dict(makers)
        self.made: dict[str, DOMWidget] = {}
        self.names = ToggleButtons(options=list(makers))
        self._stack = Stack([Box() for _ in makers], selected_index=0)
        super().__init__((self.names, self._stack))
        self.add_class("osl-panels")
        self._stack.add_class("osl-panels-stack")
        self.names.observe(self._turn, "value")
        self.show(next(iter(makers)))

    @property
    def chosen(self) -> str:
        """The name of the visible panel."""
        return str(self.names.value)

    def show(self, name: str) -> DOMWidget:
        """Shows a panel, and returns it."""
        self.names.value = name
        self._turn(None)
        return self.made[name]

    def _turn(self, change: Any) -> None:  # noqa: ARG002
        name, place = self.chosen, list(self._makers).index(self.chosen)
        if name not in self.made:
            self.made[name] = self._makers[name]()
            self._stack.children[place].children = (self.made[name],)
        self._stack.selected_index = place
        for other, panel in self.made.items():
            if panel.has_trait("seen"):
                panel.set_trait("seen", other == name)
