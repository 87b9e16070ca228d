"""The views of a session. Imports `session` and the widget libraries; all lower layers run without these."""
