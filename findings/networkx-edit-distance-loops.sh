#!/usr/bin/env bash
# networkx 3.6.1 gives two graphs with a loop each the edit distance 0, although they are not isomorphic.
#
# A guess: `graph_edit_distance` is 0 exactly when the graphs are isomorphic (no labels are compared).
#
# Seen: it counts that there is a loop and not where. A path of three nodes with a loop at its end, and one with
# the loop in its middle, are 0 apart; taking the loop away and putting it on another node costs 2. Without
# loops it is right.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps networkx==3.6.1 numpy==2.4.6 scipy==1.17.1
cd "$home"
venv/bin/python - <<'EOF'
import networkx as nx

print("networkx", nx.__version__)
path = nx.path_graph(3)
at_end, in_middle = path.copy(), path.copy()
at_end.add_edge(0, 0)
in_middle.add_edge(1, 1)
isomorphic = nx.is_isomorphic(at_end, in_middle)
distance = nx.graph_edit_distance(at_end, in_middle)
to_path = nx.graph_edit_distance(at_end, path)
without = nx.graph_edit_distance(path, nx.star_graph(3))
print("a loop at the end against a loop in the middle: isomorphic", isomorphic, "distance", distance)
print("with the loop against without: distance", to_path)
print("a path of three nodes against a star of four: distance", without)
if (isomorphic, distance, to_path, without) != (False, 0.0, 1.0, 2.0):
    raise SystemExit("This has changed")
EOF
