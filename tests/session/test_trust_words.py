import math
from dataclasses import replace

import pytest

from oneshot_lab.architecture.edits import AddComponent
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.redundancy import Redundancy
from oneshot_lab.search.surrogate import Agreement, HeldOut, HeldOutRow
from oneshot_lab.session import trust_words as words
from oneshot_lab.session.trust_words import Facts

GOOD = Agreement(0.64, 0.2, 0.9, 8)
UNCLEAR = Agreement(0.3, -0.2, 0.7, 8)
NONE = Agreement(math.nan, math.nan, math.nan, 8)
FOUND = Redundancy(
    "L1", ("B1", "B2"), "B1 and B2 are one Linear together", "why", "Put one into each", (AddComponent("B1", "ReLU"),)
)

# Nothing is left to be desired: sentences about what is missing come from what a test changes.
FACTS = Facts(
    landmarks=8,
    posterior=GOOD,
    scores=(Agreement(0.5, 0.1, 0.8, 8), Agreement(0.4, 0.1, 0.8, 8)),
    parameters=Agreement(0.49, 0.1, 0.8, 8),
    tied=1,
    candidates=40,
    is_trained=True,
    redundancies=(),
    recipe="sandwich",
)


def agreement(tau, low, high, count=8):
    return Agreement(tau, low, high, count)


# ---- how far to trust it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "begins"),
    [
        (0, "Nothing tells how well the scores rank the candidates: there are no landmarks"),
        (1, "One landmark does not tell how well the scores rank the candidates"),
        (2, "2 landmarks are too few to tell"),
        (4, "4 landmarks are too few to tell"),
        (5, "The ranking is better than chance"),
    ],
)
def test_few_landmarks_cannot_tell_however_well_they_are_ranked(count, begins):
    assert words.verdict(count, agreement(1.0, 0.9, 1.0, count)).startswith(begins)


@pytest.mark.parametrize(
    ("low", "high", "begins"),
    [
        (0.001, 0.9, "The ranking is better than chance"),
        (0.0, 0.9, "8 landmarks cannot tell whether the ranking is better than chance (τ 0.30, 0.00 to 0.90)"),
        (-0.5, 0.001, "8 landmarks cannot tell"),
        (-0.5, 0.0, "The ranking is no better than chance, as far as 8 landmarks can tell (τ 0.30, −0.50 to 0.00)"),
        (-0.9, -0.5, "The ranking is no better than chance"),
        (math.nan, math.nan, "8 landmarks cannot tell"),
    ],
)
def test_an_interval_that_holds_0_cannot_tell(low, high, begins):
    assert words.verdict(8, agreement(0.3, low, high)).startswith(begins)


def test_equal_landmarks_cannot_tell():
    assert words.verdict(8, NONE).startswith("The 8 landmarks cannot tell how good the ranking is: they, or")


def test_an_agreement_is_told_as_the_share_of_pairs_in_the_right_order():
    assert words.verdict(8, agreement(0.5, 0.1, 0.8)) == (
        "The ranking is better than chance: of two landmarks, the one predicted to be better was better in about 75 % "
        "of the pairs (95 % interval: 55 to 90 %)."
    )


def test_a_perfect_order_claims_no_certainty_beyond_its_landmarks():
    told = words.verdict(8, agreement(1.0, 1.0, 1.0))
    assert told.endswith("was better in all pairs of these 8.")
    assert "interval" not in told


# ---- what would help most ------------------------------------------------------------------------------------------


def test_with_everything_there_the_best_can_be_taken():
    assert words.advice(FACTS) == "The best candidate stands out from all others: it can be finalized."


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "Train 8 landmarks: candidates that are trained by themselves."),
        (1, "Train 7 more landmarks: fewer than 8 tell little."),
        (7, "Train 1 more landmark: fewer than 8 tell little."),
    ],
)
def test_first_come_enough_landmarks(count, told):
    facts = replace(FACTS, landmarks=count, redundancies=(FOUND,), is_trained=False, tied=9)
    assert words.advice(facts) == told


def test_without_scores_the_supernet_comes_next():
    facts = replace(FACTS, is_trained=False, redundancies=(FOUND,), scores=(NONE, NONE))
    assert words.advice(facts).startswith("Train the supernet: ")


