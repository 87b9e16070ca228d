"""Prints the figures: all of them, or those named on the command line, by their own name or their benchmark's."""

import sys

from tests.benchmarks.registry import choose, load_all


def main(names: list[str]) -> int:
    benchmarks = load_all()
    try:
        chosen = choose(names, benchmarks)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for name, figures in chosen.items():
        for figure in benchmarks[name].measure(figures):
            print(figure, flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
