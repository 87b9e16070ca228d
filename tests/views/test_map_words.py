from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.region import Region
from oneshot_lab.views.map_info import Dot
from oneshot_lab.views.map_words import counted, described, facts, listed, of_blocks, of_region, scores

MASK, OTHER = Mask.of("B10", "B2"), Mask.of("B1")
BLOCKS = ("B1", "B2", "B10")


def dot(mask=MASK, accuracy=0.9, loss=0.5, generation=3, *, stale=False):
    return Dot(mask, 0.0, 0.0, accuracy, loss, 42_000, 900_000, generation, stale)


def test_facts_are_scores_size_and_network():
    assert facts(dot()) == ("accuracy 0.900 · loss 0.500\n42 k parameters · 0.9 M multiply-adds\ngeneration 3 · B2 B10")
    assert facts(dot(accuracy=None, loss=None, generation=None)).splitlines()[::2] == ["not evaluated", "B2 B10"]


def test_scores_that_hold_no_more_are_told_as_such():
    assert scores(dot(stale=True)) == (
        "not evaluated since the last training or edit (it had accuracy 0.900 · loss 0.500)"
    )


def test_candidates_are_described_together():
    assert described([dot(), dot(OTHER, 0.8, 0.4), dot(OTHER, None, None)]) == (
        "3 candidates · 2 evaluated · best 0.800"
    )
    assert described([dot(stale=True)]) == "1 candidate · 0 evaluated"


def test_a_region_tells_what_is_inside_or_what_to_do():
    region = Region("mine", frozenset({MASK}), BLOCKS)
    assert of_region(region, [dot(), dot(OTHER)], focused=False) == "mine: 1 candidate · 1 evaluated · best 0.900"
    assert of_region(region, [dot()], focused=True).endswith(" · the search goes here")
    assert "no candidates · draw it wider" in of_region(region, [dot(OTHER)], focused=False)
    assert "the search finds none to start from" in of_region(region, [], focused=True)


def test_blocks_come_in_template_order():
    region = Region("mine", frozenset({MASK}), BLOCKS)
    assert of_blocks("union", region, region.union()) == "union of mine: B2 B10"
    assert of_blocks("complement", region, ()) == "complement of mine: no blocks"


def test_long_lists_are_cut_and_numbers_grouped():
    assert listed([f"B{number}" for number in range(1, 15)]).endswith("B12 and 2 more")
    assert (counted(1, "dot"), counted(3000, "dot")) == ("1 dot", "3,000 dots")
