"""Parameters as users type them: `6, 16, 5` or `kernel_size=5`, in torch.nn's order (§5.1, Figure 6).

A small grammar reads the text: numbers, words and pairs of numbers. Nothing in it is executed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from oneshot_lab.architecture import limits
from oneshot_lab.architecture.catalogue import Kind, Param
from oneshot_lab.architecture.model import Value
from oneshot_lab.errors import ArchitectureError

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_WORDS: Mapping[str, Value | None] = {"true": True, "false": False, "none": None}


def parse_params(kind: Kind, text: str) -> dict[str, Value]:
    """Reads parameters from text: positional ones in torch's order, then named ones; blank ones stay absent.

    Args:
        kind: The kind whose parameters they are.
        text: `6, 16, 5`, `, 16`, `16, padding=(1, 2)`, `bias=False`; one pair of brackets may enclose it.

    Raises:
        ArchitectureError: A part cannot be read; the message names it and the order of the parameters.
    """
    if not isinstance(text, str):
        raise ArchitectureError(
            f"a {type(text).__name__}", where=kind.name, expected="parameters as text, such as 'kernel_size=3'"
        )
    if len(text) > limits.LONGEST_TEXT:
        raise ArchitectureError(f"{len(text)} characters", where=kind.name, expected=f"at most {limits.LONGEST_TEXT}")
    values: dict[str, Value] = {}
    positional = [param for param in kind.params if not param.keyword]
    named = False
    for position, part in enumerate(_split(kind, text)):
        name, equals, typed = part.rpartition("=")
        if equals:
            named = True
            param = kind.param(name.strip())
        elif named and typed.strip():
            raise ArchitectureError(
                f"{typed.strip()!r} stands after a named parameter", where=kind.name, remedy="name it"
            )
        elif position < len(positional):
            param = positional[position]
        else:
            raise ArchitectureError(
                f"{position + 1} parameters", where=kind.name, expected=f"at most {len(positional)}: {hint(kind)}"
            )
        value = _value(kind, param, typed.strip())
        if param.name in values:
            raise ArchitectureError(f"{param.name} is given twice", where=kind.name, remedy="give it once")
        if value is not None:
            values[param.name] = value
    return check_values(kind, values)


def _split(kind: Kind, text: str) -> Iterator[str]:
    """Yields the parts between the commas outside brackets."""
    text = text.strip()
    if not text:
        return
    part, inside = "", False
    for character in text:
        if character in "([":
            if inside:
                raise ArchitectureError("brackets within brackets", where=kind.name, expected=hint(kind))
            inside = True
        elif character in ")]":
            if not inside:
                raise ArchitectureError("a closing bracket has no opening one", where=kind.name, expected=hint(kind))
            inside = False
        if character == "," and not inside:
            yield part
            part = ""
        else:
            part += character
    if inside:
        raise ArchitectureError("a bracket is not closed", where=kind.name, expected=hint(kind))
    if part.strip():
        yield part


def _value(kind: Kind, param: Param, text: str) -> Value | None:
    """Reads one value; None for a blank."""
    if not text:
        return None
    if param.type == "choice" and (word := text.strip("'\"")) in param.choices:
        return word
    if text[0] in "([" and text[-1] in ")]":
        numbers = [_number(part.strip()) for part in text[1:-1].split(",") if part.strip()]
        if all(number is not None for number in numbers):
            return tuple(number for number in numbers if number is not None)
    elif (number := _number(text)) is not None:
        return number
    elif text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    raise ArchitectureError(f"{param.name} cannot be {text[:40]!r}", where=kind.name, expected=_expected(param))


def _number(text: str) -> int | float | None:
    if not _NUMBER.fullmatch(text):
        return None
    return int(text) if text.lstrip("+-").isdecimal() else float(text)


def check_values(kind: Kind, values: Mapping[str, Value]) -> dict[str, Value]:
    """Returns the values in the catalogue's order, with `(3, 3)` written as `3`; checks the type of each.

    Fractions and numbers out of range pass: `coerce` corrects them.

    Raises:
        ArchitectureError: An unknown parameter (with a spelling hint) or a value of another type.
    """
    values = {name: limits.plain(value) for name, value in values.items()}
    for name, value in values.items():
        param = kind.param(name)
        if not _fits(param, value):
            raise ArchitectureError(f"{name} cannot be {_brief(value)}", where=kind.name, expected=_expected(param))
    return {param.name: _plain(param, values[param.name]) for param in kind.params if param.name in values}


def _plain(param: Param, value: Value) -> Value:
    """Returns a size that is equal in both directions as one number, so that equal sizes compare equal."""
    return value[0] if param.type == "size" and isinstance(value, tuple) and value[0] == value[1] else value


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _fits(param: Param, value: Value) -> bool:
    if param.type == "choice":
        return value in param.choices
    if param.type == "bool":
        return isinstance(value, bool) or value in (0, 1)
    if isinstance(value, tuple):
        lengths = {"size": (2,), "shape": (1, 2, 3)}.get(param.type, ())
        return len(value) in lengths and all(map(limits.is_value, value))
    return limits.is_value(value)


def _expected(param: Param) -> str:
    if param.type == "choice":
        return " or ".join(param.choices)
    words = {
        "int": "a number",
        "size": "a number or a pair (height, width)",
        "float": "a number",
        "bool": "True or False",
    }
    return words.get(param.type, "one to three numbers")


def coerce(param: Param, value: Value) -> tuple[Value, str | None]:
    """Returns the nearest legal value of a parameter, and the reason if it differs from the given one.

    Whole numbers are rounded, halves up, and both ends of the range hold (§5.1: "corrected to the nearest
    integer").
    """
    if param.type == "choice":
        return value, None
    if param.type == "bool":
        return bool(value), None
    if isinstance(value, tuple):
        parts = [_coerce_number(param, number) for number in value]
        reason = next((reason for _, reason in parts if reason), None)
        numbers = tuple(number for number, _ in parts)
        return _plain(param, numbers), reason
    assert not isinstance(value, str)
    return _coerce_number(param, value)


def _coerce_number(param: Param, value: float) -> tuple[int | float, str | None]:
    whole = param.type != "float"
    number: int | float = math.floor(value + 0.5) if whole and isinstance(value, float) else value
    reason = "the nearest whole number" if number != value else None
    clamped = min(max(number, param.low), param.high)
    if clamped != number:
        reason = f"it must be between {param.low:g} and {param.high:g}"
    return (int(clamped) if whole else float(clamped)), reason


def format_params(kind: Kind, values: Mapping[str, Value]) -> str:
    """Returns the values as users type them: `6, 16, 5, padding=1`; `parse_params` reads the text back."""
    parts: list[str] = []
    in_order = True
    for param in kind.params:
        value = values.get(param.name)
        in_order = in_order and value is not None and not param.keyword
        if value is not None:
            text = f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)
            parts.append(text if in_order else f"{param.name}={text}")
    return ", ".join(parts)


def hint(kind: Kind) -> str:
    """Returns the names of the parameters in order: `in_channels, out_channels, kernel_size, stride=1, …`."""
    if not kind.params:
        return "no parameters"
    return ", ".join(p.name if p.default is None else f"{p.name}={p.default}" for p in kind.params)
