"""AlexNet's shape at a quarter of its width, with batch norm and a choice of kernels and activations."""

from oneshot_lab.architecture.model import Architecture
from tests.benchmarks.spaces.space import Space, build

LAYERS = (
    (
        "Conv2d(16, kernel_size=3, padding=1) BatchNorm2d ReLU MaxPool2d(3, stride=2, padding=1)",
        "Conv2d(16, kernel_size=5, padding=2) BatchNorm2d ReLU MaxPool2d(3, stride=2, padding=1)",
        "Conv2d(16, kernel_size=7, padding=3, stride=2) Tanh",
    ),
    (
        "Conv2d(48, kernel_size=3, padding=1) BatchNorm2d ReLU MaxPool2d(3, stride=2, padding=1)",
        "Conv2d(48, kernel_size=3, padding=1, stride=2) ReLU",
    ),
    (
        "Conv2d(96, kernel_size=3, padding=1) BatchNorm2d ReLU",
        "Conv2d(96, kernel_size=1) ReLU",
    ),
    (
        "Conv2d(64, kernel_size=3, padding=1) BatchNorm2d ReLU",
        "Conv2d(64, kernel_size=1) Tanh",
    ),
    (
        "Conv2d(64, kernel_size=3, padding=1) BatchNorm2d ReLU MaxPool2d(3, stride=2, padding=1)",
        "AvgPool2d(3, stride=2, padding=1) Conv2d(64, kernel_size=1) Sigmoid",
    ),
    (
        "Flatten Dropout(0.5) Linear(256) ReLU",
        "AdaptiveAvgPool2d(1) Flatten Linear(256) ReLU",
    ),
    ("Identity", "Dropout(0.5) Linear(256) ReLU"),
    ("Linear(10)",),
)


def architecture() -> Architecture:
    """Returns the space's architecture: 7 · 3⁶ = 5,103 networks."""
    return build("quarter_alexnet", LAYERS, input_shape=(1, 14, 14))


SPACE = Space(
    name="quarter_alexnet",
    about=(
        "AlexNet's shape at a quarter of its width, with batch norm, kernels, pooling against stride, and dropout to "
        "choose from: 5,103 networks. Images are halved to 14×14"
    ),
    make=architecture,
    size=14,
    drawn=160,
)
