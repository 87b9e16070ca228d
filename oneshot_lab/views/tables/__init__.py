"""Tables: candidates, final networks, classes, the log."""
