"""The supernet, its training and its data. Imports torch, `architecture` and `errors`; never `search` or `space`."""
