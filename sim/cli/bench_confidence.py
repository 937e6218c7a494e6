"""Bench `confidence`: measure how well what a core says of a shot predicts a logical error.

In: points, number of passes, shares of shots to discard.   Out: a table, JSON, a picture.
Next: `quantacore.sim.experiments.confidence`.
"""

import argparse
from collections.abc import Sequence

from quantacore.sim.cli.bench_frame import (
    Bench,
    add_bases_argument,
    add_common_arguments,
    add_point_arguments,
    make_folder,
    print_json,
    print_table,
    shots_bar,
)
from quantacore.sim.experiments.confidence import ConfidenceRow, measure_confidence
from quantacore.sim.experiments.point import Point

SUMMARY = """Discard the least sure shots and count the errors that are left

Each confidence ranks the same shots. Columns: logical errors of all shots, then the share of these
errors that is left when so many shots are discarded, the least sure ones first; with --rates the
logical error rate of the kept shots with its 95 % interval (Wilson). Shots of equal confidence go
in random order, averaged over all orders.

"contested, then volume" is what a core puts into its prediction word. "PyMatching's gap" is the
complementary gap of exact matching: it takes two matchings per shot, and is what to compare with.

  quantacore bench confidence                         half a minute: a first look
  quantacore bench confidence --distances 3 5 7 --ps 0.005 --shots 200000 --plot pictures
"""

DISCARDED = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)

DEFAULT_SHOTS = 100_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench confidence`."""
    add_point_arguments(parser, distances=[5], ps=[0.005])
    add_bases_argument(parser)
    parser.add_argument(
        "--shots",
        type=int,
        default=DEFAULT_SHOTS,
        metavar="N",
        help=f"shots at each point (default {DEFAULT_SHOTS})",
    )
    parser.add_argument(
        "--passes",
        type=int,
        default=4,
        metavar="K",
        help="most passes of the union-find decoder (default 4)",
    )
    parser.add_argument(
        "--length_bits",
        type=int,
        default=4,
        metavar="B",
        help="bits of an edge length (default 4)",
    )
    parser.add_argument(
        "--discarded",
        type=float,
        nargs="+",
        default=list(DISCARDED),
        metavar="SHARE",
        help="shares of shots to discard, in [0, 1) "
        f"(default {' '.join(f'{share:g}' for share in DISCARDED)})",
    )
    parser.add_argument(
        "--rates", action="store_true", help="logical error rates of the kept shots in the table"
    )
    parser.add_argument("--plot", metavar="DIR", help="draw rejection_curves.png into this folder")
    add_common_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table of errors left, or of rates."""
    points = [
        Point(distance=distance, p=p, basis=basis, shots=args.shots)
        for distance in args.distances
        for p in args.ps
        for basis in args.bases or ["Z"]
    ]
    points = list(dict.fromkeys(points))
    for share in args.discarded:
        if not 0 <= share < 1 or round(share * args.shots) == args.shots:
            raise ValueError(
                f"Share of discarded shots must be in [0, 1) and leave a shot, not {share!r}"
            )
    if args.plot is not None:
        make_folder(args.plot)
    rows: list[ConfidenceRow] = []
    for number, point in enumerate(points, start=1):
        label = f"{number}/{len(points)} d={point.distance} p={point.p:g} {point.basis}"
        with shots_bar(label, point.shots) as show:
            rows += measure_confidence(
                point,
                passes=args.passes,
                length_bits=args.length_bits,
                seed=args.seed,
                progress=show,
            )
    if args.plot is not None:
        from quantacore.sim.plots.rejection_curves import plot_rejection

        plot_rejection(rows, make_folder(args.plot) / "rejection_curves.png")
    if args.json:
        print_json(
            "quantacore-confidence",
            [_record(row, share) for row in rows for share in [0.0, *args.discarded]],
        )
    else:
        _print(rows, args.discarded, rates=args.rates)
    return 0


def _print(rows: Sequence[ConfidenceRow], discarded: Sequence[float], *, rates: bool) -> None:
    print_table(
        ["d", "p", "basis", "shots", "confidence", "errors", *map("{:g}".format, discarded)],
        [
            [
                str(row.point.distance),
                f"{row.point.p:g}",
                row.point.basis,
                str(row.curve.num_shots),
                row.label,
                str(row.curve.num_errors),
                *(_cell(row, share, rates=rates) for share in discarded),
            ]
            for row in rows
        ],
    )


def _cell(row: ConfidenceRow, share: float, *, rates: bool) -> str:
    if rates:
        return f"{row.curve.rate(share):.2e}"
    return f"{row.curve.share_left(share):.3f}" if row.curve.num_errors else ""


def _record(row: ConfidenceRow, share: float) -> dict[str, object]:
    return {
        "distance": row.point.distance,
        "p": row.point.p,
        "basis": row.point.basis,
        "confidence": row.confidence,
        "decoder": row.decoder,
        "shots": row.curve.num_shots,
        "errors": row.curve.num_errors,
        "discarded": share,
        "kept": row.curve.num_kept(share),
        "errors_left": row.curve.errors_left(share),
        "rate": vars(row.curve.rate(share)),
    }


CONFIDENCE = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
