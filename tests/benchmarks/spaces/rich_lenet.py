"""LeNet's size, with blocks that differ in function: three activations, batch norm, dropout and both poolings."""

from oneshot_lab.architecture.model import Architecture
from tests.benchmarks.spaces.space import Space, build

LAYERS = (
    (
        "Conv2d(6, kernel_size=3, padding=1) ReLU MaxPool2d(2)",
        "Conv2d(6, kernel_size=5, padding=2) BatchNorm2d Tanh AvgPool2d(2)",
        "Conv2d(6, kernel_size=3, padding=1) Sigmoid MaxPool2d(2)",
    ),
    (
        "Conv2d(16, kernel_size=3, padding=1) BatchNorm2d ReLU AvgPool2d(2)",
        "Conv2d(16, kernel_size=5, padding=2) Tanh MaxPool2d(2)",
        "MaxPool2d(2) Conv2d(16, kernel_size=1) Sigmoid",
    ),
    (
        "Flatten Linear(84) ReLU",
        "Flatten Dropout(0.5) Linear(84) Tanh",
        "AvgPool2d(3) Flatten Linear(84) Sigmoid",
    ),
    ("Identity", "Linear(84) BatchNorm1d ReLU"),
    ("Linear(10)", "Linear(32) Tanh Dropout(0.2) Linear(10)"),
)


def architecture() -> Architecture:
    """Returns the space's architecture: 7 · 7 · 7 · 3 · 3 = 3,087 networks."""
    return build("rich_lenet", LAYERS, input_shape=(1, 14, 14))


SPACE = Space(
    name="rich_lenet",
    about=(
        "LeNet's size, with ReLU, Tanh, Sigmoid, BatchNorm, Dropout and both poolings inside the blocks: 3,087 "
        "networks. Images are halved to 14×14, so that a training takes seconds"
    ),
    make=architecture,
    size=14,
    drawn=160,
)
