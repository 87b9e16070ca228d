"""The kinds of component: their parameters in torch.nn's order, shape rules, costs, family and colour.

Adding a kind is one entry in `KINDS` and one in the torch table (`supernet/components.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from oneshot_lab.architecture import rules
from oneshot_lab.architecture.model import Value
from oneshot_lab.errors import ArchitectureError, closest

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "convolution": "#0072B2",
        "linear": "#D55E00",
        "pooling": "#009E73",
        "normalisation": "#56B4E9",
        "activation": "#E69F00",
        "dropout": "#999999",
        "shape": "#999999",
    }
)
"""One colour for each family, the same in every view and safe for colour-blind eyes (Okabe and Ito)."""

LARGEST = 65_536
"""The largest size, channel count or kernel that a parameter accepts."""

FOLLOW = "follow"
"""Marks a blank parameter whose value follows from the component's input."""


@dataclass(frozen=True)
class Param:
    """One parameter of a kind.

    Attributes:
        name: torch's name for it.
        type: `int`, `size` (a number or a pair: height, width), `shape` (one to three numbers), `float`,
            `bool` or `choice`.
        default: torch's default; None where torch has none (the parameter is required) or None itself.
        blank: The value that fills a required parameter left blank; `FOLLOW` takes it from the input.
        low: Least legal number.
        high: Greatest legal number.
        choices: The legal values of a `choice`.
        keyword: Whether it can only be given by name, since torch has another parameter at its position.
    """

    name: str
    type: str = "int"
    default: Value | None = None
    blank: Value | None = None
    low: float = 1
    high: float = LARGEST
    choices: tuple[str, ...] = ()
    keyword: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of component.

    Attributes:
        name: torch.nn's class name.
        family: A key of `FAMILIES`.
        label: A short name for the views.
        params: In torch's order.
        ranks: The input ranks it accepts: 3 for images, 1 for features.
        outputs: Shape rule.
        legal: Returns the parameters that the input makes illegal, each with the nearest legal value.
        parameters: Number of trainable parameters.
        macs: Multiply-adds for one input.
        channels_in: The parameter that must equal the input's channels (or features).
        channels_out: The parameter that sets the output's channels (or features).
    """

    name: str
    family: str
    label: str
    params: tuple[Param, ...] = ()
    ranks: tuple[int, ...] = (1, 3)
    outputs: rules.ShapeRule = rules.same
    legal: rules.Legality = rules.anything
    parameters: rules.Count = rules.nothing
    macs: rules.Count = rules.nothing
    channels_in: str | None = None
    channels_out: str | None = None

    @property
    def colour(self) -> str:
        """The colour of its family."""
        return FAMILIES[self.family]

    def param(self, name: str) -> Param:
        """Returns a parameter by name.

        Raises:
            ArchitectureError: There is no such parameter; the message holds a spelling hint.
        """
        for param in self.params:
            if param.name == name:
                return param
        raise ArchitectureError(
            f"no parameter {name!r}",
            where=self.name,
            remedy=closest(name, (param.name for param in self.params)) if self.params else "it takes no parameters",
        )

    def complete(self, values: rules.Values) -> dict[str, Value]:
        """Returns the values, with torch's defaults for absent ones (a pool's stride defaults to its kernel size)."""
        complete = {p.name: values.get(p.name, p.default) for p in self.params}
        if complete.get("stride", 0) is None:
            complete["stride"] = complete["kernel_size"]
        return {name: value for name, value in complete.items() if value is not None}


def _size(name: str, default: Value | None = None, *, blank: Value | None = None, low: float = 1) -> Param:
    return Param(name, "size", default, blank, low)


def _flag(name: str, default: bool = True, *, keyword: bool = False) -> Param:
    return Param(name, "bool", default, keyword=keyword)


def _real(name: str, default: float, low: float = 0.0, high: float = 1.0) -> Param:
    return Param(name, "float", default, low=low, high=high)


_EPS = _real("eps", 1e-5, low=1e-12)
_MOMENTUM = _real("momentum", 0.1)
_CONV_START = (Param("in_channels", blank=FOLLOW), Param("out_channels", blank=FOLLOW), _size("kernel_size", blank=3))
_POOL_START = (_size("kernel_size", blank=2), _size("stride"), _size("padding", 0, low=0))
_CEIL = _flag("ceil_mode", default=False, keyword=True)
_NORM = (Param("num_features", blank=FOLLOW), _EPS, _MOMENTUM, _flag("affine"))

_GELU = Param("approximate", "choice", "none", choices=("none", "tanh"), keyword=True)

_TABLE = (
    Kind(
        "Conv2d",
        "convolution",
        "Conv",
        (
            *_CONV_START,
            _size("stride", 1),
            _size("padding", 0, low=0),
            _size("dilation", 1),
            Param("groups", default=1),
            _flag("bias"),
        ),
        ranks=(3,),
        outputs=rules.conv,
        legal=rules.legal_conv,
        parameters=rules.conv_parameters,
        macs=rules.conv_macs,
        channels_in="in_channels",
        channels_out="out_channels",
    ),
    Kind(
        "ConvTranspose2d",
        "convolution",
        "ConvT",
        (
            *_CONV_START,
            _size("stride", 1),
            _size("padding", 0, low=0),
            _size("output_padding", 0, low=0),
            Param("groups", default=1),
            _flag("bias"),
            _size("dilation", 1),
        ),
        ranks=(3,),
        outputs=rules.transposed,
        legal=rules.legal_transposed,
        parameters=rules.conv_parameters,
        macs=rules.transposed_macs,
        channels_in="in_channels",
        channels_out="out_channels",
    ),
    Kind(
        "MaxPool2d",
        "pooling",
        "MaxPool",
        (*_POOL_START, _size("dilation", 1), _CEIL),
        ranks=(3,),
        outputs=rules.pool,
        legal=rules.legal_pool,
    ),
    Kind(
        "AvgPool2d",
        "pooling",
        "AvgPool",
        (*_POOL_START, _flag("ceil_mode", default=False), _flag("count_include_pad")),
        ranks=(3,),
        outputs=rules.pool,
        legal=rules.legal_pool,
    ),
    Kind(
        "AdaptiveAvgPool2d",
        "pooling",
        "AdaPool",
        (_size("output_size", blank=1),),
        ranks=(3,),
        outputs=rules.adaptive,
    ),
    Kind(
        "BatchNorm2d",
        "normalisation",
        "BN",
        _NORM,
        ranks=(3,),
        parameters=rules.norm_parameters,
        channels_in="num_features",
    ),
    Kind(
        "BatchNorm1d",
        "normalisation",
        "BN",
        _NORM,
        ranks=(1,),
        parameters=rules.norm_parameters,
        channels_in="num_features",
    ),
    Kind(
        "GroupNorm",
        "normalisation",
        "GN",
        (Param("num_groups", blank=8), Param("num_channels", blank=FOLLOW), _EPS, _flag("affine")),
        legal=rules.legal_groupnorm,
        parameters=rules.norm_parameters,
        channels_in="num_channels",
    ),
    Kind(
        "LayerNorm",
        "normalisation",
        "LN",
        (
            Param("normalized_shape", "shape", blank=FOLLOW, high=LARGEST**2),
            _EPS,
            _flag("elementwise_affine"),
            _flag("bias"),
        ),
        legal=rules.legal_layernorm,
        parameters=rules.layernorm_parameters,
    ),
    Kind("ReLU", "activation", "ReLU"),
    Kind("LeakyReLU", "activation", "LReLU", (_real("negative_slope", 0.01, low=-1e3, high=1e3),)),
    Kind("ELU", "activation", "ELU", (_real("alpha", 1.0, low=-1e3, high=1e3),)),
    Kind("GELU", "activation", "GELU", (_GELU,)),
    Kind("SiLU", "activation", "SiLU"),
    Kind("Sigmoid", "activation", "Sigm"),
    Kind("Tanh", "activation", "Tanh"),
    Kind("Softmax", "activation", "Smax", (Param("dim", blank=1, low=-3, high=3),), legal=rules.legal_softmax),
    Kind("Dropout", "dropout", "Drop", (_real("p", 0.5),)),
    Kind("Dropout2d", "dropout", "Drop2d", (_real("p", 0.5),), ranks=(3,)),
    Kind("Flatten", "shape", "Flat", outputs=rules.flat),
    Kind(
        "Linear",
        "linear",
        "Lin",
        (Param("in_features", blank=FOLLOW), Param("out_features", blank=FOLLOW), _flag("bias")),
        ranks=(1,),
        outputs=rules.linear,
        parameters=rules.linear_parameters,
        macs=rules.linear_macs,
        channels_in="in_features",
        channels_out="out_features",
    ),
    Kind("Identity", "shape", "Id"),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _TABLE})
"""All kinds by name, grouped by family as a palette shows them."""


def get_kind(name: str) -> Kind:
    """Returns a kind by its name.

    Raises:
        ArchitectureError: There is no such kind; the message holds a spelling hint.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise ArchitectureError(
            f"unknown component kind {str(name)[:60]!r}", where="catalogue", remedy=closest(name, KINDS)
        )
    return kind
