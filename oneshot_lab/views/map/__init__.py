"""The Search Space View: the map of candidates, and its regions."""
