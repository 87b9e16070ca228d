"""Makes sessions: from arguments, from a file, or from another session."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import numpy as np
import torch

from oneshot_lab.architecture.given import check_number
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.repair import Repair, repair
from oneshot_lab.architecture.serial import to_json
from oneshot_lab.architecture.templates import WIDEST, check_width, fit_template
from oneshot_lab.errors import OneShotError, SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.evolution import Crossover
from oneshot_lab.search.strategy import Strategy, changed_settings
from oneshot_lab.session.actions.save import file_path
from oneshot_lab.session.actions.threads import check_threads, threads_to_go_on
from oneshot_lab.session.actions.train import recipe_argument
from oneshot_lab.session.checks import check_flag, check_seed
from oneshot_lab.session.log import LogEntry, now, open_log
from oneshot_lab.session.saving import snapshot
from oneshot_lab.session.saving.fingerprint import find_data
from oneshot_lab.session.state.drawing import Drawing
from oneshot_lab.session.state.origin import Origin, check_options, options_argument, take
from oneshot_lab.session.state.settings import Settings
from oneshot_lab.session.state.state import State
from oneshot_lab.session.state.weights import Weights
from oneshot_lab.session.strategies import ARGUMENTS as STRATEGY_ARGUMENTS
from oneshot_lab.session.strategies import choose_strategy, strategy_arguments
from oneshot_lab.supernet.data import Data
from oneshot_lab.supernet.device import choose_device
from oneshot_lab.supernet.memory import within_memory
from oneshot_lab.supernet.recipes import Recipe, get_recipe

S = TypeVar("S")
P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """The arguments that a new session is made from; `SearchSession` says what they mean."""

    template: str | Architecture
    data: Any
    data_options: Mapping[str, Any] | None
    seed: int
    recipe: str | Recipe
    width: float
    device: str | torch.device | None
    threads: int | None
    deterministic: bool
    strategy: str | Mapping[str, Any] | Strategy
    population_size: int | None
    mutation_rate: float
    crossover: Crossover


@dataclass(frozen=True)
class Made:
    """The parts of a new session.

    Attributes:
        settings: Its settings.
        state: Its state.
        entry: Its first entry in the log.
    """

    settings: Settings
    state: State
    entry: LogEntry


def make(given: Arguments) -> Made:
    """Returns the parts of a new session.

    Raises:
        ArchitectureError, DataError, SessionError: As for `SearchSession`.
    """
    seed = check_seed(given.seed)
    width = check_number(given.width, where="width", expected=f"a number above 0, at most {WIDEST}", error=SessionError)
    deterministic = check_flag("deterministic", given.deterministic)
    options = check_options(given.data_options)
    settings = Settings(
        seed=seed,
        recipe=get_recipe(given.recipe),
        device=_fixed(choose_device(given.device)),
        threads=check_threads(given.threads, deterministic=deterministic),
        deterministic=deterministic,
        width=width,
        origin=Origin.of(given.data, options),
        data=take(given.data, options, seed=seed),
    )
    architecture, repairs = _fitted(given.template, settings.data, given.width)
    chosen = choose_strategy(
        given.strategy, architecture, seed=seed, **{name: getattr(given, name) for name in STRATEGY_ARGUMENTS}
    )
    weights = within_memory(Weights)(architecture, seed=seed)
    state = State(Drawing(architecture, repairs=repairs), weights, chosen, np.random.default_rng(seed))
    arguments = {
        "template": to_json(given.template) if isinstance(given.template, Architecture) else given.template,
        "data": settings.origin.source,
        **options_argument(settings.origin.options),
        "seed": seed,
        "recipe": recipe_argument(settings.recipe),
        "width": width,
        **strategy_arguments(chosen),
        **({"deterministic": True} if deterministic else {"threads": settings.threads}),
    }
    return Made(settings, state, LogEntry(now(), "create", arguments, 0.0, "done"))


class class_method(Generic[P]):  # noqa: N801 - read as a decorator
    """Turns a function into a class method that returns an instance; `classmethod` leaves its type open."""

    def __init__(self, make: Callable[Concatenate[Any, P], Any]) -> None:
        self._make = make

    def __get__(self, _: S | None, kind: type[S]) -> Callable[P, S]:
        return MethodType(self._make, kind)


def load(  # noqa: D417 - the class method of sessions
    cls: Any,
    path: str | os.PathLike[str],
    *,
    data: Any = None,
    data_options: Mapping[str, Any] | None = None,
    device: str | torch.device | None = None,
    threads: int | None = None,
    log_file: str | os.PathLike[str] | None = None,
    bar: bool = True,
) -> Any:
    """Reads a session that `save` wrote; it continues exactly like the saved one.

    Args:
        path: The file.
        data: What the session was made with; may be left out where that was a name or a folder. A folder is
            looked for where it was, seen from the file, and where it was on the machine.
        data_options: As for `with_data`.
        device: As for a new session.
        threads: As for a new session; left out: as many as it was computed in, so that it goes on in the same
            bits. Where this machine has fewer cores, `message` tells so.
        log_file: As for a new session.
        bar: As for a new session.

    Raises:
        SessionError: The file is damaged, of a later version, or belongs to other data.
        DataError: The data cannot be found.
    """
    file = file_path("load", path)
    saved = snapshot.load(file)
    found, origin = find_data(
        data, data_options, origins=saved.origins, known=saved.fingerprint, seed=saved.seed, path=file
    )
    log_path = checked_log(log_file)
    session = cls(
        saved.architecture,
        found,
        seed=saved.seed,
        recipe=saved.recipe,
        device=device,
        threads=threads_to_go_on(saved.threads) if threads is None else threads,
        deterministic=saved.deterministic,
        bar=bar,
    )
    session.log_file, session.settings.origin = log_path, origin
    session._running.note(_load_entry(file, origin))
    session.settings.width = _width_of(saved.log)
    snapshot.restore(session.state, session.settings, saved)
    session._publish(log=saved.log)
    session._checkpoints.comes_from(file)
    if saved.threads not in (None, session.threads):
        _tell_threads(session, before=saved.threads)
    return session


def with_data(  # noqa: D417 - a method of sessions
    self: S, data: Any, *, data_options: Mapping[str, Any] | None = None
) -> S:
    """Returns a new session for the same network on other data, with the settings of this one.

    What this one has learned stays here. A limit of size that no network has on the other data is left out.

    Args:
        data: Whatever `load_data` takes, or what it gave.
        data_options: As for a new session; those that are not named here stay as they are, and None takes
            one back.

    Raises:
        ArchitectureError, DataError, SessionError: As for a new session.
    """
    session: Any = self
    settings, strategy = session.settings, session.state.strategy
    other: S = type(session)(
        session.architecture,
        data,
        data_options=data_options if isinstance(data, Data) else settings.origin.changed(data_options),
        **settings.arguments(),
        strategy={"name": strategy.name, **changed_settings(strategy)},
        log_file=session.log_file,
        bar=session.bar,
    )
    _take_wishes(session, other)
    return other


def _take_wishes(session: Any, other: Any) -> None:
    """Has a session train after edits, and limit the size, as another one does."""
    other.auto_train = session.auto_train
    if session.constraint != Constraint():
        with suppress(OneShotError):
            other.constrain(**session.constraint.to_json())


def checked_log(log_file: str | os.PathLike[str] | None) -> Path | None:
    """Returns the path of a log after checking that it can be written, before there is anything to lose.

    Raises:
        SessionError: It is no path, or cannot be written.
    """
    if log_file is None:
        return None
    path = file_path("log_file", log_file)
    open_log(path)
    return path


def _load_entry(path: Path, origin: Origin) -> LogEntry:
    """Returns the first entry in the log of a session that was read from a file."""
    arguments = {"path": str(path), "data": origin.source, **options_argument(origin.options)}
    return LogEntry(now(), "load", arguments, 0.0, "done")


def _width_of(log: Sequence[LogEntry]) -> float:
    """Returns the width that a session's templates have had."""
    given = log[0].arguments.get("width") if log else None
    return float(given) if isinstance(given, float | int) and 0 < given <= WIDEST else 1.0


def _tell_threads(session: Any, *, before: int) -> None:
    """Tells and logs that a session goes on in another number of threads than it was computed in."""
    now_in = session.threads
    said = f"it was computed in {before} threads, and goes on in {now_in}: last digits may differ from now on"
    session._running.note(LogEntry(now(), "use_threads", {"threads": now_in}, 0.0, "done"), message=said)


def _fixed(device: torch.device) -> torch.device:
    """Returns a device by its number: each thread has a CUDA device of its own, and the worker is another thread."""
    return torch.device("cuda", torch.cuda.current_device()) if device == torch.device("cuda") else device


def _fitted(template: str | Architecture, data: Data, width: float) -> tuple[Architecture, tuple[Repair, ...]]:
    if not isinstance(template, Architecture):
        return fit_template(template, input_shape=data.input_shape, classes=data.classes, width=width)
    # It stays as it is: the width is for the templates that may replace it.
    check_width(width)
    return repair(replace(template, input_shape=data.input_shape, classes=data.classes))
