"""The actions on a session: each is a value, which the log holds and a replay repeats."""
