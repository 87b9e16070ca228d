"""A block's score follows it through edits, and is nobody else's."""

from oneshot_lab.architecture.edits import AddBlock, RemoveBlock, SetParams, apply
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.fitness import block_fitness
from oneshot_lab.search.scores import Scores

LENET = load_template("lenet")
FITNESS = {block: number / 12 for number, block in enumerate(LENET.block_ids)}


def scored():
    scores = Scores()
    scores.take(LENET, FITNESS)
    return scores


def test_before_the_first_generation_there_are_none():
    assert Scores().of(LENET) == {}
    assert block_fitness(LENET, []).keys() == FITNESS.keys()


def test_a_block_that_is_edited_keeps_its_score_and_a_new_one_has_none():
    scores = scored()
    edited = apply(LENET, SetParams("C1", "out_channels=8"))
    scores.follow(LENET, edited)
    assert scores.of(edited) == FITNESS
    more = apply(edited, AddBlock("L1", "Conv2d"))
    scores.follow(edited, more)
    assert scores.of(more) == FITNESS


def test_a_block_that_comes_back_finds_its_score_again():
    scores = scored()
    smaller = apply(LENET, RemoveBlock("B2"))
    scores.follow(LENET, smaller)
    assert scores.of(smaller) == {block: score for block, score in FITNESS.items() if block != "B2"}
    scores.follow(smaller, LENET)
    assert scores.of(LENET) == FITNESS


def test_an_id_that_is_given_again_is_another_block():
    pooled = apply(LENET, AddBlock("L1", "MaxPool2d"))
    normed = apply(LENET, AddBlock("L1", "BatchNorm2d"))
    (new,) = set(pooled.block_ids) - set(LENET.block_ids)
    assert new in normed.block_ids
    scores = Scores()
    scores.take(pooled, {**FITNESS, new: 0.75})
    for before, after in ((pooled, LENET), (LENET, normed)):
        scores.follow(before, after)
    assert scores.of(normed) == FITNESS
    assert scores.of(pooled)[new] == 0.75


def test_another_template_has_none_and_leaves_those_of_the_first():
    scores, other = scored(), load_template("alexnet", input_shape=LENET.input_shape)
    assert set(other.block_ids) & set(LENET.block_ids)
    scores.follow(LENET, other)
    assert scores.of(other) == {}
    scores.follow(other, LENET)
    assert scores.of(LENET) == FITNESS


def test_a_generation_forgets_what_was_before():
    scores = scored()
    scores.take(LENET, {"B1": 0.5})
    assert scores.of(LENET) == {"B1": 0.5}
