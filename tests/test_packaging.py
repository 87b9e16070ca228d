"""The wheel: built from a clean checkout, it holds everything and works where there is no Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
SHARED = "share/jupyter/labextensions/oneshot-lab"


def call(*command: object, **options: object) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout) + str(done.stderr)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the tracked files alone, with the npm packages that are here already."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in call("git", "ls-files", "-z", cwd=CHECKOUT).split("\0"):
        if name and (CHECKOUT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, copy / name)
    shutil.copytree(
        CHECKOUT / "js/node_modules",
        copy / "js/node_modules",
        symlinks=True,
        copy_function=link_or_copy,
        ignore=shutil.ignore_patterns(".package-lock.json"),  # npm writes into this one, in place
    )
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", copy / "dist", cwd=copy, env=environment)
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it. The dependencies are borrowed: torch alone would take minutes."""
    home = tmp_path_factory.mktemp("elsewhere")
    call(sys.executable, "-m", "venv", "--without-pip", home / "env")
    python = home / "env/bin/python"
    # Only this directory is added, not the .pth files in it: the checkout itself stays out of sight.
    site = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    call(*pip, "--no-deps", "--no-index", "--ignore-installed", "--no-warn-script-location", wheel)
    return home


def run_elsewhere(home: Path, *arguments: str) -> str:
    environment = {"HOME": str(home), "PATH": str(home / "env/bin"), "JUPYTER_CONFIG_DIR": str(home / "config")}
    assert shutil.which("node", path=environment["PATH"]) is None
    return call(home / "env/bin/python", *arguments, cwd=home, env=environment)


def test_it_holds_everything(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shared = [name.partition("/data/")[2] for name in names if ".data/data/" in name]
    assert f"{SHARED}/package.json" in shared
    assert f"{SHARED}/install.json" in shared
    assert "etc/jupyter/jupyter_server_config.d/oneshot-lab.json" in shared
    assert f"{SHARED}/static/style.js" in shared
    assert f"{SHARED}/schemas/oneshot-lab/plugin.json" in shared
    # The browser copies the examples from here, since JupyterLab serves nothing else of the package.
    examples = {f"{SHARED}/static/examples/{path.name}" for path in (CHECKOUT / "notebooks").glob("*.ipynb")}
    assert examples
    assert examples == {name for name in shared if name.endswith(".ipynb")}
    assert any(name.startswith(f"{SHARED}/static/remoteEntry") for name in shared)
    inside = {name for name in names if name.startswith("oneshot_lab/")}
    for folder, pattern in (("templates", "*.json"), ("notebooks", "*.ipynb")):
        here = {f"oneshot_lab/{folder}/{path.name}" for path in (CHECKOUT / folder).glob(pattern)}
        assert here
        assert here == {name for name in inside if name.startswith(f"oneshot_lab/{folder}/")}
    assert "oneshot_lab/py.typed" in inside
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"oneshot_lab"}


def test_it_runs_elsewhere(elsewhere: Path) -> None:
    code = """
import pathlib, oneshot_lab
here = pathlib.Path(oneshot_lab.__file__).parent
print(here, (here / "notebooks/quickstart.ipynb").is_file(), *oneshot_lab.list_templates())
print(len(oneshot_lab.load_template("lenet").blocks))
"""
    first, blocks = run_elsewhere(elsewhere, "-c", code).splitlines()
    where, notebook, *templates = first.split()
    assert Path(where).is_relative_to(elsewhere)
    assert notebook == "True"
    assert templates == sorted(path.stem for path in (CHECKOUT / "templates").glob("*.json"))
    assert blocks == "12"


def test_jupyterlab_finds_the_extension_without_node(elsewhere: Path) -> None:
    listing = run_elsewhere(elsewhere, "-m", "jupyterlab.labextensions", "list")
    (line,) = [line for line in listing.splitlines() if "oneshot-lab" in line]
    assert "enabled" in line
    assert "OK" in line
    assert version("oneshot-lab") in line


def test_python_and_npm_versions_agree() -> None:
    manifest = json.loads((CHECKOUT / "js/package.json").read_text())
    lock = json.loads((CHECKOUT / "js/package-lock.json").read_text())
    assert version("oneshot-lab") == manifest["version"] == lock["version"] == lock["packages"][""]["version"]


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((CHECKOUT / "js/package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
