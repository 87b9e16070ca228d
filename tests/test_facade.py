"""`import oneshot_lab`: the names it offers, and what it costs."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import oneshot_lab


def test_every_name_it_offers_is_there() -> None:
    for name in oneshot_lab.__all__:
        assert getattr(oneshot_lab, name) is not None
    assert set(oneshot_lab.__all__) <= set(dir(oneshot_lab))


def test_names_and_their_homes_are_the_same_list() -> None:
    assert sorted(oneshot_lab._HOME) == sorted(oneshot_lab.__all__)
    assert sorted(oneshot_lab.__all__) == oneshot_lab.__all__


def test_a_name_is_the_one_of_its_module() -> None:
    for name, module in oneshot_lab._HOME.items():
        assert getattr(oneshot_lab, name) is getattr(importlib.import_module(f"oneshot_lab.{module}"), name)


def test_an_unknown_name_gets_a_spelling_hint() -> None:
    with pytest.raises(AttributeError, match="did you mean 'SearchSession'"):
        oneshot_lab.SerchSession  # noqa: B018


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import oneshot_lab, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    )
    assert "oneshot_lab" in loaded
    assert not loaded & {"bqplot", "ipycytoscape", "ipywidgets", "numpy", "pandas", "sklearn", "torch", "traitlets"}
