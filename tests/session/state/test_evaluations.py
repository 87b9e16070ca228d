import io
import json
import math

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import RemoveBlock, SetMerge, SetParams, revise
from oneshot_lab.architecture.mask import Mask, is_valid, prune
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.session.choosing import choose
from oneshot_lab.session.state.evaluations import Candidate, Evaluations, digest
from tests.strategies import architectures, block_sets, chain

LENET = load_template("lenet", width=0.25)
SMALLEST = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


def candidate(architecture=LENET, mask=SMALLEST, **values):
    given = {"loss": 1.5, "accuracy": 0.5, "parameters": 10, "macs": 20, "generation": 0, "parents": None, "version": 1}
    return Candidate(mask, **(given | values), network=digest(architecture, mask))


@pytest.mark.parametrize("loss", [0.1, 1 / 3, math.inf])
def test_a_candidate_comes_back_from_json(loss):
    for parents in (None, (SMALLEST, Mask.of("B1"))):
        one = candidate(loss=loss, parents=parents, generation=None)
        assert Candidate.from_json(json.loads(json.dumps(one.to_json(), allow_nan=False))) == one


def test_a_candidate_without_a_loss_comes_back_too():
    back = Candidate.from_json(json.loads(json.dumps(candidate(loss=math.nan).to_json(), allow_nan=False)))
    assert math.isnan(back.loss)


@pytest.mark.parametrize("blocks", ["B1", [1], [["B1"]], None, {"B1": 1}])
def test_a_mask_must_be_a_list_of_ids(blocks):
    with pytest.raises(TypeError, match="not a list of block ids"):
        Candidate.from_json(candidate().to_json() | {"blocks": blocks})
    with pytest.raises(TypeError, match="not a list of block ids"):
        Candidate.from_json(candidate().to_json() | {"parents": [["B1"], blocks]})


# The digest of a network ---------------------------------------------------------------------------------------------


@given(architectures().flatmap(lambda a: block_sets(a).map(lambda mask: (a, mask))))
def test_masks_of_the_same_network_have_the_same_digest(pair):
    architecture, mask = pair
    if is_valid(architecture, mask):
        assert digest(architecture, mask) == digest(architecture, prune(architecture, mask))


def test_other_networks_have_another():
    lego = chain(2, 2)
    masks = [Mask.of(*first, *second) for first in (("B1",), ("B2",), ("B1", "B2")) for second in (("B3",), ("B4",))]
    assert len({digest(lego, mask) for mask in masks}) == len(masks)


def test_an_edit_elsewhere_leaves_it():
    without, _ = revise(LENET, RemoveBlock("B3"))
    assert digest(without, SMALLEST) == digest(LENET, SMALLEST)
    merged, _ = revise(LENET, SetMerge("L1", "mean"))
    assert digest(merged, SMALLEST) != digest(LENET, SMALLEST)


def test_an_edit_of_a_live_component_changes_it():
    wider, _ = revise(LENET, SetParams("C1", "1, 3, 3"))
    assert digest(wider, SMALLEST) != digest(LENET, SMALLEST)


def test_beside_a_concatenation_the_absent_blocks_count():
    concat, _ = revise(LENET, SetMerge("L1", "concat"))
    fewer, _ = revise(concat, RemoveBlock("B3"))
    assert digest(concat, SMALLEST) != digest(fewer, SMALLEST)


# The evaluations ------------------------------------------------------------------------------------------------------


def test_a_network_is_found_by_the_version_of_its_weights():
    evaluations = Evaluations([candidate(version=1, loss=2.0), candidate(version=2, loss=1.0)])
    assert evaluations.find(LENET, SMALLEST, 1).loss == 2.0
    assert evaluations.find(LENET, SMALLEST, 2).loss == 1.0
    assert evaluations.find(LENET, SMALLEST, 3) is None
    assert evaluations.find(LENET, Mask.of("B99"), 1) is None


def test_what_holds_follows_edits_to_and_fro():
    whole = Mask.full(LENET)
    evaluations = Evaluations([candidate(), candidate(mask=whole)])
    without, _ = revise(LENET, RemoveBlock("B3"))
    assert [one.mask for one in evaluations.current(LENET, 1)] == [SMALLEST, whole]
    assert [one.mask for one in evaluations.current(without, 1)] == [SMALLEST]
    assert [one.mask for one in evaluations.current(LENET, 1)] == [SMALLEST, whole]
    assert evaluations.current(LENET, 2) == []
    assert list(evaluations.table(without, 1)["stale"]) == [False, True]


