"""The Lego View: a network as nested lists that a person sorts."""
