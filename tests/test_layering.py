"""What runs without what. Who may import whom is import-linter's business (`make check`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]

IMPORT_ALL = """
import importlib, pkgutil, oneshot_lab
def import_all(package):
    names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    names = [name for name in names if not name.startswith("oneshot_lab.views") and not name.endswith("__main__")]
    return [importlib.import_module(name) for name in names]
"""

WITHOUT_WIDGETS = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"anywidget", "bqplot", "ipycytoscape", "ipywidgets"}:
            raise ModuleNotFoundError(f"{name} is not installed here", name=name)
sys.meta_path.insert(0, Blocker())
"""


def run(code: str, *options: str) -> str:
    """Runs code in an interpreter of its own and returns what it prints."""
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_architecture_needs_the_standard_library_only() -> None:
    # -S leaves site-packages out altogether, so that nothing else can be imported.
    code = f"""
import sys
sys.path.insert(0, {str(CHECKOUT)!r})
{IMPORT_ALL}
import oneshot_lab.architecture
modules = import_all(oneshot_lab.architecture)
architecture = oneshot_lab.load_template("lenet")
print(len(modules), len(architecture.blocks))
"""
    modules, blocks = map(int, run(code, "-I", "-S").split())
    assert modules >= 6
    assert blocks == 12


def test_a_search_runs_where_no_widgets_are_installed() -> None:
    code = f"""
{WITHOUT_WIDGETS}
{IMPORT_ALL}
import_all(oneshot_lab)
session = oneshot_lab.SearchSession("lenet", data="digits", seed=0)
session.train(epochs=1)
print(len(session.step().population))
"""
    assert int(run(code)) > 1


def test_the_blocker_blocks() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{WITHOUT_WIDGETS}\nimport ipywidgets"], capture_output=True, text=True, check=False
    )
    assert "ipywidgets is not installed here" in done.stderr
