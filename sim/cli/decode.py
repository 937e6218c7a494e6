"""Verb `decode`: turn detection events into predictions, with any of our decoders.

In: circuit, model or graph; shot data.   Out: predictions, corrections, growth steps, error count.
Next: `quantacore.golden.decode.union_find`, `quantacore.sim.rtl_decoder`.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from tqdm import tqdm

from quantacore.golden.decode.decoder import CompiledDecoder
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import ReferenceDecoder, UnionFindDecoder
from quantacore.golden.metrics import error_rate, wrong_shots
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.cli.inputs import (
    Source,
    add_image_arguments,
    add_links_arguments,
    add_source_arguments,
    chosen_links,
    image_of,
    required_source,
)
from quantacore.sim.cli.outputs import (
    STANDARD_STREAM,
    atomic_output,
    check_distinct_outputs,
)
from quantacore.sim.cli.shots import FORMATS, chunk_shots, count_shots, read_shots, write_shots

HELP = """Decode shots: detection events in, predicted observable flips out

Decoders: golden (the reference results, fast), reference (the same, plain and slow), rtl (the
generated core in Verilator: the same bytes as golden), pymatching, pymatching_correlated.

  quantacore decode --dem m.dem --in s.b8 --in_format b8 --out p.b8 --out_format b8
  quantacore decode --circuit c.stim --in s.b8 --in_format b8 --obs_in o.01
  quantacore decode --dem m.dem --in s.b8 --in_format b8 --decoder rtl --passes 1 --out p.01

A shot is unmatched if no correction explains it. Its prediction is written as zeros, it counts as
an error, and a warning says how many there were.
"""

UNION_FIND = ("golden", "reference", "rtl")
MATCHING = ("pymatching", "pymatching_correlated")
STEPS_COLUMNS = {
    "growth_steps": "growth_steps",
    "passes": "passes",
    "unmatched": "unmatched",
    "volume": "volumes",
    "contested": "contested",
}
"""Heading -> field of `DecodedShots`, in the file of ``--steps_out``."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of the verb."""
    add_source_arguments(parser)
    parser.add_argument(
        "--decoder", choices=UNION_FIND + MATCHING, default="golden", help="default: golden"
    )
    parser.add_argument(
        "--passes",
        type=int,
        metavar="K",
        help=f"most passes of a shot, 1 to 7 (default {DEFAULT_PASSES})",
    )
    parser.add_argument(
        "--image", metavar="FILE", help="weight image from `quantacore graph --image_out`"
    )
    add_image_arguments(parser)
    add_links_arguments(parser)
    parser.add_argument(
        "--in",
        dest="in_path",
        default=STANDARD_STREAM,
        metavar="FILE",
        help="detection events of the shots (default: stdin)",
    )
    parser.add_argument("--in_format", choices=FORMATS, default="01", help="default: 01")
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="where predictions go; - is stdout (default: stdout, or nowhere with --obs_in)",
    )
    parser.add_argument("--out_format", choices=FORMATS, default="01", help="default: 01")
    parser.add_argument(
        "--obs_in", metavar="FILE", help="actual observable flips: count the errors"
    )
    parser.add_argument("--obs_in_format", choices=FORMATS, default="01", help="default: 01")
    parser.add_argument("--corrections_out", metavar="FILE", help="edges of each correction, as b8")
    parser.add_argument(
        "--steps_out", metavar="FILE", help="what each shot took and how sure its answer is, as CSV"
    )
    parser.add_argument("--json", action="store_true", help="print a report as JSON")


def run(args: argparse.Namespace) -> int:
    """Decode chunk by chunk; all output files appear when the last shot is done."""
    if args.out is None and args.obs_in is None:
        args.out = STANDARD_STREAM
    check_distinct_outputs(
        [
            args.out,
            args.corrections_out,
            args.steps_out,
            STANDARD_STREAM if args.json else None,
        ]
    )
    if args.obs_in == args.in_path == STANDARD_STREAM:
        raise ValueError("--in and --obs_in must not both be standard input")
    _check_flags_fit_decoder(args)
    source = required_source(args)
    graph = source.graph
    if args.obs_in and graph.num_observables == 0:
        raise ValueError("Model must have observables to count errors with --obs_in, not 0")
    most = 256 if args.decoder == "reference" else 1 << 14
    max_shots = chunk_shots(graph.num_detectors, graph.num_edges, most=most)
    num_shots = count_shots(args.in_path, format=args.in_format, num_bits=graph.num_detectors)
    decoder = compile_decoder(args, source)
    tally = Tally()
    with ExitStack() as stack:

        def output(path: str | None) -> BinaryIO | None:
            return stack.enter_context(atomic_output(path)) if path is not None else None

        predictions, corrections, steps = map(
            output, (args.out, args.corrections_out, args.steps_out)
        )
        bar = stack.enter_context(
            tqdm(total=num_shots, unit="shot", unit_scale=True, disable=None, leave=False)
        )
        if steps:
            steps.write((",".join(STEPS_COLUMNS) + "\n").encode())
        for events, actual in _chunks(args, source, max_shots):
            decoded = decoder.decode_shots(events, with_corrections=corrections is not None)
            tally.add(decoded, actual)
            if predictions:
                write_shots(
                    predictions,
                    decoded.predictions,
                    format=args.out_format,
                    num_bits=graph.num_observables,
                )
            if corrections and decoded.corrections is not None:
                corrections.write(decoded.corrections.tobytes())
            if steps:
                steps.write(_steps_as_csv(decoded))
            bar.update(len(events))
    _report(args, tally)
    return 0


