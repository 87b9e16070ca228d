"""Work in the background: the worker thread, its jobs and their notifications. It does not know sessions."""
