"""LeNet with pooling, as far as a space can be from one whose networks differ."""

from tests.benchmarks.networks import pooled_lenet
from tests.benchmarks.spaces.space import Space

SPACE = Space(
    name="pooled_lenet",
    about=(
        "The lenet template with MaxPool after the ReLU of L2 and L4. Sums of aligned convolutions are one "
        "convolution, and Linear behind Linear is linear: its 147 masks are nine functions"
    ),
    make=pooled_lenet,
    seeds=3,
)
