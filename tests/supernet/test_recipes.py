from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.mask import Mask, is_bypassed, is_valid
from oneshot_lab.errors import SessionError
from oneshot_lab.supernet.recipes import DEFAULT_RECIPE, RECIPES, Recipe, block_dropout, get_recipe, single_path
from tests.strategies import architectures, chain


@given(architecture=architectures(), keep=st.sampled_from([0.0, 0.1, 0.5, 1.0]), seed=st.integers(0, 1000))
def test_block_dropout_gives_valid_networks(architecture, keep, seed):
    mask = block_dropout(architecture, keep, np.random.default_rng(seed))
    assert is_valid(architecture, mask)
    for layer in architecture.layers:
        assert is_bypassed(architecture, layer) or any(block.id in mask for block in layer.blocks)
    assert keep < 1 or mask == Mask.full(architecture)


def test_block_dropout_keeps_blocks_as_often_as_told():
    architecture, rng = chain(3), np.random.default_rng(0)
    counts = Counter(block for _ in range(4000) for block in block_dropout(architecture, 0.5, rng).blocks)
    # One half, and a third of the one time in eight when all three are dropped and one comes back.
    assert [counts[block] / 4000 for block in ("B1", "B2", "B3")] == pytest.approx([0.5 + 1 / 24] * 3, abs=0.03)


@given(architecture=architectures(), seed=st.integers(0, 1000))
def test_the_complement_has_the_blocks_that_were_left_out(architecture, seed):
    first, second = get_recipe("complement").masks(architecture, rng=np.random.default_rng(seed))
    assert is_valid(architecture, second)
    assert first.blocks | second.blocks == {*architecture.block_ids}
    for layer in architecture.layers:
        both = [block.id for block in layer.blocks if block.id in first and block.id in second]
        had_all = all(block.id in first for block in layer.blocks)
        assert len(both) <= had_all


@given(architecture=architectures(), seed=st.integers(0, 1000))
def test_a_single_path_has_one_block_in_each_layer(architecture, seed):
    mask = single_path(architecture, 0.5, np.random.default_rng(seed))
    assert [sum(block.id in mask for block in layer.blocks) for layer in architecture.layers] == [1] * len(
        architecture.layers
    )


def test_a_step_of_the_sandwich_is_the_whole_network_and_a_random_one():
    architecture, rng = chain(3, 3, 3), np.random.default_rng(0)
    steps = [get_recipe("sandwich").masks(architecture, rng=rng) for _ in range(20)]
    assert {step[0] for step in steps} == {Mask.full(architecture)}
    assert len({step[1] for step in steps}) > 10


def test_equal_generators_draw_equal_masks():
    architecture = chain(3, 3, 3)
    draws = [
        [get_recipe("paper").masks(architecture, rng=rng) for _ in range(10)]
        for rng in (np.random.default_rng(1), np.random.default_rng(1))
    ]
    assert draws[0] == draws[1]


def test_learning_rates():
    sandwich = get_recipe("sandwich")
    assert [sandwich.rate(p) / sandwich.learning_rate for p in (0, 0.5, 1)] == pytest.approx([1, 0.5, 0])
    paper = get_recipe("paper")
    assert paper.rate(0.9) == paper.learning_rate == 2 * sandwich.learning_rate


def test_recipes_are_found_by_name_or_given():
    assert get_recipe(DEFAULT_RECIPE).name == DEFAULT_RECIPE
    own = replace(RECIPES["paper"], name="own", keep=0.7)
    assert get_recipe(own) is own
    assert not get_recipe("whole").needs_masks
    with pytest.raises(SessionError, match="unknown recipe 'sandwhich'; did you mean 'sandwich'"):
        get_recipe("sandwhich")


@pytest.mark.parametrize("change", [{"schedule": "cosin"}, {"draw": "bath"}, {"paths": ("hole",)}])
def test_a_recipe_of_unknown_words_is_an_error(change):
    with pytest.raises(SessionError, match=r"recipe paper: unknown .*did you mean"):
        replace(RECIPES["paper"], **change)


@pytest.mark.parametrize(
    "change",
    [
        {"distil": 1},
        {"distil": "yes"},
        {"paths": ("complement", "dropout")},
        {"learning_rate": -0.1},
        {"learning_rate": float("nan")},
        {"weight_decay": float("inf")},
        {"momentum": 1.5},
        {"keep": -0.5},
        {"clip": 0},
        {"clip": float("nan")},
        {"batch_size": 0},
        {"batch_size": 2.5},
        {"batch_size": "64"},
        {"batch_size": 10**10},
        {"learning_rate": "fast"},
        {"clip": None},
        {"paths": ()},
        {"paths": 3},
    ],
)
def test_a_recipe_that_cannot_be_trained_with_is_an_error(change):
    with pytest.raises(SessionError, match=f"recipe paper: .*{next(iter(change))}.*; expected"):
        replace(RECIPES["paper"], **change)


@pytest.mark.parametrize("paths", [("dropout", "whole"), ("whole",)])
def test_only_the_whole_network_teaches(paths):
    with pytest.raises(SessionError, match=r"recipe distilled: paths = .*; expected 'whole' first, then those that it"):
        replace(RECIPES["distilled"], paths=paths)


def test_files_hold_a_recipe_as_before_unless_it_has_what_is_new():
    assert "distil" not in RECIPES["sandwich"].to_json()
    assert RECIPES["distilled"].to_json()["distil"] is True
    for recipe in RECIPES.values():
        read = recipe.to_json()
        assert Recipe(**{**read, "paths": tuple(read["paths"])}) == recipe


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines", "\udc80", 5, None])
def test_a_recipe_has_a_name_that_can_be_read(name):
    with pytest.raises(SessionError, match=r"recipe name: .*; expected"):
        replace(RECIPES["paper"], name=name)


def test_a_recipe_of_other_libraries_numbers_is_one_of_pythons_own():
    numbers = {"learning_rate": np.float32(0.5), "batch_size": np.int64(32), "clip": 1, "paths": ["whole"]}
    own, plain = Recipe("own", **numbers), Recipe("own", ("whole",), 0.5, batch_size=32, clip=1.0)
    assert own == plain
    assert repr(own) == repr(plain)
    assert replace(plain, batch_size=32.0) == plain
    assert hash(own) == hash(plain)
