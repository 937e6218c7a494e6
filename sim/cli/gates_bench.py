"""Action `gates bench`: gates beside published schemes, acceptance, logical errors, the core.

In: which tables, noise strengths, shots.   Out: tables, or JSON.
Next: `quantacore.sim.experiments.gate_rates`.
"""

import argparse
import math
from typing import Any

from tqdm import tqdm

from quantacore.golden.decode.union_find import check_passes
from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.certificate import check_certificate, make_certificate
from quantacore.golden.gates.gate import Gate, count_ancillas, count_cnots
from quantacore.golden.gates.magic import distillation_rates
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.rare import discard_rate, leading_rate
from quantacore.golden.metrics import error_rate
from quantacore.sim.cli.bench_frame import add_common_arguments, note, print_json, print_table
from quantacore.sim.cli.gates_names import known_gate
from quantacore.sim.cli.outputs import STANDARD_STREAM
from quantacore.sim.experiments.gate_core import compare_with_core
from quantacore.sim.experiments.gate_rates import DECODERS, measure_decoded, measure_state
from quantacore.sim.experiments.stats_file import StatsFile

MOST_SHOTS = 10**8
"""Per point: they are sampled at once, and more would fill the memory of most machines."""

Point = tuple[Gate, int, str, float]
"""Gate, distance, experiment, p."""

KINDS = ("states", "decoded", "magic", "core")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the bench."""
    parser.add_argument(
        "--kinds",
        nargs="+",
        default=["states", "decoded", "magic"],
        choices=KINDS,
        help="states: gates, ancillas, acceptance; decoded: errors of all decoders; magic: rates "
        "of rare errors; core: a generated core against the golden model (default: all but core)",
    )
    parser.add_argument("--gates", nargs="+", metavar="GATE", help="only these")
    parser.add_argument(
        "--distances", type=int, nargs="+", default=[3], metavar="D", help="decoded (default 3)"
    )
    parser.add_argument("--ps", type=float, nargs="+", default=[1e-3], metavar="P")
    parser.add_argument(
        "--shots", type=int, default=100_000, metavar="N", help="per point (default 100000)"
    )
    parser.add_argument(
        "--passes",
        type=int,
        nargs="+",
        default=[1],
        metavar="N",
        help="core: most passes per shot, one row and one core each, 1 to 7; more than one takes a "
        "larger core, with the correlations of this p baked in (default 1)",
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="decoded: append the counts to this CSV file, in sinter's format; what it holds "
        "already is not decoded again, so the same command goes on where it was stopped",
    )
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the tables; 1 if a certificate or the core fails."""
    if args.out == STANDARD_STREAM:
        raise ValueError("--out must be a file that the next run can read, not standard output")
    if args.out is not None and "decoded" not in args.kinds:
        raise ValueError("--out must come with --kinds decoded: it keeps counts of decoders")
    gates = [known_gate(name) for name in args.gates or GATES]
    for p in args.ps:
        if not 0 < p <= 0.5:
            raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    if args.shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {args.shots!r}")
    if args.shots > MOST_SHOTS:
        raise ValueError(f"Number of shots must be at most {MOST_SHOTS}, not {args.shots!r}")
    if not 0 <= args.seed < 1 << 63:
        raise ValueError(f"--seed must be in [0, 2^63), not {args.seed}")
    for passes in args.passes:
        check_passes(passes)
    records: list[dict[str, Any]] = []
    if "states" in args.kinds:
        records += [_plain(gate, args) for gate in _bar(gates)]
    if "decoded" in args.kinds:
        points = [
            (gate, distance, experiment, p)
            for gate in gates
            for distance in args.distances
            if distance in gate.distances
            for experiment, claim in gate.build(distance).distances.items()
            if claim.decoded
            for p in args.ps
        ]
        records += _all_decoded(points, args)
    if "magic" in args.kinds:
        for gate in gates:
            records += [row for p in args.ps for row in _magic(gate, p, args)]
    if "core" in args.kinds:
        built_cores = [
            (gate, passes)
            for gate in gates
            if any(claim.decoded for claim in gate.build().distances.values())
            for passes in args.passes
        ]
        records += [_core(gate, passes, args) for gate, passes in _bar(built_cores)]
    if not records:
        raise ValueError(
            f"--kinds {' '.join(args.kinds)} must fit the gates: none of them has such a table at "
            f"--distances {' '.join(map(str, args.distances))}"
        )
    if args.json:
        print_json("quantacore-gates-bench", records)
    else:
        for kind in KINDS:
            chosen = [record for record in records if record["kind"] == kind]
            if chosen:
                heads = [head for head in chosen[0] if head != "kind"]
                print_table(heads, [[str(row[head]) for head in heads] for row in chosen])
                print()
    return 0 if all(record.get("certified", True) for record in records) else 1


