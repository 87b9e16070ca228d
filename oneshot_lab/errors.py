"""The errors that people see: the place, what was found, what was expected and the remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class OneShotError(Exception):
    """Base of every error this package raises on purpose.

    The message reads `where: got; expected; remedy`. The four parts stay apart as attributes, so that a
    view can outline the place and offer the remedy without parsing English.

    Args:
        message: What was found, as a fragment of a sentence: `Conv2d gives 26×26, its siblings 28×28`.
        where: The place: `layer L3, block B7`, a file name, an argument's name.
        expected: What would have been right.
        remedy: What to do about it.
        fix: The remedy as edits of the architecture (`edit_from_json` reads them); empty if edits cannot express it.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
        fix: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.message = message
        self.where = where
        self.expected = expected
        self.remedy = remedy
        self.fix = tuple(fix)
        text = f"{where}: {message}" if where else message
        if expected:
            text += f"; expected {expected}"
        if remedy:
            text += f"; {remedy}"
        super().__init__(text)

    def __reduce__(self) -> tuple[object, ...]:
        # pickle rebuilds an exception from its positional arguments; ours takes keywords.
        return (_rebuild, (type(self), self.message, self.where, self.expected, self.remedy, self.fix))


def _rebuild(
    kind: type[OneShotError],
    message: str,
    where: str | None,
    expected: str | None,
    remedy: str | None,
    fix: Iterable[Mapping[str, Any]],
) -> OneShotError:
    return kind(message, where=where, expected=expected, remedy=remedy, fix=fix)


class ArchitectureError(OneShotError):
    """An architecture, an edit or a file describing one is not well formed."""


class ShapeError(ArchitectureError):
    """The components of an architecture do not fit together, and `repair` cannot make them fit."""


class MaskError(OneShotError):
    """A mask does not name a network: wrong length, unknown blocks, or no path from input to output."""


class DataError(OneShotError):
    """The data cannot be found, read or learned from."""


class SessionError(OneShotError):
    """A session cannot do what was asked in its current state."""


class StoppedError(SessionError):
    """The work was stopped on request before it was complete; it has no result."""


class DivergedError(SessionError):
    """A training has diverged: its loss grew without bound; the weights are those from before."""


class ExhaustedError(SessionError):
    """Memory ran out; everything done before that is kept."""


def closest(name: object, known: Iterable[str]) -> str:
    """Returns a remedy for a misspelt name: a "did you mean" hint if one is similar, otherwise the whole list.

    Args:
        name: The name as typed.
        known: The names that exist.
    """
    names = list(known)
    by_folded = {candidate.casefold(): candidate for candidate in names}
    near = difflib.get_close_matches(str(name)[:100].casefold(), by_folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean {by_folded[near[0]]!r}?"
    return f"use one of {', '.join(names)}"
