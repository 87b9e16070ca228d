"""The trained super-network and its data. Imports torch, `architecture` and `errors`; never `search` or `space`."""
