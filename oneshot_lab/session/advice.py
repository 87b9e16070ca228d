"""What to do next with a network, as a session or a sketch advises it (§6.1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from oneshot_lab.architecture.edits import Edit
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.redundancy import Redundancy, find_redundancies
from oneshot_lab.errors import SessionError

REDUNDANCY = "redundancy"
"""The kind of advice on blocks that add no function to each other."""


@dataclass(frozen=True)
class Advice:
    """One advice on the network: what was found, why it matters, and what to do about it.

    ```python
    for advice in session.advice():
        print(advice)
    session.edit(advice)            # the last one; one undo takes it back
    ```

    Attributes:
        kind: The kind of advice, in a word, such as "redundancy".
        what: What was found, as a sentence that names the blocks.
        why: The reason, as a sentence that goes on from there.
        remedy: What to do about it, as a sentence.
        blocks: Ids of the blocks concerned, in template order.
        edits: What does it; empty where no edit can.
    """

    kind: str
    what: str
    why: str
    remedy: str
    blocks: tuple[str, ...]
    edits: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.remedy}."

    @property
    def key(self) -> str:
        """Its name among the advice on one network."""
        return " ".join((self.kind, *self.blocks))


class Advised(Protocol):
    """An object that gives advice: a session or a sketch."""

    @property
    def architecture(self) -> Architecture: ...  # noqa: D102

    @property
    def draft(self) -> Architecture | None: ...  # noqa: D102


def advice(self: Advised) -> tuple[Advice, ...]:
    """Returns what to do next with the network, in template order; `edit` takes any of it.

    Advised is an activation inside blocks that add no function to each other, since nothing non-linear stands between
    them: networks that differ only in such blocks can compute the same, so that no score can rank them. There is no
    advice on a draft, which has a problem that comes first.
    """
    if self.draft is not None:
        return ()
    return tuple(map(_on_redundancy, find_redundancies(self.architecture)))


def find_advice(present: Sequence[Advice], key: str) -> Advice:
    """Returns an advice by its key.

    Raises:
        SessionError: The present network gets no such advice.
    """
    for each in present:
        if each.key == key:
            return each
    raise _no_longer()


def edits_of(given: Iterable[object], present: Sequence[Advice]) -> Iterator[object]:
    """Yields what is given to `edit`, with the edits of an advice in its place.

    Raises:
        SessionError: An advice is none on the present network, or no edit does it.
    """
    for each in given:
        if not isinstance(each, Advice):
            yield each
        elif each not in present:
            raise _no_longer()
        elif not each.edits:
            raise SessionError("no edit does what is advised", where="advice", remedy=str(each))
        else:
            yield from each.edits


def _no_longer() -> SessionError:
    return SessionError(
        "the network gets no such advice, it may have changed meanwhile",
        where="advice",
        expected="an advice on the network as it is now",
        remedy="look at the present advice, and choose again",
    )


def _on_redundancy(found: Redundancy) -> Advice:
    return Advice(REDUNDANCY, found.what, found.reason, found.remedy, found.blocks, found.edits)
