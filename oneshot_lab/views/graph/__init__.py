"""The Graph View: a network as a graph, and its still picture."""
