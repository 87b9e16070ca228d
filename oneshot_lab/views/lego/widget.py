"""The Lego View: build and edit a network by drag and drop (§5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from traitlets import Dict, List, Unicode

from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.serial import dumps, loads
from oneshot_lab.architecture.source import python_source
from oneshot_lab.session.advice import find_advice
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.views.common.editing import EditingWidget, Handler
from oneshot_lab.views.common.info import catalogue_info, network_info, to_json
from oneshot_lab.views.common.kept import keep
from oneshot_lab.views.common.messages import Answer, Message
from oneshot_lab.views.graph.network_picture import network_svg
from oneshot_lab.views.lego.advice import advice_info


class LegoView(EditingWidget):
    """An editor for a session's template, or for an architecture by itself.

    It always shows Python's state: the browser sends typed edits, and redraws from the state that comes back.

    Args:
        target: A session; or a `Sketch`, an architecture or a template's name, to draw a network without one.

    Attributes:
        target: The session or sketch; its `architecture` is what has been drawn.
        selected: Ids of the selected layers, blocks and components; their blocks are the target's
            `selected_blocks`, and so those of its other views.

    Raises:
        ArchitectureError: There is no such template, or the architecture cannot be made to fit.
        SessionError: The target is something else.
    """

    _model_name = Unicode("LegoModel").tag(sync=True)
    _view_name = Unicode("LegoView").tag(sync=True)

    catalogue = Dict(read_only=True, help="Kinds, families, merges and templates.").tag(sync=True)
    selected = List(Unicode(), help="Ids of what is selected.").tag(sync=True)

    PLACE = "Lego View"
    WATCHED = (
        *("architecture", "draft", "problem", "repairs", "can_undo", "can_redo", "status"),
        *("block_fitness", "untrained_blocks", "selected_blocks"),
    )

    def __init__(self, target: Editing | Architecture | str = "lenet", **kwargs: Any) -> None:
        self._network: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self.set_trait("catalogue", catalogue_info())
        super().__init__(target, **kwargs)
        self._follow()
        self.observe(self._lead, "selected")

    def _content(self) -> dict[str, Any]:
        # The network is computed again only after a change.
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
            advice = [advice_info(each, target.architecture) for each in target.advice()]
            self._network = seen, to_json(info) | {"advice": advice}
        return self._network[1] | {
            "busy": self._edits_wait(),
            "status": target.status,
        }

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        """Returns what Jupyter keeps of the view in a notebook: a picture for who reads it without a kernel."""
        return keep(super()._repr_mimebundle_(**kwargs), network_svg(self.target))

    # ---- what is selected: the session's, where it comes to blocks -------------------------------------------------

    def _changed(self, change: Any) -> None:
        if change.name == "selected_blocks":
            self._follow()
        else:
            super()._changed(change)

    def _follow(self) -> None:
        # A layer or a component that is selected stays so, as long as it means the same blocks.
        blocks = self.target.selected_blocks
        if self._selected_blocks() != blocks:
            known = frozenset(self.target.drawn.block_ids)
            self.selected = [block for block in blocks if block in known]

    def _lead(self, change: Any) -> None:  # noqa: ARG002
        self.target.selected_blocks = self._selected_blocks()

    def _selected_blocks(self) -> tuple[str, ...]:
        """Returns the blocks of all that is selected, in template order."""
        selected = frozenset(self.selected)
        return tuple(
            block.id
            for layer in self.target.drawn.layers
            for block in layer.blocks
            if selected & {layer.id, block.id, *(component.id for component in block.components)}
        )

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Accepts the selection from the browser; ignores everything else."""
        if "selected" in sync_data:
            selected = self._take_ids(sync_data["selected"])
            if selected is not None:
                super().set_state({"selected": list(selected)})

    def _handlers(self) -> dict[str, Handler]:
        return super()._handlers() | {
            "advice": self._advice,
            "template": self._template,
            "load": self._load,
            "file": self._file,
            "python": self._python,
        }

    def _advice(self, message: Message) -> Job[object]:
        self._check_revision(message)
        advice = find_advice(self.target.advice(), self._text(message, "key"))
        return self._submit(partial(self.target.edit, advice))

    def _template(self, message: Message) -> Job[object]:
        self._check_revision(message)
        return self._submit(partial(self.target.replace, self._text(message, "name")))

    def _load(self, message: Message) -> Job[object]:
        self._check_revision(message)
        return self._submit(partial(self.target.replace, loads(self._text(message, "text"))))

    def _file(self, message: Message) -> Answer:  # noqa: ARG002
        architecture = self.target.drawn
        return {"kind": "file", "name": f"{architecture.name}.json", "text": dumps(architecture)}

    def _python(self, message: Message) -> Answer:  # noqa: ARG002
        architecture = self.target.drawn
        return {"kind": "file", "name": f"{architecture.name}.py", "text": python_source(architecture)}
