#!/usr/bin/env bash
# scikit-learn 1.9.1: TSNE(method="exact", metric="precomputed") squares the caller's matrix of distances, in
# place.
#
# A guess: `fit` leaves its input as it is: there is no `copy` parameter, and method="barnes_hut" does leave it.
#
# Seen: after `fit` the array holds squared distances. Whoever fits twice, with another seed say, fits to other
# distances the second time, and a read-only matrix is refused. Hand it a copy.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check scikit-learn==1.9.1 numpy==2.4.6
cd "$home"
venv/bin/python - <<'EOF'
import numpy as np
import sklearn
from sklearn.manifold import TSNE

print("scikit-learn", sklearn.__version__)
points = np.random.default_rng(0).random((20, 3))
distances = np.linalg.norm(points[:, None] - points, axis=-1)
seen = {}
for method in ("exact", "barnes_hut"):
    given = distances.copy()
    TSNE(method=method, metric="precomputed", init="random", perplexity=5, random_state=0).fit(given)
    seen[method] = np.array_equal(given, distances), np.allclose(given, distances**2)
    print(f"{method}: the input is as it was: {seen[method][0]}, is squared: {seen[method][1]}")
if seen != {"exact": (False, True), "barnes_hut": (True, False)}:
    raise SystemExit("This has changed")
EOF
