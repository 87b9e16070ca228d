"""The Lab in a real browser: the paper's analyst in small, what is linked, and what stops, rests or dies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.ui.analyst import BEGIN, analyse
from tests.ui.lab import Lab
from tests.ui.notebook import Notebook, open_notebook

IMPORTS = "import oneshot_lab as osl"

REPLAY = """
again = {"print": lambda *words: None}
for cell in session.to_python():
    exec(cell, again)
same = again["session"]
"""


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: str) -> Iterator[Notebook]:
    with open_notebook(browser, lab, width=1440, height=1000) as notebook:
        notebook.execute(IMPORTS)
        yield notebook


def test_an_analyst_searches_steers_edits_and_finalizes(notebook: Notebook) -> None:
    bench = Lab(notebook, BEGIN)
    analyse(bench, lambda name: None)
    assert bench.value("session.finals[0].test_accuracy") > 0.8
    actions = bench.value("[entry.action for entry in session.log if entry.action != 'step']")
    assert actions == [
        *("create", "replace", "train", "project", "region", "focus"),
        *("propose", "project", "propose", "train", "project", "finalize"),
    ]
    assert bench.value("len(session.generations)") == 10
    assert bench.value("[entry.outcome for entry in session.log]") == ["done"] * bench.value("len(session.log)")
    notebook.execute(REPLAY)
    pairs = notebook.value(
        "[[s.finals[0].test_accuracy, s.finals[0].runs[0].losses, list(s.architecture.block_ids),"
        " [g.losses for g in s.generations], s.training_losses] for s in (session, same)]"
    )
    assert pairs[0] == pairs[1]
