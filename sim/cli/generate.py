"""Verb `generate`: make a decoder core for a decoding graph.

In: circuit, detector error model or graph.   Out: folder with Verilog, manifest and graph; of a
streaming core also its window plan and its image.
Next: `quantacore.sim.cli.simulate`, `quantacore.hdl.generate`.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

from quantacore.golden.spec.config import LINKS, MAX_LANES, MAX_STEPS, CoreConfig
from quantacore.golden.spec.image import DEFAULT_LENGTH_BITS, build_image
from quantacore.golden.spec.image_words import num_image_words
from quantacore.golden.spec.manifest import Manifest
from quantacore.sim.cli.inputs import (
    add_source_arguments,
    read_image,
    read_plan,
    required_source,
)
from quantacore.sim.cli.outputs import atomic_directory

HELP = """Generate a decoder core: Verilog, manifest and graph

Only the graph's topology is baked in. Lengths and observables are loaded while it runs, so one
core serves every model with the same topology. With links the core runs up to 7 passes and makes
fewer logical errors. --links baked: the correlation lengths of one weight image are part of it.
--links runtime: they come with every image, into block RAM; a pass takes some cycles more.

  quantacore generate --circuit c.stim --out core
  quantacore generate --circuit c.stim --out core --links baked
  quantacore generate --circuit c.stim --out core --links runtime --lanes 2
  quantacore generate --graph g.json --out core --length_bits 5 --word_bits 32 --force

--stream makes a core for shots of any length, also endless ones: rounds go in one by one, and each
window of --commit rounds is decided when --buffer more have come. It has AXI ports and registers.
The circuit must have a REPEAT block; how often it repeats does not matter.

  quantacore generate --circuit c.stim --out core --stream
  quantacore generate --circuit c.stim --out core --stream --commit 5 --buffer 5 --links baked
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    add_source_arguments(parser)
    parser.add_argument("--out", required=True, metavar="DIR", help="folder to make")
    parser.add_argument(
        "--length_bits",
        type=int,
        default=DEFAULT_LENGTH_BITS,
        metavar="B",
        help=f"bits of an edge length, 2 to 8 (default {DEFAULT_LENGTH_BITS})",
    )
    parser.add_argument(
        "--word_bits",
        type=int,
        default=64,
        metavar="W",
        help="bits of a word of the rounds and corrections streams, 1 to 1024 (default 64)",
    )
    parser.add_argument(
        "--no_corrections",
        action="store_true",
        help="leave out the corrections stream: a smaller core that only predicts",
    )
    parser.add_argument(
        "--most_steps",
        type=int,
        default=MAX_STEPS,
        metavar="N",
        help=f"growth steps in one cycle at most, 1 to {MAX_STEPS} (default {MAX_STEPS}): fewer "
        "make a smaller core that takes more cycles to the same answers",
    )
    parser.add_argument(
        "--links",
        choices=LINKS,
        default="none",
        help="none: one pass; baked: later passes, correlation lengths fixed; runtime: later "
        "passes, correlation lengths of the image in force (default none)",
    )
    parser.add_argument(
        "--lanes",
        type=int,
        metavar="N",
        help=f"links applied in one cycle with --links runtime, 1 to {MAX_LANES} "
        f"(default {CoreConfig.lanes})",
    )
    parser.add_argument(
        "--link_rows",
        type=int,
        metavar="N",
        help="rows of links that an image may have with --links runtime (default: what the "
        "image or the model needs)",
    )
    parser.add_argument(
        "--image",
        metavar="FILE",
        help="weight image whose links are baked in, or made room for (default: built from the "
        "model's priors)",
    )
    parser.add_argument(
        "--stream", action="store_true", help="core for streams of rounds, with AXI ports"
    )
    parser.add_argument(
        "--counters",
        action="store_true",
        help="with --stream: count corrections by edge and detection events by slot for the host",
    )
    for name, text in (
        ("commit", "rounds that a window decides, with --stream (default: the code's distance)"),
        ("buffer", "rounds that a window looks ahead, with --stream (default: the distance)"),
        ("buffer_depth", "rounds that wait in the core, with --stream (default 64)"),
    ):
        parser.add_argument(f"--{name}", type=int, metavar="N", help=text)
    parser.add_argument("--force", action="store_true", help="replace a core that is there")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Write the core's folder, whole or not at all."""
    config = CoreConfig(
        length_bits=args.length_bits,
        word_bits=args.word_bits,
        with_corrections=not args.no_corrections,
        most_steps=args.most_steps,
        links=args.links,
        lanes=CoreConfig.lanes if args.lanes is None else args.lanes,
        link_rows=args.link_rows or 0,
        with_counters=args.counters,
    )
    if args.image is not None and args.links == "none":
        raise ValueError("--image must be left out without --links: nothing of it is used")
    for flag in ("lanes", "link_rows"):
        if getattr(args, flag) is not None and args.links != "runtime":
            raise ValueError(f"--{flag} must be left out without --links runtime")
    for flag in ("commit", "buffer", "buffer_depth", "counters"):
        if getattr(args, flag) not in (None, False) and not args.stream:
            raise ValueError(f"--{flag} must be left out without --stream")
    started = time.monotonic()
    make = _stream_core if args.stream else _shot_core
    report = make(args, config)
    report["seconds"] = round(time.monotonic() - started, 2)
    if args.json:
        print(json.dumps(report, indent=1))
    else:
        window = report.get("window")
        rounds = f", windows of {window['commit']} + {window['buffer']} rounds" if window else ""
        print(
            f"{args.out}: core {report['top']} for {report['detectors']} detectors and "
            f"{report['edges']} edges{rounds}, {report['verilog_bytes'] / 1e6:.2f} MB of Verilog "
            f"in {report['seconds']} s"
        )
    return 0


