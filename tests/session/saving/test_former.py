import json

import pytest

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock, SetParams, apply, revise
from oneshot_lab.architecture.model import Architecture, Block, Component, Layer
from oneshot_lab.architecture.serial import from_json, to_json
from oneshot_lab.architecture.templates import load_template, widen_choices
from oneshot_lab.session.saving import former
from oneshot_lab.session.saving.former import Layers, whole

LENET = load_template("lenet")
EDITED = revise(LENET, RemoveBlock("B3"))[0]
DRAFT = apply(EDITED, AddComponent("B4", "MaxPool2d", "99"))


def there_and_back(architectures):
    shared = Layers()
    written = [shared.to_json(architecture) for architecture in architectures]
    layers = json.loads(json.dumps(shared.written))
    return list(map(from_json, whole(json.loads(json.dumps(written)), layers))), shared.written


def test_architectures_come_back_and_what_they_share_is_written_once():
    past = [LENET, EDITED, LENET, DRAFT, load_template("resnet18")]
    back, layers = there_and_back(past)
    assert back == past
    assert list(map(repr, back)) == list(map(repr, past))
    assert (
        len(layers) == len({repr(layer) for each in past for layer in each.layers}) < sum(len(p.layers) for p in past)
    )


def test_numbers_that_are_equal_to_python_are_told_apart():
    def biased(bias):
        linear = Component("C1", "Linear", (("out_features", 10), ("bias", bias)))
        return Architecture("net", (Layer("L1", (Block("B1", (linear,)),)),), input_shape=(4,))

    past = [biased(True), biased(1)]
    back, layers = there_and_back(past)
    assert list(map(repr, back)) == list(map(repr, past))
    assert len(layers) == 2


def test_edits_of_a_large_network_take_a_fraction_of_what_they_did():
    past = [widen_choices(load_template("vgg16", input_shape=(3, 32, 32)))]
    for number in range(20):
        past.append(apply(past[-1], SetParams(past[0].layers[0].blocks[0].components[0].id, f"3, {64 + number}, 3")))
    shared = Layers()
    text = json.dumps([[shared.to_json(each) for each in past], shared.written])
    assert len(text) < len(json.dumps([to_json(each) for each in past])) / 5


@pytest.mark.parametrize(
    "written", [None, {}, [{}], [3], *([{"layers": layers}] for layers in (None, [5], [-1], [True]))]
)
def test_what_is_none_is_refused(written):
    with pytest.raises((KeyError, TypeError, ValueError)):
        whole(written, [{}, {}])
    with pytest.raises(TypeError):
        whole([{"layers": [0]}], {0: {}})


def test_more_than_can_be_read_in_time_is_refused_and_told(monkeypatch):
    monkeypatch.setattr(former, "MOST_LAYERS", 10)
    shared = Layers()
    written = [shared.to_json(LENET), shared.to_json(EDITED)]
    assert shared.share == pytest.approx(1.4)
    with pytest.raises(ValueError, match="more than 10 layers"):
        whole(written, shared.written)
