import numpy as np
import pytest
import torch
from torch import nn

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.preprocessing import Preprocessing
from oneshot_lab.supernet.predict import predict

IMAGES = np.random.default_rng(0).integers(0, 256, (1100, 2, 2), dtype=np.uint8)
DATA = load_data((IMAGES, np.where(np.arange(1100) % 2, "odd", "even")))
HOW = Preprocessing.of(DATA)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(4, 2))


def said(network, images):
    return predict(network, images, preprocessing=HOW, class_names=DATA.class_names)


def test_labels_names_and_probabilities_agree(network):
    found = said(network, IMAGES)
    assert (found.labels.shape, found.probabilities.shape, len(found)) == ((1100,), (1100, 2), 1100)
    assert (found.labels.dtype, found.probabilities.dtype) == (np.int64, np.float32)
    assert np.array_equal(found.probabilities.argmax(1), found.labels)
    assert np.allclose(found.probabilities.sum(1), 1)
    assert found.names == tuple(DATA.class_names[label] for label in found.labels)
    x = (torch.from_numpy(IMAGES[:, None]) - torch.tensor(HOW.mean).view(-1, 1, 1)) / torch.tensor(HOW.std)
    expected = network.eval()(x).softmax(1)
    assert np.allclose(found.probabilities, expected.detach().numpy(), atol=1e-6)


def test_it_is_in_the_order_of_the_images(network):
    found, back = said(network, IMAGES[:9]), said(network, list(IMAGES[:9][::-1]))
    assert np.array_equal(found.labels, back.labels[::-1])


def test_the_network_is_left_as_it_was(network):
    network.train()
    said(network, IMAGES[:3])
    assert network.training
    with pytest.raises(DataError):
        said(network, IMAGES[:, :1])
    assert network.training
    assert all(parameter.grad is None for parameter in network.parameters())


def test_its_words_tell_of_a_few(network):
    one, many = said(network, IMAGES[0]), said(network, IMAGES)
    share = one.probabilities.max()
    assert repr(one) == f"Prediction(1 image: {one.names[0]!r} {share:.0%})"
    assert repr(many).startswith("Prediction(1,100 images: ")
    assert repr(many).endswith(", …)")
    assert len(repr(many)) < 120
