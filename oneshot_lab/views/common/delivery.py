"""Messages to the browser that come in a burst, such as those of many views in one cell, all arrive."""

from __future__ import annotations

import sys
from typing import Any

QUEUED = 100_000
"""How many messages a kernel keeps for a server that reads slower than the kernel writes."""


def keep_messages() -> None:
    """Has the kernel keep messages that it would throw away.

    ipykernel (7.4.0) sends messages on a ZeroMQ XPUB socket with ZeroMQ's default limit of 1,000 waiting messages. What
    comes above that is dropped without a word: a widget is then missing from the page for good, and if it is the
    message that a cell has ended, the page shows it running for ever. Ten views in a cell on a busy machine are enough.
    ZeroMQ takes another limit at any time, in the thread that sends. Where there is no kernel, this has no effect.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    thread = getattr(getattr(shell, "kernel", None), "iopub_thread", None)
    if thread is not None and hasattr(getattr(thread, "socket", None), "setsockopt"):
        thread.schedule(lambda: _raise_limit(thread.socket))


def _raise_limit(socket: Any) -> None:
    from zmq import SNDHWM

    # Zero means no limit at all.
    if 0 < socket.getsockopt(SNDHWM) < QUEUED:
        socket.setsockopt(SNDHWM, QUEUED)
