"""The windows onto a session. Imports `session` and the widget libraries; everything below runs without them."""