def test_the_table_has_a_row_for_each_evaluation():
    table = Evaluations(
        [candidate(generation=None), candidate(version=2, generation=4, parents=(SMALLEST, Mask.full(LENET)))]
    ).table(LENET, 2)
    names = ["mask", "loss", "accuracy", "parameters", "macs", "generation", "father", "mother", "stale"]
    assert list(table.columns) == names
    assert table["mask"].iloc[0] == "B1 B4 B5 B8 B9 B11 B12"
    assert table["generation"].isna().tolist() == [True, False]
    assert table["generation"].iloc[1] == 4
    assert table["father"].isna().tolist() == table["mother"].isna().tolist() == [True, False]
    assert Mask.parse(table["father"].iloc[1]) == SMALLEST
    assert Mask.parse(table["mother"].iloc[1]) == Mask.full(LENET)
    assert table["stale"].tolist() == [True, False]


def test_its_columns_have_their_types_even_when_empty():
    full, empty = Evaluations([candidate()]).table(LENET, 1), Evaluations().table(LENET, 1)
    for table in (full, empty):
        types = table.dtypes.astype(str).to_dict()
        assert types == {
            "mask": "string",
            "loss": "float64",
            "accuracy": "float64",
            "parameters": "int64",
            "macs": "int64",
            "generation": "Int64",
            "father": "string",
            "mother": "string",
            "stale": "bool",
        }
    assert empty.empty
    assert isinstance(empty, pd.DataFrame)


def test_a_sessions_table_tells_what_the_search_found(shared):
    table = shared.candidates
    assert set(table["generation"]) == {0, 1}
    bred = [mask for generation in shared.generations for mask in generation.parents]
    masks = table["mask"].map(Mask.parse).tolist()
    assert masks == shared.candidate_masks
    assert table["father"].notna().sum() == sum(mask in set(bred) for mask in masks)
    assert table["father"].notna().equals(table["mother"].notna())
    losses = dict(zip(masks, table["loss"], strict=True))
    for generation in shared.generations:
        assert generation.losses == tuple(losses[mask] for mask in generation.population)
    assert table["accuracy"].between(0, 1).all()


ROWS = st.lists(
    st.builds(
        candidate,
        mask=block_sets(LENET).filter(len),
        loss=st.floats(width=64),
        accuracy=st.floats(0, 1),
        macs=st.integers(0, 2**53),
        generation=st.none() | st.integers(0, 10**6),
        parents=st.none() | st.tuples(block_sets(LENET).filter(len), block_sets(LENET).filter(len)),
    ),
    min_size=1,
    max_size=5,
)


@given(ROWS)
def test_the_table_comes_back_from_csv_with_its_masks(candidates):
    table = Evaluations(candidates).table(LENET, 1)
    text = table.to_csv(index=False)
    back = pd.read_csv(io.StringIO(text), dtype=table.dtypes.to_dict())
    # The default reader of pandas 2 may be off in the last digit.
    pd.testing.assert_frame_equal(back, table, rtol=1e-14, atol=0)
    # As people read it, who give no types.
    masks = pd.read_csv(io.StringIO(text))["mask"].map(Mask.parse)
    assert masks.tolist() == [one.mask for one in candidates]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_the_table_comes_back_from_parquet_with_its_masks(tmp_path, candidates):
    table = Evaluations(candidates).table(LENET, 1)
    table.to_parquet(tmp_path / "candidates.parquet")
    back = pd.read_parquet(tmp_path / "candidates.parquet")
    assert back["mask"].map(Mask.parse).tolist() == [one.mask for one in candidates]
    pd.testing.assert_frame_equal(back.astype(table.dtypes.to_dict()), table, check_exact=True)


def test_a_sessions_table_goes_into_files_and_its_masks_back_into_the_session(shared, tmp_path):
    table = shared.candidates
    table.to_parquet(tmp_path / "candidates.parquet")
    assert pd.read_parquet(tmp_path / "candidates.parquet")["mask"].tolist() == table["mask"].tolist()
    holding = table[~table["stale"]]
    found = shared.evaluate(*holding["mask"])
    assert [candidate.mask for candidate in found] == [Mask.parse(mask) for mask in holding["mask"]]
    assert choose(shared.architecture, holding["mask"].iloc[0]) == found[0].mask
