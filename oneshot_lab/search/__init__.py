"""The evolutionary search over masks. Imports numpy, `architecture` and `errors`; never `supernet` or `space`."""
