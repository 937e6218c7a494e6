"""Verb `simulate`: run a generated core in Verilator and compare it with the golden model.

In: folder of a core; shot data, or a circuit to sample.   Out: mismatches and core cycles.
Next: `quantacore.sim.batch`, `quantacore.sim.comparison`.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tqdm import tqdm

from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import error_rate, wrong_shots
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_from_json
from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.sim.cli.inputs import (
    Source,
    add_source_arguments,
    naming,
    read_image,
    read_source,
    read_text,
)
from quantacore.sim.cli.shots import FORMATS, NO_SHOTS, chunk_shots, count_shots, read_shots
from quantacore.sim.cli.simulate_stream import errors_lines, simulate_stream
from quantacore.sim.comparison import Mismatch, compare_shots

HELP = """Run a generated core in Verilator and compare it with the golden model

Prediction, correction and growth steps must be equal bit for bit in every shot; exit code 1 if
not. The first run builds the simulation: seconds for distance 3, minutes for 7; then it is kept.

  quantacore simulate --core core --circuit c.stim --shots 10000 --seed 1
  quantacore simulate --core core --in s.b8 --in_format b8 --dem m.dem
  quantacore simulate --core core --in s.b8 --in_format b8 --image image.json --json

A streaming core (`generate --stream`) takes the rounds of --circuit one by one; every window is
compared. Its weights come from that circuit.

  quantacore simulate --core stream_core --circuit memory.stim --shots 1000 --period 100

Of cores of whole shots, lengths come from --image, or from the priors of --circuit, --dem or
--graph, or else from the graph that the core was generated from; core cycles count from the last
word of a shot being accepted to its prediction being valid.
"""

DEFAULT_SHOTS = 10_000
MOST_MISMATCHES = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    parser.add_argument(
        "--core", required=True, metavar="DIR", help="folder from `quantacore generate`"
    )
    add_source_arguments(parser, required=False)
    parser.add_argument("--image", metavar="FILE", help="weight image to load")
    parser.add_argument("--in", dest="in_path", metavar="FILE", help="detection events; - is stdin")
    parser.add_argument("--in_format", choices=FORMATS, default="01", help="default: 01")
    parser.add_argument(
        "--shots",
        type=int,
        metavar="N",
        help=f"shots to sample from --circuit where --in is not given (default {DEFAULT_SHOTS})",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of sampling (default 1)")
    parser.add_argument(
        "--isolated",
        action="store_true",
        help="send each shot to an idle core, and check its cycle count against the clock",
    )
    parser.add_argument(
        "--passes",
        type=int,
        metavar="K",
        help=f"most passes of a shot (default {DEFAULT_PASSES} if the core has links, else 1)",
    )
    parser.add_argument(
        "--period",
        type=int,
        default=0,
        metavar="N",
        help="cycles between the rounds of a streaming core; 0: as fast as it takes them (default)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Run the shots through core and golden model; 1 if any shot differs."""
    from quantacore.golden.spec.core_folder import read_any_manifest
    from quantacore.sim.batch import BatchCore

    if args.in_path is not None and args.shots is not None:
        raise ValueError("--shots must be left out with --in: all shots of the file are taken")
    if args.shots is not None and args.shots < 1:
        raise ValueError(f"--shots must be at least 1, not {args.shots}")
    if args.in_path is None and args.circuit is None:
        raise ValueError("--in or --circuit must be given: there are no shots otherwise")
    with naming(args.core):
        manifest = read_any_manifest(Path(args.core))
    if manifest.window is not None:
        return simulate_stream(args, manifest, default_shots=DEFAULT_SHOTS)
    if args.period:
        raise ValueError("--period must be left out with a core of whole shots: it has no rounds")
    source = read_source(args)
    graph, image = _graph_and_image(args, source, manifest.config.length_bits)
    if graph.topology_hash != manifest.topology_hash:
        raise ValueError(
            f"Graph must be that of core {args.core} ({manifest.topology_hash[:16]}), "
            f"not {graph.topology_hash[:16]}: generate a core for it"
        )
    passes = args.passes
    if passes is None:
        passes = DEFAULT_PASSES if manifest.config.has_later else 1
    golden = UnionFindDecoder(graph, image, passes=passes)
    shots = _shots(args, source, graph)
    with_corrections = manifest.config.with_corrections
    num_shots = mismatching = unmatched = errors = 0
    mismatches: list[Mismatch] = []
    cycles: list[np.ndarray] = []
    total = (
        count_shots(args.in_path, format=args.in_format, num_bits=graph.num_detectors)
        if args.in_path is not None
        else args.shots or DEFAULT_SHOTS
    )
    if total == 0:  # before the core is built
        raise ValueError(NO_SHOTS.format(args.in_path))
    with (
        BatchCore(args.core) as core,
        tqdm(total=total, unit="shot", unit_scale=True, disable=None, leave=False) as bar,
    ):
        core.load_image(image)
        for events, actual in shots:
            found = core.decode_shots(
                events,
                passes=passes,
                with_corrections=with_corrections,
                isolated=args.isolated,
            )
            expected = golden.decode_shots(events, with_corrections=with_corrections)
            comparison = compare_shots(found, expected, first_shot=num_shots, most=MOST_MISMATCHES)
            mismatching += int(comparison.mismatching.sum())
            mismatches += comparison.first
            unmatched += int(found.unmatched.sum())
            if found.cycles is not None:
                cycles.append(found.cycles)
            if actual is not None:
                wrong = wrong_shots(found.predictions, actual, unmatched=found.unmatched)
                errors += int(wrong.sum())
            num_shots += len(events)
            bar.update(len(events))
    if num_shots == 0:
        raise ValueError(NO_SHOTS.format(args.in_path))
    report: dict[str, object] = {
        "format": "quantacore-simulate-report",
        "version": 1,
        "shots": num_shots,
        "passes": passes,
        "mismatches": mismatching,
        "first_mismatches": [str(mismatch) for mismatch in mismatches[:MOST_MISMATCHES]],
        "unmatched": unmatched,
        "with_corrections": with_corrections,
        "cycles": _cycle_statistics(cycles),
    }
    if args.in_path is None:
        report["errors"] = errors
        report["error_rate"] = vars(error_rate(errors=errors, shots=num_shots))
    print(json.dumps(report, indent=1) if args.json else _as_text(report))
    return 1 if mismatching else 0


