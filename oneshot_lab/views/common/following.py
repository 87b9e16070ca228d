"""Tells what a view sets in its own controls from what a person sets there."""

from __future__ import annotations

from threading import get_ident


class Following:
    """True for a thread while it sets controls by what the session has, so that their observers take no action.

    A kernel may take a message from the browser on another thread meanwhile (ipykernel 7 does while a cell runs): what
    a person does then is not lost. To be used as a context, also within itself.
    """

    def __init__(self) -> None:
        self._threads: list[int] = []

    def __enter__(self) -> None:
        self._threads.append(get_ident())

    def __exit__(self, *error: object) -> None:
        self._threads.remove(get_ident())

    def __bool__(self) -> bool:
        return get_ident() in self._threads
