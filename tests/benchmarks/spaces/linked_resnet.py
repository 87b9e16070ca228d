"""A small ResNet: links carry the signal past layers that may be left out, some of which hold a single block."""

from oneshot_lab.architecture.model import Architecture
from tests.benchmarks.spaces.space import Space, build

LAYERS = (
    (
        "Conv2d(8, kernel_size=3, padding=1) BatchNorm2d ReLU",
        "Conv2d(8, kernel_size=5, padding=2) Tanh",
    ),
    (
        "Conv2d(8, kernel_size=3, padding=1) BatchNorm2d ReLU Conv2d(8, kernel_size=3, padding=1) BatchNorm2d",
        "Conv2d(8, kernel_size=1) Sigmoid",
    ),
    ("ReLU MaxPool2d(2)", "Tanh AvgPool2d(2)"),
    ("Conv2d(8, kernel_size=3, padding=1) BatchNorm2d ReLU",),
    ("Conv2d(16, kernel_size=3, padding=1) BatchNorm2d ReLU", "Conv2d(16, kernel_size=1) ReLU"),
    (
        "Conv2d(16, kernel_size=3, padding=1) BatchNorm2d ReLU Conv2d(16, kernel_size=3, padding=1) BatchNorm2d",
        "Conv2d(16, kernel_size=3, padding=1) Tanh",
    ),
    ("ReLU AdaptiveAvgPool2d(2) Flatten", "ReLU MaxPool2d(3, stride=2) AdaptiveAvgPool2d(2) Flatten"),
    ("Dropout(0.5)",),
    ("Linear(10)",),
)

LINKS = ((0, 2), (2, 4), (4, 6), (6, 8))


def architecture() -> Architecture:
    """Returns the space's architecture: 3 · 4 · 3 · 2 · 3 · 4 · 3 · 2 = 5,184 networks."""
    return build("linked_resnet", LAYERS, links=LINKS, input_shape=(1, 14, 14))


SPACE = Space(
    name="linked_resnet",
    about=(
        "A small ResNet, where links bypass four layers that may be left out; two of them hold one block: "
        "5,184 networks. Images are halved to 14×14"
    ),
    make=architecture,
    size=14,
    drawn=160,
)
