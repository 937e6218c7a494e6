"""Flags that `codes compare` and `codes advise` share, and the examples of hardware.

In: words of the command line.   Out: `Hardware`, `Effort`, progress.
Next: `quantacore.sim.cli.codes_compare`, `quantacore.sim.cli.codes_advise`.
"""

import argparse
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from quantacore.sim.choice.comparison import Effort, Progress
from quantacore.sim.choice.examples import EXAMPLES, example
from quantacore.sim.choice.hardware import Hardware, check_budget, hardware_from_toml
from quantacore.sim.cli.inputs import naming, read_text
from quantacore.sim.cli.outputs import write_text

HARDWARE_HELP = "description of the machine, TOML; `quantacore codes hardware` has examples"


def add_hardware_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action that prints examples."""
    parser = actions.add_parser(
        "hardware", help="print a description of hardware to begin with", allow_abbrev=False
    )
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(EXAMPLES)}")
    parser.add_argument("--out", default="-", metavar="FILE", help="default: standard output")
    parser.set_defaults(act=_print_example)


def _print_example(args: argparse.Namespace) -> int:
    write_text(args.out, example(args.name))
    return 0


def add_effort_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is counted, how much, and by whom."""
    defaults = Effort()
    parser.add_argument("--budget", type=int, metavar="N", help="qubits or modes, not the file's")
    parser.add_argument("--families", nargs="+", default=[], metavar="F", help="these alone")
    for name, kind, letter, text in (
        ("shots", int, "N", "most shots of an experiment"),
        ("errors", int, "N", "errors that are enough"),
        ("largest", int, "D", "largest distance that is counted; beyond, a fit"),
        ("seed", int, "S", "of the shots"),
        ("clock_mhz", float, "MHZ", "of the core, for its microseconds"),
    ):
        default = getattr(defaults, name)
        parser.add_argument(
            f"--{name}",
            type=kind,
            default=default,
            metavar=letter,
            help=f"{text} (default {default:g})",
        )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS", help="of Dask, such as tcp://HOST:8786")
    where.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes here; 0 for none but this one (default one for each processor)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def effort_of(args: argparse.Namespace) -> Effort:
    """Return how much is counted."""
    return Effort(**{each.name: getattr(args, each.name) for each in dataclasses.fields(Effort)})


def read_hardware(path: str, *, budget: int | None) -> Hardware:
    """Read a description; the budget of the command line goes before that of the file."""
    text = read_text(path)
    if budget is not None:
        check_budget(budget)
    with naming(path):
        return hardware_from_toml(text, budget=budget)


@contextmanager
def experiments_bar(kept_in: str | None) -> Iterator[Progress]:
    """Show how many experiments are finished; each wave of them has a bar of its own.

    Parameters
    ----------
    kept_in : str, optional
        Folder of the counts: who interrupts is told that they are there.
    """
    with tqdm(desc="experiments", unit="run", disable=None, leave=False) as bar:

        def show(done: int, total: int) -> None:
            if bar.total != total or done < bar.n:
                bar.reset(total)
            bar.update(done - bar.n)

        try:
            yield show
        except KeyboardInterrupt:
            if kept_in is None:
                raise
            raise KeyboardInterrupt(
                f"interrupted; {kept_in} holds finished experiments, and the same command goes on"
            ) from None
