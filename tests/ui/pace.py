"""The pace of a search that lasts: candidates that are known cost nothing, and hundreds a second would be told."""

from __future__ import annotations

PACE = """
import functools, time
from oneshot_lab.search.strategy import Strategy

def paced(ask):
    @functools.wraps(ask)
    def ask_at_a_pace(*args, **options):
        time.sleep(0.05)
        return ask(*args, **options)
    return ask_at_a_pace

Strategy.ask = paced(getattr(Strategy.ask, "__wrapped__", Strategy.ask))
"""
"""Code for a kernel, run once or again: each generation takes so long at least, which leaves time for the page."""

FREE = "Strategy.ask = getattr(Strategy.ask, '__wrapped__', Strategy.ask)"
"""Ends it again, for the tests that share the kernel."""
