"""A session in a real kernel: what runs in the background is told while no cell runs, and messages are answered."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client import BlockingKernelClient, KernelManager

PATIENCE = 60

SETUP = """
import threading
from ipywidgets import Button, Label
from oneshot_lab.supernet.data import load_data
from pathlib import Path
from tests.session.sessions import at_batch, small, until
session = small(load_data("digits", limit=400))
progress, clicks, button = Label(), Label(), Button()
threads = set()
def tell(change):
    threads.add(threading.current_thread())
    progress.value = f"{change.new:.4f}"
session.observe(tell, "progress")
button.on_click(lambda button: setattr(clicks, "value", session.status))
"""


@pytest.fixture(scope="module")
def client() -> Iterator[BlockingKernelClient]:
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=os.environ | {"OMP_NUM_THREADS": "1"}, cwd=os.getcwd())
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=PATIENCE)
        client.execute_interactive(SETUP, timeout=PATIENCE, allow_stdin=False)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def value(client: BlockingKernelClient, expression: str, code: str = "") -> Any:
    """The value of an expression after some code; None for None."""
    reply = client.execute(code, user_expressions={"value": expression}, reply=True, timeout=PATIENCE)["content"]
    assert reply["status"] == "ok", "\n".join(reply["traceback"])
    result = reply["user_expressions"]["value"]
    assert result["status"] == "ok", result
    return eval(result["data"]["text/plain"])


def until(client: BlockingKernelClient, found: Callable[[dict[str, Any]], object]) -> None:
    """Reads what the kernel publishes by itself, until something is found."""
    limit = time.monotonic() + PATIENCE
    while not found(client.get_iopub_msg(timeout=PATIENCE)):
        assert time.monotonic() < limit


def said(model: str, text: str) -> Callable[[dict[str, Any]], object]:
    """Whether a message sets a label to a text that begins so."""

    def found(message: dict[str, Any]) -> object:
        content = message["content"]
        state = content.get("data", {}).get("state", {})
        return content.get("comm_id") == model and str(state.get("value", "")).startswith(text)

    return found


def click(client: BlockingKernelClient, model: str) -> None:
    data = {"method": "custom", "content": {"event": "click"}}
    client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": model, "data": data}))


def test_a_training_in_the_background_is_told_and_buttons_are_answered(client: BlockingKernelClient) -> None:
    progress, clicks, button = value(client, "progress.model_id, clicks.model_id, button.model_id")
    state = value(client, "job.state", "job = session.train.start(10**6)")
    assert state in ("waiting", "running")
    # No cell runs from here on.
    until(client, said(progress, "0.0"))
    click(client, button)
    until(client, said(clicks, "training"))
    click(client, button)
    until(client, said(progress, "0.0"))
    assert value(client, "job.state", "session.stop(); session.wait()") == "stopped"
    assert value(client, "threads == {threading.main_thread()}")
    click(client, button)
    until(client, said(clicks, "idle"))


def test_a_button_that_is_pressed_while_a_cell_runs_is_answered_once_when_it_ends(
    client: BlockingKernelClient, tmp_path: Path
) -> None:
    (button,) = value(
        client, "button.model_id,", "pressed = []; button.on_click(lambda _: pressed.append(session.status))"
    )
    progress = value(client, "progress.model_id")
    # The cell ends no sooner than the button was pressed.
    pressed = tmp_path / "pressed"
    value(client, "None", f"at_batch(session, 3, lambda: until(Path({str(pressed)!r}).exists))")
    message = client.execute("losses = session.train(2)\nseen = len(pressed)")
    until(client, said(progress, "0."))
    click(client, button)
    pressed.touch()
    while client.get_shell_msg(timeout=PATIENCE)["parent_header"].get("msg_id") != message:
        pass
    assert value(client, "(seen, pressed, len(losses))") == (0, ["idle"], 2)


def test_an_error_in_an_observer_is_shown_in_the_notebook(client: BlockingKernelClient) -> None:
    value(client, "None", "session.observe(lambda change: 1 / 0, 'training_losses')\njob = session.train.start(1)")
    until(client, lambda message: message["msg_type"] == "error" and "ZeroDivisionError" in message["content"]["ename"])
    assert value(client, "job.state", "session.unobserve_all('training_losses'); session.wait()") == "done"


def test_a_kernel_that_is_shut_down_in_the_middle_of_a_training_ends(client: BlockingKernelClient) -> None:
    value(client, "None", "job = session.train.start(10**6)")
    client.shutdown()
    limit = time.monotonic() + PATIENCE
    while client.is_alive():
        assert time.monotonic() < limit
        time.sleep(0.05)
