"""How an option of `load_data` is named to people, who may never have called it: a session loads data for them."""

from __future__ import annotations


def give(name: str, value: str = "…") -> str:
    """Returns who takes an option, for a remedy: both a session and `load_data` do, each in its own way.

    Args:
        name: A keyword of `load_data`, such as `size`.
        value: What to give, as code.
    """
    return f'data_options={{"{name}": {value}}} for a session or osl.load_data(…, {name}={value})'
