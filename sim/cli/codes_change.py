"""Action `codes change`: the circuit of a change of code in flight, and what it is.

In: kind, geometry, rounds, noise.   Out: a circuit in stim's format; a description.
Next: `quantacore.golden.codes.changes.kinds`, `quantacore.sim.cli.bench_changes`.
"""

import argparse
import json
import sys
from typing import Any

from quantacore.golden.codes.changes.episode import episode_of, qubits_of
from quantacore.golden.codes.changes.frame import FRAMES
from quantacore.golden.codes.changes.kinds import KINDS, Geometry, change_of
from quantacore.golden.codes.changes.phases import NoiseFrom
from quantacore.golden.codes.changes.resize import SIDES
from quantacore.golden.codes.families import family_named
from quantacore.sim.cli.outputs import check_distinct_outputs, check_writable, write_text

DESCRIPTION = """Write a memory experiment in which the code changes, and say what it is

The observable is carried across; detectors are deterministic without noise; the last coordinate of
a detector is its round. What it is goes to standard error, or as JSON into --info.

  quantacore codes change --kind grow --distance 3 5 --sides right bottom --out grow.stim
  quantacore codes change --kind shrink --distance 5 3 --sides left --basis x --out shrink.stim
  quantacore codes change --kind frame --distance 3 --frames css xzzx --noise_after p=0.003 eta=100
  quantacore codes change --kind isolate --distance 5 --bad 5 5 --rounds 6 12 --out isolate.stim
  quantacore codes change --kind photons --distance 5 --noise n=8 --noise_after n=5 --basis x
"""


def add_change_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the action."""
    parser.add_argument("--kind", required=True, metavar="K", help=f"one of {', '.join(KINDS)}")
    parser.add_argument(
        "--distance",
        type=int,
        nargs="+",
        required=True,
        metavar="D",
        help="one number; of grow and shrink two, before and after",
    )
    parser.add_argument(
        "--sides",
        nargs="+",
        default=["right", "bottom"],
        metavar="S",
        help=f"where a patch grows or shrinks: of {', '.join(SIDES)} (default right bottom)",
    )
    parser.add_argument(
        "--frames", nargs=2, default=["css", "xzzx"], choices=FRAMES, help="before and after"
    )
    parser.add_argument(
        "--bad",
        type=int,
        nargs=2,
        metavar=("X", "Y"),
        help="the qubit to isolate; data qubits at odd coordinates, ancillas at even ones",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        nargs=2,
        default=[6, 6],
        metavar="R",
        help="before and after the switch (default 6 6)",
    )
    parser.add_argument("--basis", default="z", metavar="B", help="x or z (default z)")
    for name, text in (("noise", "from the beginning"), ("noise_after", "from the switch on")):
        parser.add_argument(
            f"--{name}",
            nargs="+",
            default=[],
            metavar="NAME=VALUE",
            help=f"numbers of the noise {text}: p and eta, or n, k and time of cats",
        )
    parser.add_argument("--info", metavar="FILE", help="write what it is as JSON")
    parser.add_argument("--out", default="-", metavar="FILE", help="default: standard output")


def run_change(args: argparse.Namespace, before: dict[str, float], after: dict[str, float]) -> None:
    """Write the circuit, and say what it is.

    Parameters
    ----------
    args : argparse.Namespace
    before, after : dict of str to float
        Numbers of the noise; those not given after are as before.
    """
    check_distinct_outputs([args.out, args.info])
    for path in (args.out, args.info):
        check_writable(path)
    change = change_of(
        args.kind,
        Geometry(
            distances=tuple(args.distance),
            sides=tuple(args.sides),
            frames=tuple(args.frames),
            bad=args.bad and tuple(args.bad),
        ),
        rounds=tuple(args.rounds),
        basis=args.basis,
    )
    family = family_named("cat" if args.kind == "photons" else "rotated")
    noises = [NoiseFrom(first_round=0, noise=family.noise_of(before))]
    if after:
        second = family.noise_of(before | after)
        noises.append(NoiseFrom(first_round=args.rounds[0], noise=second))
    episode = episode_of(change, basis=args.basis, noises=noises)
    try:
        faults = episode.fewest_faults()
    except ValueError:
        faults = None  # Without noise there are none.
    info: dict[str, Any] = {
        "format": "quantacore-code-change",
        "version": 1,
        "kind": change.kind,
        "basis": args.basis,
        "phases": [
            {
                "name": phase.name,
                "rounds": phase.rounds,
                "qubits": qubits_of(phase),
                "turns": len(phase.turns),
            }
            for phase in change.phases
        ],
        "switch_rounds": change.switch_rounds,
        "qubit_rounds": change.qubit_rounds,
        "detectors": episode.circuit.num_detectors,
        "fewest_faults": faults,
    }
    if args.info:
        write_text(args.info, json.dumps(info, indent=1) + "\n")
    write_text(args.out, f"{episode.circuit}\n")
    parts = ", then ".join(
        f"{phase['rounds']} rounds of {phase['name']} ({phase['qubits']} qubits)"
        for phase in info["phases"]
    )
    print(
        f"quantacore: {change.kind}, basis {args.basis}: {parts}; "
        f"{info['detectors']} detectors, fewest faults {faults}, "
        f"{change.qubit_rounds} qubit-rounds",
        file=sys.stderr,
    )
