#!/usr/bin/env bash
# ipycytoscape 1.3.3 takes attributes of a networkx graph named `source`, `target` or `id` for the graph's own.
#
# A guess: `add_graph_from_networkx` draws the graph's nodes and edges, and carries attributes along as data.
#
# Seen: an edge from b to c with the attribute source="paper" is drawn from a node "paper", which does not
# exist. Of two nodes with the attribute id="x" one is left, called x, and others come in their place as soon as
# an edge names them. networkx itself and formats such as GraphML use these names for attributes.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check ipycytoscape==1.3.3 networkx==3.6.1
cd "$home"
venv/bin/python - <<'EOF'
import ipycytoscape
import networkx as nx

print("ipycytoscape", ipycytoscape.__version__, "networkx", nx.__version__)


def drawn(graph):
    widget = ipycytoscape.CytoscapeWidget()
    widget.graph.add_graph_from_networkx(graph, directed=True)
    edges = [(edge.data["source"], edge.data["target"]) for edge in widget.graph.edges]
    return [node.data["id"] for node in widget.graph.nodes], edges


cited = nx.DiGraph([("a", "b"), ("b", "c", {"source": "paper"})])
named = nx.DiGraph([("a", "b")])
nx.set_node_attributes(named, "x", "id")
print("edges", [*cited.edges], "are drawn as", drawn(cited)[1])
print("nodes", [*named], "are drawn as", drawn(named)[0])
if drawn(cited)[1] != [("a", "b"), ("paper", "c")] or drawn(named)[0] != ["x", "a", "b"]:
    raise SystemExit("This has changed")
EOF
