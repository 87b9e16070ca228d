"""The property tests with other examples than `make test` draws, which are the same each time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.soak.kinds import kind

TESTS = Path(__file__).parents[1]


@kind(full=3)
def properties(seed: int) -> None:
    """Runs all of them; the seed is hypothesis's own."""
    modules = sorted(str(path) for path in TESTS.rglob("test_*.py") if "@given(" in path.read_text("utf-8"))
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider"]
    command += ["--hypothesis-profile=others", f"--hypothesis-seed={seed}", *modules]
    done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n" + done.stdout[-6000:]
