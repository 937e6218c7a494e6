"""Runs that are done are kept, and only those of the same measurement."""

import pytest

from quantacore.sim.experiments.prediction_regret import RunErrors
from quantacore.sim.experiments.regret_log import LOG_FILE, RegretLog

SETTINGS = {"shots": 10, "predictors": ["kalman"]}


def run_errors(seed):
    errors = {"static": 9, "oracle": 5, "kalman": 6 + seed}
    return RunErrors(run=f"jumps-{seed:04}", regime="jumps", shots=100, errors=errors)


def test_log_goes_on_where_it_stopped(tmp_path):
    folder = tmp_path / "regret"
    log = RegretLog(folder, SETTINGS)
    assert log.runs == {} and not folder.exists()
    for seed in range(2):
        log.append(run_errors(seed))
    again = RegretLog(folder, SETTINGS)
    assert list(again.runs.values()) == [run_errors(0), run_errors(1)]
    # Cut while it wrote: that run is done again, and the file is whole afterwards.
    path = folder / LOG_FILE
    path.write_text(path.read_text()[:-5])
    cut = RegretLog(folder, SETTINGS)
    assert list(cut.runs) == ["jumps-0000"]
    cut.append(run_errors(1))
    assert RegretLog(folder, SETTINGS).runs == again.runs


@pytest.mark.parametrize(
    ("content", "settings", "text"),
    [
        (None, {**SETTINGS, "shots": 11}, "is of other settings, parameters or data"),
        ("", SETTINGS, "is of other settings"),
        ("not JSON\n", SETTINGS, "is of other settings"),
        ("+{}\n", SETTINGS, "has a damaged line"),
    ],
)
def test_log_refuses_what_does_not_fit(tmp_path, content, settings, text):
    RegretLog(tmp_path, SETTINGS).append(run_errors(0))
    path = tmp_path / LOG_FILE
    if content is not None:
        before = path.read_text() if content.startswith("+") else ""
        path.write_text(before + content.removeprefix("+"))
    with pytest.raises(ValueError, match=text):
        RegretLog(tmp_path, settings)
