"""The yardsticks: search spaces with the results of training their networks one by one.

Each space is a module with a `SPACE`, and its results lie beside it as data, under the same name. `make bench-truth`
computes them.
"""
