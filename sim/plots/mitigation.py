"""Draw bias and spread of mitigated logical expectations against shots.

In: rows of `bias_and_spread`.   Out: a picture.
Next: `quantacore.sim.cli.bench_mitigation`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def plot_mitigation(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Write a picture with the absolute bias beside the spread, both logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(11, 4.5), sharex=True)
    for method in dict.fromkeys(row["method"] for row in rows):
        mine = [row for row in rows if row["method"] == method]
        shots = [row["shots"] for row in mine]
        for axis, values in (
            (axes[0], [abs(row["bias"]) for row in mine]),
            (axes[1], [row["spread"] for row in mine]),
        ):
            axis.plot(shots, values, marker="o", markersize=3, label=method)
    for axis, name in zip(axes, ("absolute bias", "standard deviation"), strict=True):
        axis.set(xscale="log", yscale="log", xlabel="shots of one experiment", ylabel=name)
        axis.grid(alpha=0.3)
    axes[1].legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
