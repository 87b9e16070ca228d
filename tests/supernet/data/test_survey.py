from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data.pictures import Form
from oneshot_lab.supernet.data.survey import Survey


def write(folder: Path, *images: Image.Image) -> list[Path]:
    paths = [folder / f"{number}.{'tiff' if image.mode == 'F' else 'png'}" for number, image in enumerate(images)]
    for path, image in zip(paths, images, strict=True):
        image.save(path)
    return paths


def test_plain_pictures_leave_nothing_to_tell(tmp_path: Path) -> None:
    survey = Survey(tmp_path)
    survey.look_at(write(tmp_path, *[Image.new("RGB", (4, 3))] * 5))
    assert (survey.channels, survey.is_deep, dict(survey.sizes)) == (3, False, {(3, 4): 5})
    assert survey.notes(Form(3)) == ()


def test_each_note_counts_and_names_the_first_three(tmp_path: Path) -> None:
    survey = Survey(tmp_path)
    survey.look_at(write(tmp_path, *[Image.new("RGBA", (4, 3))] * 5, Image.new("L", (4, 3))))
    assert survey.notes(Form(3, ground=(1, 2, 3))) == (
        "5 pictures (0.png, 1.png, 2.png and 2 more): laid on the colour (1, 2, 3) where transparent; "
        'choose another with data_options={"background": …} for a session or osl.load_data(…, background=…)',
        "1 picture (5.png): grey among others in colour: all are read as colour",
    )


def test_the_first_of_each_size_is_known(tmp_path: Path) -> None:
    survey = Survey(tmp_path)
    paths = write(tmp_path, *(Image.new("L", (width, 3)) for width in (4, 5, 4)))
    survey.look_at(paths)
    assert survey.first_of_size == {(3, 4): paths[0], (3, 5): paths[1]}


def test_fractions_beside_whole_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"1\.tiff holds floating-point numbers, .*0\.png whole ones"):
        Survey(tmp_path).look_at(write(tmp_path, Image.new("L", (4, 3)), Image.new("F", (4, 3))))
