"""Broken test files: found before the training, or the network is kept and the measurement taken again."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import DataError, SessionError, StoppedError
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import load_data
from tests.session.sessions import Spy, at_batch, is_usable, portrait, small

SINGLE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of noise with a tenth of test pictures of their own."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 20), ("test", 5)):
        for name, low in (("dark", 0), ("light", 120)):
            (tmp_path / "data" / part / name).mkdir(parents=True)
            for index in range(count):
                pixels = rng.integers(low, low + 130, (8, 8), dtype=np.uint8)
                Image.fromarray(pixels).save(tmp_path / "data" / part / name / f"{index}.png")
    return tmp_path / "data"


@pytest.fixture
def streamed(folder: Path) -> SearchSession:
    """A session whose pictures are read when they are needed."""
    return small(load_data(folder, budget=0))


def truncate(folder: Path) -> Path:
    """Cuts a test picture in the middle, as a copy that was interrupted; returns a whole copy."""
    path = folder / "test" / "light" / "3.png"
    whole = shutil.copy(path, folder.parent / "whole.png")
    path.write_bytes(path.read_bytes()[:60])
    return Path(whole)


def mend(folder: Path, whole: Path) -> None:
    shutil.copy(whole, folder / "test" / "light" / "3.png")


def breaking_in_the_middle(session: SearchSession, folder: Path, batch: int = 2) -> list[Path]:
    """Has a test picture break while a network is trained; gives what becomes the whole copy."""
    whole: list[Path] = []
    at_batch(session, batch + 2, lambda: whole.append(truncate(folder)))  # two are asked before the first one
    return whole


def test_a_broken_test_picture_is_found_before_the_training(streamed: SearchSession, folder: Path) -> None:
    truncate(folder)
    with pytest.raises(DataError, match=r"light/3\.png: it cannot be read as an image") as caught:
        streamed.finalize(SINGLE, epochs=2)
    assert "replace the file" in str(caught.value.remedy)
    assert (streamed.finals, streamed.curve) == ((), ())
    assert streamed.log[-1].outcome.startswith("failed: ")
    assert is_usable(streamed)


def test_the_pictures_that_it_is_measured_on_are_looked_over_once(
    streamed: SearchSession, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    images = type(streamed.data.test.images)
    real = images.read

    def counted(self: object, rows: torch.Tensor) -> torch.Tensor:
        read.append("test" if len(self.paths) == 10 else "other")  # type: ignore[attr-defined]
        return real(self, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(images, "read", counted)
    streamed.finalize(SINGLE, epochs=1)
    assert read[0] == "other"  # the validation split
    assert read.count("test") == 2  # looked over, and measured on
    assert read[1] == read[-1] == "test"
    streamed.finalize(SINGLE, epochs=1)
    assert read.count("test") == 3


def test_data_in_memory_are_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = small(load_data(folder))
    shutil.rmtree(folder)
    assert session.finalize(SINGLE, epochs=1).is_measured


def test_looking_them_over_can_be_stopped(streamed: SearchSession) -> None:
    at_batch(streamed, 1, streamed.stop)
    with pytest.raises(StoppedError):
        streamed.finalize(SINGLE, epochs=1)
    assert streamed.curve == ()
    assert is_usable(streamed)


def test_a_picture_that_breaks_during_the_training_costs_no_network(
    streamed: SearchSession, folder: Path, tmp_path: Path
) -> None:
    reference = small(load_data(folder)).finalize(SINGLE, epochs=2, seeds=2)
    whole = breaking_in_the_middle(streamed, folder)
    final = streamed.finalize(SINGLE, epochs=2, seeds=2)
    assert whole
    assert streamed.finals == (final,)
    assert not final.is_measured
    assert math.isnan(final.test_accuracy)
    assert "light/3.png" in final.problem
    assert streamed.message == final.summary == f"trained, but not measured yet ({final.problem})"
    assert "not measured yet" in repr(final)
    assert [run.validation_accuracy for run in final.runs] == [run.validation_accuracy for run in reference.runs]
    assert len(final.unmeasured) == 2

    # It may take a day until the file is mended.
    streamed.save(tmp_path / "a.oneshot")
    session = SearchSession.load(tmp_path / "a.oneshot", data=streamed.data, device="cpu", bar=False)
    assert portrait(session)["finals"][0].problem == final.problem
    with pytest.raises(SessionError, match=r"final 1: measuring failed .*light/3\.png.*call measure\(\) again"):
        session.measure()
    assert not session.finals[0].is_measured
    mend(folder, whole[0])
    again = session.measure()
    assert session.finals == (again,)
    assert replace(again, seconds=0.0) == replace(reference, seconds=0.0)
    assert session.message == again.summary == reference.summary
    assert again.unmeasured == ()
    pairs = zip(again.module.parameters(), reference.module.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    session.save(tmp_path / "b.oneshot")
    assert SearchSession.load(tmp_path / "b.oneshot", data=streamed.data, bar=False).finals == (again,)


def test_the_log_leads_to_the_same_networks(streamed: SearchSession, folder: Path) -> None:
    whole = breaking_in_the_middle(streamed, folder)
    streamed.finalize(SINGLE, epochs=2)
    with pytest.raises(SessionError):
        streamed.measure()
    mend(folder, whole[0])
    streamed.measure()
    cells = streamed.to_python()
    assert cells[-1] == "session.measure(final=0)"
    assert sum("measure" in cell for cell in cells) == 1
    names = {"data": streamed.data}
    for cell in cells:
        exec(cell.replace("data = ...", "pass"), names)
    assert portrait(names["session"])["finals"] == portrait(streamed)["finals"]  # type: ignore[arg-type]


def test_what_has_been_measured_is_not_looked_at_again(streamed: SearchSession, folder: Path) -> None:
    final = streamed.finalize(SINGLE, epochs=1)
    truncate(folder)
    assert streamed.measure(final) == streamed.measure(0) == final
    with pytest.raises(SessionError, match="no final network waits to be measured"):
        streamed.measure()
    for wrong in (1, -1, "last", 0.5):
        with pytest.raises(SessionError, match="final: got"):
            streamed.measure(wrong)  # type: ignore[arg-type]
    with pytest.raises(SessionError, match="not one of this session's"):
        streamed.measure(replace(final, epochs=7))


class Moody(Dataset):  # type: ignore[type-arg]
    """Raises what it likes for one item, once it is told to."""

    def __init__(self) -> None:
        self.targets = [0, 1] * 30
        self.fails = False

    def __len__(self) -> int:
        return 60

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        if self.fails:
            raise KeyError("gone")
        return torch.full((1, 8, 8), float(index % 2)), self.targets[index]


def test_whatever_a_dataset_raises_costs_no_network() -> None:
    test = Moody()
    session = small(load_data((Moody(), test), budget=0))
    at_batch(session, 3, lambda: setattr(test, "fails", True))
    final = session.finalize(SINGLE, epochs=2)
    assert final.problem == "KeyError: 'gone'"
    test.fails = False
    assert session.measure(final).is_measured


def test_a_file_that_lacks_the_waiting_networks_is_refused(streamed: SearchSession, folder: Path) -> None:
    breaking_in_the_middle(streamed, folder)
    final = streamed.finalize(SINGLE, epochs=2)
    kind, weights = type(final), final.tensors()
    assert kind.from_json(final.to_json(), weights) == final
    with pytest.raises(ValueError, match="runs that wait to be measured"):
        kind.from_json(final.to_json(), dict(final.module.state_dict()))
    with pytest.raises(ValueError, match="runs that wait to be measured"):
        kind.from_json(final.to_json() | {"problem": ""}, weights)


def test_what_was_measured_before_another_run_failed_is_not_looked_at_twice(folder: Path) -> None:
    data = load_data(folder)

    class Failing(Spy):
        def batches(self, *args: Any, **options: Any) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
            batches = super().batches(*args, **options)
            if self.looks == 2:
                raise OSError("the disk is gone")
            return batches

    test = Failing(data.test)
    session = small(replace(data, test=test))
    final = session.finalize(SINGLE, epochs=1, seeds=3)
    assert final.problem == "OSError: the disk is gone"
    assert [math.isnan(run.test_accuracy) for run in final.runs] == [False, True, True]
    again = session.measure()
    assert test.looks == 4  # the first run once, the second once more, the third once
    assert again.is_measured
    assert again.runs[0] == final.runs[0]
