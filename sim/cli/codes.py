"""Verb `codes`: the code families and their circuits.

In: family, distance, noise.   Out: a table, or a circuit in stim's format.
Next: `quantacore.golden.codes.families`, `quantacore.sim.cli.bench_codes`.
"""

import argparse
import dataclasses
import json
from typing import Any

from quantacore.golden.codes.families import FAMILIES, family_named
from quantacore.golden.codes.family import Distances, Family
from quantacore.sim.cli.bench_frame import print_table
from quantacore.sim.cli.codes_advise import add_advise_parser
from quantacore.sim.cli.codes_change import DESCRIPTION, add_change_arguments, run_change
from quantacore.sim.cli.codes_compare import add_compare_parser
from quantacore.sim.cli.codes_hardware import add_hardware_parser
from quantacore.sim.cli.outputs import write_text

HELP = """List code families, write circuits, compare codes for a machine, choose one

Every circuit has detectors, observables and coordinates, and decodes on a core.

  quantacore codes list
  quantacore codes circuit --family xzzx --distance 5 --noise p=0.003 eta=100 --out c.stim
  quantacore codes circuit --family xzzx_planar --distance 3 7 --rounds 7 --basis x --out c.stim
  quantacore codes circuit --family cat --distance 5 --noise n=8 k=0.001 --out c.stim
  quantacore codes hardware transmon --out machine.toml
  quantacore codes compare --hardware machine.toml --out compared
  quantacore codes advise --noise machine.toml --budget 200 --target 1e-6
  quantacore codes change --kind grow --distance 3 5 --rounds 6 6 --out grow.stim
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a parser for each action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what families there are", allow_abbrev=False)
    listing.add_argument(
        "--distance", type=int, default=5, metavar="D", help="for the counts (default 5)"
    )
    listing.add_argument("--json", action="store_true", help="print JSON, for machines")
    circuit = actions.add_parser("circuit", help="write a circuit", allow_abbrev=False)
    circuit.add_argument(
        "--family", required=True, metavar="F", help=f"one of {', '.join(FAMILIES)}"
    )
    circuit.add_argument(
        "--distance",
        type=int,
        nargs="+",
        required=True,
        metavar="D",
        help="one number, or two: against X errors and against Z errors",
    )
    circuit.add_argument("--rounds", type=int, metavar="R", help="default: the larger distance")
    circuit.add_argument("--basis", metavar="B", help="x or z (default: the family's first)")
    circuit.add_argument(
        "--noise",
        nargs="+",
        default=[],
        metavar="NAME=VALUE",
        help="numbers of the family's noise; `quantacore codes list` has their names and defaults",
    )
    circuit.add_argument("--out", default="-", metavar="FILE", help="default: standard output")
    listing.set_defaults(act=_list)
    circuit.set_defaults(act=_circuit)
    change = actions.add_parser(
        "change",
        help="write a circuit in which the code changes",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_change_arguments(change)
    change.set_defaults(act=_change)
    add_hardware_parser(actions)
    add_compare_parser(actions)
    add_advise_parser(actions)


def run(args: argparse.Namespace) -> int:
    """Do what the action says."""
    code: int = args.act(args)
    return code


def _change(args: argparse.Namespace) -> int:
    run_change(args, _settings(args.noise), _settings(args.noise_after))
    return 0


def _circuit(args: argparse.Namespace) -> int:
    family = family_named(args.family)
    _check_size(args.distance)
    circuit = family.circuit(
        tuple(args.distance) if len(args.distance) > 1 else args.distance[0],
        rounds=args.rounds,
        noise=family.noise_of(_settings(args.noise)),
        basis=args.basis,
    )
    write_text(args.out, f"{circuit}\n")
    return 0


def _settings(words: list[str]) -> dict[str, float]:
    """Return the numbers of ``--noise``."""
    settings = {}
    for word in words:
        name, separator, value = word.partition("=")
        try:
            settings[name] = float(value)
        except ValueError:
            separator = ""
        if not separator or not name:
            raise ValueError(f"Noise must be given as NAME=NUMBER, not {word!r}")
    return settings


def _list(args: argparse.Namespace) -> int:
    _check_size([args.distance])
    rows = [_row(family, args.distance) for family in FAMILIES.values()]
    if args.json:
        print(json.dumps({"format": "quantacore-codes", "version": 1, "rows": rows}, indent=1))
        return 0
    print_table(
        ["family", "bases", "noise", "distance", "data", "ancillas", "measurements", "layers"],
        [
            [
                str(row["family"]),
                " ".join(row["bases"]),
                " ".join(f"{name}={value:g}" for name, value in row["noise"].items()),
                "x".join(map(str, row["distance"])),
                *(str(row[name]) for name in ("data", "ancillas", "measurements", "layers")),
            ]
            for row in rows
        ],
    )
    for family in FAMILIES.values():
        print(f"{family.name}: {family.summary}; {family.source}")
    return 0


def _check_size(distances: list[int]) -> None:
    """Raise `ValueError` for a distance at which building would fill the memory, not a file."""
    for distance in distances:
        if distance < 2:
            raise ValueError(f"Distance must be at least 2, not {distance!r}")
        if distance > LARGEST:
            raise ValueError(f"Distance must be at most {LARGEST}, not {distance!r}")


def _row(family: Family, distance: int) -> dict[str, Any]:
    """Return a line of the table: the family at this distance, or the next that it has."""
    distances = _next_distance(family, distance)
    noise = dataclasses.asdict(family.noise())
    head = {"family": family.name, "summary": family.summary, "source": family.source}
    counts = vars(family.resources(distances))
    return {**head, "bases": family.bases, "noise": noise, "distance": distances, **counts}


def _next_distance(family: Family, distance: int) -> Distances:
    error = None
    for candidate in range(distance, distance + MOST_STEPS):
        try:
            return family.distances(candidate)
        except ValueError as refused:
            error = error or refused
    raise error or AssertionError


LARGEST = 101
"""Distance: a circuit of so many rounds has millions of gates."""

MOST_STEPS = 6
"""Distances that are tried: families have at least one in so many."""
