#!/usr/bin/env bash
# torch 2.14.1: what one thread sets with `set_num_threads` becomes the number of every thread that torch does not
# know yet, and of no other.
#
# A guess: `torch.set_num_threads(2)` holds for the whole process, as its documentation reads; or for the thread
# that calls it, and for no other.
#
# Seen: it holds for the thread that calls it, and for all that ask torch or compute for the first time after that.
# The main thread and others that have computed keep their number; one that has set another number itself, and has
# not computed since, loses it. So one thread of a pool that sets it changes the others or not, by who came first,
# and what they add up differs in its last digits.
#
# A way round it: in each thread set the number, and ask for it at once.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.14.1 numpy==2.4.6
cd "$home"
venv/bin/python - <<'EOF'
import queue
import threading

import torch

print("torch", torch.__version__)


def begun(*steps):
    """A thread that takes these steps one by one, each when it is asked for, and gives the result."""
    asked, given = queue.Queue(), queue.Queue()
    threading.Thread(target=lambda: [given.put(step()) for step in steps if asked.get()], daemon=True).start()
    return lambda: (asked.put(True), given.get())[1]


def set_two():
    torch.set_num_threads(2)
    return torch.get_num_threads()


torch.set_num_threads(3)
first = torch.get_num_threads()
known = begun(torch.get_num_threads, torch.get_num_threads)  # asks torch before and after the change
waiting = begun(torch.get_num_threads)  # has begun before it, and asks torch after it
hasty = begun(lambda: torch.set_num_threads(3), torch.get_num_threads)  # sets a number before it, and asks after it
print("3 is set in the main thread; there, and in another one:", first, other := known())
hasty()
print("2 is set in a third thread; there:", setting := begun(set_two)())
after = {
    "the main thread": torch.get_num_threads(),
    "a thread that had asked before": known(),
    "one that had begun before, and asks now": waiting(),
    "one that had set 3 before, and asks now": hasty(),
    "a new one": begun(torch.get_num_threads)(),
}
for who, number in after.items():
    print(f"  after that, {who}: {number}")
if (first, other, setting, *after.values()) != (3, 3, 2, 3, 3, 2, 2, 2):
    raise SystemExit("This has changed")
EOF
