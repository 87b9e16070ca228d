"""`python -m oneshot_lab demo`: the quickstart's search in a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from time import perf_counter

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.errors import OneShotError
from oneshot_lab.session.session import SearchSession


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line.

    Args:
        arguments: The arguments after the program's name; None takes those of the process.
    """
    parser = argparse.ArgumentParser("python -m oneshot_lab", description="Search for a neural-network architecture.")
    commands = parser.add_subparsers(required=True)
    demo_parser = commands.add_parser("demo", help="search a template on a data set, and print the best candidates")
    demo_parser.add_argument("--template", default="lenet")
    demo_parser.add_argument("--data", default="digits")
    demo_parser.add_argument("--width", type=float, default=1.0, help="factor on the template's channel counts")
    demo_parser.add_argument("--seed", type=int, default=0)
    demo_parser.add_argument(
        "--epochs", type=int, default=10, help="training epochs, for the supernet and for the final network"
    )
    demo_parser.add_argument("--iterations", type=int, default=10)
    try:
        demo(**vars(parser.parse_args(arguments)))
    except OneShotError as error:
        parser.exit(1, f"{error}\n")
    except KeyboardInterrupt:
        parser.exit(130, "interrupted\n")


def demo(*, template: str, data: str, width: float, seed: int, epochs: int, iterations: int) -> None:
    """Trains the supernet, evolves, retrains the best candidate, and prints the results."""
    started = perf_counter()
    session = SearchSession(template, data, seed=seed, width=width)
    print(f"{session.data}\nTraining the {template} supernet, {len(session.architecture.blocks)} blocks")
    session.train(epochs)
    print("\ngeneration   loss: best     mean    worst")
    for generation in session.evolve(iterations):
        losses = f"{generation.loss_min:>10.4f} {generation.loss_mean:>8.4f} {generation.loss_max:>8.4f}"
        print(f"{generation.index:>10}   {losses}")
    print("\nBest candidates on the validation split")
    print(leaderboard(session, 5))
    final = session.finalize(epochs=epochs)
    print(f"\nRetrained from scratch for {epochs} epochs: {final.summary}")
    print(f"{final.parameters:,} parameters, {final.macs:,} multiply-adds; {perf_counter() - started:.0f} s in all")


def leaderboard(session: SearchSession, count: int) -> str:
    """Returns the best candidates as a table of text."""
    table = session.candidates[~session.candidates["stale"]].nsmallest(count, "loss").copy()
    order = session.architecture.block_ids
    table["blocks"] = [" ".join(block for block in order if block in mask) for mask in table["mask"].map(Mask.parse)]
    table["accuracy"] = table["accuracy"].map("{:.2%}".format)
    columns = ["loss", "accuracy", "parameters", "macs", "generation", "blocks"]
    text: str = table[columns].to_string(index=False, float_format="{:.4f}".format)
    return text


if __name__ == "__main__":
    main()
