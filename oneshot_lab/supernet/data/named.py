"""The data sets known by name: where they are looked for, and how they are downloaded."""

from __future__ import annotations

import importlib
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.idx import read_idx
from oneshot_lab.supernet.data.images import Size, from_array
from oneshot_lab.supernet.data.options import give
from oneshot_lab.supernet.data.source import Part, PartName, Source, as_labels

_DIGITS = tuple("0123456789")
_CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_CIFAR = "cifar-10-batches-py"
_RESPONSE_SECONDS = 20.0
"""Seconds without a response after which a download fails."""


@dataclass(frozen=True)
class Request:
    """A request for a named data set.

    Attributes:
        root: The only folder to look in, or None for the usual places.
        download: Whether it may be downloaded from the internet.
        size: Resize the images to this.
    """

    root: Path | None
    download: bool
    size: Size | None

    @property
    def target(self) -> Path:
        """The folder for downloads: `root`, or the user's cache."""
        if self.root is not None:
            return self.root
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oneshot-lab"

    @property
    def places(self) -> tuple[Path, ...]:
        """The folders to look in."""
        return (self.root,) if self.root is not None else (Path("data"), self.target)


@dataclass(frozen=True)
class _Idx:
    """A data set in four idx files.

    Attributes:
        name: Its name in this package.
        loader: Its name in torchvision, and of the folder that torchvision keeps it in.
        class_names: By label.
        system: The folder where a system package puts it, and that package's name.
        megabytes: The size of the download.
    """

    name: str
    loader: str
    class_names: tuple[str, ...]
    megabytes: int
    system: tuple[Path, str] | None = None

    def __call__(self, request: Request) -> Source:
        folders = [place / inner for place in request.places for inner in ("", self.name, f"{self.loader}/raw")]
        if self.system and request.root is None:
            folders.append(self.system[0])
        found = next((files for folder in folders if len(files := _idx_files(folder)) == 4), None)
        if found is None and request.download:
            _download(self.name, self.loader, request.target)
            found = _idx_files(request.target / self.loader / "raw")
        if found is None:
            package = f", or install the system package {self.system[1]}" if self.system else ""
            raise _unreachable(
                self.name, folders, ", ".join(f"{stem}(.gz)" for stem in _STEMS), f"{self.megabytes} MB", package
            )
        parts: dict[PartName, Part] = {"train": self._part(found, 0, request), "test": self._part(found, 2, request)}
        return Source(self.name, parts, self.class_names)

    def _part(self, files: list[Path], first: int, request: Request) -> Part:
        images = from_array(read_idx(files[first], 3), str(files[first]), layout="NHW", size=request.size)
        return Part(images, as_labels(read_idx(files[first + 1], 1), str(files[first + 1])), str(files[first].parent))


_STEMS = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def _idx_files(folder: Path) -> list[Path]:
    candidates = ([folder / stem, folder / f"{stem}.gz"] for stem in _STEMS)
    return [file for pair in candidates if (file := next((path for path in pair if path.is_file()), None))]


def _digits(request: Request) -> Source:
    # scikit-learn takes a second to import, and nothing else here needs it.
    bunch = importlib.import_module("sklearn.datasets").load_digits()
    images = from_array(np.asarray(bunch.images), "digits", layout="NHW", size=request.size)
    return Source("digits", {"train": Part(images, as_labels(bunch.target, "digits"), "digits")}, _DIGITS)


def _cifar10(request: Request) -> Source:
    places = list(request.places)
    root = next((place for place in places if (place / _CIFAR).is_dir()), None)
    if root is None and request.download:
        root = request.target
        _download("cifar10", "CIFAR10", root)
    if root is None:
        raise _unreachable("cifar10", places, f"a folder {_CIFAR} in one of them", "170 MB", "")
    # torchvision compares checksums before it unpickles anything.
    loader = importlib.import_module("torchvision.datasets").CIFAR10
    try:
        train, test = loader(str(root), train=True), loader(str(root), train=False)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"torchvision refuses these files ({error})",
            where=str(root / _CIFAR),
            expected="the original files, unchanged",
            remedy=f"remove the folder, and download it again with {give('download', 'True')}",
        ) from error
    parts: dict[PartName, Part] = {
        "train": _cifar_part(train, "cifar10 train", request.size),
        "test": _cifar_part(test, "cifar10 test", request.size),
    }
    return Source("cifar10", parts, tuple(train.classes))


def _cifar_part(dataset: Any, where: str, size: Size | None) -> Part:
    images = from_array(dataset.data, where, layout="NHWC", size=size)
    return Part(images, as_labels(dataset.targets, where), where)


NAMED: dict[str, Callable[[Request], Source]] = {
    "digits": _digits,
    "mnist": _Idx("mnist", "MNIST", _DIGITS, 12),
    "fashion-mnist": _Idx(
        "fashion-mnist",
        "FashionMNIST",
        _CLOTHES,
        31,
        (Path("/usr/share/datasets/fashion-mnist"), "dataset-fashion-mnist (Debian)"),
    ),
    "cifar10": _cifar10,
}
"""The data sets known by name."""


def _unreachable(name: str, places: list[Path], files: str, amount: str, package: str) -> DataError:
    return DataError(
        f"not found; looked in {', '.join(str(place.absolute()) for place in places)}",
        where=f"data {name!r}",
        expected=files,
        remedy=f"download it ({amount}) with {give('download', 'True')}, or give the folder that holds it as root"
        f"{package}",
    )


def _download(name: str, loader: str, root: Path) -> None:
    try:
        with _impatient():
            getattr(importlib.import_module("torchvision.datasets"), loader)(str(root), download=True)
    except (OSError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        raise DataError(
            f"the download failed ({reason})",
            where=f"data {name!r}",
            remedy=f"try again with internet access, or put the files into {root.absolute()} yourself",
        ) from error


@contextmanager
def _impatient() -> Iterator[None]:
    # torchvision sets no time-out: behind a firewall it would wait for many minutes.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_RESPONSE_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
