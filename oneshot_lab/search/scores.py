"""The scores of blocks, which survive edits (§3.1.6, §4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oneshot_lab.architecture.model import Architecture, Block
from oneshot_lab.architecture.serial import block_from_json, block_to_json


class Scores:
    """The block fitness of the last generation, for the blocks that it had.

    A block keeps its score when it is edited, and gets it back when an edit is undone. Blocks are compared by their
    whole content, within architectures of one name: an id alone may be used again after an undo, and another template
    has blocks with the same ids.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, Block], float] = {}

    def state(self) -> list[list[Any]]:
        """Returns all scores as values that JSON can hold, including those of blocks that an undo would restore."""
        return [[name, block_to_json(block), score] for (name, block), score in self._known.items()]

    def restore(self, state: Iterable[Any]) -> None:
        """Restores what `state` returned.

        Raises:
            TypeError, ValueError, ArchitectureError: The data does not have that form.
        """
        self._known = {(str(name), block_from_json(block)): float(score) for name, block, score in state}

    def take(self, architecture: Architecture, fitness: Mapping[str, float]) -> None:
        """Replaces all scores by these, given by the ids of the architecture's blocks."""
        name = architecture.name
        self._known = {(name, block): fitness[block.id] for block in architecture.blocks if block.id in fitness}

    def follow(self, before: Architecture, after: Architecture) -> None:
        """Follows an edit: a changed block keeps its score."""
        if before.name == after.name:
            scores = self.of(before)
            for block in after.blocks:
                if block.id in scores:
                    self._known.setdefault((after.name, block), scores[block.id])

    def of(self, architecture: Architecture) -> dict[str, float]:
        """Returns the scores of an architecture's blocks by id, without blocks that have none."""
        keys = {block.id: (architecture.name, block) for block in architecture.blocks}
        return {block: self._known[key] for block, key in keys.items() if key in self._known}
