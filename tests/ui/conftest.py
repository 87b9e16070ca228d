"""A real JupyterLab and a real browser, one of each for all tests here."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui import browser as chromium

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# Everything that a person would be asked in a first session is answered beforehand.
CONFIG = {
    "ServerApp": {"allow_root": True, "open_browser": False},
    "IdentityProvider": {"token": ""},
    "LabApp": {
        "expose_app_in_browser": True,
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    },
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab whose root holds a copy of the notebooks, and nothing of the user's settings."""
    home = tmp_path_factory.mktemp("lab")
    (home / "config").mkdir()
    (home / "config/jupyter_server_config.json").write_text(json.dumps(CONFIG))
    shutil.copytree(NOTEBOOKS, home / "root", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    environment = os.environ | {
        f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    environment |= {"IPYTHONDIR": str(home / "ipython"), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces")}
    command = [sys.executable, "-m", "jupyterlab", f"--port={free_port()}", f"--ServerApp.root_dir={home / 'root'}"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=home) as server:
        assert server.stderr is not None
        log = []
        for line in server.stderr:
            log.append(line)
            if found := re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+/)lab", line):
                break
        else:
            pytest.fail("JupyterLab did not start:\n" + "".join(log))
        # A full pipe would stop the server.
        drain = threading.Thread(target=log.extend, args=(server.stderr,), daemon=True)
        drain.start()
        yield found[1]
        server.terminate()
        server.wait()
        drain.join()


@pytest.fixture(scope="package")
def running_browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "there is no browser to drive: `make browser` installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(running_browser: Browser, lab: str) -> Iterator[Page]:
    """A page of its own for each test. `page.goto("lab")` opens JupyterLab."""
    context = running_browser.new_context(base_url=lab, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()
