#!/usr/bin/env bash
# datasets 5.2.0: its streams are torch Datasets, its tables are not.
#
# A guess: with torch installed, a Hugging Face Dataset and an IterableDataset are both instances of
# `torch.utils.data.Dataset`, or neither is: a DataLoader takes both.
#
# Seen: `isinstance` says no for a Dataset, also after `with_format("torch")`, and yes for an IterableDataset, which
# takes torch's class as a base when the first one is made; that is when torch is imported. Code that asks
# `isinstance(data, torch.utils.data.Dataset)`, to tell a data set from other arguments, treats the same rows
# differently by whether they are streamed.
#
# A way round it: ask what is needed, `hasattr(data, "__getitem__") and hasattr(data, "__len__")`.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check datasets==5.2.0 torch==2.14.1
cd "$home"
venv/bin/python - <<'EOF'
import sys

import datasets

print("datasets", datasets.__version__)
table = datasets.Dataset.from_dict({"x": [1, 2, 3]})
imported = ["torch" in sys.modules]
stream = table.to_iterable_dataset()
imported.append("torch" in sys.modules)

import torch
from torch.utils.data import DataLoader, Dataset

print("torch", torch.__version__, "is imported before the first stream, after it:", imported)
seen = [isinstance(each, Dataset) for each in (table, table.with_format("torch"), stream)]
print("the table, the table with torch's format, the stream: is it a torch Dataset?", seen)
loaded = [sum(batch["x"].sum().item() for batch in DataLoader(each, batch_size=2)) for each in (table, stream)]
print("the sum of what a DataLoader gives of the table, of the stream:", loaded)
if (imported, seen, loaded) != ([False, True], [False, False, True], [6, 6]):
    raise SystemExit("This has changed")
EOF
