"""Graph edit distance in compiled code.

`alignment` and `maps` find a map between two graphs, whose cost is an upper bound; `dual` and `ascent` prove a lower
one; `search` closes the gap by branch and bound. Python calls `batch`.
"""
