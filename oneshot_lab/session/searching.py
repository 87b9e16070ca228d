"""The search on an architecture as it stands: evolve, evaluate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal, overload

import numpy as np

from oneshot_lab.architecture.mask import Mask, check_mask, prune
from oneshot_lab.architecture.shapes import cost, infer
from oneshot_lab.errors import SessionError, StoppedError
from oneshot_lab.search.fitness import Marginal, marginal_effect
from oneshot_lab.search.generation import Generation
from oneshot_lab.session.candidates import Candidate, digest
from oneshot_lab.session.chart import Chart
from oneshot_lab.session.checks import check_count
from oneshot_lab.session.job import Body, Job
from oneshot_lab.session.training import Training
from oneshot_lab.supernet.evaluate import evaluate


class Searching(Training):
    """The part of a session that searches; see `SearchSession`."""

    bar: bool
    _unfit: Job[Any] | None = None
    """A search that rests because the network does not fit."""
    _before_trying: Chart | None = None
    """The map as it was before the generation that runs, while one does."""

    @overload
    def step(self, *, wait: Literal[True] = True) -> Generation: ...

    @overload
    def step(self, *, wait: Literal[False]) -> Job[Generation]: ...

    def step(self, *, wait: bool = True) -> Generation | Job[Generation]:
        """Runs one iteration of the evolutionary search (Algorithm 1) and returns its generation.

        Candidates that are known with the present weights are not evaluated again. With a `focus` they come from
        its region, and where there is a map they are placed on it.

        Args:
            wait: As for `train`.

        Raises:
            SessionError: The supernet was never trained, or `stop` was called. All is as it was before, and the next
                step draws the same population.
        """

        def run() -> Generation:
            self._check_fits("step")
            self._check_trained()
            self._renew_map()
            with self._trying():
                population = self._evolution.ask(self._proposals())
                found = self._evaluated(population, generation=len(self._evolution.generations))
                self._place(population)
                generation = self._evolution.tell([candidate.loss for candidate in found])
            said = f"generation {generation.index}: best loss {generation.loss_min:.4f}{self._drawn_from}"
            self._publish(message=said, progress=1.0)
            return generation

        return self._act("step", run, {}, wait=wait, status="searching")

    @overload
    def evolve(self, iterations: int = 10, *, wait: Literal[True] = True) -> Iterator[Generation]: ...

    @overload
    def evolve(self, iterations: int = 10, *, wait: Literal[False]) -> Job[tuple[Generation, ...]]: ...

    def evolve(self, iterations: int = 10, *, wait: bool = True) -> Iterator[Generation] | Job[tuple[Generation, ...]]:
        """Yields the generations of so many iterations, each when it is finished; loop over it.

        Args:
            iterations: At most so many; `stop` ends it earlier, also between two of them.
            wait: False: run them all in the background, and return the `Job` at once. Edits, regions and `focus`
                come in between two generations; a pause ends the generation, and lets all other jobs run.

        Raises:
            SessionError: As `step`.
        """
        iterations = check_count("iterations", iterations)
        if wait:
            return self._generations(iterations)
        return self._submit(
            Job("evolve", self._in_parts(iterations), worker=self._worker, parts=iterations, arguments=(iterations,))
        )

    def _generations(self, iterations: int) -> Iterator[Generation]:
        stops, done = self._stops, 0
        try:
            while done < iterations and self._stops == stops:
                try:
                    generation = self.step()
                except StoppedError:
                    return
                done += 1
                yield generation
        except KeyboardInterrupt:
            # Also where a generation has just been finished, of which nothing else tells.
            self._set(message=f"evolve: interrupted after {done} of {iterations} generations")
            raise

    def _in_parts(self, iterations: int) -> Body[tuple[Generation, ...]]:
        """Runs in the worker: one generation after the other, and other jobs in between."""
        job, found = self._worker.current, list[Generation]()
        assert job is not None
        while not job.is_cancelled:
            if self.problem is not None:
                # Drawn in between. Nobody has done anything wrong: the search waits for the next edit.
                self._unfit = job
                job.pause()
                self._set(message="evolve: paused, the network does not fit; it goes on when that is mended")
            else:
                # A pause stops the generation. Its population waits.
                with suppress(StoppedError):
                    found.append(self.step())
                    job.parts_done = len(found)
                if job.is_paused:
                    self._set(message=f"evolve: paused after {len(found)} of {iterations} generations")
            if len(found) == iterations:
                return tuple(found)
            yield
        self._set(message=f"evolve: stopped after {len(found)} of {iterations} generations")
        return tuple(found)

    def _show(self, **values: Any) -> None:
        super()._show(**values)
        if self.problem is None and self._unfit is not None:
            job, self._unfit = self._unfit, None
            job.resume()

    @contextmanager
    def _trying(self) -> Iterator[None]:
        """Takes back what a generation that is not finished has drawn: its population, on the map and in regions."""
        chart = self._before_trying = self._chart()
        try:
            with self._evolution.trying():
                yield
        except BaseException:
            self._take_chart(chart)
            self._publish()
            raise
        finally:
            self._before_trying = None

    @overload
    def evaluate(self, *masks: Mask | str, wait: Literal[True] = True) -> tuple[Candidate, ...]: ...

    @overload
    def evaluate(self, *masks: Mask | str, wait: Literal[False]) -> Job[tuple[Candidate, ...]]: ...

    def evaluate(self, *masks: Mask | str, wait: bool = True) -> tuple[Candidate, ...] | Job[tuple[Candidate, ...]]:
        """Evaluates sub-networks of your own choice with the present weights; they join the candidates.

        Args:
            masks: The sub-networks; also as text, as in `candidates`.
            wait: As for `train`.

        Returns:
            Their candidates, in the same order; blocks without effect are not in a candidate's mask.

        Raises:
            MaskError: A mask is none, or names no network of this architecture.
            SessionError: As `step`.
        """
        chosen = [check_mask(self.architecture, Mask.parse(mask)) for mask in masks]
        arguments = {"masks": [sorted(mask.blocks) for mask in chosen]}

        def run() -> tuple[Candidate, ...]:
            self._check_fits("evaluate")
            for mask in chosen:
                check_mask(self.architecture, mask)
            found = self._evaluated(chosen, generation=None)
            self._place(chosen)
            self._publish(progress=1.0)
            return found

        return self._act("evaluate", run, arguments, wait=wait, status="evaluating")

    @property
    def best(self) -> Candidate:
        """The candidate of the lowest loss among those whose evaluation still holds, and which are within the limit.

        Raises:
            SessionError: There is none yet.
        """
        finite = [
            candidate
            for candidate in self.current_candidates()
            if np.isfinite(candidate.loss) and self._evolution.sizing.fits(candidate.mask)
        ]
        if not finite:
            within = "" if self.constraint.limit is None else " within the limit"
            raise SessionError(f"there is no evaluated candidate{within}", where="best", remedy="step the search first")
        return min(finite, key=lambda candidate: candidate.loss)

    def marginal_effects(self) -> dict[str, Marginal]:
        """Returns what each block does to the loss, over all candidates whose evaluation still holds.

        Beside the paper's block fitness, which moves in steps of 1/n: the mean loss without the block minus the
        mean loss with it, and its 95 % interval.
        """
        current = self.current_candidates()
        masks, losses = [candidate.mask for candidate in current], [candidate.loss for candidate in current]
        return marginal_effect(self.architecture, masks, losses)

    def _evaluated(self, masks: Sequence[Mask], *, generation: int | None) -> tuple[Candidate, ...]:
        """Returns the candidates of masks, evaluating those that are not known with the present weights."""
        self._check_trained()
        architecture, version = self.architecture, self._weights.version
        pruned = {mask: prune(architecture, mask) for mask in masks}
        unknown = [mask for mask in pruned.values() if self._ledger.find(architecture, mask, version) is None]
        if unknown:
            self._evaluate(unknown, generation)
        known = (self._ledger.find(architecture, pruned[mask], version) for mask in masks)
        return tuple(candidate for candidate in known if candidate is not None)

    def _evaluate(self, masks: Sequence[Mask], generation: int | None) -> None:
        """Evaluates networks, and notes what was found when all is done."""
        scores = evaluate(
            self._weights.supernet,
            masks,
            self.data.validation,
            device=self.device,
            calibration=self.data.train,
            progress=lambda done, total: self._tell_share(done / total),
            should_stop=self._should_stop,
        )
        inference = infer(self.architecture)
        parents = self._evolution.parents if generation is not None else {}
        for mask, score in scores.items():
            price = cost(self.architecture, mask, inference=inference)
            self._ledger.add(
                Candidate(
                    mask,
                    score.loss,
                    score.accuracy,
                    price.parameters,
                    price.macs,
                    generation,
                    parents.get(mask),
                    self._weights.version,
                    digest(self.architecture, mask),
                )
            )
