"""The closed loop over codes, on the Verilated core that the family's other tests have built."""

import asyncio
import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from quantacore.host.live_log import LIVE_FILE, LiveLog
from quantacore.sim.dashboard.live_state import LiveState
from quantacore.sim.experiments import code_loop
from quantacore.sim.experiments.code_loop import CodeLoop, code_epoch
from quantacore.sim.experiments.code_loop_settings import BY_EDGES, CodeLoopSettings
from quantacore.sim.experiments.code_records import header_of_codes
from quantacore.sim.experiments.epoch_log import EpochLog
from tests.golden.family.families import CORE_CONFIG, PATCHES, WINDOW, family

WEST, COLUMN = "3x3", "1x3+2+0"
CODES = (WEST, "3x3+1+0", "4x3", COLUMN, "2x3")
"""`PATCHES`, by the names that the loop gives them."""
SETTINGS = CodeLoopSettings(
    codes=CODES,
    p=0.01,
    rounds=6,
    noise="hot",
    epochs=3,
    calm_epochs=2,
    shots=1200,
    looks=3,
    passes=3,
    window=(WINDOW["commit_rounds"], WINDOW["buffer_rounds"]),
    enough_shots=400,
    rates=BY_EDGES,
    seed=2,
)


@pytest.fixture
def loop(monkeypatch):
    monkeypatch.setattr(code_loop, "CALIBRATION_SHOTS", 10_000)
    monkeypatch.setattr(code_loop, "core_config", lambda settings: CORE_CONFIG)
    made = CodeLoop(SETTINGS)
    assert made.family.plan.plan_hash == family().plan.plan_hash  # no core of its own
    return made


async def collected(loop, earlier=()):
    return [epoch async for epoch in loop.run(earlier)]


@pytest.mark.verilator
@pytest.mark.slow
def test_core_changes_code_with_the_noise_and_every_window_is_golden(loop, tmp_path):
    path = tmp_path / LIVE_FILE
    header = header_of_codes(asdict(SETTINGS), loop.family.slots)
    with LiveLog(path, header) as loop.live:
        epochs = asyncio.run(collected(loop))
    loop.live = None
    assert_live_log_tells_all(path, epochs)
    for epoch in epochs:
        assert epoch.mismatches == epoch.rounds_lost == 0
        assert epoch.windows == 1200 * family().plan.num_windows(6)
    looks = [look for epoch in epochs for look in epoch.looks]
    # The column is better against flips, and smaller; a hot qubit in it is seen.
    assert [look.code for look in looks] == [WEST] * 3 + [COLUMN] * 6
    assert [look.why for look in looks if look.choice != look.code] == ["cheaper"]
    calm, hot = looks[5].rates, looks[8].rates
    assert hot[COLUMN] > 3 * calm[COLUMN] and hot["4x3"] > 1.5 * calm["4x3"]
    # What was counted while a code was in force is what its golden decoder is worth then.
    assert epochs[0].core_errors == epochs[0].errors[WEST] > 3 * epochs[0].errors[COLUMN]
    assert [epoch.core_errors for epoch in epochs[1:]] == [e.errors[COLUMN] for e in epochs[1:]]
    assert {epoch.oracle for epoch in epochs} == {COLUMN}

    log = EpochLog(tmp_path, SETTINGS, kind=("test", 1), read_epoch=code_epoch)
    for epoch in epochs[:2]:
        log.append(epoch)
    again = EpochLog(tmp_path, replace(SETTINGS, epochs=4), kind=("test", 1), read_epoch=code_epoch)
    assert again.epochs == epochs[:2]
    assert asyncio.run(collected(loop, again.epochs)) == epochs[2:]

    # A wrong image of the code it switches to is noticed.
    image = loop._images[COLUMN]
    loop._images[COLUMN] = replace(
        image, first=np.minimum(image.first + 1, image.absent).astype(image.first.dtype)
    )
    found = asyncio.run(collected(loop, epochs[:1]))
    assert found[0].mismatches > 0


def assert_live_log_tells_all(path, epochs):
    header, *records = map(json.loads, path.read_text().splitlines())
    state = LiveState(header)
    for record in records:
        state.add(record)
    page = state.snapshot()
    assert page["shots"] == page["errors"]["total_shots"] == 3600
    assert page["cycles"]["total"] == page["windows"] == sum(epoch.windows for epoch in epochs)
    (switch,) = [event for event in page["events"] if event["what"] == "code"]
    assert switch["shot"] == 1200
    assert switch["text"] == f"{COLUMN} after {WEST}: cheaper"
    totals = {name: found["errors"] for name, found in page["errors"]["totals"].items()}
    assert totals["core"] == sum(epoch.core_errors for epoch in epochs)
    assert totals[WEST] == sum(epoch.errors[WEST] for epoch in epochs)
    assert len(page["lattice"]["places"]) == len(family().slots)
    assert max(page["lattice"]["rates"]) > 0.01


def test_names_are_those_of_the_familys_patches():
    assert [code_loop.patch_named(name) for name in CODES] == list(PATCHES.values())
