import math
from dataclasses import replace

import numpy as np
import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.redundancy import find_redundancies
from oneshot_lab.search.surrogate import rank_agreement
from oneshot_lab.session.state import calibration
from tests.session.sessions import small
from tests.session.state.test_calibration import landmark

NAMES = ["posterior", "one-shot accuracy", "one-shot loss", "active blocks", "parameters", "multiply-adds"]


def calibrate(session, count, accuracy=lambda mask: 0.5 + 0.03 * len(mask)):
    """Notes landmarks rather than training them: by default more blocks are better."""
    masks = [candidate.mask for candidate in session.current_candidates()][:count]
    assert len(masks) == count
    found = [landmark(session, mask, accuracy(mask), seed=number) for number, mask in enumerate(masks)]
    sizes = [replace(each, parameters=100 * len(each.mask), macs=9 - number) for number, each in enumerate(found)]
    session.state.landmarks = tuple(sizes)
    return masks


def test_without_landmarks_it_says_what_to_do_and_fits_nothing(session, monkeypatch):
    monkeypatch.setattr(calibration, "fit", None)
    found = session.trust()
    assert (found.landmarks, found.rows, found.tied, found.candidates) == (0, (), 0, 0)
    assert found.sentences[0].startswith("Nothing tells how well the scores rank the candidates")
    assert found.sentences[1] == "Train 8 landmarks: candidates that are trained by themselves."
    assert repr(found) == f"Trust(0 landmarks. {' '.join(found.sentences)})"
    assert len(found.table) == 0
    assert [*found.rankings] == NAMES
    assert all(math.isnan(each.tau) for each in found.rankings.values())


def test_one_landmark_says_what_is_missing(session):
    calibrate(session, 1)
    found = session.trust()
    assert (found.landmarks, found.rows) == (1, ())
    assert found.sentences[0].startswith("One landmark does not tell")
    assert found.sentences[1].startswith("Train 7 more landmarks")
    assert found.candidates == len(session.posterior())


def test_landmarks_are_held_against_what_the_others_predict(session):
    masks = calibrate(session, 5)
    found = session.trust()
    assert found.held_out is session.posterior().posterior.held_out
    assert [row.mask for row in found.rows] == masks
    assert [*found.rankings] == NAMES
    assert found.rankings["posterior"] == found.held_out.agreement
    told = f"5 landmarks; {found.held_out.sentence}; τ {found.rankings['posterior'].tau:.2f}, ".replace("-", "−")
    assert repr(found).startswith(f"Trust({told}")
    assert found.tied == len(session.posterior().posterior.ties(session.posterior().masks))
    assert 1 <= found.tied <= found.candidates == len(session.posterior())


def test_scores_and_counts_rank_the_landmarks_too(session):
    masks = calibrate(session, 5)
    trained = [0.5 + 0.03 * len(mask) for mask in masks]
    scores = [session.state.known(mask) for mask in masks]
    found = session.trust()
    expected = {
        "one-shot accuracy": [each.accuracy for each in scores],
        "one-shot loss": [-each.loss for each in scores],
        "active blocks": [len(mask) for mask in masks],
        "parameters": [100 * len(mask) for mask in masks],
        "multiply-adds": [9, 8, 7, 6, 5],
    }
    for name, values in expected.items():
        assert found.rankings[name] == rank_agreement(values, trained)
    assert found.rankings["active blocks"].tau == found.rankings["parameters"].tau == pytest.approx(1.0)


def test_it_is_a_table_of_landmarks(session):
    masks = calibrate(session, 3)
    found = session.trust()
    table = found.table
    assert list(table.columns) == [
        *("mask", "trained", "mean", "low", "high", "held", "accuracy", "loss", "blocks", "parameters", "macs")
    ]
    assert [Mask.parse(text) for text in table["mask"]] == masks
    assert table["held"].tolist() == [row.held for row in found.rows]
    assert table["held"].dtype == bool
    assert table["macs"].tolist() == [9, 8, 7]
    assert (table["loss"] > 0).all()


def test_scores_by_earlier_weights_are_missing_until_they_are_measured_again(session):
    masks = calibrate(session, 3)
    assert session.trust().notes == ()
    session.train(1)
    found = session.trust()
    assert found.notes[-1].startswith("3 landmarks have no score by the present weights")
    assert found.rankings["one-shot accuracy"].count == 0
    assert np.isnan(found.table["accuracy"]).all()
    session.evaluate(*masks)
    assert session.trust().rankings["one-shot accuracy"].count == 3


def test_without_a_supernet_there_are_no_scores_to_miss(data):
    session = small(data)
    whole, first = Mask.full(session.architecture), "B1"
    part = Mask(whole.blocks - {first})
    session.state.landmarks = (landmark(session, whole, 0.7), landmark(session, part, 0.6))
    found = session.trust()
    assert len(found.rows) == 2
    assert not any("no score" in note for note in found.notes)


def test_landmarks_that_diverged_or_are_gone_do_not_count(session):
    calibrate(session, 3)
    first, *others = session.state.landmarks
    session.state.landmarks = (replace(first, accuracy=math.nan, loss=math.nan), *others)
    found = session.trust()
    assert found.landmarks == 2
    assert found.notes[0] == "1 landmark was left out: the training diverged."
    session.state.landmarks = (session.state.landmarks[0],)
    assert session.trust().landmarks == 0
    assert session.trust().notes[0] == "1 landmark was left out: the training diverged."


def test_a_landmark_that_an_edit_and_another_training_made_two_of_counts_as_it_is_now(session):
    (mask, *_) = calibrate(session, 3)
    block = next(iter(sorted(mask.blocks)))
    session.edit(osl.AddComponent(block, "ReLU"))
    both = (mask, Mask.full(session.architecture))
    session.state.landmarks += tuple(replace(landmark(session, each, 0.9), macs=77) for each in both)
    assert session.trust().table["macs"].tolist()[-2:] == [77, 77]
    session.undo()
    assert session.trust().table["macs"].tolist() == [9, 8, 7]


def test_the_advice_knows_blocks_that_add_no_function_and_the_recipe(session):
    calibrate(session, 8)
    assert session.trust().sentences[1].startswith("B1, B2 and B3 are one convolution together, and no ")
    for found in find_redundancies(session.architecture):
        session.edit(*found.edits)
    session.train(1, recipe="two-paths")
    without = ("B1", "B1 B2", "B5", "B5 B6", "B9", "B1 B2 B5", "B1 B5 B6 B9", "B1 B2 B5 B6 B9")
    whole = Mask.full(session.architecture).blocks
    session.evaluate(*(Mask(whole - {*blocks.split()}) for blocks in without))
    # As counting parameters says.
    calibrate(session, 8)
    told = session.trust().sentences[1]
    assert told.startswith("The scores rank the landmarks no better than counting parameters does")
    assert told.endswith('recipe="sandwich") does.')
