from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.data.folders import as_array, from_folder

OCT = ("CNV", "DME", "DRUSEN", "NORMAL")


def fill(folder: Path, count: int, *, mode: str = "L", size: tuple[int, int] = (6, 5), suffix: str = "png") -> None:
    """Writes `count` pictures of width × height = size; picture i is grey i."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        Image.new("L", size, index).convert(mode).save(folder / f"{index:03}.{suffix}")


def test_the_layout_of_oct(tmp_path: Path) -> None:
    for part, count in (("train", 10), ("val", 2), ("test", 3)):
        for name in OCT:
            fill(tmp_path / part / name, count)
    data = load_data(tmp_path)
    assert data.class_names == OCT
    assert data.input_shape == (1, 5, 6)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [40, 8, 12]
    assert data.name == tmp_path.name
    assert any("few to compare candidates by" in note for note in data.notes)


def test_a_share_asked_for_replaces_the_folder_of_validation(tmp_path: Path) -> None:
    for part, count in (("train", 10), ("valid", 2), ("testing", 3)):
        for name in OCT:
            fill(tmp_path / part / name, count)
    data = load_data(tmp_path, validation=0.3)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [28, 12, 12]
    assert any("the source's own 8 are left aside" in note for note in data.notes)


def test_one_folder_is_split(tmp_path: Path) -> None:
    fill(tmp_path / "cat", 20)
    fill(tmp_path / "dog" / "deeper", 30, mode="RGB")
    (tmp_path / ".cache").mkdir()
    (tmp_path / "cat" / "Thumbs.db").write_bytes(b"no image")
    (tmp_path / "cat" / "._001.png").write_bytes(b"no image")
    data = load_data(str(tmp_path))
    assert data.input_shape == (3, 5, 6)
    assert data.class_names == ("cat", "dog")
    assert len(data.train) + len(data.validation) + len(data.test) == 50
    assert any(note.startswith("test: 10 images split off") for note in data.notes)


@pytest.mark.parametrize(("mode", "channels"), [("1", 1), ("L", 1), ("LA", 1), ("RGB", 3), ("RGBA", 3), ("P", 3)])
def test_grey_is_found_by_itself(tmp_path: Path, mode: str, channels: int) -> None:
    fill(tmp_path / "a", 1, mode=mode)
    assert from_folder(tmp_path, size=None).parts["train"].images.shape == (channels, 5, 6)


def test_pixels_come_as_they_are(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "0.PNG")
    read = from_folder(tmp_path, size=None).parts["train"].images.read(torch.tensor([0]))
    assert torch.equal(read[0], torch.from_numpy(pixels).permute(2, 0, 1))


def test_sixteen_bit_greys_keep_their_upper_half() -> None:
    deep = np.array([[0, 255, 256, 65535]], dtype=np.uint16)
    assert as_array(Image.fromarray(deep), 1).tolist() == [[[0, 0, 1, 255]]]


def test_mixed_sizes_name_two_files_and_the_remedy(tmp_path: Path) -> None:
    fill(tmp_path / "a", 3)
    fill(tmp_path / "b", 3, size=(7, 5))
    with pytest.raises(DataError, match=r"a.000\.png has 5×6 .*b.000\.png has 5×7.*size=\(5, 6\)"):
        load_data(tmp_path)
    assert load_data(tmp_path, size=8).input_shape == (1, 8, 8)
    assert load_data(tmp_path, size=(4, 9)).input_shape == (1, 4, 9)


def test_truncated_and_unreadable_files_are_named(tmp_path: Path) -> None:
    fill(tmp_path / "a", 3)
    fill(tmp_path / "b", 3, size=(60, 50), suffix="jpg")
    whole = (tmp_path / "b" / "001.jpg").read_bytes()
    (tmp_path / "b" / "001.jpg").write_bytes(whole[: len(whole) - 60])
    with pytest.raises(DataError, match=r"001\.jpg: it cannot be read as an image .*(?i:truncated)") as caught:
        load_data(tmp_path, size=6)
    assert caught.value.where == str(tmp_path / "b" / "001.jpg")
    (tmp_path / "b" / "001.jpg").write_bytes(b"no image at all")
    with pytest.raises(DataError, match=r"001\.jpg: it cannot be read as an image"):
        load_data(tmp_path, size=6)


def test_a_streamed_file_that_breaks_later_is_named(tmp_path: Path) -> None:
    fill(tmp_path / "a", 8)
    fill(tmp_path / "b", 8)
    data = load_data(tmp_path, budget=0)
    fill(tmp_path / "a", 8, size=(9, 9))
    with pytest.raises(DataError, match=r"\.png: it has 9×9 pixels now; expected 5×6"):
        list(data.train.batches(4))


def test_floating_point_pictures_are_refused(tmp_path: Path) -> None:
    fill(tmp_path / "a", 1)
    Image.new("F", (6, 5)).save(tmp_path / "a" / "x.tiff")
    with pytest.raises(DataError, match="floating-point numbers, of unknown range"):
        from_folder(tmp_path, size=None)


def test_folders_without_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there are no subfolders"):
        load_data(tmp_path)
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match=r"there are no images in it; expected files ending in \.bmp"):
        load_data(tmp_path)
    fill(tmp_path / "a", 4)
    with pytest.raises(DataError, match="all images have the label 0; expected two classes or more"):
        load_data(tmp_path)


def test_a_class_that_training_lacks_is_refused(tmp_path: Path) -> None:
    fill(tmp_path / "train" / "a", 4)
    fill(tmp_path / "train" / "b", 4)
    fill(tmp_path / "test" / "c", 4)
    with pytest.raises(DataError, match="there is no training class 'c'; expected one of a, b"):
        load_data(tmp_path)


def test_streamed_and_resident_batches_are_equal(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for index in range(30):
            pixels = rng.integers(0, 256, (7, 9, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{index}.png")
    resident, streamed = load_data(tmp_path, size=5), load_data(tmp_path, size=5, budget=0)
    assert type(resident.train.images) is not type(streamed.train.images)
    assert (resident.mean, resident.std) == (streamed.mean, streamed.std)
    for name in ("train", "validation", "test"):
        runs = [
            list(getattr(data, name).batches(7, generator=torch.Generator().manual_seed(3)))
            for data in (resident, streamed)
        ]
        for (x, y), (other_x, other_y) in zip(*runs, strict=True):
            assert torch.equal(x, other_x)
            assert torch.equal(y, other_y)
    assert not streamed.train._resident
