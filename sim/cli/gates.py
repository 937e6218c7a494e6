"""Verb `gates`: the library of fault-tolerant gates and its certificates.

In: name of a gate, or a certificate; for braids, what they are to do.   Out: tables, pictures,
certificates, findings.
Next: `quantacore.golden.gates.catalogue`, `quantacore.golden.gates.certificate`.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from quantacore.golden.gates.catalogue import GATES
from quantacore.golden.gates.certificate import Finding, check_certificate, make_certificate
from quantacore.golden.gates.gate import count_ancillas, count_cnots
from quantacore.sim.cli import gates_bench, gates_braid, gates_search
from quantacore.sim.cli.bench_frame import print_table
from quantacore.sim.cli.gates_names import known_gate
from quantacore.sim.cli.inputs import naming, read_text
from quantacore.sim.cli.outputs import STANDARD_STREAM, check_writable, write_text

HELP = """List fault-tolerant gates, draw them, check certificates, search, compile braids

A certificate is a file with the circuit and all that is claimed of it: what it does to every
generator, that no fault does harm unseen, the distance of its experiments. `certify` believes none
of it: it computes every claim again from the file alone, and ends with 1 if one does not hold, or
if the file claims less than the library's gate of that name, and with 2 if it cannot be read.

  quantacore gates list
  quantacore gates show prepare-steane-zero
  quantacore gates show surgery-cnot --distance 3 --format svg --out cnot.svg
  quantacore gates certify prepare-steane-zero --out steane.json
  quantacore gates certify steane.json
  quantacore gates bench --kinds states --ps 0.001
  quantacore gates compile-braid --gate T --error 1e-6 --out t.json
  quantacore gates search --states steane-zero --out found
"""

SHOW_FORMATS = {"text": "timeline-text", "svg": "timeline-svg", "slices": "detslice-with-ops-svg"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a parser for each action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what gates there are", allow_abbrev=False)
    listing.add_argument("--json", action="store_true", help="print JSON, for machines")
    listing.set_defaults(act=_list)
    show = actions.add_parser("show", help="draw a gate's circuit", allow_abbrev=False)
    _add_gate(show)
    show.add_argument(
        "--format",
        default="text",
        choices=[*SHOW_FORMATS, "stim"],
        help="timeline as text (default) or svg, slices in space (svg), or the circuit for stim",
    )
    show.add_argument("--experiment", metavar="E", help="draw this experiment instead of the gate")
    show.add_argument("--out", default="-", metavar="FILE", help="default: standard output")
    show.set_defaults(act=_show)
    certify = actions.add_parser(
        "certify", help="make a certificate, or check one", allow_abbrev=False
    )
    _add_gate(certify, "name of a gate, a file of `--out`, or `all`")
    certify.add_argument("--out", metavar="FILE", help="write the certificate here, if it holds")
    certify.add_argument("--json", action="store_true", help="print JSON, for machines")
    certify.set_defaults(act=_certify)
    bench = actions.add_parser(
        "bench", help="all gates beside published schemes, and their errors", allow_abbrev=False
    )
    gates_bench.add_arguments(bench)
    bench.set_defaults(act=gates_bench.run)
    gates_braid.add_action(actions)
    finding = actions.add_parser(
        "search", help="look for preparation circuits, and prove them", allow_abbrev=False
    )
    gates_search.add_arguments(finding)
    finding.set_defaults(act=gates_search.run)


def run(args: argparse.Namespace) -> int:
    """Do one action."""
    code: int = args.act(args)
    return code


def _add_gate(parser: argparse.ArgumentParser, text: str = "name of a gate") -> None:
    parser.add_argument("gate", metavar="GATE", help=f"{text}; `quantacore gates list` has them")
    parser.add_argument("--distance", type=int, metavar="D", help="default: the gate's first")


def _list(args: argparse.Namespace) -> int:
    rows = [
        {
            "gate": gate.name,
            "distances": list(gate.distances),
            "summary": gate.summary,
            "source": gate.source,
        }
        for gate in GATES.values()
    ]
    if args.json:
        print(json.dumps({"format": "quantacore-gates", "version": 1, "rows": rows}, indent=1))
        return 0
    print_table(
        ["gate", "distances", "what", "source"],
        [
            [gate.name, " ".join(map(str, gate.distances)), gate.summary, gate.source]
            for gate in GATES.values()
        ],
    )
    return 0


def _show(args: argparse.Namespace) -> int:
    gate = known_gate(args.gate)
    built = gate.build(args.distance)
    circuit = built.circuit
    if args.experiment is not None:
        if args.experiment not in built.experiments:
            known = ", ".join(built.experiments) or "none"
            raise ValueError(
                f"Experiment of {gate.name} must be one of its own ({known}), "
                f"not {args.experiment!r}"
            )
        circuit = built.experiments[args.experiment]
    drawn = circuit if args.format == "stim" else circuit.diagram(SHOW_FORMATS[args.format])
    write_text(args.out, f"{drawn}\n")
    if args.out != "-":
        print(
            f"{gate.name}: {circuit.num_qubits} qubits, {count_cnots(circuit)} two-qubit gates, "
            f"{count_ancillas(built)} measurements of ancillas"
        )
    return 0


def _certify(args: argparse.Namespace) -> int:
    if args.gate == "all" and args.out is not None:
        raise ValueError("--out must be given with one gate, not with all")
    if args.json and args.out == STANDARD_STREAM:
        raise ValueError("--out must be a file with --json: both print to standard output")
    if args.out is not None:
        check_writable(args.out)
    path = Path(args.gate)
    is_file = path.exists() or len(path.parts) > 1 or path.suffix == ".json"
    if args.distance is not None and (is_file or args.gate == "all"):
        raise ValueError("--distance must be left out with a file or all: they have their own")
    if args.gate == "all":
        records = [_record(name, None) for name in GATES]
    elif args.gate not in GATES and is_file:
        records = [_read(args.gate)]
    else:
        records = [_record(args.gate, args.distance)]
    good = True
    rows = []
    for record in records:
        for finding in _findings(record, args.gate):
            good &= finding.holds
            row = {"gate": record["gate"], "distance": record["distance"], **vars(finding)}
            rows.append(row)
            if not args.json:
                verdict = "holds" if finding.holds else "FAILS"
                print(
                    f"{row['gate']} d={row['distance']}: {finding.claim}: {verdict} "
                    f"({finding.detail})",
                    file=sys.stderr if args.out == STANDARD_STREAM else sys.stdout,
                )
    if args.json:
        print(json.dumps({"format": "quantacore-gate-findings", "version": 1, "rows": rows}))
    if good and args.out is not None:
        write_text(args.out, json.dumps(records[0], indent=1) + "\n")
    return 0 if good else 1


def _findings(record: dict[str, Any], source: str) -> list[Finding]:
    """Check a certificate; what is wrong with the file is said with its name."""
    with naming(source):
        return check_certificate(record)


def _record(name: str, distance: int | None) -> dict[str, Any]:
    gate = known_gate(name)
    chosen = gate.distances[0] if distance is None else distance
    return make_certificate(name, chosen, gate.build(chosen))


def _read(path: str) -> dict[str, Any]:
    text = read_text(path)
    with naming(path):
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"Certificate must be JSON, but {error}") from None
        if not isinstance(record, dict):
            raise ValueError(f"Certificate must be a JSON object, not {type(record).__name__}")
    return record
