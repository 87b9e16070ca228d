from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.supernet.data.folders import from_folder

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
    assert any("the source's own 8 are not used" in note for note in data.notes)


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


def test_whole_numbers_and_fractions_are_not_mixed(tmp_path: Path) -> None:
    fill(tmp_path / "a", 1)
    Image.new("F", (6, 5)).save(tmp_path / "a" / "x.tiff")
    with pytest.raises(DataError, match=r"a.x\.tiff holds floating-point numbers, .*000\.png whole ones"):
        from_folder(tmp_path, size=None)


def test_folders_without_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there are no subfolders"):
        load_data(tmp_path)
    (tmp_path / "a").mkdir()
    with pytest.raises(DataError, match="there are no images in it; expected files that Pillow reads"):
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
    for file in tmp_path.glob("*/*.png"):
        file.unlink()
    assert len(list(resident.train.batches(7))) > 1
    with pytest.raises(DataError):
        list(streamed.train.batches(7))


# ---- files as people have them -------------------------------------------------------------------------------------


def waves(label: int, index: int) -> np.ndarray:
    """A texture of 24×24 in -1 to 1: class 0 runs across, class 1 down."""
    line = np.sin(np.arange(24) * 0.9 + index * 0.7)
    return np.tile(line, (24, 1)) if label == 0 else np.tile(line[:, None], (1, 24))


