"""The yardsticks: what they hold, that the kept results are theirs, and that an interrupted run is taken up again."""

from dataclasses import replace

import numpy as np
import pytest

from oneshot_lab.architecture.mask import is_valid, prune
from oneshot_lab.architecture.redundancy import find_redundancies
from oneshot_lab.architecture.select import select
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.recipes import Recipe
from tests.benchmarks.spaces import truth as kept
from tests.benchmarks.spaces.space import build
from tests.benchmarks.spaces.truth import Score, find_space, find_spaces, has_truth, keep_truth, load_truth
from tests.benchmarks.truth import done, train_alone

SPACES = find_spaces()
KEPT = [name for name, space in SPACES.items() if has_truth(space)]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A space of four networks whose results are kept in an empty folder."""
    monkeypatch.setattr(kept, "HERE", tmp_path)

    def make():
        return build(
            "small", [["Flatten Linear(4) ReLU", "Flatten Linear(4) Tanh"], ["Linear(10)"]], input_shape=(1, 8, 8)
        )

    return replace(SPACES["rich_lenet"], name="small", make=make, size=None, images=100, epochs=1, drawn=None)


def test_there_are_the_old_one_and_three_rich_ones():
    assert {*SPACES} == {"pooled_lenet", "rich_lenet", "quarter_alexnet", "linked_resnet"}
    assert {name: len(space.every_mask) for name, space in SPACES.items()} == {
        "pooled_lenet": 147,
        "rich_lenet": 3087,
        "quarter_alexnet": 5103,
        "linked_resnet": 5184,
    }


@pytest.mark.parametrize("name", SPACES)
def test_its_networks_can_be_trained_by_themselves(name):
    space = SPACES[name]
    assert min(len(space.every_mask), 150) <= len({*space.masks}) == len(space.masks)
    assert space.seeds >= 2
    for mask in space.masks:
        assert is_valid(space.architecture, mask)
        assert prune(space.architecture, mask) == mask
    for mask in space.masks[:20]:
        assert select(space.architecture, mask).layers


@pytest.mark.parametrize("name", SPACES)
def test_the_blocks_of_a_rich_space_differ_in_function(name):
    redundant = find_redundancies(SPACES[name].architecture)
    assert bool(redundant) == (name == "pooled_lenet")


def test_a_linked_network_may_lack_layers():
    space = SPACES["linked_resnet"]
    assert {len(layer.blocks) for mask in space.masks for layer in lacked(space, mask)} == {1, 2}


def lacked(space, mask):
    return [layer for layer in space.architecture.layers if not any(block.id in mask for block in layer.blocks)]


def test_the_networks_do_not_depend_on_the_run():
    space = SPACES["rich_lenet"]
    assert replace(space).masks == space.masks
    assert replace(space, drawn=10).masks == space.masks[:10]


@pytest.mark.parametrize("name", KEPT)
def test_kept_results_are_those_of_the_space(name):
    space = SPACES[name]
    truth = load_truth(space)
    assert {*truth.masks} <= {*space.masks}
    assert truth.accuracy.shape == truth.loss.shape == (len(truth.masks), space.seeds)
    assert (truth.accuracy >= 0.1).all()
    assert (truth.accuracy <= 1).all()
    assert np.isfinite(truth.loss).all()


def test_text_is_read_as_components():
    made = build(
        "read",
        [["Conv2d(6, kernel_size=3) ReLU", "Identity"], ["Flatten Linear(10)"]],
        links=[(-1, 1)],
        input_shape=(6, 5, 5),
    )
    assert [[c.kind for c in block.components] for block in made.blocks] == [
        ["Conv2d", "ReLU"],
        ["Identity"],
        ["Flatten", "Linear"],
    ]
    assert made.blocks[0].components[0].values["padding"] == 1
    assert [(link.source, link.target) for link in made.links] == [("input", "L2")]


def test_results_are_kept_when_a_network_has_all_of_its_seeds(small):
    first, second, third = small.masks
    scores = {(first, 0): Score(0.5, 1.25), (first, 1): Score(0.25, 1.5), (second, 0): Score(0.5, 1.0)}
    assert keep_truth(small, {}) == 0
    assert not has_truth(small)
    assert keep_truth(small, scores) == 1
    truth = load_truth(small)
    assert truth.masks == (first,)
    assert truth.accuracy.tolist() == [[0.5, 0.25]]
    assert truth.loss.tolist() == [[1.25, 1.5]]
    assert third not in truth.masks


def test_results_of_another_definition_are_refused_with_the_command(small):
    with pytest.raises(ValueError, match="small: no results yet; make bench-truth ONLY=small computes them"):
        load_truth(small)
    keep_truth(small, {(mask, seed): Score(0.5, 1.0) for mask in small.masks for seed in (0, 1)})
    with pytest.raises(ValueError, match="another definition; make bench-truth ONLY=small"):
        load_truth(replace(small, epochs=2))


def test_another_name_is_refused_with_those_that_there_are():
    assert find_space("rich_lenet").name == "rich_lenet"
    with pytest.raises(ValueError, match="no space 'rich_lent'; did you mean 'rich_lenet'"):
        find_space("rich_lent")


def test_an_interrupted_run_is_taken_up_again(small, tmp_path):
    first, second, _ = small.masks
    path = tmp_path / "small.jsonl"
    assert done(small, path) == {}
    lines = [
        f'{{"space": "{small.fingerprint}", "mask": "{first}", "seed": 0, "accuracy": 0.5, "loss": 1.5}}',
        f'{{"space": "other", "mask": "{second}", "seed": 0, "accuracy": 0.5, "loss": 1.5}}',
        f'{{"space": "{small.fingerprint}", "mask": "{second}", "seed": 0, "accu',
    ]
    path.write_text("\n".join(lines))
    assert done(small, path) == {(first, 0): Score(0.5, 1.5)}
    keep_truth(small, {(second, seed): Score(0.25, 1.0) for seed in (0, 1)})
    assert {*done(small, path)} == {(first, 0), (second, 0), (second, 1)}


def test_a_network_is_trained_by_itself(small, capsys):
    data = load_data("digits", seed=0)
    small, mask = replace(small, images=1000, epochs=3), small.masks[0]
    score = train_alone(small, data, mask, seed=0)
    assert score == train_alone(small, data, mask, seed=0) != train_alone(small, data, mask, seed=1)
    assert score.accuracy > 0.15
    assert not capsys.readouterr().err
    late = replace(small, recipe=Recipe("late", ("whole",), 1e9))
    assert train_alone(late, data, mask, seed=0).accuracy < score.accuracy
    assert "the training has diverged" in capsys.readouterr().err
