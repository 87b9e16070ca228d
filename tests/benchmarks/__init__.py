"""Figures that the README quotes: `python -m tests.benchmarks [name]` prints one line each.

A benchmark is a function marked with `registry.benchmark` in any module of this package.
"""
