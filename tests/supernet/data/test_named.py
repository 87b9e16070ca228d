from __future__ import annotations

import gzip
import hashlib
import importlib
import pickle
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data, named

STEMS = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
torchvision: Any = importlib.import_module("torchvision.datasets")


def write_idx(folder: Path, *, suffix: str = ".gz") -> None:
    """Writes 100 training and 20 test images in the layout of the Debian package."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for stem, count in zip(STEMS, (100, 100, 20, 20), strict=True):
        if "images" in stem:
            content = struct.pack(">4I", 0x803, count, 28, 28) + rng.bytes(count * 784)
        else:
            content = struct.pack(">2I", 0x801, count) + bytes(index % 10 for index in range(count))
        (folder / f"{stem}{suffix}").write_bytes(gzip.compress(content) if suffix else content)


@pytest.fixture(autouse=True)
def nothing_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the machine's data nor the network can be reached."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))


def test_digits_come_with_the_package() -> None:
    data = load_data("digits")
    assert (data.name, data.input_shape, data.classes) == ("digits", (1, 8, 8), 10)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [1294, 144, 359]
    assert data.class_names == tuple("0123456789")
    assert data.mean == pytest.approx((4.88,), abs=0.05)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(
    ("name", "inner"),
    [("mnist", ""), ("mnist", "MNIST/raw"), ("fashion-mnist", "fashion-mnist"), ("fashion-mnist", "")],
)
def test_idx_files_are_found_in_a_root(tmp_path: Path, name: str, inner: str, suffix: str) -> None:
    write_idx(tmp_path / inner, suffix=suffix)
    data = load_data(name, root=tmp_path)
    assert (data.name, data.input_shape, data.classes) == (name, (1, 28, 28), 10)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [90, 10, 20]
    assert data.class_names[9] == {"mnist": "9", "fashion-mnist": "Ankle boot"}[name]


def test_the_usual_places_are_data_and_the_cache(tmp_path: Path) -> None:
    write_idx(Path("data"))
    assert len(load_data("mnist").test) == 20
    write_idx(tmp_path / "home/cache/oneshot-lab/FashionMNIST/raw", suffix="")
    assert len(load_data("fashion-mnist").test) == 20


def test_fashion_mnist_of_the_system_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = named.NAMED["fashion-mnist"]
    assert is_dataclass(entry)
    assert entry.system is not None
    assert entry.system[0] == Path("/usr/share/datasets/fashion-mnist")
    write_idx(tmp_path / "share")
    moved = replace(entry, system=(tmp_path / "share", "x"))
    monkeypatch.setitem(named.NAMED, "fashion-mnist", moved)
    assert len(load_data("fashion-mnist").test) == 20


def test_the_classes_are_those_of_torchvision() -> None:
    assert tuple(torchvision.FashionMNIST.classes) == named.NAMED["fashion-mnist"].class_names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mnist", r"train-images-idx3-ubyte\(\.gz\).*download it \(12 MB\) with .*download=True.*root"),
        ("fashion-mnist", r"download it \(31 MB\) with .*download=True.*system package dataset-fashion-mnist"),
        ("cifar10", r"cifar-10-batches-py.*download it \(170 MB\) with .*download=True"),
    ],
)
def test_data_that_is_nowhere_says_where_it_looked_and_how_to_get_it(tmp_path: Path, name: str, words: str) -> None:
    write_idx(tmp_path / "some")
    (tmp_path / "some" / f"{STEMS[2]}.gz").unlink()  # three files of four are not the data
    with pytest.raises(DataError, match=words) as caught:
        load_data(name, root=tmp_path / "some")
    assert f"looked in {tmp_path / 'some'}" in str(caught.value)


def test_images_and_labels_that_do_not_match_name_the_folder(tmp_path: Path) -> None:
    write_idx(tmp_path)
    (tmp_path / f"{STEMS[0]}.gz").write_bytes(gzip.compress(struct.pack(">4I", 0x803, 99, 28, 28) + bytes(99 * 784)))
    with pytest.raises(DataError, match="99 images and 100 labels; expected one label for each image") as caught:
        load_data("mnist", root=tmp_path)
    assert caught.value.where == str(tmp_path)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serves a folder on this machine, in place of the mirrors on the internet."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_download_is_made_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_idx(tmp_path / "mirror")
    files = [f"{stem}.gz" for stem in STEMS]
    sums = [hashlib.md5((tmp_path / "mirror" / file).read_bytes()).hexdigest() for file in files]
    monkeypatch.setattr(torchvision.MNIST, "resources", list(zip(files, sums, strict=True)))
    with serving(tmp_path / "mirror") as url:
        monkeypatch.setattr(torchvision.MNIST, "mirrors", [url])
        assert len(load_data("mnist", root=tmp_path / "here", download=True).test) == 20
    assert len(load_data("mnist", root=tmp_path / "here").test) == 20


def test_a_download_that_fails_explains_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    monkeypatch.setattr(torchvision.MNIST, "mirrors", [f"http://127.0.0.1:{closed}/"])
    with pytest.raises(DataError, match=r"data 'mnist': the download failed \(.*refused.*put the files into .*here"):
        load_data("mnist", root=tmp_path / "here", download=True)
    assert socket.getdefaulttimeout() is None


def write_cifar(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes the files of CIFAR-10, small, and tells torchvision their checksums."""
    folder = root / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)

    def dump(name: str, content: dict[str, Any]) -> str:
        (folder / name).write_bytes(pickle.dumps(content))
        return hashlib.md5((folder / name).read_bytes()).hexdigest()

    def batch(name: str) -> list[str]:
        pixels = rng.integers(0, 256, (40, 3072), dtype=np.uint8)
        return [name, dump(name, {"data": pixels, "labels": [index % 10 for index in range(40)]})]

    monkeypatch.setattr(torchvision.CIFAR10, "train_list", [batch(f"data_batch_{n}") for n in range(1, 6)])
    monkeypatch.setattr(torchvision.CIFAR10, "test_list", [batch("test_batch")])
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    meta = {"filename": "batches.meta", "key": "label_names", "md5": dump("batches.meta", {"label_names": names})}
    monkeypatch.setattr(torchvision.CIFAR10, "meta", meta)


def test_cifar10_is_read_as_torchvision_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cifar(tmp_path, monkeypatch)
    data = load_data("cifar10", root=tmp_path)
    assert (data.input_shape, data.classes) == ((3, 32, 32), 10)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [180, 20, 40]
    assert data.class_names[3] == "cat"
    assert load_data("cifar10", root=tmp_path, size=16).input_shape == (3, 16, 16)


def test_cifar10_with_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cifar(tmp_path, monkeypatch)
    (tmp_path / "cifar-10-batches-py" / "data_batch_3").write_bytes(b"cos\nsystem\n")
    with pytest.raises(DataError, match=r"torchvision refuses these files .*original files, unchanged"):
        load_data("cifar10", root=tmp_path)
