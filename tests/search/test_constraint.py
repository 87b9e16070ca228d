import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import MEASURES, Constraint, Sizing
from oneshot_lab.search.operators import random_mask

LENET = load_template("lenet", width=0.5)
RESNET = load_template("resnet18", width=0.125)
FULL = Mask.full(LENET)


@pytest.mark.parametrize("measure", MEASURES)
def test_sizes_are_those_of_the_architecture(measure):
    mask = random_mask(LENET, rng=np.random.default_rng(1))
    assert Sizing(LENET, Constraint(measure)).size(mask) == getattr(cost(LENET, mask), measure)


def test_the_whole_network_has_the_weight_added_and_others_in_proportion():
    sizing = Sizing(LENET, Constraint("macs", weight=0.6))
    mask = random_mask(LENET, rng=np.random.default_rng(1))
    assert sizing.added(FULL) == pytest.approx(0.6)
    assert sizing.added(mask) == pytest.approx(0.6 * cost(LENET, mask).macs / cost(LENET, FULL).macs)


def test_without_a_constraint_nothing_is_added_or_taken_out():
    rng = np.random.default_rng(0)
    sizing = Sizing(LENET, Constraint())
    assert (sizing.added(FULL), sizing.fits(FULL), sizing.shrink(FULL, rng=rng)) == (0.0, True, FULL)
    assert rng.bit_generator.state == np.random.default_rng(0).bit_generator.state


@given(
    st.integers(0, 2**32), st.floats(0, 1), st.sampled_from([LENET, RESNET]), st.sampled_from(["parameters", "macs"])
)
def test_what_is_shrunk_is_a_network_within_the_limit(seed, share, architecture, measure):
    rng = np.random.default_rng(seed)
    smallest = smallest_size(architecture, measure)
    limit = int(smallest + share * (getattr(cost(architecture, Mask.full(architecture)), measure) - smallest))
    sizing = Sizing(architecture, Constraint(measure, limit=limit))
    mask = random_mask(architecture, rng=rng)
    shrunk = sizing.shrink(mask, rng=rng)
    assert sizing.size(shrunk) <= limit
    assert is_valid(architecture, shrunk)
    assert prune(architecture, shrunk) == shrunk
    assert shrunk == mask or not sizing.fits(mask)


def smallest_size(architecture, measure):
    """What a limit of one allows, as its refusal tells."""
    with pytest.raises(SessionError) as caught:
        Sizing(architecture, Constraint(measure, limit=1))
    return int(caught.value.expected.split()[0].replace(",", ""))


def test_the_smallest_network_is_that_of_all_networks():
    small = load_template("lenet5", width=0.5)
    assert smallest_size(small, "macs") == cost(small, Mask.full(small)).macs
    choices = [[block.id for block in layer.blocks] for layer in LENET.layers]
    sizes = [cost(LENET, Mask.of(*blocks)).parameters for blocks in product(*choices)]
    assert smallest_size(LENET, "parameters") == min(sizes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measure": "bytes"}, r"measure: got 'bytes'; use one of parameters, macs"),
        ({"weight": -1.0}, r"weight: got -1.0; expected 0 or more nats"),
        ({"weight": float("nan")}, r"weight: got nan"),
        ({"weight": "heavy"}, r"weight: got 'heavy'"),
        ({"limit": 5000.5}, r"limit: got 5000.5; expected a whole number"),
        ({"limit": 0}, r"limit: got 0; expected a whole number of parameters, or None"),
    ],
)
def test_values_out_of_range_are_refused(arguments, message):
    with pytest.raises(SessionError, match=message):
        Constraint(**arguments)


def test_numbers_of_other_libraries_become_pythons_own():
    constraint = Constraint(weight=np.float64(0.5), limit=np.int64(7))
    assert (type(constraint.weight), type(constraint.limit)) == (float, int)
    assert repr(constraint) == "Constraint(measure='parameters', weight=0.5, limit=7)"


def test_a_constraint_can_be_written_down():
    constraint = Constraint("macs", weight=0.1, limit=1000)
    assert Constraint.from_json(json.loads(json.dumps(constraint.to_json()))) == constraint
