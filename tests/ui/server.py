"""A real JupyterLab, by itself: its root holds a copy of the notebooks, and nothing is left of the user's settings."""

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
from contextlib import contextmanager
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# Everything that a person would be asked in a first session is answered beforehand.
CONFIG = {
    "ServerApp": {"allow_root": True, "open_browser": False},
    "IdentityProvider": {"token": ""},
    "JupyterNotebookApp": {"expose_app_in_browser": True},
    "LabApp": {
        "expose_app_in_browser": True,
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    },
}
# JupyterLab's own settings, by their place among the user's.
SETTINGS = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false"}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(home: Path) -> Iterator[str]:
    """Starts JupyterLab in an empty folder, and gives its address."""
    (home / "config").mkdir()
    (home / "config/jupyter_server_config.json").write_text(json.dumps(CONFIG))
    for name, settings in SETTINGS.items():
        file = home / f"config/lab/user-settings/{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(settings))
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
            raise RuntimeError("JupyterLab did not start:\n" + "".join(log))
        # A full pipe would stop the server.
        drain = threading.Thread(target=log.extend, args=(server.stderr,), daemon=True)
        drain.start()
        try:
            yield found[1]
        finally:
            server.terminate()
            server.wait()
            drain.join()
