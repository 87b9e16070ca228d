"""A report on the data: a table of the classes with some images of each, to check before training."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from oneshot_lab.supernet.data.images import CHUNK, Size
from oneshot_lab.supernet.data.split import Split

SAMPLE = 4096
"""How many training images, every class in proportion, the brightness is computed from."""

IN_A_STRIP = 8
SIDE = 48
"""Pixels of a thumbnail's longer side, at most."""

MOST_CLASSES = 40
MOST_SIZES = 6


@dataclass(frozen=True)
class ClassReport:
    """One class of the data.

    Attributes:
        name: Its name.
        train: Images of it in the training split; `validation` and `test` likewise.
        share: Its share of the training images, 0 to 1.
        mean: The mean pixel value of its training images, in the units of the stored pixels (0 to 255 for bytes).
        low: The smallest pixel value.
        high: The largest.
        strip: Some of its training images side by side, as a PNG.
    """

    name: str
    train: int
    validation: int
    test: int
    share: float
    mean: float
    low: float
    high: float
    strip: bytes = field(repr=False)


@dataclass(frozen=True)
class DataReport:
    """A summary of the data; a notebook shows it as a table with images.

    Attributes:
        name: The name of the data.
        shape: (channels, height, width).
        unit: The type of pixel values: `bytes` or `float32`.
        classes: In the order of their labels.
        sizes: How many pictures were found of each height and width; empty if all have `shape`.
        notes: What was changed or skipped, and what is doubtful.
        sampled: How many training images the means and ranges were computed from.
    """

    name: str
    shape: tuple[int, int, int]
    unit: str
    classes: tuple[ClassReport, ...]
    sizes: Mapping[Size, int]
    notes: tuple[str, ...]
    sampled: int

    def __str__(self) -> str:
        """Returns the table as text."""
        width = max(len("class"), *(len(row.name) for row in self.classes))
        lines = [f"{'class':<{width}}  {'train':>7} {'validation':>10} {'test':>7}  {'mean':>9}  range"]
        lines += [
            f"{row.name:<{width}}  {row.train:>7,} {row.validation:>10,} {row.test:>7,}  {row.mean:>9.4g}  "
            f"{row.low:g} to {row.high:g}"
            for row in self.classes
        ]
        return "\n".join([self.title, *lines, *(f"- {note}" for note in self.notes)])

    @property
    def title(self) -> str:
        """One line that describes the images."""
        channels, height, width = self.shape
        kind = {1: "grey", 3: "colour"}.get(channels, f"{channels} channels")
        count = sum(row.train + row.validation + row.test for row in self.classes)
        return f"{self.name}: {count:,} images, {kind}, {height}×{width} pixels, {self.unit}"

    def _repr_html_(self) -> str:
        rows = "".join(map(self._row, self.classes[:MOST_CLASSES]))
        more = len(self.classes) - MOST_CLASSES
        last = f'<tr><td colspan="6">and {more:,} more classes</td></tr>' if more > 0 else ""
        head = "".join(
            f"<th{' class=osl-data-number' if is_number else ''}>{name}</th>"
            for name, is_number in (
                *(("class", False), ("train", True), ("validation", True), ("test", True)),
                *(("mean, range", True), ("as the network sees them", False)),
            )
        )
        table = f"<table class=osl-data-classes><thead><tr>{head}</tr></thead><tbody>{rows}{last}</tbody></table>"
        return f'<div class="osl-data">{_STYLE}<p>{escape(self.title)}</p>{self._told()}{table}{self._found()}</div>'

    def _row(self, row: ClassReport) -> str:
        strip, name = base64.b64encode(row.strip).decode(), escape(row.name)
        bar = f'<span class="osl-data-bar" style="width:{60 * row.share / self._largest:.0f}px"></span>'
        return (
            f'<tr><th scope=row title="{name}">{name}</th><td class=osl-data-number>{bar} {row.train:,}</td>'
            f"<td class=osl-data-number>{row.validation:,}</td><td class=osl-data-number>{row.test:,}</td>"
            f"<td class=osl-data-number>{row.mean:.4g}, {row.low:g}–{row.high:g}</td>"
            f'<td><img src="data:image/png;base64,{strip}" alt="training images of {name}"></td></tr>'
        )

    @property
    def _largest(self) -> float:
        return max(row.share for row in self.classes)

    def _told(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<ul>{notes}</ul>" if notes else ""

    def _found(self) -> str:
        if len(self.sizes) < 2:
            return ""
        ordered = sorted(self.sizes.items(), key=lambda item: -item[1])
        most = ordered[0][1]
        rows = "".join(
            f"<tr><th scope=row>{height}×{width}</th>"
            f'<td><span class="osl-data-bar" style="width:{120 * count / most:.0f}px"></span> {count:,}</td></tr>'
            for (height, width), count in ordered[:MOST_SIZES]
        )
        rest = sum(count for _, count in ordered[MOST_SIZES:])
        others = f"<tr><th scope=row>others</th><td>{rest:,}</td></tr>" if rest else ""
        head = "<thead><tr><th>height×width of the files</th><th>pictures</th></tr></thead>"
        return f"<table>{head}<tbody>{rows}{others}</tbody></table>"


_STYLE = """<style>
.osl-data { color: var(--jp-content-font-color1, inherit); font-size: var(--jp-ui-font-size1, 13px);
  container-type: inline-size; }
.osl-data p { font-weight: 600; margin: 4px 0; }
.osl-data ul { margin: 4px 0 8px; padding-left: 18px; }
.osl-data table { border-collapse: collapse; margin: 4px 0 8px; font-size: inherit; }
.osl-data th, .osl-data td { text-align: left; padding: 2px 10px 2px 0; background: none;
  white-space: nowrap; border: 0; border-bottom: 1px solid var(--jp-border-color2, #8884);
  font-weight: 400; vertical-align: middle; }
.osl-data thead th { color: var(--jp-content-font-color2, inherit); }
.osl-data tbody th { font-weight: 600; max-width: 20em; overflow: hidden; text-overflow: ellipsis; }
.osl-data .osl-data-number { text-align: right; font-variant-numeric: tabular-nums; }
.osl-data img { display: block; height: auto; max-width: 100%; margin: 0; }
.osl-data-bar { display: inline-block; height: 8px; border-radius: 2px; background: var(--jp-brand-color1, #0072b2);
  min-width: 1px; }
/* Where there is no room beside the numbers, a class's images are below them. */
@container (max-width: 660px) {
  .osl-data .osl-data-classes, .osl-data-classes :is(thead, tbody) { display: block; }
  .osl-data-classes tr { align-items: center; border-bottom: 1px solid var(--jp-border-color2, #8884); display: grid;
    grid-template-columns: minmax(0, 1fr) 7.5em 5.5em 3em 8.5em; }
  .osl-data .osl-data-classes :is(th, td) { border: 0; padding-right: 0; }
  .osl-data .osl-data-classes tbody th { max-width: none; overflow-wrap: anywhere; white-space: normal; }
  .osl-data-classes tbody td:nth-child(6) { grid-column: 1 / -1; }
  .osl-data-classes thead th:nth-child(6) { display: none; }
}
/* Too narrow for a name beside them as well. */
@container (max-width: 390px) {
  .osl-data-classes tbody th { grid-column: 1 / -1; }
  .osl-data-classes tbody td:nth-child(2) { grid-column: 2; }
}
</style>"""


def make_report(
    name: str,
    class_names: Sequence[str],
    splits: tuple[Split, Split, Split],
    *,
    notes: tuple[str, ...],
    sizes: Mapping[Size, int],
) -> DataReport:
    """Makes the report.

    Args:
        name: What they are called.
        class_names: The names of the classes, in the order of the labels.
        splits: Training, validation and test; only training images are read.
        notes: The notes from loading.
        sizes: The sizes of the pictures found.

    Raises:
        DataError: An image cannot be read.
    """
    train = splits[0].head(SAMPLE)
    counts = [np.bincount(split.labels.numpy(), minlength=len(class_names)) for split in splits]
    mean, low, high = _brightness(train, len(class_names))
    bounds = (0.0, 255.0) if train.images.dtype == torch.uint8 else (float(low.min()), float(high.max()))
    rows = tuple(
        ClassReport(
            class_name,
            train=int(counts[0][label]),
            validation=int(counts[1][label]),
            test=int(counts[2][label]),
            share=float(counts[0][label] / counts[0].sum()),
            mean=float(mean[label]),
            low=float(low[label]),
            high=float(high[label]),
            strip=_strip(train, label, bounds),
        )
        for label, class_name in enumerate(class_names)
    )
    unit = "bytes" if train.images.dtype == torch.uint8 else "float32"
    return DataReport(name, train.images.shape, unit, rows, dict(sizes), notes, len(train))


def _brightness(split: Split, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Returns the mean, the smallest and the largest pixel value of each class's images."""
    total, count = torch.zeros(classes, dtype=torch.float64), torch.zeros(classes)
    low, high = torch.full((classes,), torch.inf), torch.full((classes,), -torch.inf)
    for start in range(0, len(split), CHUNK):
        labels = split.labels[start : start + CHUNK]
        images = split.images.read(split.rows[start : start + CHUNK]).flatten(1)
        total.index_add_(0, labels, images.double().mean(1))
        count.index_add_(0, labels, torch.ones(len(labels)))
        low.scatter_reduce_(0, labels, images.amin(1).float(), "amin")
        high.scatter_reduce_(0, labels, images.amax(1).float(), "amax")
    return total / count, low, high


def _strip(split: Split, label: int, bounds: tuple[float, float]) -> bytes:
    """Returns the first images of a class side by side, as a PNG; the bounds become black and white."""
    rows = split.rows[split.labels == label][:IN_A_STRIP]
    low, high = bounds
    scaled = ((split.images.read(rows).float() - low) * (255 / max(high - low, 1e-12))).clamp(0, 255).byte().numpy()
    channels, height, width = split.images.shape
    # Small images are enlarged by a whole factor, so that each pixel can be seen; large ones are reduced.
    factor = max(1, SIDE // max(height, width)) if max(height, width) <= SIDE else SIDE / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    sheet = Image.new("RGB", ((size[0] + 2) * len(scaled) - 2, size[1]), (128, 128, 128))
    for place, pixels in enumerate(scaled):
        image = Image.fromarray(pixels.transpose(1, 2, 0)) if channels == 3 else Image.fromarray(pixels[0])
        how = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.BOX
        sheet.paste(image.convert("RGB").resize(size, how), (place * (size[0] + 2), 0))
    file = BytesIO()
    (sheet if channels == 3 else sheet.convert("L")).save(file, "PNG")
    return file.getvalue()
