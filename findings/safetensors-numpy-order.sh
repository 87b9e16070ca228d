#!/usr/bin/env bash
# safetensors 0.8.0 saves a numpy array that is not C-contiguous, such as a transposed one, with its values in
# another order.
#
# A guess: `safetensors.numpy.load(save(x))` gives `x`, or `save` refuses what it cannot write, as
# safetensors.torch does for tensors that are not contiguous.
#
# Seen: the memory is written as it lies and the shape as it is shown, without a word: shape and dtype agree,
# the values are scrambled. `np.ascontiguousarray` beforehand helps.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps safetensors==0.8.0 numpy==2.4.6
cd "$home"
venv/bin/python - <<'EOF'
import numpy as np
import safetensors
from safetensors.numpy import load, save

print("safetensors", safetensors.__version__, "numpy", np.__version__)
array = np.arange(6, dtype=np.int32).reshape(2, 3)
transposed = array.T
back = load(save({"x": transposed}))["x"]
print("saved ", transposed.tolist())
print("loaded", back.tolist())
mended = load(save({"x": np.ascontiguousarray(transposed)}))["x"]
print("loaded, made contiguous before", mended.tolist())
as_seen = back.shape == (3, 2) and back.tolist() == [[0, 1], [2, 3], [4, 5]]
if not as_seen or mended.tolist() != [[0, 3], [1, 4], [2, 5]]:
    raise SystemExit("This has changed")
EOF
