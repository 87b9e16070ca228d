"""An extension of Jupyter Server: what a kernel says reaches the browser at once.

The server's websocket holds a small message back until the browser has confirmed the one before it (Nagle's
algorithm), which browsers do 40 ms late. A kernel sends several small messages for everything that it does, so that
what lights up under the pointer came 40 ms after it could have been there.
"""

from __future__ import annotations

from typing import Any

CLASS = "kernel_websocket_connection_class"
"""The server's setting: what joins a kernel's sockets with a websocket."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "oneshot_lab.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Takes the place of the server's own class, or of one that somebody has configured, as a subclass of it."""
    settings = server.web_app.settings
    settings[CLASS] = prompt(settings[CLASS])


def prompt(base: Any) -> Any:
    """Returns a class of connections that hold nothing back."""

    class PromptConnection(base):  # type: ignore[misc]
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return PromptConnection
