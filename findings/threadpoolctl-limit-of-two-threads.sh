#!/usr/bin/env bash
# threadpoolctl 3.8.0 ignores a limit for OpenBLAS that one thread sets while another thread holds one.
#
# A guess: inside `with threadpool_limits(1):` numpy computes in one thread. Or, since OpenBLAS has one number for
# the whole process, the thread that set it last decides.
#
# Seen: the thread that came first decides. In the other one the block begins without a word, and the number stays
# that of the first. When the first one leaves its block, the second one, still inside its own, computes in as many
# threads as there were before both. Who needs one thread (for the same last digits each time, say) does not get it.
# It is so where OpenBLAS has threads of its own, as in numpy's wheels for Linux and Windows.
#
# A way round it: one lock of one's own around each such block.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps threadpoolctl==3.8.0 numpy==2.4.6
cd "$home"
venv/bin/python - <<'EOF'
import threading

import numpy as np
import threadpoolctl
from threadpoolctl import threadpool_info, threadpool_limits

print("threadpoolctl", threadpoolctl.__version__, "numpy", np.__version__)


def threads():
    (number,) = [library["num_threads"] for library in threadpool_info() if library["internal_api"] == "openblas"]
    return number


def second():
    with threadpool_limits(1, user_api="blas"):
        seen["while the first one holds 3"] = threads()
        inside.set()
        first_has_left.wait()
        seen["after the first one has left"] = threads()


seen, inside, first_has_left = {}, threading.Event(), threading.Event()
before = threads()
other = threading.Thread(target=second)
with threadpool_limits(3, user_api="blas"):
    other.start()
    inside.wait()
first_has_left.set()
other.join()
with threadpool_limits(1, user_api="blas"):
    alone = threads()
print("before:", before)
print("in a block that sets 1, with no other thread:", alone)
for when, number in seen.items():
    print(f"in a block of a second thread that sets 1, {when}: {number}")
if (alone, *seen.values()) != (1, 3, before):
    raise SystemExit("This has changed")
EOF
