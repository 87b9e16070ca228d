"""The progress bar of a caller that waits for a job: one line with the job, its progress and the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Protocol

from tqdm.auto import tqdm

_FORMAT = "{desc} {percentage:3.0f}%|{bar}| {remaining} left"


class Shown(Protocol):
    """The job that a bar shows."""

    progress: float
    said: str


@contextmanager
def showing(job: Shown, *, shown: bool) -> Iterator[Callable[[], None]]:
    """Yields the function that updates the bar.

    In a notebook it is a widget, so only the main thread has one. Jobs of less than a second show no bar.
    """
    if not shown or current_thread() is not main_thread():
        yield lambda: None
        return
    with tqdm(total=1.0, desc=job.said, bar_format=_FORMAT, smoothing=0, delay=1, leave=False) as bar:

        def update() -> None:
            bar.set_description_str(job.said, refresh=False)
            bar.update(job.progress - bar.n)

        yield update
