"""Show what benches have counted in a file of sinter's format.

In: a CSV file of `bench accuracy`, `latency` or `windows`.   Out: a `Section`.
Next: `quantacore.sim.report.sources`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from quantacore.sim.experiments import accuracy, latency, window_accuracy
from quantacore.sim.experiments.contenders import MATCHING
from quantacore.sim.experiments.saved_rows import saved_tasks
from quantacore.sim.experiments.stats_file import read_stats
from quantacore.sim.plots.accuracy_curves import plot_rates, plot_ratios
from quantacore.sim.plots.cycles import plot_cycles_per_round, plot_distributions
from quantacore.sim.plots.window_ratios import plot_window_ratios
from quantacore.sim.report.records import record_table
from quantacore.sim.report.section import ACCURACY, LATENCY, Picture, Section, drawn

HEAD = b"shots,errors"
"""How sinter's files begin, blanks left out."""


def read_bench_file(path: Path) -> Section | None:
    """Return tables and pictures; None for other CSV files, and for counts of other verbs.

    Raises
    ------
    ValueError
        If a row is damaged.
    """
    with open(path, "rb") as file:
        if not file.readline().replace(b" ", b"").startswith(HEAD):
            return None
    saved = saved_tasks(read_stats([path]))
    tables, pictures, subjects, titles = [], [], [], []
    for bench, row_of, subject, record, draw in KINDS:
        try:
            rows = [row_of(task) for task in saved.of_bench(bench)]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"rows must be as `quantacore bench {bench}` writes them: {error!r}"
            ) from None
        if not rows:
            continue
        table = record_table(f"bench {bench}", [record(row) for row in rows])
        tables += [table] if table is not None else []
        pictures += draw(rows)
        subjects.append(subject)
        titles.append(TITLES[bench])
    if not tables:
        return None
    return Section(
        subject=subjects[0],
        title=f"{', '.join(titles)} ({path.name})",
        source=str(path),
        tables=tuple(tables),
        pictures=tuple(pictures),
    )


def _accuracy_record(row: Any) -> dict[str, Any]:
    return {
        "d": row.point.distance,
        "p": row.point.p,
        "basis": row.point.basis,
        "decoder": row.decoder,
        "shots": row.paired.shots,
        "errors": row.paired.errors,
        "errors per shot (95 %)": vars(row.rate),
        "of PyMatching's (same shots)": 1 if row.decoder == MATCHING else vars(row.ratio),
    }


def _window_record(row: Any) -> dict[str, Any]:
    return {
        "d": row.point.distance,
        "p": row.point.p,
        "rounds": row.point.num_rounds,
        "window": "whole shots" if row.window is None else f"{row.window[0]} + {row.window[1]}",
        "shots": row.paired.shots,
        "errors": row.paired.errors,
        "errors per round": row.rate_per_round,
        "of whole shots' (same shots)": 1 if row.window is None else vars(row.ratio_per_round),
    }


def _latency_record(row: Any) -> dict[str, Any]:
    cycles = row.histogram
    return {
        "noise": row.noise.value,
        "d": row.point.distance,
        "p": row.point.p,
        "passes": row.passes,
        "links": row.links,
        "shots": row.shots,
        "unlike golden": row.mismatches,
        "mean cycles (95 %)": vars(cycles.mean_interval()),
        "p50": cycles.percentile(50),
        "p99": cycles.percentile(99),
        "p99.9": cycles.percentile(99.9),
        "max": cycles.max,
    }


def _draw_accuracy(rows: Sequence[Any]) -> list[Picture]:
    return [
        drawn(lambda path: plot_rates(rows, path), "logical errors per shot against noise"),
        drawn(lambda path: plot_ratios(rows, path), "the same relative to PyMatching"),
    ]


def _draw_latency(rows: Sequence[Any]) -> list[Picture]:
    pictures = []
    for noise in latency.Noise:
        of_noise = [row for row in rows if row.noise is noise]
        for plot, caption in (
            (plot_cycles_per_round, "core cycles per round against distance"),
            (plot_distributions, "share of shots that take more cycles"),
        ):
            if of_noise:
                words = f"{caption}, {noise.value} noise"
                pictures.append(drawn(lambda path, p=plot, r=of_noise: p(r, path), words))  # type: ignore[misc]
    return pictures


def _draw_windows(rows: Sequence[Any]) -> list[Picture]:
    caption = "errors of windows relative to whole shots"
    return [drawn(lambda path: plot_window_ratios(rows, path), caption)]


Kind = tuple[str, Callable[..., Any], str, Callable[[Any], dict[str, Any]], Callable[..., Any]]
KINDS: tuple[Kind, ...] = (
    (accuracy.BENCH, accuracy.accuracy_row, ACCURACY, _accuracy_record, _draw_accuracy),
    (latency.BENCH, latency.latency_row, LATENCY, _latency_record, _draw_latency),
    (window_accuracy.BENCH, window_accuracy.window_row, ACCURACY, _window_record, _draw_windows),
)
"""Bench, what makes its rows, subject, record of a row, pictures of rows."""

TITLES = {
    accuracy.BENCH: "Logical errors beside PyMatching",
    latency.BENCH: "Core cycles",
    window_accuracy.BENCH: "Errors of sliding windows",
}
