"""How messages name an option of `load_data` to users, who may have called only a session."""

from __future__ import annotations


def give(name: str, value: str = "…") -> str:
    """Returns how to give an option, for a remedy: to a session and to `load_data`.

    Args:
        name: A keyword of `load_data`, such as `size`.
        value: The value to give, as code.
    """
    return f'data_options={{"{name}": {value}}} for a session or osl.load_data(…, {name}={value})'
