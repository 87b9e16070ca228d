"""The findings can be run, and are all listed. Whether they still hold is no matter of ours: `make findings` tells."""

import os
import re
import subprocess
from pathlib import Path

import pytest

FINDINGS = Path(__file__).parents[1] / "findings"
SCRIPTS = sorted(FINDINGS.glob("*.sh"))


def test_all_are_listed():
    listed = re.findall(r"\| \[([\w-]+)\]\(\1\.sh\) \|", (FINDINGS / "README.md").read_text())
    assert listed == [script.stem for script in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_each_is_a_script_that_says_what_it_finds(script):
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    text = script.read_text()
    # The installed version is pinned, and is the one that the first sentence names.
    said = re.match(r"#!/usr/bin/env bash\n# ([\w-]+) ([\d.]+)[ :]", text)
    assert said, "the first line says which library, and which version"
    assert f"{said[1].lower()}=={said[2]}" in text
    assert "\n# A guess: " in text
    assert "\n# Seen: " in text
