"""Saves sessions: files, checkpoints, the log and its replay."""
