"""What holds for all tests: one hypothesis profile, one thread, and interrupts that arrive."""

import os
import signal

import pytest
from hypothesis import settings

# An example may take long on a busy machine, which says nothing about it.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# Networks this small are slowed down by a second thread, several times so where others use the machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A shell has what it starts in the background ignore interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Asserts in helpers tell both sides, as those in tests do.
pytest.register_assert_rewrite("tests.ui.lego", "tests.ui.notebook")
