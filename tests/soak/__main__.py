"""Tries everything in full, or the kinds that are named; tells each seed that failed, and how to try it again."""

import argparse
import sys
from time import perf_counter

from oneshot_lab.errors import closest
from tests.soak.kinds import load_all


def main() -> int:
    kinds = load_all()
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="kind", help=f"one of {', '.join(kinds)}; left out: all of them")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, help="how many seeds; left out: as many as each kind wants")
    given = parser.parse_args()
    for name in given.kinds:
        if name not in kinds:
            print(f"no kind {name!r}; {closest(name, kinds)}", file=sys.stderr)
            return 2
    failed = 0
    for name in given.kinds or kinds:
        count, started, bad = given.count or kinds[name].full, perf_counter(), 0
        for seed in range(given.first, given.first + count):
            error = kinds[name].failure(seed)
            if error is not None:
                bad += 1
                print(f"{name}: seed {seed}: {type(error).__name__}: {error}", flush=True)
                print(f"  again: python -m tests.soak {name} --first {seed} --count 1", flush=True)
        print(f"{name:<32}{count - bad:>6} of {count:<6} in {perf_counter() - started:,.0f} s", flush=True)
        failed += bad
    return 1 if failed else 0


sys.exit(main())