def test_blocks_that_add_no_function_get_activations():
    facts = replace(FACTS, redundancies=(FOUND,), tied=9, scores=(UNCLEAR, UNCLEAR))
    told = "B1 and B2 are one Linear together, and no ranking can tell such networks apart: put one into each."
    assert words.advice(facts) == told
    two, three = (replace(facts, redundancies=(FOUND,) * count) for count in (2, 3))
    assert words.advice(two) == f"{told} The same goes for 1 other group of blocks."
    assert words.advice(three) == f"{told} The same goes for 2 other groups of blocks."


def test_blocks_that_no_activation_helps_are_not_named():
    assert words.advice(replace(FACTS, redundancies=(replace(FOUND, edits=()),))) == words.advice(FACTS)


@pytest.mark.parametrize(
    ("accuracy", "loss", "is_weak"),
    [(0.48, 0.3, True), (0.49, 0.3, True), (0.5, 0.3, False), (0.3, 0.5, False), (math.nan, 0.4, True)],
)
def test_scores_that_rank_no_better_than_parameters_ask_for_another_recipe(accuracy, loss, is_weak):
    scores = (agreement(accuracy, 0.1, 0.8), agreement(loss, 0.1, 0.8))
    told = words.advice(replace(FACTS, scores=scores, tied=9))
    assert told.startswith("The scores rank the landmarks no better than counting parameters does") == is_weak


@pytest.mark.parametrize(("recipe", "other"), [("sandwich", "wide"), ("paper", "sandwich"), ("wide", "sandwich")])
def test_the_other_recipe_is_another_one(recipe, other):
    told = words.advice(replace(FACTS, scores=(UNCLEAR, UNCLEAR), recipe=recipe))
    assert "(τ 0.30 and 0.49)" in told
    assert f'session.train(3, recipe="{other}")' in told


def test_scores_of_other_landmarks_than_those_that_are_counted_are_not_compared():
    few = replace(UNCLEAR, count=7)
    assert words.advice(replace(FACTS, scores=(few, few))) == words.advice(FACTS)
    assert words.advice(replace(FACTS, scores=(NONE, NONE))) == words.advice(FACTS)


def test_ties_and_an_unclear_ranking_ask_for_more_landmarks():
    assert words.advice(replace(FACTS, tied=2)) == (
        "2 of 40 candidates cannot be told apart from the best: 4 more landmarks would help most, chosen among those "
        "that may be the best."
    )
    assert words.advice(replace(FACTS, posterior=replace(GOOD, low=0.0))) == "4 more landmarks would help most."
    assert words.advice(replace(FACTS, posterior=NONE)) == "4 more landmarks would help most."


def test_there_are_two_sentences():
    assert words.sentences(FACTS) == (words.verdict(8, GOOD), words.advice(FACTS))


# ---- notes ---------------------------------------------------------------------------------------------------------


def held_out(held, missed):
    row = HeldOutRow(Mask.of("B1"), 0.8, 0.8, 0.01, 0.78, 0.82)
    return HeldOut((row,) * held + (replace(row, trained=0.9),) * missed)


@pytest.mark.parametrize(
    ("held", "missed", "told"),
    [(8, 0, False), (6, 2, False), (5, 3, True), (1, 1, False), (0, 2, True), (36, 4, False), (34, 6, True)],
)
def test_intervals_that_hold_too_rarely_are_told(held, missed, told):
    notes = [*words.notes(held_out(held, missed), missing=0)]
    expected = f"The intervals are too narrow: {held} of {held + missed} held, where 95 % should."
    assert notes == ([expected] if told else [])


def test_the_chance_of_few_is_that_of_a_binomial():
    assert words.chance_of_at_most(3, of=3) == pytest.approx(1.0)
    assert words.chance_of_at_most(0, of=2) == pytest.approx(0.05**2)
    assert words.chance_of_at_most(1, of=2) == pytest.approx(1 - 0.95**2)


def test_landmarks_without_a_score_are_told():
    told = "no score by the present weights; the next landmark that is trained brings it."
    assert [*words.notes(HeldOut(()), missing=1)] == [f"1 landmark has {told}"]
    assert [*words.notes(HeldOut(()), missing=2)] == [f"2 landmarks have {told}"]


# ---- numbers -------------------------------------------------------------------------------------------------------


def test_a_rank_agreement_is_told_as_far_as_it_is_known():
    assert words.interval(agreement(0.641, -0.2, 0.9)) == "0.64, −0.20 to 0.90"
    assert words.interval(agreement(-1 / 3, math.nan, math.nan)) == "−0.33"
    assert words.interval(NONE) == "unknown"
    assert words.number(-0.001) == "0.00"
