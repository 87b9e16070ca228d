"""What the Block Information View says."""

import itertools
import math

import pytest

from oneshot_lab.architecture.edits import AddLink, apply
from oneshot_lab.architecture.mask import Mask, is_valid
from oneshot_lab.search.fitness import Marginal
from oneshot_lab.views.blocks.table import block_table
from oneshot_lab.views.blocks.words import counts, detail, heading, hint, lack, share_of_space, titles
from tests.views.samples import LENET, fake, generation, mask, region

ONE, TWO, BOTH = mask("B1"), mask("B2"), mask("B1", "B2")
UNKNOWN = Marginal(math.nan, math.nan, math.nan, 0, 0)


def table(*rows, **values):
    return block_table(fake(*rows, **values))


def test_what_is_looked_at():
    assert heading(table()) == "Blocks of all candidates"
    assert counts(table((ONE, 1.0, 0), dots=[ONE, TWO])) == "2 candidates · 1 evaluated"
    inside = table((ONE, 1.0, 0), regions=[region(ONE)], selected_region="A")
    assert (heading(inside), counts(inside)) == ("Blocks in A", "1 candidate · 1 evaluated")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (table(), "Nothing to show yet. Train the supernet, then step the search."),
        (table(dots=[ONE]), "No current loss yet. Train the supernet if it is untrained, then step the search."),
        (table(regions=[region()], selected_region="A"), "No candidate is inside. Choose a larger region"),
        (table(dots=[ONE], regions=[region(ONE)], selected_region="A"), "No current loss in this region"),
        (table((ONE, 1.0, 0)), "One evaluated candidate yet: blocks cannot be compared"),
    ],
)
def test_what_lacks_is_said_with_what_to_do(given, wanted):
    assert lack(given).startswith(wanted)


def test_where_there_is_enough_nothing_lacks():
    assert lack(table((ONE, 1.0, 0), (TWO, 1.0, 0))) is None


def test_titles_say_whose_shares_they_are():
    before = titles(table(dots=[ONE]))
    assert before[:2] == (
        "frequency · share of all candidates",
        "fitness · available after the first step of the search",
    )
    generations = (generation(3, ONE, TWO), generation(4, ONE, TWO))
    known = {"dots": [ONE, TWO], "generations": generations, "regions": [region(ONE), region(name="empty")]}
    assert titles(table(**known))[1] == "fitness · share of generation 4, 2 candidates; faint: earlier"
    frequency, fitness, _ = titles(table(**known, selected_region="A"))
    assert frequency == "frequency · share of the candidates in the region; faint: earlier"
    assert fitness == "fitness · share of generation 4, 1 candidate inside; faint: earlier"
    assert "generation 4 has no candidate inside" in titles(table(**known, selected_region="empty"))[1]


def test_a_block_in_detail():
    known = table((ONE, 1.0, 0), (BOTH, 1.5, 0), (TWO, 2.0, 0), (mask("B3"), 2.5, 0), generations=(generation(0, ONE),))
    assert detail(known, known.rows[0]) == (
        "Conv2d 1, 6, 3 · in 2 of 4 candidates (50%) · fitness 1.00 · effect +1 ± 1.5 (2 with, 2 without)"
    )
    assert detail(known, known.rows[3]).endswith("no effect known: all of the evaluated have it")
    assert detail(known, known.rows[6]).endswith("no effect known: none of the evaluated have it")
    nobody = table()
    assert detail(nobody, nobody.rows[3]) == "ReLU · in 0 of 0 candidates · nothing is evaluated"


def with_effect(effect, *, frequency):
    """A table in which nothing is known but B3's frequency and effect."""
    known = table()
    rows = [row._replace(effect=effect, frequency=frequency) if row.block == "B3" else row for row in known.rows]
    return known._replace(rows=tuple(rows))


def test_a_frequent_block_that_is_surely_weak_is_pointed_out():
    block, text = hint(LENET, with_effect(Marginal(-0.17, -0.23, -0.11, 9, 9), frequency=0.64))
    assert block == "B3"
    assert text == "is frequent (64%) and weak (effect −0.17 ± 0.06): removing it would shrink the search space by 57%"


@pytest.mark.parametrize(
    ("effect", "frequency"),
    [
        (Marginal(-0.17, -0.35, 0.01, 9, 9), 0.64),
        (Marginal(-0.17, -0.29, -0.05, 9, 9), 0.64),
        (Marginal(-0.17, math.nan, math.nan, 1, 9), 0.64),
        (Marginal(-0.17, -0.23, -0.11, 9, 9), 0.4),
        (Marginal(-0.17, -0.23, -0.11, 9, 9), None),
        (Marginal(0.17, 0.11, 0.23, 9, 9), 0.64),
        (UNKNOWN, 1.0),
    ],
)
def test_no_other_block_is(effect, frequency):
    assert hint(LENET, with_effect(effect, frequency=frequency)) is None


def all_valid(architecture):
    ids = architecture.block_ids
    masks = (Mask.from_bits(architecture, bits) for bits in itertools.product((0, 1), repeat=len(ids)))
    return [mask for mask in masks if is_valid(architecture, mask)]


def test_the_share_of_the_space_is_counted_right():
    linked = apply(LENET, AddLink("L3", "L5"))  # past L4
    for architecture in (LENET, linked):
        masks = all_valid(architecture)
        for block in architecture.block_ids:
            share = share_of_space(architecture, block)
            if share is not None:
                assert share == pytest.approx(sum(block in mask for mask in masks) / len(masks))
    assert [share_of_space(LENET, block) for block in ("B3", "B4", "B9")] == [4 / 7, None, 2 / 3]
    assert share_of_space(apply(LENET, AddLink("L1", "L4")), "B5") is None


def test_with_landmarks_all_of_it_is_about_accuracy_in_points():
    known = with_effect(Marginal(-1.74, -2.36, -1.12, 9, 9), frequency=0.64)._replace(in_points=True)
    assert titles(known)[2].startswith("effect on the accuracy in points, by the posterior, 95 % interval")
    assert "is frequent (64%) and weak (effect −1.7 ± 0.6 points): removing" in hint(LENET, known)[1]
    assert detail(known, known.rows[2]).endswith(" · effect −1.7 ± 0.6 points (9 with, 9 without)")
    assert counts(known).endswith(" estimated")
    for evaluated, words in ((0, "No landmark or evaluated candidate yet."), (1, "One estimated candidate yet: ")):
        assert lack(known._replace(candidates=3, evaluated=evaluated)).startswith(words)
