"""The browser that the tests drive. `python -m tests.ui.browser` sees to it that there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",  # Chromium's sandbox does not start for root, which containers run as
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The executable to drive: one on PATH, else the one that Playwright has downloaded, else None."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Starts the browser, without a window."""
    path = find()
    if not path:
        raise RuntimeError("there is no browser to drive: `make browser` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def _download() -> None:
    environment = os.environ | {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    # Behind some firewalls the connection is made and then nothing comes: do not wait for ever.
    subprocess.run(command, env=environment, timeout=180, check=False)


def _install_with_apt() -> None:
    if not shutil.which("apt-get"):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run([*sudo, "apt-get", *command], env=environment, stdin=subprocess.DEVNULL, check=False)


def ensure() -> str:
    """The executable to drive, installed if need be: Playwright's own download, else Debian's package."""
    for install in (None, _download, _install_with_apt):
        if install:
            try:
                install()
            except (OSError, subprocess.TimeoutExpired) as error:
                print(error, file=sys.stderr)
        if path := find():
            return path
    sys.exit("The browser tests need Chromium or Chrome: install one and make sure that it is on PATH")


if __name__ == "__main__":
    print(f"Browser for the tests: {ensure()}")
