"""The map of the search space. Imports numpy, networkx, scikit-learn, numba, `architecture` and `errors`."""
