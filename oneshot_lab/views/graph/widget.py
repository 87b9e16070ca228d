"""The Graph View: draws the whole supernet, and lets users edit its links (§5.2, Figures 2 and 7)."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from ipycytoscape import CytoscapeWidget
from traitlets import Bool, Dict, List, Unicode

from oneshot_lab.architecture.mask import Mask, check_mask, is_valid, prune
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.errors import ArchitectureError, closest
from oneshot_lab.session.editing import Editing
from oneshot_lab.views.common.editing import EditingWidget
from oneshot_lab.views.common.info import NetworkInfo, network_info, summary, to_json
from oneshot_lab.views.common.kept import keep
from oneshot_lab.views.common.session_view import is_session
from oneshot_lab.views.graph.candidate import Scores, to_table
from oneshot_lab.views.graph.drawing import Drawing
from oneshot_lab.views.graph.layout import lay_out
from oneshot_lab.views.graph.picture import to_svg

KINDS = ("hover", "region", "selection")
"""The kinds of highlights, which can be combined: they differ in their outlines, not only in colour."""

MESSAGE_SECONDS = 0.001
"""How long this thread sleeps so that the kernel's own thread can send a message that is ready."""


class Highlight(NamedTuple):
    """Blocks that stand out, and what they are called; with a mask, as a network of their own."""

    blocks: frozenset[str] = frozenset()
    title: str = ""
    mask: Mask | None = None


class GraphView(EditingWidget, CytoscapeWidget):
    """The network of a session, or of an architecture by itself, as a graph of blocks.

    For a session, it also shows what is selected on the map: the candidate under the pointer, and the union,
    intersection or complement of a region (Figure 9). Python computes all positions and decides about links: the
    browser sends typed edits, and redraws the state that comes back.

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
        # By kind. Highlights that follow the session hide those set here, until they end.
        self._own: dict[str, Highlight] = {}
        self._followed: dict[str, Highlight] = {}
        self._scores = Scores()
        self._network: tuple[tuple[Any, ...], NetworkInfo, Drawing, dict[str, Any]] | None = None
        self.collapsed = collapsed
        first = self.graph
        if is_session(target):
            self.set_trait("identity", target.identity)
        super().__init__(target, **kwargs)
        # The base class makes another one, and its messages are not ours.
        first.close()
        self._adopt(self.graph)
        self.on_msg(self._handle_interaction, remove=True)
        self._follow()
        self._follow_region()
        self._follow_candidate()
        self.observe(self._lead, ["selected_blocks", "hovered_block"])
        self.observe(self._collapse, "collapsed")

    # ---- from Python -----------------------------------------------------------------------------------------------

    def highlight(self, blocks: Mask | str | Iterable[str] | None, kind: str = "hover", *, title: str = "") -> None:
        """Highlights blocks, in addition to highlights of other kinds.

        A mask that is highlighted as `hover` is also drawn by itself below, pruned to what is active (Figure 7). It
        stays until another one replaces it; the candidate under the pointer on the map hides it for a while.

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
        """Returns the network and its drawing, which are computed again only after a change."""
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
        session = self.target
        if not is_session(session) or not session.generations:
            return {}
        population = session.generations[-1].population
        return {
            block: f"{sum(block in mask for mask in population)} of {len(population)} candidates"
            for block in session.drawn.block_ids
            if block in session.block_fitness
        }

    def _reason(self) -> str | None:
        """Returns why edits are not accepted now."""
        return f"{self.target.status.capitalize()}: edits wait until it is done" if self._edits_wait() else None

    def _sub_network(self) -> tuple[Drawing, str] | None:
        """Returns the highlighted mask's own drawing; None if an edit has made the mask invalid."""
        architecture, shown = self.target.drawn, self._shown("hover")
        if shown.mask is None or not is_valid(architecture, shown.mask):
            return None
        active = prune(architecture, shown.mask).blocks
        return lay_out(self._drawing()[1], active=active), shown.title

    def _shown(self, kind: str) -> Highlight:
        return self._followed.get(kind) or self._own.get(kind) or Highlight()

    def _show(self, kind: str) -> None:
        # Send the highlights first; the drawing below takes longer.
        self._mark()
        if kind == "hover":
            # Messages leave from a thread of the kernel's own, which would wait for this one to let go.
            time.sleep(MESSAGE_SECONDS)
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
        """Shows the session's candidate under the pointer; without one, restores the earlier highlight."""
        session = self.target
        if not is_session(session):
            return
        mask = session.hovered_candidate
        if mask is None or not is_valid(session.drawn, mask):
            self._release("hover")
            return
        found = self._scores.describe(prune(session.drawn, mask), session.candidates)
        self._take("hover", Highlight(mask.blocks, f"candidate under the pointer · {found}", mask))

    def _follow_region(self) -> None:
        """Shows the blocks that the session's set operation gives for its region."""
        session = self.target
        if not is_session(session) or not (session.selected_region and session.set_operation):
            self._release("region")
            return
        blocks = session.region_blocks()
        count = f"{len(blocks) or 'no'} block{'' if len(blocks) == 1 else 's'}"
        title = f"{session.set_operation} of {session.selected_region}: {count}"
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
        """Accepts selection, hovered block and collapsed state from the browser; ignores everything else."""
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
