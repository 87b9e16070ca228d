"""Descriptions of networks: immutable values and pure functions. Imports the standard library and `errors`."""
