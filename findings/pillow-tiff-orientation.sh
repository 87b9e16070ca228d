#!/usr/bin/env bash
# Pillow 13.0.0 turns a TIFF by its Exif orientation when it opens it, and no other format.
#
# A guess: `Image.open` gives the stored pixels for every format, with the orientation in `getexif()`, and
# `ImageOps.exif_transpose` is what turns them.
#
# Seen: so it is for JPEG, PNG and WebP. A TIFF with the same tag opens with width and height exchanged, its
# pixels turned, and without the tag. So one photograph saved in two formats has two sizes, and sizes compared
# before `exif_transpose` differ.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps pillow==13.0.0
cd "$home"
venv/bin/python - <<'EOF'
import io

import PIL
from PIL import Image

print("Pillow", PIL.__version__)
exif = Image.Exif()
exif[0x0112] = 6  # turn by a quarter to show it
seen = {}
for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(file, kind, exif=exif)
    image = Image.open(file)
    image.load()
    seen[kind] = image.size, image.getexif().get(0x0112)
    print(f"{kind:<5} 40×20 with orientation 6 opens as {image.size[0]}×{image.size[1]}, orientation {seen[kind][1]}")
as_stored, turned = ((40, 20), 6), ((20, 40), None)
if seen != {"JPEG": as_stored, "PNG": as_stored, "WEBP": as_stored, "TIFF": turned}:
    raise SystemExit("This has changed")
EOF