def _bar(points: list[Any]) -> Any:
    return tqdm(points, unit="point", disable=None, leave=False)


def _plain(gate: Gate, args: argparse.Namespace) -> dict[str, Any]:
    """Return the line of one gate in the table of all."""
    built = gate.build()
    findings = check_certificate(make_certificate(gate.name, gate.distances[0], built))
    published = gate.published
    row: dict[str, Any] = {
        "kind": "states",
        "gate": gate.name,
        "d": gate.distances[0],
        "certified": all(finding.holds for finding in findings),
        "two-qubit gates": count_cnots(built.circuit),
        "ancillas": count_ancillas(built),
        "published": f"{published.cnots} / {published.ancillas}" if published else "-",
        "layers": built.circuit.num_ticks + 1,
    }
    for p in args.ps:
        accepted = wrong = "-"
        if gate.state is not None:
            code, basis = gate.state
            found = measure_state(built, code, basis, p=p, num_shots=args.shots, seed=args.seed)
            accepted, wrong = f"{found.acceptance:.4f}", f"{found.rate:.1e}"
        row[f"accepted, p={p:g}"] = accepted
        row[f"logical errors, p={p:g}"] = wrong
    return row


def _all_decoded(points: list[Point], args: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the lines of all experiments; what is counted is kept, whatever happens."""
    try:
        with StatsFile(args.out) as stats:
            if stats.dropped:
                note(f"{args.out}: unfinished last line removed, its shots are decoded again")
            return [_decoded(point, args, stats) for point in _bar(points)]
    except KeyboardInterrupt:
        if args.out is None:
            raise
        raise KeyboardInterrupt(f"interrupted; the same command goes on from {args.out}") from None


def _decoded(point: Point, args: argparse.Namespace, stats: StatsFile) -> dict[str, Any]:
    """Return the line of one experiment: errors of every decoder on the same shots."""
    gate, distance, experiment, p = point
    found = measure_decoded(
        gate.build(distance),
        experiment,
        p=p,
        num_shots=args.shots,
        seed=args.seed,
        gate=f"{gate.name} d={distance}",
        stats=stats,
    )
    row: dict[str, Any] = {
        "kind": "decoded",
        "gate": gate.name,
        "d": distance,
        "experiment": experiment,
        "p": p,
        "detectors": found.detectors,
        "shots": found.shots,
    }
    for name in DECODERS:
        row[name] = f"{found.rate(name):.2e}"
        each = ", ".join(map(str, found.observables[name]))
        row[f"{name}: errors (of each)"] = f"{found.errors[name]} ({each})"
    return row


def _magic(gate: Gate, p: float, args: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the lines of what is post-selected and wrong too rarely to sample."""
    if gate.name == "distill-15":
        accepted, wrong = distillation_rates(p)
        return [_magic_row(gate, "-", p, f"{1 - accepted:.3f} (exact)", 3, wrong)]
    rows = []
    built = gate.build()
    for experiment, claim in built.distances.items():
        if not claim.decoded:
            noisy = uniform_noise(built.experiments[experiment], p)
            order, rate = leading_rate(noisy)
            shots, discarded = discard_rate(noisy, num_shots=args.shots, seed=args.seed)
            lost = error_rate(errors=discarded, shots=shots)
            kept = rate / (1 - lost.value) if lost.value < 1 else math.nan
            rows.append(_magic_row(gate, experiment, p, f"{lost:.3f}", order, kept))
    return rows


def _magic_row(
    gate: Gate, experiment: str, p: float, discarded: str, order: int, wrong: float
) -> dict[str, Any]:
    return {
        "kind": "magic",
        "gate": gate.name,
        "experiment": experiment,
        "p": p,
        "discarded (95 %)": discarded,
        "faults needed": order,
        "wrong if kept": f"{wrong:.2e}",
        "published": PUBLISHED.get(gate.name, "-"),
    }


PUBLISHED = {
    "distill-15": "wrong: 35 p^3 (quant-ph/0403025)",
    "cultivate-3": "at p=0.001 discarded .313, wrong 3.4e-7 (arXiv:2409.17595)",
}
"""Gate -> what is known of it."""


def _core(gate: Gate, passes: int, args: argparse.Namespace) -> dict[str, Any]:
    """Return the line of one gate on its own core: every bit of every shot must be golden's."""
    experiment, circuit = next(iter(gate.build().experiments.items()))
    found = compare_with_core(
        circuit, p=args.ps[0], num_shots=args.shots, seed=args.seed, passes=passes
    )
    return {
        "kind": "core",
        "gate": gate.name,
        "d": gate.distances[0],
        "experiment": experiment,
        "p": args.ps[0],
        "certified": found.mismatches == 0,
        **vars(found),
    }