def compile_decoder(args: argparse.Namespace, source: Source) -> CompiledDecoder:
    """Return the decoder that the flags ask for."""
    if args.decoder in MATCHING:
        if source.model is None:
            raise ValueError(f"Decoder {args.decoder} must be given --circuit or --dem")
        return MatchingDecoder(source.model, correlated=args.decoder == "pymatching_correlated")
    image = image_of(args, source.graph)
    passes = DEFAULT_PASSES if args.passes is None else args.passes
    if args.decoder == "rtl":
        from quantacore.sim.rtl_decoder import RtlDecoder, linked_config

        config = linked_config(image, passes=passes, **chosen_links(args))
        return RtlDecoder(source.graph, image, passes=passes, config=config)
    kind = UnionFindDecoder if args.decoder == "golden" else ReferenceDecoder
    return kind(source.graph, image, passes=passes)


def _check_flags_fit_decoder(args: argparse.Namespace) -> None:
    for flag in ("links", "lanes"):
        if getattr(args, flag) is not None and args.decoder != "rtl":
            raise ValueError(f"--{flag} must be left out with --decoder {args.decoder}")
    if args.decoder in UNION_FIND:
        return
    for flag in ("passes", "image", "length_bits", "nu", "corrections_out", "steps_out"):
        if getattr(args, flag) is not None:
            raise ValueError(f"--{flag} must be left out with --decoder {args.decoder}")


def _chunks(
    args: argparse.Namespace, source: Source, max_shots: int
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Yield detection events, with the actual observable flips of the same shots if given."""
    all_events = read_shots(
        args.in_path,
        format=args.in_format,
        num_bits=source.graph.num_detectors,
        what="detectors",
        max_shots=max_shots,
    )
    if args.obs_in is None:
        for events in all_events:
            yield events, None
        return
    all_actual = read_shots(
        args.obs_in,
        format=args.obs_in_format,
        num_bits=source.graph.num_observables,
        what="observables",
        max_shots=max_shots,
    )
    num_shots = 0
    for events in all_events:
        actual = next(all_actual, None)
        found = 0 if actual is None else len(actual)
        if actual is None or found != len(events):
            raise ValueError(
                f"{args.obs_in}: File must hold as many shots as {args.in_path}: shot "
                f"{num_shots + min(found, len(events))} is in one of them only"
            )
        num_shots += found
        yield events, actual
    if next(all_actual, None) is not None:
        raise ValueError(
            f"{args.obs_in}: File must hold the {num_shots} shots of {args.in_path}, not more"
        )


@dataclass
class Tally:
    """Counts over all chunks."""

    shots: int = 0
    unmatched: int = 0
    growth_steps: int = 0
    passes: int = 0
    contested: int = 0
    errors: int | None = None
    """None if the actual observable flips are not known."""
    cycles: list[np.ndarray] = field(default_factory=list)

    def add(self, decoded: DecodedShots, actual: np.ndarray | None) -> None:
        """Count one chunk."""
        self.shots += len(decoded.predictions)
        self.unmatched += int(decoded.unmatched.sum())
        self.growth_steps += int(decoded.growth_steps.sum())
        self.passes += int(decoded.passes.sum())
        if decoded.contested is not None:
            self.contested += int(decoded.contested.sum())
        if decoded.cycles is not None:
            self.cycles.append(decoded.cycles)
        if actual is not None:
            wrong = wrong_shots(decoded.predictions, actual, unmatched=decoded.unmatched)
            self.errors = (self.errors or 0) + int(wrong.sum())


def _report(args: argparse.Namespace, tally: Tally) -> None:
    report: dict[str, object] = {
        "format": "quantacore-decode-report",
        "version": 1,
        "decoder": args.decoder,
        "shots": tally.shots,
        "unmatched": tally.unmatched,
    }
    if args.decoder in UNION_FIND and tally.shots:
        report["mean_growth_steps"] = tally.growth_steps / tally.shots
        report["mean_passes"] = tally.passes / tally.shots
        report["contested"] = tally.contested
    if tally.cycles:
        report["mean_cycles"] = float(np.concatenate(tally.cycles).mean())
    if tally.unmatched:
        print(
            f"quantacore: warning: {tally.unmatched} of {tally.shots} shots are unmatched: no "
            "correction explains them, their predictions are zeros",
            file=sys.stderr,
        )
    if tally.errors is not None:
        rate = error_rate(errors=tally.errors, shots=tally.shots)
        report["errors"] = tally.errors
        report["error_rate"] = vars(rate)
        if not args.json:
            print(
                f"{tally.errors} errors in {tally.shots} shots, rate {rate:.3g} (95 %)",
                file=sys.stderr if STANDARD_STREAM in _outputs(args) else sys.stdout,
            )
    if args.json:
        print(json.dumps(report, indent=1))


def _outputs(args: argparse.Namespace) -> tuple[str | None, ...]:
    return args.out, args.corrections_out, args.steps_out


def _steps_as_csv(decoded: DecodedShots) -> bytes:
    columns = [getattr(decoded, name).astype(np.uint32).tolist() for name in STEPS_COLUMNS.values()]
    rows = zip(*columns, strict=True)
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()
