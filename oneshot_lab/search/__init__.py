"""Strategies that search over masks. Imports numpy, SciPy, `architecture` and `errors`; never `supernet` or `space`."""
