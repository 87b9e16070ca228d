"""Training of the single-choice LeNet against NNI 3.0's RandomOneShot, which runs in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import torch

from oneshot_lab.supernet.supernet import Supernet
from oneshot_lab.supernet.train import train
from tests.benchmarks.networks import noise, pooled_lenet
from tests.benchmarks.registry import Figure, benchmark, compare_seconds, seconds

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parent.parent / ".venv-nni"
REQUIREMENTS = ("nni==3.0", "pytorch-lightning<2", "setuptools<80")
IMAGES = 3200


def python_with_nni() -> Path:
    """Makes the environment if it is not complete yet; torch is borrowed from the one that runs this."""
    python = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    complete = ENVIRONMENT / "complete"
    if not complete.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        (ENVIRONMENT / ".gitignore").write_text("*\n")
        paths = {"base": str(ENVIRONMENT), "platbase": str(ENVIRONMENT)}
        site = Path(sysconfig.get_path("purelib", scheme="venv", vars=paths))
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        complete.touch()
    return python


@benchmark("train_vs_nni")
def train_vs_nni() -> Iterator[Figure]:
    split, supernet = noise(IMAGES), Supernet(pooled_lenet())
    command = [python_with_nni(), HERE / "nni_side.py", str(IMAGES), str(torch.get_num_threads())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as nni:
        assert nni.stdin is not None
        assert nni.stdout is not None

        def epoch_of_nni() -> float:
            nni.stdin.write("\n")
            nni.stdin.flush()
            for line in nni.stdout:
                if line.startswith("seconds "):
                    return float(line.split()[1])
            raise RuntimeError("NNI's process ended")

        ratio, ours, theirs = compare_seconds(
            lambda: seconds(lambda: train(supernet, split, recipe="single", epochs=1, device="cpu", bar=False)),
            epoch_of_nni,
            rounds=9,
        )
        nni.stdin.close()
    yield Figure("train_vs_nni", ratio, "x", 2.0)
    yield Figure("  ours", IMAGES / ours, "img/s")
    yield Figure("  nni", IMAGES / theirs, "img/s")
