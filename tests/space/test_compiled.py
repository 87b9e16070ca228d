import subprocess
import sys

import pytest

MODULE = """
import numpy as np

from oneshot_lab.space.ged.compiled import kept


@kept
def double(values):
    for index in range(len(values)):
        values[index] *= 2


values = np.ones(3)
double(values)
double(values)
print(values.tolist())
"""


def run(folder, **environment):
    (folder / "twice.py").write_text(MODULE)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import twice"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "PYTHONPATH": ":".join(sys.path), "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )


def test_what_was_compiled_is_kept_beside_the_source(tmp_path):
    for _ in range(2):
        done = run(tmp_path)
        assert (done.stdout.strip(), done.returncode) == ("[4.0, 4.0, 4.0]", 0), done.stderr
    assert list((tmp_path / "__pycache__").glob("twice.double*.nbc"))


def test_without_any_folder_to_write_to_it_is_compiled_all_the_same(tmp_path):
    # Files where folders would be: nobody, root included, can write there.
    (tmp_path / "__pycache__").write_text("")
    taken = tmp_path / "taken"
    taken.write_text("")
    done = run(tmp_path, NUMBA_CACHE_DIR=str(taken), HOME=str(taken), XDG_CACHE_HOME=str(taken))
    assert (done.stdout.strip(), done.returncode) == ("[4.0, 4.0, 4.0]", 0), done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"__pycache__", "taken", "twice.py"}


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_damaged_cache_is_passed_over(tmp_path, ending):
    assert run(tmp_path).returncode == 0
    (file,) = (tmp_path / "__pycache__").glob(f"twice.double*.{ending}")
    file.write_bytes(file.read_bytes()[:40])
    done = run(tmp_path)
    assert (done.stdout.strip(), done.returncode) == ("[4.0, 4.0, 4.0]", 0), done.stderr
