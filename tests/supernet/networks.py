"""Small networks and images that the tests of this layer share."""

from collections.abc import Iterable, Iterator
from functools import cache

import torch
from torch import Tensor

from oneshot_lab.architecture.edits import AddBlock, AddComponent, AddLink, Edit, SetMerge, revise
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.supernet.data.images import MemoryImages
from oneshot_lab.supernet.data.split import Split
from oneshot_lab.supernet.evaluate import Walk, evaluating
from oneshot_lab.supernet.supernet import Supernet

SHAPE = (1, 16, 16)


@cache
def lenet(*edits: Edit) -> Architecture:
    """Returns the lenet template for small images, with pools after L2 and L4, and edited further."""
    architecture = load_template("lenet", input_shape=SHAPE, classes=3, width=0.5)
    pools = [AddComponent(architecture.layers[index].blocks[0].id, "MaxPool2d", "2") for index in (1, 3)]
    return revise(architecture, *pools, *edits)[0]


@cache
def normed(*edits: Edit) -> Architecture:
    """Returns `lenet` with batch norm after each convolution."""
    architecture = lenet()
    blocks = [block.id for layer in (0, 2) for block in architecture.layers[layer].blocks]
    return revise(architecture, *(AddComponent(block, "BatchNorm2d") for block in blocks), *edits)[0]


LINKS = (AddLink("input", "L3"), AddLink("L2", "L4"), AddLink("L3", "L7"))
MERGES = (SetMerge("L1", "concat"), SetMerge("L3", "mean"), SetMerge("L5", "concat"))


def every_kind() -> dict[str, Architecture]:
    """Returns one network for each thing that a supernet does, by its name."""
    return {
        "sum": lenet(),
        "merges": lenet(*MERGES),
        "links": lenet(*LINKS),
        "links and merges": lenet(*LINKS, *MERGES),
        "a layer of unlike blocks": lenet(AddBlock("L3", "MaxPool2d", "3,1"), AddBlock("L3", "Identity")),
        "batch norm": normed(),
        "batch norm, links and merges": normed(*LINKS, *MERGES),
    }


def images(count: int, *, classes: int = 3, shape: tuple[int, int, int] = SHAPE) -> Split:
    """Returns images whose class shows as a bright square, so that there is something to learn."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(count) % classes
    pixels = torch.randn(count, *shape, generator=generator) * 0.5
    for label in range(classes):
        pixels[labels == label, :, 4 * label : 4 * label + 4, 4:12] += 1.5
    return as_split(pixels, labels)


def as_split(pixels: Tensor, labels: Tensor) -> Split:
    """Returns a split of these images, taken as they are."""
    channels = pixels.shape[1]
    return Split(
        "train", MemoryImages(pixels), torch.arange(len(labels)), labels, mean=(0.0,) * channels, std=(1.0,) * channels
    )


def first_batch(split: Split, count: int) -> tuple[Tensor, Tensor]:
    """Returns the first images and labels."""
    batches: Iterator[tuple[Tensor, Tensor]] = split.batches(count)
    return next(batches)


def candidate_logits(
    supernet: Supernet, masks: Iterable[Mask], x: Tensor, *, calibration: Tensor | None = None
) -> dict[Mask, Tensor]:
    """Returns the logits (N, classes) that `evaluate` scores, of candidates for one batch of images."""
    candidates = list(dict.fromkeys(masks))
    walk = Walk(supernet, candidates)
    with evaluating(supernet):
        if calibration is not None:
            walk.calibrate(calibration)
        found = {place: logits for places, logits in walk.logits(x) for place in places}
    return {mask: found[place] for place, mask in enumerate(candidates)}
