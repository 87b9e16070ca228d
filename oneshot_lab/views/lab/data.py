"""Other data in the Lab: starts a search of their own, and returns to the earlier one."""

from __future__ import annotations

from collections.abc import Sequence

from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data.named import NAMED

CALLED = {
    "evolve": "the search",
    "train": "the training",
    "landmarks": "the training of landmarks",
    "finalize": "the final training",
}


def data_names(sessions: Sequence[SearchSession]) -> tuple[str, ...]:
    """Returns what can be chosen: data that were given keep their place beside those that are known by name."""
    return tuple(dict.fromkeys((*(session.data.name for session in sessions), *NAMED)))


def session_on(data: str, *, sessions: Sequence[SearchSession], like: SearchSession) -> SearchSession:
    """Returns the latest session on some data, else a new one for the network and with the settings of another.

    Raises:
        OneShotError: There cannot be one; or it was interrupted, as a download may be.
    """
    known = next((session for session in reversed(sessions) if session.data.name == data), None)
    if known is not None:
        return known
    try:
        return like.with_data(data)
    except OneShotError:
        raise
    except KeyboardInterrupt:
        raise SessionError("loading was interrupted", where=data) from None
    except Exception as error:
        raise SessionError(f"{type(error).__name__}: {error}", where=data, remedy="check the data") from error


def lay_down(session: SearchSession) -> str:
    """Pauses the running job of a session that is left. Returns the message about it; empty if nothing ran."""
    job = session.job
    if job is None:
        return ""
    session.pause()
    name = session.data.name
    return f"{CALLED.get(job.name, job.name)} on {name} is paused; choose {name} again to resume it"
