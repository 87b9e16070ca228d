"""Several iterations of the search, one after the other, between which other actions may run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from oneshot_lab.errors import StoppedError
from oneshot_lab.search.generation import Generation
from oneshot_lab.session.actions.step import Step
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.runtime.job import Body, Job


class Evolve:
    """Yields the generations of so many iterations, each when it is finished; loop over it.

    `evolve.start` runs them all in the background, and returns the `Job` at once. Edits, regions and `focus` take
    effect between two generations; a pause ends the generation, and lets all other jobs run.

    Args:
        session: The `SearchSession`. A call takes the iterations: at most so many; `stop` ends it earlier, also between
            two of them, and so does the end of the space, for a strategy that evaluates each candidate once.

    Raises:
        SessionError: As `step`.
    """

    def __init__(self, session: Any) -> None:
        self._session = session

    def __call__(self, iterations: int = 10, *, wait: bool = True) -> Iterator[Generation]:
        """Yields the generations of this many iterations, each when it is finished; loop over it."""
        if not wait:
            return self.start(iterations)  # type: ignore[return-value]
        return self._generations(check_count("iterations", iterations))

    def start(self, iterations: int = 10) -> Job[tuple[Generation, ...]]:
        """Runs this many iterations in the background, after the running job. Returns the job at once."""
        iterations, session = check_count("iterations", iterations), self._session
        body = self._in_parts(iterations)
        job = Job("evolve", body, worker=session._worker, parts=iterations, arguments=(iterations,))
        # An equal job that has not ended is returned instead.
        submitted: Job[tuple[Generation, ...]] = session._jobs.submit(job)
        return submitted

    def edited(self) -> None:
        """Resumes a search that is paused because the network did not fit."""
        session = self._session
        if session.state.drawing.problem is None and session._unfit is not None:
            job, session._unfit = session._unfit, None
            job.resume()

    def _newest(self) -> Generation | None:
        generations = self._session.state.strategy.generations
        return generations[-1] if generations else None

    def _generations(self, iterations: int) -> Iterator[Generation]:
        session = self._session
        done, stops = 0, session._running.stops
        try:
            while done < iterations and session._running.stops == stops:
                newest = self._newest()
                try:
                    generation: Generation = session._jobs.ask(Step())
                except StoppedError:
                    return
                if generation is newest:
                    return
                done += 1
                yield generation
        except KeyboardInterrupt:
            # Also where a generation has just been finished, of which nothing else tells.
            session._set(message=f"evolve: interrupted after {done} of {iterations} generations")
            raise

    def _in_parts(self, iterations: int) -> Body[tuple[Generation, ...]]:
        """Runs in the worker: one generation after the other, and other jobs in between."""
        session = self._session
        job, found = session._worker.current, list[Generation]()
        assert job is not None
        while not job.is_cancelled:
            if session.state.drawing.problem is not None:
                # Drawn in between. Nobody has done anything wrong: the search waits for the next edit.
                session._unfit = job
                job.pause()
                session._set(message="evolve: paused, the network does not fit; it goes on when that is mended")
            else:
                # A pause stops the generation. Its population waits.
                newest = self._newest()
                with suppress(StoppedError):
                    generation: Generation = session._jobs.ask(Step())
                    if generation is newest:
                        return tuple(found)
                    found.append(generation)
                    job.parts_done = len(found)
                if job.is_paused:
                    session._set(message=f"evolve: paused after {len(found)} of {iterations} generations")
            if len(found) == iterations:
                return tuple(found)
            yield
        session._set(message=f"evolve: stopped after {len(found)} of {iterations} generations")
        return tuple(found)
