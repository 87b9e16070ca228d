"""Prints the figures: all of them, or those of the benchmarks named on the command line."""

import sys

from oneshot_lab.errors import closest
from tests.benchmarks.registry import load_all


def main(names: list[str]) -> int:
    benchmarks = load_all()
    for name in names:
        if name not in benchmarks:
            print(f"no benchmark {name!r}; {closest(name, benchmarks)}", file=sys.stderr)
            return 2
    for name in names or benchmarks:
        for figure in benchmarks[name]():
            print(figure, flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
