"""Verb `run`."""

import json

import pytest

from quantacore.host.live_log import LIVE_FILE
from quantacore.sim.dashboard.live_state import LiveState
from quantacore.sim.experiments.epoch_log import LOG_FILE
from quantacore.sim.experiments.loop_log import COUNTS_FILE, EPOCHS_FILE

SMALL = ("--calm", 1, "--shots", 600, "--looks", 2, "--noise", "hot")


@pytest.mark.verilator
@pytest.mark.slow
def test_run_goes_on_where_it_ended(quantacore, refused, tmp_path):
    out = tmp_path / "loop"
    first = quantacore("run", "--out", out, *SMALL, "--epochs", 1)
    assert first.code == 0, first
    assert "1200 windows equal golden but 0" in first.out
    assert "0 rounds lost" in first.out
    again = quantacore("run", "--out", out, *SMALL, "--epochs", 2, "--json")
    assert again.code == 0, again
    report = json.loads(again.out)
    assert report["epochs"] == 2
    assert report["disturbed_shots"] == 600
    assert report["mismatches"] == report["rounds_lost"] == 0
    assert report["images"] >= 1
    assert report["reaction_rounds"][0] == 9 * report["reaction_shots"][0]
    assert len((out / LOG_FILE).read_text().splitlines()) == 3
    for name in (EPOCHS_FILE, COUNTS_FILE, "loop.png"):
        assert (out / name).stat().st_size > 500
    assert_live_log_is_whole(out / LIVE_FILE)
    message = refused("run", "--out", out, "--epochs", 2, "--shots", 700)
    assert "was made with calm_epochs 1, not 2, shots 600, not 700, looks 2, not 5" in message


def assert_live_log_is_whole(path):
    """Check what two runs of one loop have told the live page."""
    header, *records = map(json.loads, path.read_text().splitlines())
    state = LiveState(header)
    for record in records:
        state.add(record)
    page = state.snapshot()
    assert state.ended == "2 epochs are done"
    assert page["shots"] == page["errors"]["total_shots"] == 1200
    assert page["cycles"]["total"] == page["windows"] == 2400
    assert page["event_totals"]["noise"] == 1
    assert page["event_totals"]["image"] >= 1
    assert page["weights"]["true_priors"] is not None
    assert [record["epoch"] for record in records if "epoch" in record] == [0, 1]


def test_run_refuses_bad_flags(refused, tmp_path):
    out = tmp_path / "loop"
    assert "shots must be at least looks" in refused("run", "--out", out, "--shots", 2)
    assert "Distance must be odd" in refused("run", "--out", out, "--distance", 4)
    assert "invalid choice: 'loud'" in refused("run", "--out", out, "--noise", "loud")
    assert not out.exists()
