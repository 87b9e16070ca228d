"""The session that a log leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import oneshot_lab as osl
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data


def replay(cells: Iterable[str], data: Data) -> SearchSession:
    """Runs the cells of `to_python`, on a CPU and with this data."""
    known: dict[str, Any] = {"data": data}
    for cell in cells:
        code = cell.replace("data = ...", "data = data").replace("osl.SearchSession(", "osl_session(")
        exec(code, known | {"osl_session": _on_cpu} if "session" not in known else known, known)
    session: SearchSession = known["session"]
    return session


def _on_cpu(*args: Any, **options: Any) -> SearchSession:
    return osl.SearchSession(*args, **{**options, "bar": False, "device": "cpu"})
