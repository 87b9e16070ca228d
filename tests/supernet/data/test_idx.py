from __future__ import annotations

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets.mnist import read_sn3_pascalvincent_tensor

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.idx import read_idx


def header(*shape: int, kind: int = 8) -> bytes:
    return bytes((0, 0, kind, len(shape))) + struct.pack(f">{len(shape)}I", *shape)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_it_reads_what_torchvision_reads(tmp_path: Path, name: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 6), dtype=np.uint8)
    content = header(7, 5, 6) + pixels.tobytes()
    ours = read_idx(write(tmp_path / name, content), 3)
    theirs = read_sn3_pascalvincent_tensor(str(write(tmp_path / "plain", content)))
    assert (ours == theirs.numpy()).all()
    assert (ours == pixels).all()


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "starts with nothing"),
        (b"\0\0\x08\x03\0\0", "starts with 00 00 08 03"),
        (b"PNG!" + bytes(40), "expected 00 00 08 03, then 3 sizes"),
        (header(40) + bytes(40), "starts with 00 00 08 01"),
        (header(2, 2, 2, kind=13) + bytes(32), "starts with 00 00 0d 03"),
        (header(0, 28, 28), "claims 0×28×28 bytes"),
        (header(2, 3, 3) + bytes(17), r"claims 2×3×3 bytes.*(holds 17|on disk)"),
        (header(2, 3, 3) + bytes(19), "claims 2×3×3 bytes, it holds more"),
        (header(2**32 - 1, 2**32 - 1, 2**32 - 1) + bytes(64), r"claims .* on disk can hold"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_by_name(tmp_path: Path, suffix: str, content: bytes, words: str) -> None:
    path = write(tmp_path / f"images{suffix}", content)
    with pytest.raises(DataError, match=words) as caught:
        read_idx(path, 3)
    assert caught.value.where == str(path)


def test_a_header_alone_allocates_nothing(tmp_path: Path) -> None:
    # 900 MB claimed by a file of 1 MB that really could unpack to it, but does not.
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(header(900, 1000, 1000) + np.random.default_rng(0).bytes(2**20)))
    tracemalloc.start()
    with pytest.raises(DataError, match=r"it holds 1,048,576|half of the free memory"):
        read_idx(path, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20


@pytest.mark.parametrize("keep", [5, 30, 60])
def test_a_truncated_gzip_is_refused_by_name(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(header(8, 4, 4) + np.random.default_rng(0).bytes(128))[:keep])
    with pytest.raises(DataError, match=r"cannot be read|starts with|on disk"):
        read_idx(path, 3)


def test_a_gz_that_is_no_gzip_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(header(1, 2, 2) + bytes(4))
    with pytest.raises(DataError, match=r"cannot be read \(Not a gzipped file"):
        read_idx(path, 3)


def test_more_than_the_memory_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneshot_lab.supernet.data.idx.budget_on", lambda device: 8)
    path = write(tmp_path / "images", header(2, 3, 3) + bytes(18))
    with pytest.raises(DataError, match="half of the free memory"):
        read_idx(path, 3)
