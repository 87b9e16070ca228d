import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

import oneshot_lab as osl
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.select import select
from oneshot_lab.session import landmarking
from oneshot_lab.session.landmarking import FIRST, choose_landmark, seed_of, train_landmark
from oneshot_lab.session.state.landmark import Landmark
from oneshot_lab.space.projection import Projection
from oneshot_lab.supernet.plain import to_module
from oneshot_lab.supernet.recipes import Recipe, get_recipe
from oneshot_lab.supernet.train import train
from tests.session.sessions import Spy, small

SINGLE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


def landmark(mask, *, network, accuracy=0.5):
    return Landmark(mask, accuracy, 1.0, 1, get_recipe("whole"), 0, 1.0, 1, 1, network)


def note(session, *masks, accuracy=0.5):
    """Notes masks as landmarks."""
    network = session.state.network
    session.state.landmarks += tuple(landmark(mask, network=network(mask), accuracy=accuracy) for mask in masks)


def choose(session, count):
    """What is chosen one after the other, with nothing measured in between."""
    state, masks = replace(session.state), []
    while len(masks) < count and (mask := choose_landmark(state, seed=session.seed)) is not None:
        masks.append(mask)
        state.landmarks += (landmark(mask, network=state.network(mask)),)
    return masks


def closest(masks):
    """In how many blocks the two differ that differ least."""
    return min(len(one.blocks ^ other.blocks) for place, one in enumerate(masks) for other in masks[:place])


@pytest.fixture
def eight(monkeypatch):
    """Has the first eight spread out."""
    monkeypatch.setattr(landmarking, "FIRST", 8)


# ---- which ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("eight")
def test_those_that_are_chosen_differ_and_are_spread_over_the_blocks(shared):
    masks = choose(shared, 6)
    assert len(set(masks)) == 6
    evaluated = list(dict.fromkeys(candidate.mask for candidate in shared.current_candidates()))
    assert closest(masks) > closest(evaluated[:6])
    assert choose(shared, 6) == masks


@pytest.mark.usefixtures("eight")
def test_landmarks_are_not_chosen_again_and_the_choice_goes_on(session):
    masks = choose(session, 5)
    note(session, *masks[:2])
    assert choose(session, 3) == masks[2:]


@pytest.mark.parametrize("most", [landmarking.SMALL, 0])
def test_before_any_evaluation_they_come_from_the_whole_space(data, monkeypatch, most):
    monkeypatch.setattr(landmarking, "SMALL", most)
    session = small(data)
    before = session.state.rng.bit_generator.state
    masks = choose(session, 4)
    assert len(set(masks)) == 4
    assert all(session.state.exists(mask) for mask in masks)
    assert session.state.rng.bit_generator.state == before


@pytest.mark.usefixtures("eight")
def test_with_a_map_they_are_spread_over_it(session):
    masks = [candidate.mask for candidate in session.current_candidates()[:5]]
    places = dict(zip(masks, [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (2.0, 9.0), (0.5, 8.0)], strict=True))
    session.state.map = replace(session.state.map, atlas=Projection(places))
    assert choose(session, 2) == [masks[1], masks[3]]
    note(session, masks[3])
    assert choose(session, 9) == [masks[0], masks[2], masks[4], masks[1]]


@pytest.mark.usefixtures("eight")
def test_after_the_first_the_posterior_says_which_is_next(session):
    """Blocks B1 and B5 make a candidate good: what has both is next, though the farthest one has neither."""
    masks = choose(session, 8)
    for mask in masks:
        note(session, mask, accuracy=0.3 + 0.2 * ("B1" in mask) + 0.2 * ("B5" in mask))
    chosen = choose_landmark(session.state, seed=session.seed)
    assert chosen not in masks
    assert {"B1", "B5"} <= chosen.blocks


def test_it_does_so_after_two(session):
    masks = choose(session, FIRST)
    note(session, masks[0], accuracy=0.9)
    note(session, masks[1], accuracy=0.3)
    posterior = session.state.posterior().posterior
    chosen = choose_landmark(session.state, seed=session.seed)
    others = [mask for mask in session.candidate_masks if mask not in masks]
    assert len(masks) == 2
    assert posterior.of([chosen])[0][0] > np.median(posterior.of(others)[0])


