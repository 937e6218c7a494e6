"""Write what contenders scored: tables, CSV, JSON.

In: `PredictionRow` and `RegretRow` records, host times.   Out: text.
Next: `quantacore.sim.cli.predict`.
"""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields

from quantacore.golden.metrics import Interval
from quantacore.host.predict.registry import CONTENDERS
from quantacore.sim.experiments.prediction import PredictionRow
from quantacore.sim.experiments.prediction_regret import RegretRow, RunErrors

FORMAT, REGRET_FORMAT, VERSION = "quantacore-prediction", "quantacore-prediction-regret", 1
LEAST_RUNS = 6
"""A bootstrap of fewer says little: even if all agree, chance does so once in 2 ** (runs - 1)."""
HEAD = (
    "regime",
    "ahead",
    "predictor",
    "runs",
    "CRPS [95 %]",
    "against best opponent [95 %]",
    "best opponent",
    "count loss",
    "against best opponent [95 %]",
    "in 90 % band",
    "reaction, shots",
    "changes (missed)",
    "false alarms per 1000",
)
WINNER_HEAD = (
    "regime",
    "ahead",
    "runs",
    "best opponent",
    "its CRPS",
    "best learned one",
    "its CRPS",
    "difference [95 %]",
    "winner",
)
REGRET_HEAD = (
    "regime",
    "contender",
    "runs",
    "shots",
    "errors",
    "regret per 1000 shots [95 %]",
    "of static's [95 %]",
    "of the best opponent's [95 %]",
    "best opponent",
)


def table_cells(row: PredictionRow, *, shots_per_epoch: int) -> list[str]:
    """Return the cells of a row, as in `HEAD`; a dash where there is nothing to tell."""
    reaction = row.reaction_epochs.value * shots_per_epoch
    return [
        row.regime,
        str(row.horizon),
        row.predictor,
        str(row.runs),
        _cell(row.crps, ".3f"),
        _cell(row.crps_against, "+.3f"),
        row.best_opponent,
        f"{row.loss.value:.3f}",
        _cell(row.loss_against, "+.3f"),
        f"{row.coverage.value:.1%}",
        "-" if math.isnan(reaction) else f"{reaction:.0f}",
        f"{row.changes} ({row.missed})" if row.changes else "-",
        "-" if math.isnan(row.alarms_per_1000.value) else f"{row.alarms_per_1000.value:.1f}",
    ]


def winner_cells(rows: Sequence[PredictionRow]) -> list[list[str]]:
    """Return for each regime and horizon who predicts best, as in `WINNER_HEAD`.

    Both sides are chosen on the runs that are shown. Nobody wins where the interval of the
    difference holds 0, or of fewer runs than `LEAST_RUNS`; without a learned or a simple one there
    is no row.
    """
    found = []
    for key in dict.fromkeys((row.regime, row.horizon) for row in rows):
        some = [row for row in rows if (row.regime, row.horizon) == key]
        opponents = [row for row in some if CONTENDERS[row.predictor].is_opponent]
        learned = [row for row in some if not CONTENDERS[row.predictor].is_opponent]
        if not (opponents and learned):
            continue
        simple, best = (min(side, key=lambda row: row.crps.value) for side in (opponents, learned))
        winner = "none" if best.runs >= LEAST_RUNS else "too few runs"
        if best.runs >= LEAST_RUNS and not best.crps_against.contains(0):
            winner = (best if best.crps_against.value < 0 else simple).predictor
        found.append(
            [
                key[0],
                str(key[1]),
                str(best.runs),
                simple.predictor,
                f"{simple.crps.value:.3f}",
                best.predictor,
                f"{best.crps.value:.3f}",
                _cell(best.crps_against, "+.3f"),
                winner,
            ]
        )
    return found


def report_json(
    rows: Sequence[PredictionRow],
    *,
    source: str,
    tuned_on: str,
    shots_per_epoch: int,
    update_us: Mapping[str, float],
) -> str:
    """Return all numbers as JSON; None stands for what could not be told."""
    body = {
        "format": FORMAT,
        "version": VERSION,
        "source": source,
        "tuned_on": tuned_on,
        "shots_per_epoch": shots_per_epoch,
        "update_us": dict(update_us),
        "rows": [_flat(row) for row in rows],
    }
    return json.dumps(body, indent=1) + "\n"


def report_csv(rows: Sequence[PredictionRow]) -> str:
    """Return all numbers as CSV, a line for each row; empty where there is nothing to tell."""
    flat = [_flat(row) for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(flat[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def regret_cells(row: RegretRow) -> list[str]:
    """Return the cells of a row, as in `REGRET_HEAD`; a dash where there is nothing to tell."""
    return [
        row.regime,
        row.predictor,
        str(row.runs),
        str(row.shots),
        str(row.errors),
        _cell(row.regret, ".2f"),
        _cell(row.of_static, ".3f"),
        _cell(row.of_best_opponent, ".3f"),
        row.best_opponent,
    ]


def regret_json(rows: Sequence[RegretRow], found: Sequence[RunErrors], *, tuned_on: str) -> str:
    """Return rows, and the errors of each run, as JSON; None stands for what has no value."""
    body = {
        "format": REGRET_FORMAT,
        "version": VERSION,
        "tuned_on": tuned_on,
        "rows": [_flat(row) for row in rows],
        "runs": [{**vars(each), "errors": dict(each.errors)} for each in found],
    }
    return json.dumps(body, indent=1) + "\n"


def _flat(row: PredictionRow | RegretRow) -> dict[str, object]:
    found: dict[str, object] = {}
    for each in fields(row):
        value = getattr(row, each.name)
        if isinstance(value, Interval):
            for end, suffix in ((value.value, ""), (value.low, "_low"), (value.high, "_high")):
                found[each.name + suffix] = round(end, 6) if math.isfinite(end) else None
        else:
            found[each.name] = value
    return found


def _cell(interval: Interval, spec: str) -> str:
    return "-" if math.isnan(interval.value) else f"{interval:{spec}}"
