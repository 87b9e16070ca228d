"""Descriptions of networks: pure values and functions on them. Imports the standard library and `errors`."""
