"""`import oneshot_lab`: the names it offers, and what it costs."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import oneshot_lab

HOME = oneshot_lab._HOME


def test_every_name_it_offers_is_there() -> None:
    for name in oneshot_lab.__all__:
        assert getattr(oneshot_lab, name) is not None
    assert set(oneshot_lab.__all__) <= set(dir(oneshot_lab))


def test_names_and_their_homes_are_the_same_list() -> None:
    assert sorted(HOME) == sorted(oneshot_lab.__all__)
    assert sorted(oneshot_lab.__all__) == oneshot_lab.__all__


def test_a_name_is_the_one_of_its_module() -> None:
    for name, module in HOME.items():
        assert getattr(oneshot_lab, name) is getattr(importlib.import_module(f"oneshot_lab.{module}"), name)


def test_an_unknown_name_gets_a_spelling_hint() -> None:
    with pytest.raises(AttributeError, match="did you mean 'SearchSession'"):
        oneshot_lab.SerchSession  # noqa: B018


def loaded_by(code: str) -> set[str]:
    """The packages that are there after code has run in an interpreter of its own."""
    code += "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split())


def test_importing_it_loads_nothing_heavy() -> None:
    loaded = loaded_by("import oneshot_lab")
    assert "oneshot_lab" in loaded
    assert not loaded & {"bqplot", "ipycytoscape", "ipywidgets", "numpy", "pandas", "sklearn", "torch", "traitlets"}


def test_drawing_a_network_without_a_session_loads_no_torch() -> None:
    loaded = loaded_by("import oneshot_lab; oneshot_lab.LegoView('lenet')")
    assert "ipywidgets" in loaded
    assert not loaded & {"bqplot", "ipycytoscape", "numpy", "pandas", "sklearn", "torch"}
