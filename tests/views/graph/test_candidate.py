"""What goes to the browser of a candidate, and what is said of it."""

import json

import pandas as pd

from oneshot_lab.architecture.edits import AddLink, revise
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.views.common.info import network_info
from oneshot_lab.views.graph.candidate import Scores, to_table
from oneshot_lab.views.graph.layout import lay_out

LENET = load_template("lenet")
MASK = Mask.of("B1", "B2", "B4", "B5", "B8", "B9", "B11", "B12")


def test_a_drawing_is_told_whole_and_each_row_once():
    network = revise(LENET, AddLink("L1", "L4"))[0]
    drawing = lay_out(network_info(network), active=MASK.blocks)
    table = to_table(drawing, "mine")
    assert json.loads(json.dumps(table)) == table
    assert table["title"] == "mine"
    assert len({tuple(row) for row in table["rows"]}) == len(table["rows"])
    for node, (role, label, x, y, width, height, rows) in zip(drawing.nodes, table["nodes"], strict=True):
        assert (role, label, x, y, width, height) == (node.role, node.label, node.x, node.y, node.width, node.height)
        assert [table["rows"][row] for row in rows] == [[row.kind, row.params, row.colour] for row in node.rows]
    ids = [node.id for node in drawing.nodes]
    for kind in ("flow", "link"):
        wanted = [(edge.source, edge.target) for edge in drawing.edges if edge.kind == kind]
        assert wanted
        assert [(ids[source], ids[target]) for source, target in table[kind]] == wanted


def row(mask, accuracy, *, stale=False):
    return {"mask": str(mask), "accuracy": accuracy, "parameters": 41_700, "macs": 896_000, "stale": stale}


def test_the_newest_evaluation_is_told():
    scores = Scores()
    table = pd.DataFrame([row(MASK, 0.5, stale=True), row(MASK, 0.9134)])
    wanted = "accuracy 0.913 · 42 k parameters · 0.9 M multiply-adds"
    assert scores.describe(MASK, table) == wanted
    assert scores.describe(Mask.of("B1"), table) == "not evaluated"
    later = pd.DataFrame([row(MASK, 0.9134, stale=True)])
    assert scores.describe(MASK, later) == "not evaluated since the last training or edit"
    assert scores.describe(MASK, later.iloc[:0]) == "not evaluated"
