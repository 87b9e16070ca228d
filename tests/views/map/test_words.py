import math
from dataclasses import replace

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.space.region import Region
from oneshot_lab.views.map.estimates import Estimate
from oneshot_lab.views.map.info import Dot
from oneshot_lab.views.map.words import counted, described, facts, listed, of_blocks, of_region, scores, trained
from tests.session.state.test_calibration import GOOD

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
    assert "no candidates · draw a larger one" in of_region(region, [dot(OTHER)], focused=False)
    assert "the search finds none to start from" in of_region(region, [], focused=True)


def test_blocks_come_in_template_order():
    region = Region("mine", frozenset({MASK}), BLOCKS)
    assert of_blocks("union", region, region.union()) == "union of mine: B2 B10"
    assert of_blocks("complement", region, ()) == "complement of mine: no blocks"


def test_long_lists_are_cut_and_numbers_grouped():
    assert listed([f"B{number}" for number in range(1, 15)]).endswith("B12 and 2 more")
    assert (counted(1, "dot"), counted(3000, "dot")) == ("1 dot", "3,000 dots")


# With a posterior -----------------------------------------------------------------------------------------------------

DIVERGED = replace(GOOD, accuracy=math.nan, loss=math.nan)


def estimated(mask=MASK, mean=0.862, half=0.008, **values):
    return dot(mask, **values)._replace(estimate=Estimate(mean, half))


def test_the_posterior_comes_first_then_the_score_and_what_was_reached():
    landmark = estimated()._replace(trainings=(GOOD,))
    assert facts(landmark).splitlines()[:3] == [
        "posterior 86.2 % ± 0.8",
        "score: accuracy 90.0 % · loss 0.500",
        "trained by itself: 75.0 %, loss 0.500",
    ]
    assert facts(estimated(accuracy=None, loss=None)).splitlines()[:2] == ["posterior 86.2 % ± 0.8", "not evaluated"]
    assert scores(estimated(stale=True)).endswith("(it had score: accuracy 90.0 % · loss 0.500)")


def test_each_training_of_a_landmark_is_told_and_those_that_diverged():
    both = dot()._replace(trainings=(GOOD, replace(GOOD, accuracy=0.771, loss=0.4)))
    assert trained(both) == "trained by itself: 75.0 %, loss 0.500 · 77.1 %, loss 0.400"
    assert trained(dot()._replace(trainings=(DIVERGED,))) == "trained by itself: the training diverged"
    assert trained(dot()._replace(trainings=(GOOD, DIVERGED))).endswith("loss 0.500 · 1 of 2 trainings diverged")


def test_with_landmarks_the_best_is_that_of_the_posterior_among_what_was_evaluated_or_trained():
    landmark = estimated(OTHER, 0.88, 0.004, accuracy=None, loss=None)._replace(trainings=(GOOD,))
    known = [estimated(), landmark, estimated(OTHER, 0.99, 0.1, accuracy=None, loss=None)]
    assert described(known, is_calibrated=True) == ("3 candidates · 1 evaluated · 1 landmark · best 88.0 % ± 0.4")
    assert described(known).endswith("1 landmark · best 0.900")
    assert described(known[2:], is_calibrated=True) == "1 candidate · 0 evaluated"
    region = Region("mine", frozenset({MASK}), BLOCKS)
    assert of_region(region, known, focused=False, is_calibrated=True).endswith("best 86.2 % ± 0.8")