def _graph_and_image(
    args: argparse.Namespace, source: Source | None, length_bits: int
) -> tuple[DecodingGraph, WeightImage]:
    if source is None:
        path = str(Path(args.core) / "graph.json")
        text = read_text(path)
        with naming(path):
            graph = graph_from_json(text)
    else:
        graph = source.graph
    if args.image is None:
        return graph, build_image(graph, length_bits=length_bits)
    image = read_image(args.image, graph)
    if image.length_bits != length_bits:
        raise ValueError(
            f"{args.image}: Image must have the core's {length_bits}-bit lengths, "
            f"not {image.length_bits}-bit"
        )
    return graph, image


def _shots(
    args: argparse.Namespace, source: Source | None, graph: DecodingGraph
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Return chunks of detection events, with the actual observable flips of sampled shots."""
    max_shots = chunk_shots(graph.num_detectors, graph.num_edges, most=1 << 12)
    if args.in_path is not None:
        chunks = read_shots(
            args.in_path,
            format=args.in_format,
            num_bits=graph.num_detectors,
            what="detectors",
            max_shots=max_shots,
        )
        return ((events, None) for events in chunks)
    if source is None or source.circuit is None:
        raise ValueError("--circuit must be given to sample shots")
    num_shots = DEFAULT_SHOTS if args.shots is None else args.shots
    events, actual = sample_shots(source.circuit, num_shots=num_shots, seed=args.seed)
    return (
        (events[start : start + max_shots], actual[start : start + max_shots])
        for start in range(0, num_shots, max_shots)
    )


def _cycle_statistics(cycles: list[np.ndarray]) -> dict[str, float] | None:
    if not cycles:
        return None
    counts = np.concatenate(cycles)
    return {
        "mean": float(counts.mean()),
        "p50": float(np.percentile(counts, 50)),
        "p99": float(np.percentile(counts, 99)),
        "max": float(counts.max()),
    }


def _as_text(report: dict[str, object]) -> str:
    what = "prediction, correction and growth steps"
    if not report["with_corrections"]:
        what = "prediction and growth steps (the core has no corrections stream)"
    lines = [f"{report['mismatches']} mismatches in {report['shots']} shots: {what} compared"]
    first = report["first_mismatches"]
    assert isinstance(first, list)
    lines += [f"  {mismatch}" for mismatch in first]
    if report["unmatched"]:
        lines.append(f"{report['unmatched']} shots unmatched: no correction explains them")
    cycles = report["cycles"]
    if isinstance(cycles, dict):
        lines.append(
            "core cycles: mean {mean:.2f}, p50 {p50:.0f}, p99 {p99:.0f}, max {max:.0f}".format(
                **cycles
            )
        )
    lines += errors_lines(report)
    return "\n".join(lines)
