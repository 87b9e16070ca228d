"""What is asked of a session's worker: to run an action and wait, to run it in the background, to pause and to stop."""

from __future__ import annotations

import math
from contextlib import suppress
from time import monotonic
from typing import Any

from oneshot_lab.errors import SessionError
from oneshot_lab.session.log import LogEntry, now
from oneshot_lab.session.runtime.job import LONG, SHORT, Job, once
from oneshot_lab.session.runtime.live import IDLE, PAUSED, RUNNING, Doable, R
from oneshot_lab.session.runtime.notifications import Notifications, show_error
from oneshot_lab.session.runtime.running import Running
from oneshot_lab.session.runtime.traits import Traits
from oneshot_lab.session.runtime.worker import Worker


class Jobs:
    """The jobs of an object that actions change.

    Args:
        traits: Those of the object, which show its jobs.
        running: Runs its actions.
        notifications: Those of the object.
        worker: Its worker.
    """

    def __init__(self, traits: Traits, *, running: Running, notifications: Notifications, worker: Worker) -> None:
        self._traits, self._running, self._notifications, self._worker = traits, running, notifications, worker

    # ---- actions ---------------------------------------------------------------------------------------------------

    def ask(self, action: Doable[R]) -> R:
        """Runs an action, within another one or as a job of its own, and returns its result.

        Raises:
            SessionError: An observer waits for an action while another runs: that one would wait for the observer.
        """
        if self._worker.is_here():
            return self._running.do(self._traits.owner, action)
        if self._running.verb and self._notifications.is_looked_at():
            raise SessionError(
                f"{self._running.verb} has not ended yet (status: {self._traits.owner.status})",
                where=action.verb,
                remedy=f"wait for its end, call stop(), or run this in the background with {action.verb}.start()",
            )
        job = self._job_of(action)
        try:
            with self._notifications.awaiting():
                return self.submit(job, once=False).wait()
        except KeyboardInterrupt as interrupt:
            # Where exactly it came tells nobody anything, and what was left there may still hold the lock.
            interrupt.with_traceback(None)
            # Also one that comes just before the waiting begins, which is raised as well when the job has ended.
            waited, job.is_interrupted = job.is_interrupted, True
            job.cancel()
            if not waited and (job.is_started or self._worker.current is job):
                with suppress(Exception):
                    job.wait()
            raise

    def start(self, action: Doable[R]) -> Job[R]:
        """Runs an action after the running job, and returns its job at once."""
        return self.submit(self._job_of(action))

    def _job_of(self, action: Doable[R]) -> Job[R]:
        rank = SHORT if action.status is None else LONG
        # What was asked for is done also if nobody else holds the object any more.
        owner = self._traits.owner
        body = once(lambda: self._running.do(owner, action))
        return Job(action.verb, body, worker=self._worker, rank=rank, arguments=action.arguments())

    # ---- jobs ------------------------------------------------------------------------------------------------------

    def submit(self, job: Job[R], *, once: bool = True) -> Job[R]:
        """Queues a job; with `once`, returns an equal long job that has not ended instead."""
        self._traits.owner._requested(job)
        self._worker.bar = self._traits.owner.bar
        return self._worker.submit(job, once=once)

    def foremost(self) -> Job[Any] | None:
        """Returns the long job that runs, rests or waits for its turn; None: there is none."""
        return self._worker.foremost(due=True)

    def stop(self) -> None:
        """Asks the running job to stop."""
        self._running.stops += 1
        job = self._worker.foremost()
        if job is not None:
            self._note_press("stop", job)
            job.cancel()

    def pause(self) -> None:
        """Has the foremost job rest from its next batch on."""
        job = self.foremost()
        if job is not None and not job.is_paused:
            self._note_press("pause", job)
            job.pause()

    def resume(self) -> None:
        """Resumes the job that was paused; of several the one that runs first."""
        jobs = [self._worker.current, *self._worker.waiting()]
        job = next((job for job in jobs if job is not None and job.is_paused), None)
        if job is not None:
            self._note_press("resume", job)
            job.resume()

    def _note_press(self, name: str, job: Job[Any]) -> None:
        """Logs what was asked of a job (§6.1.2), before it leads to anything."""
        self._running.note(LogEntry(now(), name, {"job": job.name}, 0.0, "done"))

    def wait(self, timeout: float | None = None) -> None:
        """Waits until all jobs have ended, but those that are paused.

        Raises:
            TimeoutError: Some have not ended after so many seconds.
            Exception: What an observer raised meanwhile.
        """
        errors: list[Exception] = []
        self._notifications.pump(self._worker.is_idle, errors=errors, timeout=timeout)
        for error in errors[1:]:
            show_error(error)
        if errors:
            raise errors[0]
        if not self._worker.is_idle():
            raise TimeoutError(f"{self._running.verb or 'a job'} has not ended after {timeout:g} seconds")

    def tell(self) -> None:
        """Publishes which jobs run, wait or rest. Called by the worker, and by whoever asks something of a job."""
        with self._notifications.setting():
            jobs, current = self._worker.waiting(), self._worker.current
            active = [job for job in jobs if not job.is_paused]
            resting = len(active) < len(jobs) or (current is not None and current.is_paused)
            long = self.foremost()
            # It is its turn now, but for the worker to wake up.
            next_one = current is None and bool(active) and active[0].due <= monotonic()
            values: dict[str, Any] = {
                "waiting": tuple(job.name for job in active[next_one:]),
                "paused": resting,
                "job_state": "" if long is None else PAUSED if long.is_paused else RUNNING,
            }
            if current is None and not any(job.is_started for job in active):
                values |= {"status": IDLE} | ({} if math.isnan(self._traits.owner.eta) else {"eta": math.nan})
            changes = self._traits.assign(values)
        # Not delivered here: who asks something of a job does not expect what observers raise.
        self._notifications.put(changes)
