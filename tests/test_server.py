"""The server's extension: it is found where the package is installed, and its connections hold nothing back."""

import subprocess
import sys
from types import SimpleNamespace

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from oneshot_lab import server


class Connection:
    """Stands for whatever class is configured."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.websocket_handler = SimpleNamespace(set_nodelay=self.told.append)

    def connect(self) -> str:
        self.told.append("connected")
        return "a future"


def test_a_connection_is_told_to_hold_nothing_back_before_it_connects():
    connection = server.prompt(Connection)()
    assert connection.connect() == "a future"
    assert connection.told == [True, "connected"]


def test_the_configured_class_stays_the_base():
    settings = {server.CLASS: ZMQChannelsWebsocketConnection, "other": 1}
    server._load_jupyter_server_extension(SimpleNamespace(web_app=SimpleNamespace(settings=settings)))
    assert issubclass(settings[server.CLASS], ZMQChannelsWebsocketConnection)
    assert settings["other"] == 1


def test_the_server_finds_it():
    command = [sys.executable, "-m", "jupyter", "server", "extension", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "oneshot_lab.server" in listed.stdout + listed.stderr
    assert server._jupyter_server_extension_points() == [{"module": "oneshot_lab.server"}]
