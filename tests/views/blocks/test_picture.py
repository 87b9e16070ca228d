from xml.etree import ElementTree

import pytest

from oneshot_lab.views.blocks.picture import BAR, HARMS, HELPS, UNSURE, blocks_piece
from oneshot_lab.views.blocks.table import block_table, ordered
from oneshot_lab.views.common.svg import stacked
from tests.views.samples import fake, generation, mask, region

SVG = "{http://www.w3.org/2000/svg}"


def drawn(table, order="template"):
    return ElementTree.fromstring(stacked([blocks_piece(table, ordered(table.rows, order))], title="blocks"))


def row(root, block):
    """What is drawn of a block: its rectangles and texts."""
    for group in root.iter(f"{SVG}g"):
        found = [text.text for text in group.findall(f"{SVG}text")]
        if found[:1] == [block]:
            return group.findall(f"{SVG}rect"), found
    raise AssertionError(block)


def test_without_candidates_it_says_what_to_do():
    root = drawn(block_table(fake()))
    assert [text.text for text in root.iter(f"{SVG}text")][1].startswith("Nothing to show yet.")


def test_bars_are_as_long_as_the_shares_and_effects_go_both_ways():
    rows = [(mask("B1"), 1.0, 0), (mask("B1", "B2"), 3.0, 0), (mask("B2"), 3.0, 0), (mask("B1", "B3"), 1.0, 0)]
    table = block_table(fake(*rows, generations=(generation(0, *(row[0] for row in rows)),)))
    root = drawn(table)
    bars, told = row(root, "B1")
    assert [float(bar.get("width")) for bar in bars[:2]] == [0.75 * BAR] * 2
    assert told == ["B1", "0.75", "0.75", "+1.333"]
    effects = {block: row(root, block)[0][2] for block in ("B2", "B3")}
    assert row(root, "B2")[1][3] == "−2.000"
    assert effects["B2"].get("fill") in (HARMS, UNSURE)
    # The largest goes as far as there is room, to the left.
    assert float(effects["B2"].get("width")) == BAR / 2
    assert float(effects["B2"].get("x")) + BAR / 2 == float(effects["B3"].get("x"))
    # All have it, so that nothing can be told.
    assert row(root, "B12")[1] == ["B12", "1.00", "1.00"]


def test_with_landmarks_effects_are_in_points():
    table = block_table(fake((mask("B1"), 1.0, 0), (mask("B2"), 3.0, 0)))
    root = drawn(table._replace(in_points=True))
    assert row(root, "B1")[1][-1] == "+2.0"
    assert "effect, points of accuracy" in [text.text for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize(("losses", "colour"), [((1.0, 1.1, 5.0, 5.1), HELPS), ((5.0, 5.1, 1.0, 1.1), HARMS)])
def test_what_is_sure_has_the_colour_of_what_it_does(losses, colour):
    masks = (mask("B1"), mask("B1", "B3"), mask("B2"), mask("B2", "B3"))
    table = block_table(fake(*((each, loss, 0) for each, loss in zip(masks, losses, strict=True))))
    assert row(drawn(table), "B1")[0][-1].get("fill") == colour


def test_names_of_regions_are_text():
    name = "<script>mark()</script>"
    inside = mask("B1")
    table = block_table(
        fake((inside, 1.0, 0), dots=[inside], regions=[region(inside, name=name)], selected_region=name)
    )
    root = drawn(table)
    assert root.find(f".//{SVG}script") is None
    assert next(root.iter(f"{SVG}text")).text == f"Blocks in {name}"