def _shot_core(args: argparse.Namespace, config: CoreConfig) -> dict[str, Any]:
    from quantacore.hdl.generate import generate_core

    graph = required_source(args).graph
    image = None
    if args.links != "none":
        image = (
            read_image(args.image, graph)
            if args.image
            else build_image(graph, length_bits=args.length_bits)
        )
    with atomic_directory(args.out, replace=args.force) as folder:
        manifest = generate_core(graph, folder, config=config, image=image)
        return _report(
            args,
            manifest,
            folder,
            links=image.num_links if image else 0,
            image_words=num_image_words(manifest.config, num_edges=manifest.num_edges),
        )


def _stream_core(args: argparse.Namespace, config: CoreConfig) -> dict[str, Any]:
    from quantacore.golden.spec.window_image import build_window_image
    from quantacore.hdl.generate import generate_stream_core

    if args.image is not None:
        raise ValueError("--image must be left out with --stream: it is made from the circuit")
    plan = read_plan(args)
    image = build_window_image(
        plan, length_bits=config.length_bits, with_links=config.links != "none"
    )
    depth = {} if args.buffer_depth is None else {"buffer_depth": args.buffer_depth}
    with atomic_directory(args.out, replace=args.force) as folder:
        manifest = generate_stream_core(plan, folder, config=config, image=image, **depth)
        assert manifest.window is not None
        return _report(
            args,
            manifest,
            folder,
            links=len(image.links),
            image_chunks=manifest.window.image_chunks,
            window={"commit": plan.commit_rounds, "buffer": plan.buffer_rounds},
        )


def _report(
    args: argparse.Namespace, manifest: Manifest, folder: Path, **sizes: object
) -> dict[str, Any]:
    from quantacore.golden.spec.core_folder import VERILOG_FILE

    return {
        "format": "quantacore-generate-report",
        "version": 1,
        "out": args.out,
        "top": manifest.top,
        "detectors": manifest.num_detectors,
        "edges": manifest.num_edges,
        "observables": manifest.num_observables,
        "topology_hash": manifest.topology_hash,
        "verilog_bytes": (folder / VERILOG_FILE).stat().st_size,
        **sizes,
    }
