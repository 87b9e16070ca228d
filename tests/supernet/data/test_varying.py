import random

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset
from torchvision.transforms import v2

from oneshot_lab.supernet.data.varying import varies


class Pictures(Dataset):
    def __init__(self, transform, count=40):
        self.transform, self.count = transform, count
        self.images = torch.from_numpy(np.random.default_rng(0).random((count, 1, 6, 6), dtype=np.float32))

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return self.transform(self.images[index]), index % 2


PLAIN = Pictures(lambda image: image)
FLIPPED = Pictures(v2.RandomHorizontalFlip())


@pytest.mark.parametrize(
    "transform",
    [
        v2.RandomHorizontalFlip(),
        v2.RandomHorizontalFlip(0.2),
        lambda image: image + torch.rand(1),
        lambda image: image + random.random(),
        lambda image: image + float(np.random.rand()),  # noqa: NPY002
    ],
)
def test_a_dataset_that_draws_its_images_is_found_out(transform):
    assert varies(Pictures(transform))


def test_one_among_several_is_enough():
    assert varies((PLAIN, FLIPPED))
    assert varies({"train": FLIPPED, "test": PLAIN})
    assert not varies((PLAIN, PLAIN))
    assert not varies(Pictures(v2.Normalize([0.5], [0.5])))


@pytest.mark.parametrize("source", ["digits", None, (np.zeros((4, 6, 6)), np.arange(4)), {"train": 3}])
def test_what_is_no_dataset_draws_nothing(source):
    assert not varies(source)


def test_what_is_drawn_afterwards_is_what_would_have_been():
    def draw():
        return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002

    def begin():
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002
        torch.manual_seed(1)

    begin()
    undisturbed = draw()
    begin()
    assert varies(FLIPPED)
    assert draw() == undisturbed
