from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from oneshot_lab.supernet.data import load_data


def arrays(values: np.ndarray, *, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Images, of which the first are of class 0."""
    return values, (np.arange(len(values)) >= first).astype(int)


def test_it_counts_and_measures_each_class() -> None:
    values = np.zeros((40, 6, 5), np.uint8)
    values[:30] = np.arange(30)[:, None, None]
    values[30:] = 200
    report = load_data(arrays(values, first=30)).report()
    dark, bright = report.classes
    assert (dark.train + dark.validation + dark.test, bright.train + bright.validation + bright.test) == (30, 10)
    assert dark.share == pytest.approx(dark.train / (dark.train + bright.train))
    assert (bright.mean, bright.low, bright.high) == (200, 200, 200)
    assert 0 <= dark.low < dark.mean < dark.high <= 29
    assert report.title == "arrays: 40 images, grey, 6×5 pixels, bytes"
    assert str(report).splitlines()[1].split() == ["class", "train", "validation", "test", "mean", "range"]


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_the_strip_shows_the_images_as_they_are(channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 256, (40, 6, 5, channels), dtype=np.uint8)
    data = load_data(arrays(values, first=20), layout="NHWC")
    strip = np.asarray(Image.open(BytesIO(data.report().classes[1].strip)))
    rows = data.train.rows[data.train.labels == 1]
    # Eight times as large, two pixels apart; of two channels the first is seen.
    shown = strip[::8, :40:8]
    first = data.train.images.read(rows[:1])[0].numpy()
    assert strip.shape[:2] == (48, 8 * 42 - 2)
    assert np.array_equal(shown if channels != 3 else shown.transpose(2, 0, 1), first if channels == 3 else first[0])


def test_deep_images_are_stretched_over_their_range() -> None:
    values = np.full((40, 6, 5), 1400, np.uint16)
    values[:, :3] = 1500
    report = load_data(arrays(values, first=20)).report()
    strip = np.asarray(Image.open(BytesIO(report.classes[0].strip)))
    assert (strip[0, 0], strip[-1, 0]) == (255, 0)
    assert (report.classes[0].low, report.classes[0].high, report.unit) == (1400, 1500, "float32")


def test_names_and_notes_are_text() -> None:
    values = np.zeros((40, 6, 5), np.uint8)
    labels = np.array(["<b id=marker>", "a"] * 20)
    html = load_data((values, labels)).report()._repr_html_()
    assert "<b id=marker>" not in html
    assert "&lt;b id=marker&gt;" in html
    assert "<script" not in html


def test_sizes_that_differ_are_shown() -> None:
    values = np.zeros((40, 6, 5), np.uint8)
    data = load_data(arrays(values, first=20))
    assert "height×width" not in data.report()._repr_html_()
    object.__setattr__(data, "sizes", {(height, 5): height for height in range(1, 10)})
    html = data.report()._repr_html_()
    assert "<th scope=row>9×5</th>" in html
    assert "<th scope=row>others</th><td>6</td>" in html


def test_of_many_classes_the_first_are_shown() -> None:
    labels = np.repeat(np.arange(60), 3)
    html = load_data((np.zeros((180, 4, 4), np.uint8), labels)).report()._repr_html_()
    assert html.count("<img") == 40
    assert "and 20 more classes" in html
