"""Action `codes advise`: which code to build for a machine, a budget and a target.

In: a description of hardware, or the log of a closed loop.   Out: a table and reasons.
Next: `quantacore.sim.choice.advice`.
"""

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from quantacore.sim.choice.advice import Advice, Choice, advise, check_target, reasons
from quantacore.sim.choice.comparison import compare
from quantacore.sim.choice.hardware import Hardware
from quantacore.sim.choice.report import rate_text, record
from quantacore.sim.cli.bench_frame import new_folder, note, print_table
from quantacore.sim.cli.codes_hardware import (
    HARDWARE_HELP,
    add_effort_arguments,
    effort_of,
    experiments_bar,
    read_hardware,
)

DESCRIPTION = """Say which code to build

The smallest code whose logical errors reach the target within the budget: family, distance,
number of photons, configuration of the decoder core, with reasons and runners-up. It compares as
`codes compare` does; --out keeps what was counted for the next question.

  quantacore codes advise --noise machine.toml --budget 100 --target 1e-6
  quantacore codes advise --noise machine.toml --target 1e-9 --per us --out counted
  quantacore codes advise --log loop --budget 100 --target 1e-4

--log takes the rates from what a core counted (the folder of `quantacore run`); a --noise beside it
says what counters do not, such as the time of a round. Exit code 1 if nothing reaches the target:
then the best that there is is shown.
"""

COLUMNS = (
    *("", "code", "qubits", "logical", "errors per round (95 %)", "per us", "from", "reaches"),
    *("us per round", "core"),
)


def add_advise_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the action."""
    parser = actions.add_parser(
        "advise",
        help="which code to build for a machine, a budget and a target",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--noise", metavar="FILE", help=HARDWARE_HELP)
    parser.add_argument("--log", metavar="DIR", help="folder of `quantacore run`")
    parser.add_argument(
        "--target", type=float, required=True, metavar="RATE", help="logical errors, below 0.5"
    )
    parser.add_argument(
        "--per", choices=("round", "us"), default="round", help="what the target is per (round)"
    )
    parser.add_argument("--out", metavar="DIR", help="folder that keeps what was counted")
    add_effort_arguments(parser)
    parser.set_defaults(act=_advise)


def _advise(args: argparse.Namespace) -> int:
    if args.noise is None and args.log is None:
        raise ValueError("--noise or --log must be given: a description, or what a core counted")
    check_target(args.target)
    work = effort_of(args)
    machine, measured, drifts = _machine(args)
    kept = nullcontext(None) if args.out is None else new_folder(args.out)
    with kept as folder, experiments_bar(args.out) as progress:
        rows = compare(
            machine,
            work,
            folder=folder,
            families=tuple(args.families),
            scheduler=args.scheduler,
            workers=args.workers,
            progress=progress,
        )
    advice = advise(rows, target=args.target, per_us=args.per == "us", drifts=drifts)
    if args.json:
        print(json.dumps(_report(advice, machine, measured), indent=1, allow_nan=False))
    else:
        _print(advice, machine, measured)
    if not advice.reached:
        best = advice.best.row
        note(
            f"nothing within {machine.budget} qubits or modes reaches {args.target:g} per "
            f"{args.per}; the best is {best.code.name} with {best.qubits}: "
            f"{rate_text(advice.rate(best))}"
        )
    return 0 if advice.reached else 1


def _machine(args: argparse.Namespace) -> tuple[Hardware, str | None, bool]:
    machine = None if args.noise is None else read_hardware(args.noise, budget=args.budget)
    if args.log is None:
        assert machine is not None
        return machine, None, False
    from quantacore.sim.choice.measured_rates import measured_hardware, measured_rates

    rates = measured_rates(Path(args.log))
    hardware = measured_hardware(rates, budget=args.budget, machine=machine)
    return hardware, rates.describe(), rates.drifts


def _print(advice: Advice, machine: Hardware, measured: str | None) -> None:
    best = advice.best
    if measured is not None:
        print(measured)
    verdict = "build" if advice.reached else "nothing reaches the target; nearest is"
    print(f"{machine.name}, {machine.budget} qubits or modes: {verdict} {best.row.code.name}")
    print(f"core: {best.core.describe()}")
    for reason in reasons(advice):
        print(f"* {reason}")
    print()
    marks = ["best", *(str(number) for number in range(2, len(advice.runners_up) + 2))]
    choices = [best, *advice.runners_up]
    print_table(COLUMNS, [[m, *_cells(c)] for m, c in zip(marks, choices, strict=True)])
    if any(choice.row.kind == "extrapolated" for choice in choices):
        print("extrapolated: a fit beyond what was counted; count there before you build")
    sys.stdout.flush()


def _cells(choice: Choice) -> list[str]:
    row, core = choice.row, choice.core
    return [
        row.code.name,
        str(row.qubits),
        str(row.code.logical_qubits),
        rate_text(row.per_round),
        rate_text(row.per_us),
        row.kind,
        choice.reaches,
        f"{core.us_per_round:.2g}",
        f"{core.passes} x {core.links}, {core.luts:,} LUT4, {core.board or 'no board'}",
    ]


def _report(advice: Advice, machine: Hardware, measured: str | None) -> dict[str, Any]:
    return {
        "format": "quantacore-code-advice",
        "version": 1,
        "hardware": {"name": machine.name, "budget": machine.budget, **machine.to_json()},
        "measured": measured,
        "target": advice.target,
        "per": "us" if advice.per_us else "round",
        "reached": advice.reached,
        "reasons": reasons(advice),
        "choices": [
            {**record(choice.row), "reaches": choice.reaches, "core": vars(choice.core)}
            for choice in (advice.best, *advice.runners_up)
        ],
    }