def write(folder: Path, make: Callable[[int, int, Path], None], count: int = 12) -> None:
    """Writes so many pictures of each of two classes; `make` is given label, number and the path without ending."""
    for label, name in enumerate(("across", "down")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            make(label, index, folder / name / f"{index:02d}")


def everything(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """All images and labels, in stored units."""
    splits = (data.train, data.validation, data.test)
    images = torch.cat([split.images.read(split.rows) for split in splits])
    return images.numpy(), torch.cat([split.labels for split in splits]).numpy()


def is_told(data: Data, *words: str) -> bool:
    return any(all(word in note for word in words) for note in data.notes)


@pytest.mark.parametrize(("middle", "reach", "ending"), [(1410, 80, "png"), (100, 99, "png"), (1410, 80, "tif")])
def test_a_narrow_range_of_sixteen_bits_keeps_its_texture(tmp_path: Path, middle: int, reach: int, ending: str) -> None:
    values = lambda label, index: (middle + reach * waves(label, index)).astype(np.uint16)  # noqa: E731
    write(tmp_path, lambda *at: Image.fromarray(values(*at[:2])).save(f"{at[2]}.{ending}"))
    data = load_data(tmp_path)
    arrays = np.stack([values(label, index) for label in (0, 1) for index in range(12)])
    same = load_data((arrays, np.repeat([0, 1], 12)))
    images, labels = everything(data)
    assert images.dtype == np.float32
    assert np.array_equal(images, everything(same)[0])
    assert (images.std((1, 2, 3)) > reach / 3).all()
    assert np.array_equal(images.std(2).max((1, 2)) < 1e-3, labels == 0)
    assert is_told(data, "24 pictures (across/00", "more than 8 bits deep: values are kept as they are")


def test_what_is_transparent_is_seen(tmp_path: Path) -> None:
    def make(label: int, index: int, path: Path) -> None:
        shape = np.zeros((24, 24, 4), np.uint8)
        shape[..., 3] = (waves(label, index) > 0) * 255
        Image.fromarray(shape).save(f"{path}.png")

    write(tmp_path, make)
    data = load_data(tmp_path)
    images, labels = everything(data)
    assert set(np.unique(images)) == {0, 255}
    assert np.array_equal(images.std(2).max((1, 2)) == 0, labels == 0)
    assert is_told(data, "24 pictures (across/00.png", "laid on white where transparent")
    assert set(np.unique(everything(load_data(tmp_path, background="#640000"))[0][:, 0])) == {0, 100}


@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp"])
def test_pictures_stand_upright_before_their_sizes_are_compared(tmp_path: Path, ending: str) -> None:
    """A portrait of 24×20 whose upper half is bright; every second file stores it lying, and its Exif says so."""
    portrait = np.full((24, 20, 3), 60, np.uint8)
    portrait[:12] = 200

    def make(label: int, index: int, path: Path) -> None:
        image, exif = Image.fromarray(portrait), Image.Exif()
        if index % 2:
            exif[0x0112] = 6
            image = image.transpose(Image.Transpose.ROTATE_90)
        image.save(f"{path}.{ending}", exif=exif, quality=95)

    write(tmp_path, make)
    data = load_data(tmp_path)
    images, _ = everything(data)
    assert data.input_shape == (3, 24, 20)
    assert (images[:, :, :11].min() > 190, images[:, :, 13:].max() < 70) == (True, True)
    # Pillow turns a TIFF by itself when it opens it, which leaves nothing to tell.
    assert is_told(data, "12 pictures (across/01", "turned upright, as their Exif data say") == (ending != "tif")


def test_a_portrait_is_the_same_as_jpg_and_as_tif(tmp_path: Path) -> None:
    def make(label: int, index: int, path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 8
        Image.new("L", (24, 20), 90).save(f"{path}.{'jpg' if index % 2 else 'tif'}", exif=exif)

    write(tmp_path, make)
    assert load_data(tmp_path).input_shape == (1, 24, 20)


def test_hidden_files_and_folders_are_passed_over_and_told(tmp_path: Path) -> None:
    write(tmp_path, lambda *at: Image.new("L", (24, 24), at[1]).save(f"{at[2]}.png"))
    for hidden in (tmp_path / "across/.ipynb_checkpoints", tmp_path / "down/deeper/.cache/more", tmp_path / ".trash"):
        hidden.mkdir(parents=True)
        (hidden / "00-checkpoint.png").write_bytes(b"not even a picture")
    data = load_data(tmp_path)
    assert len(everything(data)[0]) == 24
    assert is_told(data, "skipped: 2 hidden", "across/.ipynb_checkpoints, down/deeper/.cache")


def test_whatever_pillow_reads_is_read_and_the_rest_is_told(tmp_path: Path) -> None:
    endings = ("jfif", "jpe", "dib", "bin", "")

    def make(label: int, index: int, path: Path) -> None:
        image = Image.new("L", (24, 24), 20 * index)
        ending = endings[index % len(endings)]
        image.save(f"{path}.{ending}".rstrip("."), {"dib": "DIB", "bin": "PNG"}.get(ending, "JPEG"))

    write(tmp_path, make)
    for name in ("Thumbs.db", "notes.txt", "a.csv", "scan.dcm"):
        (tmp_path / "across" / name).write_bytes(b"1,2,3")
    data = load_data(tmp_path)
    assert len(everything(data)[0]) == 24
    assert is_told(data, "skipped: 4 files that are not pictures (across/Thumbs.db, across/a.csv, across/notes.txt")


def test_loose_pictures_and_folders_that_are_no_part_are_told(tmp_path: Path) -> None:
    for part in ("train", "test"):
        write(tmp_path / part, lambda *at: Image.new("L", (24, 24), at[1]).save(f"{at[2]}.png"))
        Image.new("L", (24, 24)).save(tmp_path / part / "loose.png")
    write(tmp_path / "extra", lambda *at: Image.new("L", (24, 24)).save(f"{at[2]}.png"))
    data = load_data(tmp_path)
    assert len(everything(data)[0]) == 48
    assert is_told(data, "skipped: 2 loose files (test/loose.png, train/loose.png)", "the name of its folder")
    assert is_told(data, "skipped: 1 subfolder (extra)", "they are not used")


def test_a_folder_that_is_named_like_a_picture_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, lambda *at: Image.new("L", (24, 24), at[1]).save(f"{at[2]}.png"))
    (tmp_path / "across" / "more.png").mkdir()
    Image.new("L", (24, 24)).save(tmp_path / "across" / "more.png" / "in.png")
    assert len(everything(load_data(tmp_path))[0]) == 25


def test_links_inside_a_class_are_told(tmp_path: Path) -> None:
    write(tmp_path / "data", lambda *at: Image.new("L", (24, 24), at[1]).save(f"{at[2]}.png"))
    write(tmp_path / "else", lambda *at: Image.new("L", (24, 24), at[1]).save(f"{at[2]}.png"))
    (tmp_path / "data" / "third").symlink_to(tmp_path / "else" / "down")
    (tmp_path / "data" / "down" / "more").symlink_to(tmp_path / "else" / "across")
    data = load_data(tmp_path / "data")
    assert data.class_names == ("across", "down", "third")
    assert is_told(data, "skipped: 1 linked folder (down/more)")


def test_grey_beside_colour_and_bytes_beside_deeper_ones_are_told(tmp_path: Path) -> None:
    def make(label: int, index: int, path: Path) -> None:
        image = Image.new("RGB", (24, 24), (200, 0, 0)) if index == 3 else Image.new("L", (24, 24), 255)
        if index == 5:
            image = Image.fromarray(np.full((24, 24), 1000, np.uint16))
        image.save(f"{path}.png")

    write(tmp_path, make)
    data = load_data(tmp_path)
    images, _ = everything(data)
    assert sorted({int(value) for value in images.max((1, 2, 3))}) == [1000, 200 * 257, 65535]
    assert is_told(data, "22 pictures", "all are read as colour")
    assert is_told(data, "2 pictures (across/05.png, down/05.png)", "more than 8 bits deep")
    assert is_told(data, "22 pictures", "multiplied by 257")


def test_sizes_that_were_found_are_kept(tmp_path: Path) -> None:
    write(tmp_path, lambda *at: Image.new("L", (24 + at[1] % 2, 20), 9).save(f"{at[2]}.png"))
    data = load_data(tmp_path, size=8)
    assert data.sizes == {(20, 24): 12, (20, 25): 12}
    assert is_told(data, "resized from 2 sizes (20×24, 20×25)")


def test_a_series_in_one_file_is_its_first_picture(tmp_path: Path) -> None:
    def make(label: int, index: int, path: Path) -> None:
        first, second = Image.new("L", (24, 24), 10), Image.new("L", (24, 24), 200)
        first.save(f"{path}.tif", save_all=True, append_images=[second])

    write(tmp_path, make)
    data = load_data(tmp_path)
    assert set(np.unique(everything(data)[0])) == {10}
    assert is_told(data, "24 pictures", "only the first is used")
