"""Show a closed loop: its errors, epoch by epoch, and when images came.

In: the log in a folder of `quantacore run`.   Out: a `Section`.
Next: `quantacore.sim.report.sources`.
"""

from pathlib import Path

from quantacore.golden.metrics import PairedErrors, error_rate, error_ratio
from quantacore.sim.experiments.closed_loop import DECODERS
from quantacore.sim.experiments.epoch_log import LOG_FILE
from quantacore.sim.experiments.loop_log import read_loop_log
from quantacore.sim.plots.closed_loop import LABELS, plot_closed_loop
from quantacore.sim.report.records import record_table
from quantacore.sim.report.section import ADAPTATION, Section, drawn

PICTURE_FILE = "loop.png"


def read_loop(path: Path) -> Section | None:
    """Return the section of a log.

    Raises
    ------
    ValueError
        If the log is damaged, or has no epoch yet.
    """
    settings, epochs = read_loop_log(path.parent)
    if not epochs:
        raise ValueError("has no epoch yet: the same `quantacore run` command goes on")
    shots = sum(epoch.shots for epoch in epochs)
    whole = []
    for name in DECODERS:
        paired = PairedErrors(
            shots=shots,
            errors=sum(epoch.errors[name] for epoch in epochs),
            reference_errors=sum(epoch.errors["core"] for epoch in epochs),
            both=sum(epoch.both_wrong[name] for epoch in epochs),
        )
        whole.append(
            {
                "decoder": LABELS[name],
                "shots": shots,
                "errors": paired.errors,
                "errors per shot (95 %)": vars(error_rate(errors=paired.errors, shots=shots)),
                "of the core's (same shots)": vars(error_ratio(paired)),
            }
        )
    by_epoch = [
        {
            "epoch": epoch.index,
            **{LABELS[name]: epoch.errors[name] for name in DECODERS},
            "images": len(epoch.swaps),
            "noise changed": epoch.changed,
            "unlike golden": epoch.mismatches,
            "rounds lost": epoch.rounds_lost,
        }
        for epoch in epochs
    ]
    tables = [record_table("All epochs", whole), record_table("Errors by epoch", by_epoch)]
    return Section(
        subject=ADAPTATION,
        title=f"Closed loop, d = {settings.distance}, noise: {settings.noise}",
        source=str(path.parent),
        text=(f"{len(epochs)} epochs of {settings.shots} shots; predictor {settings.predictor}.",),
        tables=tuple(table for table in tables if table is not None),
        pictures=(
            drawn(lambda target: plot_closed_loop(epochs, settings, target), "errors by epoch"),
        ),
        files=(LOG_FILE, PICTURE_FILE),
    )
