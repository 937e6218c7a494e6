"""Verb `graph`: build the decoding graph of a circuit or model and say what is in it.

In: circuit, detector error model or graph.   Out: report; graph and weight image as JSON.
Next: `quantacore.sim.cli.decode`, `quantacore.sim.cli.generate`.
"""

import argparse
import json

from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.graph_json import graph_to_json
from quantacore.golden.spec.image import WeightImage
from quantacore.golden.spec.image_json import image_to_json
from quantacore.golden.spec.lengths import FUSED_LENGTH, weight_from_prior
from quantacore.sim.cli.inputs import (
    add_image_arguments,
    add_source_arguments,
    image_of,
    required_source,
)
from quantacore.sim.cli.outputs import STANDARD_STREAM, check_distinct_outputs, write_text

HELP = """Build the decoding graph of a circuit or model and report on it

The graph is what a core is generated from; the weight image is what is loaded into it.

  quantacore graph --circuit c.stim
  quantacore graph --dem m.dem --out g.json --image_out image.json --length_bits 4 --nu 0.65
  quantacore graph --graph g.json --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    add_source_arguments(parser)
    parser.add_argument("--out", metavar="FILE", help="write the graph as JSON; - is stdout")
    parser.add_argument("--image_out", metavar="FILE", help="write the weight image as JSON")
    add_image_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the files that were asked for, then the report."""
    outputs = [args.out, args.image_out]
    check_distinct_outputs([*outputs, STANDARD_STREAM if args.json else None])
    graph = required_source(args).graph
    image = image_of(args, graph)
    if args.out:
        write_text(args.out, graph_to_json(graph))
    if args.image_out:
        write_text(args.image_out, image_to_json(image))
    report = graph_report(graph, image)
    if args.json:
        print(json.dumps(report, indent=1))
    elif STANDARD_STREAM not in outputs:
        print(_as_text(report))
    return 0


def graph_report(graph: DecodingGraph, image: WeightImage) -> dict[str, object]:
    """Return what a user wants to know about a graph before building a core for it."""
    weights = [weight_from_prior(edge.prior) for edge in graph.edges]
    return {
        "format": "quantacore-graph-report",
        "version": 1,
        "detectors": graph.num_detectors,
        "edges": graph.num_edges,
        "boundary_edges": sum(len(edge.detectors) == 1 for edge in graph.edges),
        "correlations": len(graph.correlations),
        "components": graph.num_components,
        "rounds": len({detector.round for detector in graph.detectors}),
        "observables": graph.num_observables,
        "most_edges_at_a_detector": max(len(edges) for edges in graph.incident_edges),
        "detectors_without_edges": sum(not edges for edges in graph.incident_edges),
        "least_weight": min(weights, default=None),
        "largest_weight": max(weights, default=None),
        "length_bits": image.length_bits,
        "nats_per_growth_step": image.unit,
        "fused_edges": int((image.first == FUSED_LENGTH).sum()),
        "conflicting_observables": graph.report.conflicting_observables,
        "undetectable": graph.report.undetectable,
        "zero_probability": graph.report.zero_probability,
        "joined_parts": graph.report.joined_parts,
        "topology_hash": graph.topology_hash,
        "content_hash": graph.content_hash,
    }


NOTES = {
    "correlations": "pairs of edges that are parts of common mechanisms",
    "components": "connected parts, the boundary left out",
    "detectors_without_edges": "a defect there can never be explained",
    "least_weight": "nats",
    "largest_weight": "nats; it gets the longest length",
    "fused_edges": "prior 0.5: fused from the start",
    "conflicting_observables": "edges whose mechanisms flip different observables: likelier kept",
    "undetectable": "mechanism parts that flip observables but no detector: no decoder sees them",
    "zero_probability": "mechanisms left out",
    "joined_parts": "pairs of parts of a mechanism that are another edge: taken as that edge",
    "topology_hash": "of what is baked into a core",
    "content_hash": "of everything that decoding depends on",
}
"""What a line of the report means, where its name does not say it."""


def _as_text(report: dict[str, object]) -> str:
    lines = []
    for name, value in report.items():
        if name in ("format", "version"):
            continue
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        shown = shown[:16] if name.endswith("_hash") else shown
        note = f"  ({NOTES[name]})" if name in NOTES else ""
        lines.append(f"{name.replace('_', ' '):26}{shown}{note}")
    return "\n".join(lines)
