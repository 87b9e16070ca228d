#!/usr/bin/env bash
# torch 2.14.1: a ModuleDict or ParameterDict does not take "pop", "type", "keys" or "float" as a key.
#
# A guess: both can be "indexed like a regular Python dictionary", as their documentation says; a key is any text
# (without a dot).
#
# Seen: a key that is the name of one of their methods is refused with KeyError "attribute 'pop' already exists". A
# dictionary whose keys come from elsewhere (names of classes, columns, styles of music) works until one is called
# "type" or "pop". Assigning, `update` and the constructor are all alike.
#
# A way round it: put something before each key, "_" + name.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cd "$home"
venv/bin/python - <<'EOF'
import torch
from torch import nn

print("torch", torch.__version__)


def refused(make):
    found = []
    for name in ("rock", "jazz", "pop", "type", "keys", "float", "_pop"):
        try:
            make(name)
        except KeyError as error:
            print(f"  {name!r} is refused: {error.args[0]}")
            found.append(name)
        else:
            print(f"  {name!r} is taken")
    return found


print("ModuleDict")
modules = refused(lambda name: nn.ModuleDict({name: nn.Linear(2, 2)}))
print("ParameterDict")
parameters = refused(lambda name: nn.ParameterDict({name: torch.zeros(2)}))
print("a dictionary")
plain = refused(lambda name: dict([(name, nn.Linear(2, 2))]))
names = ["pop", "type", "keys", "float"]
if (modules, parameters, plain) != (names, names, []):
    raise SystemExit("This has changed")
EOF
