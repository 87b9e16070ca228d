"""The same pictures are read alike, and the same is told, as files, in a list or in any kind of Dataset."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from PIL import Image
from torch.utils.data import ConcatDataset, Subset

from oneshot_lab.supernet.data import load_data
from tests.supernet.data.test_datasets import Items
from tests.supernet.data.test_folders import everything, waves, write

ORIENTATION = 0x0112


def deep(label: int, index: int, path: Path) -> None:
    Image.fromarray((1410 + 80 * waves(label, index)).astype(np.uint16)).save(f"{path}.png")


def transparent(label: int, index: int, path: Path) -> None:
    shape = np.zeros((24, 24, 4), np.uint8)
    shape[..., 3] = (waves(label, index) > 0) * 255
    Image.fromarray(shape).save(f"{path}.png")


def turned(label: int, index: int, path: Path) -> None:
    """Lies on its side, so that it is of another size than it looks, and its Exif says so."""
    image, exif = Image.fromarray((127 + 120 * waves(label, index)).astype(np.uint8)[:20]), Image.Exif()
    if index % 2:
        exif[ORIENTATION], image = 6, image.transpose(Image.Transpose.ROTATE_90)
    image.save(f"{path}.png", exif=exif)


def palette(label: int, index: int, path: Path) -> None:
    """Index 0 is bright and index 1 dark: taken for greys they would be two kinds of black."""
    image = Image.fromarray((waves(label, index) > 0).astype(np.uint8)).convert("P")
    image.putdata((waves(label, index) > 0).astype(np.uint8).ravel().tolist())
    image.putpalette([250, 240, 230, 10, 20, 30])
    image.save(f"{path}.png")


KINDS: dict[Callable[[int, int, Path], None], str] = {
    deep: "more than 8 bits deep",
    transparent: "laid on white",
    turned: "turned upright",
    palette: "",
}


def rows(paths: list[Path]) -> list[tuple[Image.Image, int]]:
    """The pictures as a person opens them, with their labels."""
    return [(Image.open(BytesIO(path.read_bytes())), int(path.parent.name == "down")) for path in paths]


def hugging_face(paths: list[Path]) -> Any:
    table = {"image": [str(path) for path in paths], "label": [int(path.parent.name == "down") for path in paths]}
    return datasets.Dataset.from_dict(table).cast_column("image", datasets.Image())


GIVEN: dict[str, Callable[[list[Path]], Any]] = {
    "a list": lambda paths: ([image for image, _ in rows(paths)], [label for _, label in rows(paths)]),
    "a Dataset": lambda paths: Items(rows(paths)),
    "a Subset": lambda paths: Subset(Items(rows([*paths, *paths])), range(len(paths))),
    "a ConcatDataset": lambda paths: ConcatDataset([Items(rows(paths[:5])), Items(rows(paths[5:]))]),
    "Hugging Face's": hugging_face,
}


@pytest.mark.parametrize("budget", [None, 0])
@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("make", KINDS)
def test_pictures_are_read_as_those_of_a_folder(tmp_path: Path, make: Any, given: str, budget: int | None) -> None:
    write(tmp_path, make)
    files = load_data(tmp_path)
    data = load_data(GIVEN[given](sorted(tmp_path.rglob("*.png"))), budget=budget)
    channels, height = 1 if make in (deep, turned) else 3, 20 if make is turned else 24
    assert data.input_shape == files.input_shape == (channels, height, 24)
    for theirs, ours in zip(everything(files), everything(data), strict=True):
        assert theirs.dtype == ours.dtype
        assert np.array_equal(theirs, ours)
    assert (everything(data)[0].std((2, 3)) > 10).all()  # the texture is seen
    # Hugging Face's library turns pictures itself when it decodes them, which leaves nothing to tell.
    told = KINDS[make] if (make, given) != (turned, "Hugging Face's") else ""
    assert any(told in note and "pictures (" in note for note in data.notes) == bool(told)
