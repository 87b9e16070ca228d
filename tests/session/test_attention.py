import numpy as np
import pytest
from traitlets import Any, Dict, HasTraits

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.session.attention import Attention, Pinned, RegionName, SetOperation, blocks_by
from oneshot_lab.session.sketch import Sketch
from oneshot_lab.space.region import Region

LENET = load_template("lenet")
BLOCKS = LENET.block_ids


class Looking(HasTraits):
    """What has the traits that tell of people's attention, and nothing else."""

    regions = Dict()
    hovered_candidate = Any(None, allow_none=True)
    pinned_candidates = Pinned()
    selected_region = RegionName()
    set_operation = SetOperation()
    identity = "here"

    def region_blocks(self):
        return blocks_by(self.set_operation, self.regions.get(self.selected_region))


@pytest.fixture
def looking():
    """Somebody who looks at a map with one region, of two networks that differ in the first layer."""
    attention = Looking()
    masks = frozenset({Mask.of(BLOCKS[0], *BLOCKS[3:]), Mask.of(BLOCKS[1], *BLOCKS[3:])})
    attention.set_trait("regions", {"good": Region("good", masks, BLOCKS)})
    return attention


def test_nothing_is_looked_at_at_first(looking):
    assert looking.region_blocks() == frozenset()
    assert (looking.hovered_candidate, looking.pinned_candidates, looking.selected_region) == (None, (), "")


def test_only_a_search_is_looked_at(looking):
    assert isinstance(looking, Attention)
    assert not isinstance(Sketch("lenet5"), Attention)


@pytest.mark.parametrize(
    ("operation", "blocks"),
    [
        ("union", {*BLOCKS} - {BLOCKS[2]}),
        ("intersection", {*BLOCKS[3:]}),
        ("complement", {BLOCKS[2]}),
        ("", set()),
    ],
)
def test_the_blocks_of_a_region_are_those_of_the_operation(looking, operation, blocks):
    looking.selected_region, looking.set_operation = "good", operation
    assert looking.region_blocks() == blocks


def test_an_operation_on_no_region_gives_no_blocks(looking):
    looking.set_operation = "union"
    assert looking.region_blocks() == frozenset()


def test_a_region_that_does_not_exist_is_refused(looking):
    with pytest.raises(SessionError, match=r"no region 'goodd'.*good"):
        looking.selected_region = "goodd"
    assert looking.selected_region == ""


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (
            "unoin",
            "set_operation: 'unoin'; expected union, intersection, complement, or an empty text; did you mean 'u",
        ),
        ("minus", "set_operation: 'minus'; expected union, .*; use one of union"),
        (np.array(["union", "union"]), r"set_operation: array\(\['union', 'union'\].*; expected union"),
        (None, "set_operation: None; expected union"),
        ({}, "set_operation: {}; expected union"),
    ],
)
def test_an_unknown_operation_is_refused(looking, operation, words):
    with pytest.raises(SessionError, match=words):
        looking.set_operation = operation
    assert looking.set_operation == ""


@pytest.mark.parametrize("pinned", [(Mask.of("a"), Mask.of("b"), Mask.of("c")), ("a mask",)])
def test_what_cannot_be_compared_is_refused(looking, pinned):
    with pytest.raises(SessionError, match="up to 2 masks"):
        looking.pinned_candidates = pinned
    assert looking.pinned_candidates == ()
