"""What of a stranger's notebook is built before anybody trusts it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.lab import opened_notebook
from tests.benchmarks.registry import Figure, benchmark
from tests.ui.stranger import BUILT, CLOSE, Stranger

VIEW = "view = osl.GraphView('lenet')\nview"


@benchmark("open_untrusted")
def open_untrusted() -> Iterator[Figure]:
    """A notebook written by hand, opened beside the live view that it claims to show, and then trusted."""
    with opened_notebook() as notebook:
        notebook.run_cell(VIEW)
        stranger = Stranger(notebook, notebook.value("view.model_id"))
        stranger.picture.wait_for()
        built, sent = stranger.root.locator(BUILT).count(), stranger.comms()
        _, loaded = stranger.marks()
        stranger.trust()
        stranger.root.locator(".osl-graph").wait_for()
        trusted = stranger.root.locator(".osl-graph").count()
        notebook.page.evaluate(CLOSE)
    yield Figure("open_untrusted", built, "", 0, at_most=True)
    yield Figure("  messages to the kernel", len(sent), "", 0, at_most=True)
    yield Figure("  loaded by its picture", len(loaded), "", 0, at_most=True)
    yield Figure("  views once it is trusted", trusted, "", 1)
