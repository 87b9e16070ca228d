"""The base of all actions: a value with its arguments, and the session's method that requests it (§6.1.2)."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from oneshot_lab.session.actions.source import call
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.runtime.jobs import Jobs

if TYPE_CHECKING:
    from oneshot_lab.session.actions.context import Context

R = TypeVar("R")
P = ParamSpec("P")


class Action(ABC, Generic[R]):
    """One action, with its arguments as the fields of a frozen dataclass.

    Its entry in the log, its label, its line of Python, its status and its rank in the queue all derive from it.
    Defining a class is enough to have an action logged and replayed.

    Attributes:
        verb: The session's method, and the name in the log.
        label: Its name for users.
        status: The session's status while it runs; None for a short action, which runs before long ones.
        is_replayed: Whether it changes the session, so that a replay repeats it.
        extent: The argument that says how far it came, if what it has achieved until a stop or an error is kept and
            therefore replayed; empty if a stop or an error leaves nothing.
    """

    verb: ClassVar[str]
    label: ClassVar[str]
    status: ClassVar[str | None] = None
    is_replayed: ClassVar[bool] = True
    extent: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "verb" in cls.__dict__:
            ACTIONS[cls.verb] = cls

    def arguments(self) -> dict[str, Any]:
        """Returns its arguments as the log holds them: those of the method, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    @staticmethod
    def code(verb: str, arguments: Mapping[str, Any]) -> str:
        """Returns the Python code that requests it again.

        Args:
            verb: The session's method.
            arguments: The result of `arguments`, possibly from an untrusted file.

        Raises:
            ArchitectureError, SessionError, KeyError, TypeError, ValueError: They are not arguments of this action.
        """
        return call(verb, arguments)

    @abstractmethod
    def run(self, context: Context) -> R:
        """Runs the action, in the worker.

        Args:
            context: The state that it changes, and the receiver of its progress.

        Returns: The result of the session's method.
        """


ACTIONS: dict[str, type[Action[Any]]] = {}
"""All actions by their verb."""


class Acting(Protocol):
    """An object whose methods request actions: a session or a sketch."""

    _jobs: Jobs


class Asking(Generic[P, R]):
    """A method of a session that requests an action: a call waits for the result; `start` does not wait.

    Args:
        session: The session.
        make: Makes the action from the session and the arguments, and refuses illegal arguments at once.
    """

    def __init__(self, session: Acting, make: Callable[Concatenate[Any, P], Action[R]]) -> None:
        self._session, self._make = session, make
        update_wrapper(self, make)
        self.__signature__ = signature_of(make)

    def __call__(self, *args: P.args, **options: P.kwargs) -> R:
        """Runs the action, and returns its result when it has ended."""
        # Until the next version, `wait=False` means `start`.
        wait = bool(options.pop("wait", True))
        action, jobs = self._make(self._session, *args, **options), self._session._jobs
        return jobs.ask(action) if wait else jobs.start(action)  # type: ignore[return-value]

    def start(self, *args: P.args, **options: P.kwargs) -> Job[R]:
        """Runs the action in the background, after the running job. Returns its job at once."""
        return self._session._jobs.start(self._make(self._session, *args, **options))

    def __repr__(self) -> str:
        return f"<{self.__name__}{self.__signature__} of {self._session!r}>"  # type: ignore[attr-defined]


class asked(Generic[P, R]):  # noqa: N801 - read as a decorator
    """Turns a function that makes an action into a session's method.

    Args:
        make: Takes the session and the method's arguments, and returns the action. Its docstring becomes the method's.
    """

    def __init__(self, make: Callable[Concatenate[Any, P], Action[R]]) -> None:
        self._make = make
        update_wrapper(self, make)
        self.__signature__ = signature_of(make)

    @overload
    def __get__(self, session: None, owner: type) -> asked[P, R]: ...

    @overload
    def __get__(self, session: Acting, owner: type) -> Asking[P, R]: ...

    def __get__(self, session: Acting | None, owner: type) -> asked[P, R] | Asking[P, R]:
        return self if session is None else Asking(session, self._make)

    def __call__(self, session: Acting, *args: P.args, **options: P.kwargs) -> R:
        """Requests the action of a session, as `SearchSession.train(session, 3)` does."""
        return Asking(session, self._make)(*args, **options)


def signature_of(make: Callable[..., Any]) -> inspect.Signature:
    """Returns the signature of the method for a function, without the session."""
    signature = inspect.signature(make)
    return signature.replace(parameters=[*signature.parameters.values()][1:], return_annotation=inspect.Signature.empty)
