"""What holds for all tests: one hypothesis profile, one thread, interrupts that arrive, and the pace of the worker."""

import os
import signal
from time import sleep

import pytest
from hypothesis import settings

# An example may take long on a busy machine, which says nothing about it. The same examples each time: a rare one that
# fails is found by `make soak`, which draws others, rather than by someone who changed something else.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("others", deadline=None)
settings.load_profile("house")

# Networks this small are slowed down by a second thread, several times so where others use the machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A shell has what it starts in the background ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Asserts in helpers tell both sides, as those in tests do.
pytest.register_assert_rewrite("tests.ui.lego", "tests.ui.notebook")

LAG, WAIT = 0.3, 0.05
"""Seconds: more than a small training takes, and more than the main thread takes to ask for something."""


def pytest_addoption(parser):
    parser.addoption(
        "--pace",
        choices=("own", "fast", "slow"),
        default="own",
        help="how fast workers are beside the main thread, as on another machine; no test may need one or the other",
    )


@pytest.fixture(autouse=True)
def _pace(request, monkeypatch):
    """Has the main thread lag behind the workers (`fast`), or the workers behind the main thread (`slow`)."""
    pace = request.config.getoption("pace")
    if pace == "own":
        return
    from oneshot_lab.session.runtime import notifications
    from oneshot_lab.session.runtime.worker import Worker
    from oneshot_lab.views.map import widget as search_space
    from oneshot_lab.views.tables import session_table

    def lags(owner, name, *, seconds, where=lambda **options: True):
        method = getattr(owner, name)

        def late(*args, **options):
            result = method(*args, **options)
            if where(**options):
                sleep(seconds)
            return result

        monkeypatch.setattr(owner, name, late)

    if pace == "slow":
        lags(Worker, "_turn", seconds=WAIT)
        return
    # What was asked for without waiting is over by the next statement, and what passes is told too late to be seen.
    lags(Worker, "submit", seconds=LAG, where=lambda once=False: once)
    monkeypatch.setattr(notifications, "PROGRESS_SECONDS", 3 * LAG)
    monkeypatch.setattr(search_space, "STATUS_SECONDS", 3 * LAG)
    monkeypatch.setattr(session_table, "REDRAW_SECONDS", 3 * LAG)
