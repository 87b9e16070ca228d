"""How recipes are compared: for as much compute, from scores that were written down, in a table."""

import json
from dataclasses import replace

import numpy as np
import pytest

from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.recipes import RECIPES
from tests.benchmarks import recipes
from tests.benchmarks.one_shot import OneShot, compute_share, one_shot
from tests.benchmarks.recipes import EPOCHS, Variant, by_variant, equal_epochs, rows, scored, table, variants
from tests.benchmarks.spaces import truth as kept
from tests.benchmarks.spaces.rich_lenet import SPACE
from tests.benchmarks.spaces.space import build
from tests.benchmarks.spaces.truth import Score, keep_truth

BLOCKS = ("Flatten Linear(6) BatchNorm1d ReLU", "Flatten Linear(6) Tanh", "Flatten Linear(6) Sigmoid")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A space of seven networks, the truer the more blocks they have."""
    monkeypatch.setattr(kept, "HERE", tmp_path)
    architecture = build("small", [BLOCKS, ["Linear(10)"]], input_shape=(1, 8, 8))
    space = replace(SPACE, name="small", make=lambda: architecture, size=None, images=200, epochs=1, drawn=None)
    noise = iter(np.random.default_rng(0).normal(0, 0.01, 100))
    truth = {
        (mask, seed): Score(0.5 + len(mask) / 10 + next(noise), 1 - len(mask) / 10 + next(noise))
        for mask in space.masks
        for seed in (0, 1)
    }
    keep_truth(space, truth)
    return space


def written(space, path, **accuracies):
    """A file of scores, by variant."""
    lines = [
        {
            "space": space.fingerprint,
            "variant": variant,
            "seed": 0,
            "accuracy": {str(mask): score(mask) for mask in space.masks},
            "loss": {str(mask): score(mask) for mask in space.masks},
        }
        for variant, score in accuracies.items()
    ]
    path.write_text("\n".join([*map(json.dumps, lines), '{"space": "']))
    return path


def test_all_recipes_of_a_supernet_are_compared_and_what_may_be_done_to_the_default():
    names = [variant.name for variant in variants()]
    assert {*RECIPES} - {"whole"} <= {*names}
    assert len({*names}) == len(names)
    assert [variant.calibrated for variant in variants()].count(False) == 1


@pytest.mark.parametrize("name", ["single", "paper", "wide", "sandwich"])
def test_a_cheaper_recipe_trains_longer(name):
    space = SPACE
    epochs = equal_epochs(space, RECIPES[name])
    usual = compute_share(space, space.masks, "sandwich", epochs=EPOCHS)
    one = compute_share(space, space.masks, name, epochs=1)
    assert abs(epochs * one - usual) <= one / 2 + 1e-9
    assert (name == "sandwich") <= (epochs == EPOCHS)


def test_a_good_recipe_stands_above_a_bad_one(small, tmp_path):
    path = written(small, tmp_path / "scores.jsonl", good=len, bad=lambda mask: -len(mask))
    found = rows(small, scored(small, path))
    assert {*found} == {"good", "bad", "one more training"}
    assert found["good"].tau[0] > 0.5 > -0.5 > found["bad"].tau[0]
    assert found["good"].lost == 0
    text = table({"small": found}).splitlines()
    assert text[0] == "| small | τ by accuracy | τ by loss | τ by both | top-5 regret, points |"
    places = [next(place for place, line in enumerate(text) if f"| {name} |" in line) for name in ("good", "bad")]
    assert places == sorted(places)


def test_the_mean_of_all_spaces_holds_what_all_have(small, tmp_path):
    path = written(small, tmp_path / "scores.jsonl", good=len)
    found = rows(small, scored(small, path))
    text = table({"small": found, "other": {**found, "more": found["good"]}})
    _, _, mean = text.split("\n\n")
    assert "| mean of all |" in mean
    assert "| good |" in mean
    assert "| more |" not in mean


def test_only_scores_that_are_not_written_down_are_computed(small, tmp_path, monkeypatch, capsys):
    computed = []

    def ranks(space, masks, recipe, *, seed, **options):
        computed.append((recipe.name, seed))
        return OneShot(np.arange(7.0), -np.arange(7.0))

    monkeypatch.setattr(recipes, "one_shot", ranks)
    path = written(small, tmp_path / "scores.jsonl", paper=len)
    chosen = [Variant(name, RECIPES[name]) for name in ("paper", "single")]
    recipes.compute([small], chosen, path, seeds=2)
    assert computed == [("single", 0), ("paper", 1), ("single", 1)]
    assert "4/4" in capsys.readouterr().err  # the bar counts what was there
    recipes.compute([small], chosen, path, seeds=2)
    assert len(computed) == 3
    found = by_variant(scored(small, path), small.masks)
    assert {name: len(scores) for name, scores in found.items()} == {"paper": 2, "single": 2}
    assert [*found["single"][0].accuracy] == [*np.arange(7.0)]


def test_scores_of_another_definition_are_not_used(small, tmp_path):
    path = written(small, tmp_path / "scores.jsonl", good=len)
    assert {*scored(small, path)} == {("good", 0)}
    assert scored(replace(small, epochs=2), path) == {}


def test_weights_can_be_averaged_and_batch_norm_left_as_it_is(small):
    data = load_data("digits", seed=0)

    def losses(**options):
        found = one_shot(small, small.masks, "sandwich", epochs=2, seed=0, data=data, **options)
        assert found.by("both").shape == (7,)
        return found.loss

    usual = losses()
    assert (usual == losses()).all()
    assert (usual != losses(averaged=True)).all()
    # Networks without batch norm have the same scores.
    changed = usual != losses(calibrated=False)
    assert [*changed] == ["B1" in mask for mask in small.masks]
