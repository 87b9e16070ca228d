"""The table of how well landmarks are ranked, by the posterior, by scores and by simple counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from oneshot_lab.search.surrogate import Agreement
from oneshot_lab.session.trust import POSTERIOR
from oneshot_lab.session.trust_words import number

HEAD = "<tr><th>ranked by</th><th>τ</th><th>95 % interval</th><th></th></tr>"
CAPTION = "How well the landmarks are ranked: τ is 1 if all pairs are in the right order, 0 by chance"
UNKNOWN = "–"


def rankings_table(rankings: Mapping[str, Agreement]) -> str:
    """Returns the table as HTML."""
    rows = "".join(_row(name, each) for name, each in rankings.items())
    return f'<table class="osl-rankings"><caption>{CAPTION}</caption><thead>{HEAD}</thead><tbody>{rows}</tbody></table>'


def _row(name: str, agreement: Agreement) -> str:
    first = ' class="osl-rankings-first"' if name == POSTERIOR else ""
    tau, interval = (
        UNKNOWN if math.isnan(agreement.tau) else number(agreement.tau),
        UNKNOWN if math.isnan(agreement.low) else f"{number(agreement.low)} to {number(agreement.high)}",
    )
    cells = f"<td>{tau}</td><td>{interval}</td><td>{_drawn(agreement)}</td>"
    return f"<tr{first}><th>{escape(name)}</th>{cells}</tr>"


def _drawn(agreement: Agreement) -> str:
    """Returns τ as a dot and its interval as a bar, from −1 on the left to 1 on the right."""
    if math.isnan(agreement.tau):
        return ""
    bar = ""
    if not math.isnan(agreement.low):
        wide = 50 * (agreement.high - agreement.low)
        bar = f'<i style="left: {_place(agreement.low):.1f}%; width: {wide:.1f}%"></i>'
    dot = f'<b style="left: {_place(agreement.tau):.1f}%"></b>'
    return f'<span class="osl-rankings-bar" aria-hidden="true">{bar}{dot}</span>'


def _place(tau: float) -> float:
    return 50 * (1 + tau)
