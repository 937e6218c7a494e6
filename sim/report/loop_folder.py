"""Show a closed loop: its errors, epoch by epoch, and when images or codes came.

In: the log in a folder of `quantacore run`, with `--codes` or not.   Out: a `Section`.
Next: `quantacore.sim.report.sources`.
"""

from itertools import groupby
from pathlib import Path

from quantacore.golden.metrics import PairedErrors, error_rate, error_ratio
from quantacore.sim.experiments.closed_loop import DECODERS
from quantacore.sim.experiments.code_contenders import contenders
from quantacore.sim.experiments.code_loop import read_code_log
from quantacore.sim.experiments.code_loop_settings import patch_named
from quantacore.sim.experiments.code_records import CODE_LOOP
from quantacore.sim.experiments.epoch_log import LOG_FILE
from quantacore.sim.experiments.loop_log import read_loop_log
from quantacore.sim.plots.closed_loop import LABELS, plot_closed_loop
from quantacore.sim.plots.code_loop import plot_code_loop
from quantacore.sim.report.records import record_table
from quantacore.sim.report.section import ADAPTATION, Section, drawn

PICTURE_FILE = "loop.png"
CONTENDERS = {"core": "core, which follows", "oracle": "right code of each epoch, seen afterwards"}
NO_EPOCH = "has no epoch yet: the same `quantacore run` command goes on"


def read_loop(path: Path) -> Section:
    """Return the section of a log.

    Raises
    ------
    ValueError
        If the log is damaged, or has no epoch yet.
    """
    with open(path) as file:
        over_codes = f'"format": "{CODE_LOOP[0]}"' in file.readline()
    return _code_loop(path) if over_codes else _weight_loop(path)


def _weight_loop(path: Path) -> Section:
    settings, epochs = read_loop_log(path.parent)
    if not epochs:
        raise ValueError(NO_EPOCH)
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
                "of the core's (same shots)": 1 if name == "core" else vars(error_ratio(paired)),
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


def _code_loop(path: Path) -> Section:
    settings, epochs = read_code_log(path)
    if not epochs:
        raise ValueError(NO_EPOCH)
    qubits = {name: len(patch_named(name).qubits) for name in settings.codes}
    found = contenders(epochs, settings, qubits=qubits)
    after_calm = [
        {
            "contender": CONTENDERS.get(each.name) or f"{each.name.removeprefix('static ')} alone",
            "shots": each.shots,
            "errors": each.errors,
            "errors per shot (95 %)": None if each.rate is None else vars(each.rate),
            "qubits on average": each.qubit_rounds / (each.shots * settings.rounds),
            "switches": each.switches,
        }
        for each in found
        if each.shots
    ]
    by_epoch = [
        {
            "epoch": epoch.index,
            "core": epoch.core_errors,
            **{f"{name} alone": epoch.errors[name] for name in settings.codes},
            "right, seen afterwards": epoch.oracle,
            "codes of the core": " ".join(
                name for name, _ in groupby(look.code for look in epoch.looks)
            ),
            "unlike golden": epoch.mismatches,
            "rounds lost": epoch.rounds_lost,
        }
        for epoch in epochs
    ]
    tables = [
        record_table("After the calm epochs, on the same shots", after_calm),
        record_table("Errors by epoch", by_epoch),
    ]
    return Section(
        subject=ADAPTATION,
        title=f"Codes on one core: {', '.join(settings.codes)}, noise: {settings.noise}",
        source=str(path.parent),
        text=(
            f"{len(epochs)} epochs of {settings.shots} shots, {settings.calm_epochs} of them calm.",
            "Right is the cheapest code whose errors meet the target, or else the one with fewest.",
        ),
        tables=tuple(table for table in tables if table is not None),
        pictures=(
            drawn(
                lambda target: plot_code_loop(epochs, settings, target),
                "errors by epoch, and the code that was in force",
            ),
        ),
        files=(LOG_FILE,),
    )
