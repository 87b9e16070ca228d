from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.walk import Walk


def picture(path: Path, kind: str = "PNG") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (4, 3)).save(path, kind)
    return path


def test_pictures_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = ("b.png", "a/z.png", "a.png", "c/d/e.PNG")
    found = Walk(tmp_path).pictures(tmp_path) if [picture(tmp_path / name) for name in names] else []
    assert found == sorted(tmp_path / name for name in names)


def test_first_bytes_tell_what_an_ending_does_not(tmp_path: Path) -> None:
    walk = Walk(tmp_path)
    picture(tmp_path / "scan", "TIFF")
    picture(tmp_path / "upload.tmp", "JPEG")
    (tmp_path / "labels.txt").write_text("a picture of nothing")
    assert [path.name for path in walk.pictures(tmp_path)] == ["scan", "upload.tmp"]
    assert walk.notes == (
        "skipped: 1 file that is not a picture (labels.txt): Pillow does not read it",
    )  # fmt: skip


def test_a_file_with_the_ending_of_a_picture_is_one_and_told_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    walk = Walk(tmp_path)
    assert walk.pictures(tmp_path) == [tmp_path / "a.png"]
    assert not walk.notes


def test_what_begins_with_a_dot_is_passed_over_at_any_depth(tmp_path: Path) -> None:
    picture(tmp_path / "a" / ".b" / "c.png")
    picture(tmp_path / "a" / "d" / "._e.png")
    walk = Walk(tmp_path)
    assert walk.pictures(tmp_path / "a") == []
    assert walk.notes == (
        "skipped: 2 hidden files and folders (a/.b, a/d/._e.png): its name begins with a dot",
    )  # fmt: skip
    assert [path.name for path in walk.subfolders(tmp_path / "a")] == ["d"]


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="gone: the folder cannot be read"):
        Walk(tmp_path).pictures(tmp_path / "gone")
    with pytest.raises(DataError, match="gone: the folder cannot be read"):
        Walk(tmp_path).subfolders(tmp_path / "gone")
