#!/usr/bin/env bash
# bqplot 0.13.1 sends whole numbers of 64 bits to the browser as 32 bits; those of 2³¹ and more wrap around.
#
# A guess: a mark draws the numbers that it is given, or refuses those that it cannot send.
#
# Seen: 3,000,000,000 (multiply-adds of a network, bytes, nanoseconds) is drawn at −1,294,967,296, and Python's
# side still shows the right array. Floats are sent as they are: `y.astype(float)`.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check bqplot==0.13.1 ipywidgets==8.1.9 numpy==2.4.6
cd "$home"
venv/bin/python - <<'EOF'
import bqplot
import numpy as np

print("bqplot", bqplot.__version__)
given = np.array([1, 2**31 - 1, 3_000_000_000], dtype=np.int64)


def sent(values):
    scales = {"x": bqplot.LinearScale(), "y": bqplot.LinearScale()}
    state = bqplot.Scatter(x=np.arange(3), y=values, scales=scales).get_state()["y"]
    return np.frombuffer(state["value"], dtype=state["dtype"])


whole, floats = sent(given), sent(given.astype(float))
print("given         ", given.dtype, given.tolist())
print("sent          ", whole.dtype, whole.tolist())
print("sent as floats", floats.dtype, floats.tolist())
as_seen = whole.dtype == np.int32 and whole.tolist() == [1, 2**31 - 1, 3_000_000_000 - 2**32]
if not as_seen or not np.array_equal(floats, given):
    raise SystemExit("This has changed")
EOF
