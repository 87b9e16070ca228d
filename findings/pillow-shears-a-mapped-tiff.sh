#!/usr/bin/env bash
# Pillow 13.0.0 shears the rows of an uncompressed TIFF that asks for a quarter turn, if it is opened by its name.
#
# A guess: `Image.open("a.tif")` and `Image.open(open("a.tif", "rb"))` give the same pixels.
#
# Seen: by name, a plain TIFF of one strip in a mode such as L or I;16 is mapped into memory, with width and height
# exchanged already as its Exif orientation (5 to 8) asks, so that rows are cut at the wrong length; then all of it is
# turned. The size is the one before the turn again, although `size` said otherwise until the pixels were loaded. No
# error, no warning. By an open file, and with compression or in RGB, the picture is right.
#
# A way round it: open files, not names.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps pillow==13.0.0
cd "$home"
venv/bin/python - <<'PYTHON'
import PIL
from PIL import Image

print("Pillow", PIL.__version__)
exif = Image.Exif()
exif[0x0112] = 6  # turn by a quarter to show it
stored = Image.frombytes("L", (3, 2), bytes([0, 1, 2, 3, 4, 5]))
stored.save("a.tif", exif=exif)
right = list(stored.transpose(Image.Transpose.ROTATE_270).tobytes())


def rows(image):
    width, height = image.size
    pixels = list(image.tobytes())
    return [pixels[start * width : (start + 1) * width] for start in range(height)]


with Image.open("a.tif") as image:
    announced = image.size
    named = rows(image)
    loaded = image.size
with open("a.tif", "rb") as file, Image.open(file) as image:
    opened = rows(image)
print("stored        ", rows(stored), "and to be turned by a quarter")
print("by open file  ", opened)
print("by name       ", named, f"size {announced} before loading, {loaded} after it")
if sum(opened, []) != right or len(opened) != 3:
    raise SystemExit("This has changed: the open file is not right")
if sum(named, []) == right or announced == loaded:
    raise SystemExit("This has changed: the name gives what the open file gives")
PYTHON
