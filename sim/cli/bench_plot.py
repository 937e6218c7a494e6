"""Bench `plot`: draw what the other benches have saved.

In: CSV files of the benches that have `--out`, or their rows.   Out: PNG files.
Next: `quantacore.sim.plots.accuracy_curves`, `quantacore.sim.plots.cycles`.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from quantacore.sim.cli.bench_frame import Bench, make_folder, note

SUMMARY = """Draw what `bench accuracy`, `bench latency` and `bench windows` have saved

  quantacore bench plot --in night.csv --out pictures
  quantacore bench plot --in accuracy.csv cycles.csv --out pictures

  logical_error_rates.png   logical errors per shot against p, by decoder
  error_ratios.png          the same relative to PyMatching, on the same shots
  cycles_per_round.png      core cycles per round against d: mean and p99
  cycle_distributions.png   share of shots above a number of cycles; p50, p99, p99.9, max
  window_ratios.png         errors of sliding windows relative to whole shots, against the buffer

Bars are 95 % intervals. Runs with different --seed are added up: give each machine its own. If
files have counts of several versions of a decoder or core, the one that comes last is drawn. A
bench may still be running.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `quantacore bench plot`."""
    parser.add_argument(
        "--in",
        dest="paths",
        nargs="+",
        required=True,
        metavar="FILE",
        help="CSV files that benches wrote with --out",
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="folder; pictures of these names are replaced"
    )


def run(args: argparse.Namespace) -> int:
    """Draw the pictures and print their names."""
    # Late, so that other benches start fast and work without Amaranth.
    from quantacore.sim.experiments import accuracy, latency, window_accuracy
    from quantacore.sim.experiments.saved_rows import saved_tasks
    from quantacore.sim.experiments.stats_file import read_stats

    saved = saved_tasks(read_stats(args.paths))
    drawn: list[Path] = []
    benches: list[tuple[str, Callable[..., Any], Callable[..., list[Path]]]] = [
        (accuracy.BENCH, accuracy.accuracy_row, draw_accuracy),
        (latency.BENCH, latency.latency_row, draw_latency),
        (window_accuracy.BENCH, window_accuracy.window_row, draw_windows),
    ]
    try:
        rows = {name: [row(task) for task in saved.of_bench(name)] for name, row, _ in benches}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"Rows must be as a bench writes them ({error!r})") from None
    if not any(rows.values()):
        raise ValueError(f"Rows of a bench must be in {' '.join(args.paths)}, but none is")
    if saved.num_foreign:
        note(f"{saved.num_foreign} tasks left out: they are not of these benches")
    if saved.num_superseded:
        note(f"{saved.num_superseded} tasks left out: a later version of the same is there")
    for name, _, draw in benches:
        if rows[name]:
            drawn += draw(rows[name], args.out)
    for path in drawn:
        print(path)
    return 0


def draw_accuracy(rows: Sequence[Any], folder: str) -> list[Path]:
    """Draw `AccuracyRow` records; return the files."""
    from quantacore.sim.plots.accuracy_curves import plot_rates, plot_ratios

    target = make_folder(folder)
    pictures = {"logical_error_rates.png": plot_rates, "error_ratios.png": plot_ratios}
    for name, plot in pictures.items():
        plot(rows, target / name)
    return [target / name for name in pictures]


def draw_latency(rows: Sequence[Any], folder: str) -> list[Path]:
    """Draw `LatencyRow` records, each kind of noise by itself; return the files."""
    from quantacore.sim.experiments.latency import Noise
    from quantacore.sim.plots.cycles import plot_cycles_per_round, plot_distributions

    target = make_folder(folder)
    drawn = []
    for noise in Noise:
        of_noise = [row for row in rows if row.noise is noise]
        suffix = "" if noise is Noise.CIRCUIT else f"_{noise.value}"
        for stem, plot in {
            "cycles_per_round": plot_cycles_per_round,
            "cycle_distributions": plot_distributions,
        }.items():
            if of_noise:
                drawn.append(target / f"{stem}{suffix}.png")
                plot(of_noise, drawn[-1])
    return drawn


def draw_windows(rows: Sequence[Any], folder: str) -> list[Path]:
    """Draw `WindowRow` records; return the files."""
    from quantacore.sim.plots.window_ratios import plot_window_ratios

    path = make_folder(folder) / "window_ratios.png"
    plot_window_ratios(rows, path)
    return [path]


PLOT = Bench(summary=SUMMARY, add_arguments=add_arguments, run=run)
