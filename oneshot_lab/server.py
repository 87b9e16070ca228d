"""An extension of Jupyter Server that sends a kernel's messages to the browser without delay.

The server's websocket holds a small message back until the browser has confirmed the one before it (Nagle's
algorithm), which browsers do 40 ms late. A kernel sends several small messages for each action, so every highlight
under the pointer came 40 ms late.
"""

from __future__ import annotations

from typing import Any

CLASS = "kernel_websocket_connection_class"
"""The server's setting for the class that connects a kernel's sockets with a websocket."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "oneshot_lab.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Replaces the server's class, or the class that the user configured, by a subclass of it."""
    settings = server.web_app.settings
    settings[CLASS] = prompt(settings[CLASS])


def prompt(base: Any) -> Any:
    """Returns a connection class that sends each message at once."""

    class PromptConnection(base):  # type: ignore[misc]
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return PromptConnection