def test_of_a_space_that_is_small_all_are_chosen_and_no_more(data):
    session = osl.SearchSession("lenet5", data, width=0.25, device="cpu", bar=False)
    assert choose(session, 9) == [Mask.full(session.architecture)]
    note(session, Mask.full(session.architecture))
    assert choose(session, 9) == []


def test_what_has_parallel_branches_is_not_chosen(data):
    def layer(number):
        first, second = 2 * number - 1, 2 * number
        blocks = [osl.Block(f"B{n}", [osl.Component(f"C{n}", kind)]) for n, kind in ((first, "ReLU"), (second, "Tanh"))]
        return osl.Layer(f"L{number}", blocks)

    head = osl.Layer("L4", [osl.Block("B7", [osl.Component("C7", "Flatten"), osl.Component("C8", "Linear")])])
    links = [osl.Link("K1", "input", "L3"), osl.Link("K2", "L1", "L4")]
    network = osl.Architecture("links", [layer(1), layer(2), layer(3), head], links)
    session = osl.SearchSession(network, data, device="cpu", bar=False)
    masks = choose(session, 100)
    assert len(masks) > 10
    for mask in masks:
        select(session.architecture, mask)
    # Without the second layer, the first and the third would be parallel.
    assert Mask.of("B1", "B5", "B7") not in masks


# ---- the training --------------------------------------------------------------------------------------------------


def trained(session, data, **changed):
    options = {
        "recipe": get_recipe("whole"),
        "epochs": 1,
        "seed": 3,
        "device": torch.device("cpu"),
        "progress": lambda progress: None,
        "should_stop": lambda: False,
    }
    return train_landmark(session.architecture, SINGLE, data, **(options | changed))


def test_it_is_what_a_training_of_the_network_by_itself_gives(shared, data):
    landmark = trained(shared, data)
    network = select(shared.architecture, SINGLE)
    module = to_module(network, seed=3)
    train(module, data.train, recipe="whole", epochs=1, seed=3, device="cpu", bar=False)
    with torch.no_grad():
        x, y = next(iter(data.validation.batches(len(data.validation), device=torch.device("cpu"))))
        logits = module(x)
    assert landmark.accuracy == pytest.approx(float((logits.argmax(1) == y).float().mean()))
    assert landmark.loss == pytest.approx(float(torch.nn.functional.cross_entropy(logits, y)), rel=1e-5)
    assert landmark.parameters == sum(weights.numel() for weights in module.parameters())
    assert landmark.network == shared.state.network(SINGLE)


def test_the_test_split_is_not_looked_at(shared, data):
    spied = replace(data, test=Spy(data.test), validation=Spy(data.validation))
    trained(shared, spied)
    assert (spied.test.looks, spied.validation.looks) == (0, 1)


def test_one_that_diverges_has_no_accuracy(shared, data):
    landmark = trained(shared, data, recipe=Recipe("late", ("whole",), 1e6))
    assert landmark.has_diverged
    assert math.isnan(landmark.accuracy)


def test_a_stop_before_the_last_batch_leaves_nothing_and_one_after_it_comes_too_late(shared, data):
    batches = data.train.steps(get_recipe("whole").batch_size)
    for most, is_whole in ((batches - 1, False), (batches, True)):
        answers = iter([False] * most + [True] * 9)
        assert (trained(shared, data, should_stop=partial(next, answers)) is not None) == is_whole


def test_a_pause_is_no_work(shared, data, monkeypatch):
    """By a clock that goes on by a second with each look, and by a thousand in each pause."""
    now = [0.0]

    def clock():
        now[0] += 1.0
        return now[0]

    def rest():
        now[0] += 1000.0
        return False

    monkeypatch.setattr(landmarking, "perf_counter", clock)
    assert 0 < trained(shared, data, should_stop=rest).seconds < 1000


def test_each_number_gives_another_seed():
    seeds = {seed_of(session, number) for session in range(20) for number in range(20)}
    assert len(seeds) == 400
    assert all(0 <= seed < 2**32 for seed in seeds)
