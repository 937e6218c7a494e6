"""Tables, CSV and JSON of what contenders scored."""

import csv
import json
from dataclasses import replace

from quantacore.golden.metrics import Interval
from quantacore.sim.experiments.prediction import PredictionRow, score_runs, summarise
from quantacore.sim.experiments.prediction_report import (
    HEAD,
    LEAST_RUNS,
    WINNER_HEAD,
    report_csv,
    report_json,
    table_cells,
    winner_cells,
)
from tests.host.predict.synthetic_runs import synthetic_run
from tests.sim.experiments.test_prediction import NAMES, TUNED


def rows() -> list[PredictionRow]:
    runs = [synthetic_run(seed=1, regime="drift", wander=0.1, num_epochs=20)]
    return summarise(score_runs(runs, TUNED, names=NAMES))


def test_table_cells_fit_their_head() -> None:
    cells = table_cells(rows()[0], shots_per_epoch=2000)
    assert len(cells) == len(HEAD)
    assert cells[:4] == ["drift", "1", "last_value", "1"]
    assert cells[HEAD.index("reaction, shots")] == "-"


def test_winner_cells_say_who_wins() -> None:
    runs = [
        synthetic_run(seed=seed, regime="drift", wander=0.5, num_epochs=40)
        for seed in range(LEAST_RUNS)
    ]
    cells = winner_cells(summarise(score_runs(runs, TUNED, names=NAMES)))
    assert [row[:2] for row in cells] == [
        ["drift", "1"],
        ["all", "1"],
        ["drift", "3"],
        ["all", "3"],
    ]
    assert cells[0][-1] == cells[0][5] == "ornstein_uhlenbeck"
    assert {len(row) for row in cells} == {len(WINNER_HEAD)}


def test_winner_cells_name_nobody_where_nothing_is_sure() -> None:
    some = rows()
    assert {row[-1] for row in winner_cells(some)} == {"too few runs"}
    uncertain = [
        replace(row, runs=9, crps_against=Interval(value=-0.1, low=-0.2, high=0.1)) for row in some
    ]
    assert {row[-1] for row in winner_cells(uncertain)} == {"none"}
    assert winner_cells([row for row in some if row.predictor == "last_value"]) == []


def test_report_csv_has_a_line_for_each_row() -> None:
    some = rows()
    lines = list(csv.DictReader(report_csv(some).splitlines()))
    assert len(lines) == len(some)
    assert float(lines[0]["crps"]) == round(some[0].crps.value, 6)
    assert lines[0]["reaction_epochs"] == ""


def test_report_json_has_no_nan() -> None:
    text = report_json(
        rows(), source="s", tuned_on="t", shots_per_epoch=2000, update_us={"last_value": 50.0}
    )
    body = json.loads(text, parse_constant=lambda word: 1 / 0)
    assert body["format"] == "quantacore-prediction"
    assert body["rows"][0]["reaction_epochs"] is None
    assert body["update_us"] == {"last_value": 50.0}
