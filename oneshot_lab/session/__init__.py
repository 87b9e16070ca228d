"""The session, which joins `supernet`, `search` and `space`. Imports these, pandas and traitlets; never widgets."""
