"""The number of CPU threads that torch uses for a session."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from oneshot_lab.errors import SessionError
from oneshot_lab.session.actions.action import Action
from oneshot_lab.session.actions.context import Context
from oneshot_lab.session.checks import check_count
from oneshot_lab.supernet.computing import MOST_THREADS


class Computing(Protocol):
    """A session that computes."""

    @property
    def deterministic(self) -> bool: ...  # noqa: D102


def use_threads(_session: Computing, threads: int) -> Action[None]:
    """Sets the number of threads that torch uses for this session alone, from the next action on.

    Args:
        threads: The number; more threads than cores are slower.

    Raises:
        SessionError: The number is illegal, or the session is deterministic and always uses one thread.
    """
    return UseThreads(check_threads(threads, deterministic=_session.deterministic))


@dataclass(frozen=True)
class UseThreads(Action[None]):
    """A new number of threads."""

    verb = "use_threads"
    label = "Set the number of threads"

    threads: int

    def run(self, context: Context) -> None:
        """Runs it."""
        context.settings.threads = self.threads


def check_threads(number: Any, *, deterministic: bool) -> int:
    """Returns a session's number of threads; None: torch's own here, and one where results are to repeat.

    Raises:
        SessionError: It is no such number, or another than one where results are to repeat.
    """
    if number is None:
        return 1 if deterministic else min(torch.get_num_threads(), MOST_THREADS)
    count = check_count("threads", number, high=MOST_THREADS)
    if deterministic and count != 1:
        raise SessionError(f"got {count}", where="threads", expected="1 in a deterministic session")
    return count


def threads_to_go_on(before: int | None) -> int | None:
    """Returns the number that a session of so many threads goes on with; None: torch's own here, as there are few."""
    return before if before is not None and before <= (os.cpu_count() or 1) else None
