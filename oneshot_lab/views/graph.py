"""The Graph View: the whole supernet at a glance, and its links under the hand (§5.2, Figures 2 and 7)."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from ipycytoscape import CytoscapeWidget
from traitlets import Bool, Dict, List, Unicode

from oneshot_lab.architecture.mask import Mask, check_mask, is_valid, prune
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import ArchitectureError, closest
from oneshot_lab.session.attention import Attention
from oneshot_lab.session.editing import Editing
from oneshot_lab.views.candidate import Scores, to_table
from oneshot_lab.views.drawing import Drawing
from oneshot_lab.views.editing import EditingWidget
from oneshot_lab.views.info import NetworkInfo, network_info, summary, to_json
from oneshot_lab.views.kept import keep
from oneshot_lab.views.layout import lay_out
from oneshot_lab.views.picture import to_svg

KINDS = ("hover", "region", "selection")
"""What blocks can be highlighted as, all at once: told apart by their outlines, not by colour alone."""

YIELD = 0.001
"""Seconds in which a message that is ready leaves the kernel."""


class Highlight(NamedTuple):
    """Blocks that stand out, and what they are called; with a mask, as a network of their own."""

    blocks: frozenset[str] = frozenset()
    title: str = ""
    mask: Mask | None = None


class GraphView(EditingWidget, CytoscapeWidget):
    """The network of a session, or of an architecture by itself, as a graph of blocks.

    Of a session, it follows what people look at on the map: the candidate under the pointer, and the union,
    intersection or complement of a region (Figure 9).

    Positions are Python's, and so is every link: the browser sends typed edits, and redraws what comes back.

    Args:
        target: A session; or a `Sketch`, an architecture or a template's name.

    Attributes:
        target: The session or sketch; its `architecture` is what is drawn.
        selected_blocks: Ids of the selected blocks; the session's, and so those of its other views.
        hovered_block: Id of the block under the pointer; empty: none. Likewise the session's.
        collapsed: Whether runs of equal layers are drawn as one.

    Raises:
        ArchitectureError: There is no such template, or the architecture cannot be made to fit.
        SessionError: The target is something else.
    """

    _model_name = Unicode("GraphModel").tag(sync=True)
    _view_name = Unicode("GraphView").tag(sync=True)

    marks = Dict(read_only=True, help="What each block is highlighted as, by block id.").tag(sync=True)
    region = Unicode(read_only=True, help="What the blocks that are highlighted as a region are.").tag(sync=True)
    candidate = Dict(
        default_value=None, allow_none=True, read_only=True, help="The sub-network drawn below, if there is one."
    ).tag(sync=True)
    identity = Unicode(read_only=True, help="The session's; what its map points at is shown at once.").tag(sync=True)
    selected_blocks = List(Unicode(), help="Ids of the selected blocks.").tag(sync=True)
    hovered_block = Unicode(help="Id of the block under the pointer.").tag(sync=True)
    collapsed = Bool(False, help="Whether runs of equal layers are drawn as one.").tag(sync=True)

    PLACE = "Graph View"
    # Not the message, which comes several times a second: a whole network would go with each.
    WATCHED = (
        *("architecture", "draft", "problem", "can_undo", "can_redo", "status"),
        *("block_fitness", "untrained_blocks", "generations", "selected_blocks", "hovered_block"),
        *("hovered_candidate", "candidates", "regions", "selected_region", "set_operation"),
    )

    def __init__(
        self, target: Editing | Architecture | str = "lenet", *, collapsed: bool = False, **kwargs: Any
    ) -> None:
        # By kind; what is followed is seen before what was highlighted here, and goes away again.
        self._own: dict[str, Highlight] = {}
        self._followed: dict[str, Highlight] = {}
        self._scores = Scores()
        self._network: tuple[tuple[Any, ...], NetworkInfo, Drawing, dict[str, Any]] | None = None
        self.collapsed = collapsed
        first = self.graph
        if isinstance(target, Attention):
            self.set_trait("identity", target.identity)
        super().__init__(target, **kwargs)
        # The base class makes another one, and its messages are not ours.
        first.close()
        self.on_msg(self._handle_interaction, remove=True)
        self._follow()
        self._follow_region()
        self._follow_candidate()
        self.observe(self._lead, ["selected_blocks", "hovered_block"])
        self.observe(self._collapse, "collapsed")

    def close(self) -> None:
        """Takes the view away; the session or sketch stays."""
        graph = self.graph
        super().close()
        graph.close()

    # ---- from Python -----------------------------------------------------------------------------------------------

    def highlight(self, blocks: Mask | str | Iterable[str] | None, kind: str = "hover", *, title: str = "") -> None:
        """Highlights blocks, beside what is highlighted as another kind.

        A mask that is highlighted as `hover` is also drawn by itself below, pruned to what is active (Figure 7). It
        stays until another one takes its place; what people look at on the map is shown before it meanwhile.

        Args:
            blocks: A mask, also as text, or block ids; None takes the kind's highlight away.
            kind: `hover`, `region` or `selection`, which is the same as setting `selected_blocks`.
            title: What the sub-network below, or the region, is called.

        Raises:
            ArchitectureError: There is no such kind, or no such block.
            MaskError: The mask is not valid.
        """
        if kind not in KINDS:
            raise ArchitectureError(
                f"an unknown kind of highlight {kind!r}",
                where="highlight",
                expected=" or ".join(KINDS),
                remedy=closest(kind, KINDS),
            )
        if isinstance(blocks, str):
            blocks = Mask.parse(blocks)
        if isinstance(blocks, Mask):
            found = check_mask(self.target.drawn, blocks).blocks
        else:
            found = self._known(frozenset(blocks or ()))
        if kind == "selection":
            self.selected_blocks = [block for block in self.target.drawn.block_ids if block in found]
            return
        self._own[kind] = Highlight(found, title, blocks if isinstance(blocks, Mask) else None)
        self._followed.pop(kind, None)
        self._show(kind)

    def _known(self, blocks: Collection[str]) -> frozenset[str]:
        known = self.target.drawn.block_ids
        for block in blocks:
            if block not in known:
                raise ArchitectureError(
                    f"{self.target.drawn.name} has no block {block!r:.60}",
                    where="highlight",
                    remedy=closest(str(block), known),
                )
        return frozenset(blocks)

    def to_svg(self) -> str:
        """Returns the network as it is drawn now, with the candidate below, as SVG text."""
        _, info, drawing, _ = self._drawing()
        sub = self._sub_network()
        return to_svg(drawing, title=f"The network {info.name}: {summary(info)}", candidate=sub and sub[0])

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any] | None:
        """Returns what Jupyter keeps of the view in a notebook: a still picture for who reads it without a kernel."""
        return keep(super()._repr_mimebundle_(**kwargs), self.to_svg())

    # ---- to the browser --------------------------------------------------------------------------------------------

    def _content(self) -> dict[str, Any]:
        drawing = self._drawing()[3]
        trained = bool(getattr(self.target, "block_fitness", {}))
        return drawing | {"trained": trained, "reason": self._reason()}

    def _drawing(self) -> tuple[tuple[Any, ...], NetworkInfo, Drawing, dict[str, Any]]:
        """Returns the network and its drawing; they are worked out anew only when something has changed."""
        target = self.target
        fitness, untrained = getattr(target, "block_fitness", {}), getattr(target, "untrained_blocks", ())
        seen = (target.drawn, target.problem, fitness, untrained, self.collapsed)
        if self._network is None or self._network[0] != seen:
            info = network_info(target.drawn, problem=target.problem, fitness=fitness, untrained=untrained)
            drawing = lay_out(info, collapsed=self.collapsed, seen=self._frequencies())
            legend = [{"family": family, "colour": colour} for family, colour in drawing.families.items()]
            content = {
                "name": info.name,
                "summary": summary(info),
                "problem": info.problem and info.problem.message,
                "nodes": to_json(drawing.nodes),
                "edges": to_json(drawing.edges),
                "legend": legend,
            }
            self._network = seen, info, drawing, content
        return self._network

    def _frequencies(self) -> dict[str, str]:
        """Returns how often each block occurs in the newest generation, in words."""
        generations = getattr(self.target, "generations", ())
        if not generations:
            return {}
        population = generations[-1].population
        return {
            block: f"{sum(block in mask for mask in population)} of {len(population)} candidates"
            for block in self.target.drawn.block_ids
            if block in self.target.block_fitness
        }

    def _reason(self) -> str | None:
        """Returns why no edits are taken now."""
        return f"{self.target.status.capitalize()}: edits wait until it is done" if self._edits_wait() else None

    def _sub_network(self) -> tuple[Drawing, str] | None:
        """Returns the highlighted mask's own drawing; None where an edit has left no network of it."""
        architecture, shown = self.target.drawn, self._shown("hover")
        if shown.mask is None or not is_valid(architecture, shown.mask):
            return None
        active = prune(architecture, shown.mask).blocks
        return lay_out(self._drawing()[1], active=active), shown.title

    def _shown(self, kind: str) -> Highlight:
        return self._followed.get(kind) or self._own.get(kind) or Highlight()

    def _show(self, kind: str) -> None:
        # What is looked at comes first; the drawing below it takes longer.
        self._mark()
        if kind == "hover":
            # Messages leave from a thread of the kernel's own, which would wait for this one to let go.
            time.sleep(YIELD)
            self._draw_candidate()
        else:
            shown = self._shown(kind)
            self.set_trait("region", shown.title or ("region" if shown.blocks else ""))

    def _draw_candidate(self) -> None:
        found = self._sub_network()
        self.set_trait("candidate", found and to_table(*found))

    def _mark(self) -> None:
        """Brings `marks` up to date: the blocks that are highlighted, and as what."""
        known = self.target.drawn.block_ids
        sets = {kind: self._shown(kind).blocks for kind in ("hover", "region")}
        marks = {block: " ".join(kind for kind, blocks in sets.items() if block in blocks) for block in known}
        self.set_trait("marks", {block: kinds for block, kinds in marks.items() if kinds})

    def _changed(self, change: Any) -> None:
        if change.name in ("selected_blocks", "hovered_block"):
            self._follow()
        elif change.name in ("hovered_candidate", "candidates"):
            self._follow_candidate()
        elif change.name in ("regions", "selected_region", "set_operation"):
            self._follow_region()
        else:
            super()._changed(change)
            if change.name in ("architecture", "draft"):
                self._follow()
                self._follow_region()
                self._follow_candidate()
                self._mark()
                self._draw_candidate()

    # ---- what is selected, and under the pointer: the session's ----------------------------------------------------

    def _follow(self) -> None:
        known = frozenset(self.target.drawn.block_ids)
        self.selected_blocks = [block for block in self.target.selected_blocks if block in known]
        self.hovered_block = self.target.hovered_block if self.target.hovered_block in known else ""

    def _follow_candidate(self) -> None:
        """Takes the candidate under the pointer from the session; without one, what was highlighted is back."""
        mask = self.target.hovered_candidate if isinstance(self.target, Attention) else None
        if mask is None or not is_valid(self.target.drawn, mask):
            self._release("hover")
            return
        found = self._scores.describe(prune(self.target.drawn, mask), self.target.candidates)
        self._take("hover", Highlight(mask.blocks, f"candidate under the pointer · {found}", mask))

    def _follow_region(self) -> None:
        """Takes the blocks that a set operation gives for a region from the session."""
        if not isinstance(self.target, Attention) or not (self.target.selected_region and self.target.set_operation):
            self._release("region")
            return
        blocks = self.target.region_blocks()
        count = f"{len(blocks) or 'no'} block{'' if len(blocks) == 1 else 's'}"
        title = f"{self.target.set_operation} of {self.target.selected_region}: {count}"
        self._take("region", Highlight(blocks, title))

    def _take(self, kind: str, followed: Highlight) -> None:
        if self._followed.get(kind) != followed:
            self._followed[kind] = followed
            self._show(kind)

    def _release(self, kind: str) -> None:
        if self._followed.pop(kind, None):
            self._show(kind)

    def _lead(self, change: Any) -> None:
        value = tuple(change.new) if change.name == "selected_blocks" else change.new
        self.target.set_trait(change.name, value)

    def _collapse(self, change: Any) -> None:  # noqa: ARG002
        self._draw()

    # ---- from the browser ------------------------------------------------------------------------------------------

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Takes what is selected, under the pointer and collapsed from the browser; everything else is Python's."""
        taken: dict[str, Any] = {}
        if "selected_blocks" in sync_data:
            selected = self._take_ids(sync_data["selected_blocks"])
            if selected is not None:
                taken["selected_blocks"] = list(selected)
        if "hovered_block" in sync_data:
            hovered = self._take_ids([sync_data["hovered_block"]])
            if hovered is not None:
                taken["hovered_block"] = hovered[0]
        if isinstance(sync_data.get("collapsed"), bool):
            taken["collapsed"] = sync_data["collapsed"]
        if taken:
            super().set_state(taken)
