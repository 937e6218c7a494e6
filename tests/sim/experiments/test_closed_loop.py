"""The closed loop around the Verilated core."""

import asyncio
from dataclasses import replace

import pytest

from quantacore.sim.experiments.closed_loop import ClosedLoop, LoopSettings, reactions
from tests.sim.experiments.loop_epochs import loop_epoch

SMALL = LoopSettings(epochs=3, calm_epochs=1, shots=1500, looks=3, seed=4)


async def collected(loop, earlier=()):
    return [epoch async for epoch in loop.run(earlier)]


@pytest.mark.verilator
@pytest.mark.slow
@pytest.mark.parametrize(
    ("predictor", "core"), [("counting", "rtl"), ("qubit_factors", "rtl"), ("kalman", "golden")]
)
def test_loop_adapts_and_can_be_continued(predictor, core):
    settings = replace(SMALL, predictor=predictor, core=core)
    epochs = asyncio.run(collected(ClosedLoop(settings)))
    assert [epoch.changed for epoch in epochs] == [False, True, False]
    if predictor != "kalman":  # which loads images for little
        assert not epochs[0].swaps
        assert epochs[0].errors["core"] == epochs[0].errors["static"]
    assert epochs[1].swaps
    for epoch in epochs:
        assert epoch.mismatches == epoch.rounds_lost == 0
        assert epoch.windows == 3 * 1500 // 3 * 2
        assert all(sum(look.events) > sum(look.corrections) > 30 for look in epoch.looks)
    errors = {name: sum(e.errors[name] for e in epochs[1:]) for name in epochs[0].errors}
    assert epochs[0].errors["static"] == epochs[0].errors["oracle"]
    for k, epoch in enumerate(epochs):
        assert (epoch.truth["index"], epoch.truth["first_round"]) == (k, k * 10_000_000)
        assert epoch.both_wrong["core"] == epoch.errors["core"]
        assert 0 < epoch.both_wrong["static"] <= min(epoch.errors["static"], epoch.errors["core"])
    assert errors["oracle"] < errors["static"]
    assert errors["core"] < errors["static"]

    loop = ClosedLoop(settings)
    assert asyncio.run(collected(loop, epochs[:2])) == epochs[2:]
    assert loop.load_cycles > 500 or core == "golden"

    if core == "golden":  # a hot qubit is as hot in short epochs
        hurried = asyncio.run(collected(ClosedLoop(replace(settings, epoch_s=0.5))))
        assert [(e.errors, e.swaps) for e in hurried] == [(e.errors, e.swaps) for e in epochs]

    if predictor == "counting":  # others' forecasts reach over the time of a load
        assert asyncio.run(collected(ClosedLoop(replace(settings, core="golden")))) == epochs


def test_reactions_run_from_a_change_to_the_next_image():
    epochs = [
        loop_epoch(0),
        loop_epoch(1, changed=True),
        loop_epoch(2, swaps=[400, 600]),
        loop_epoch(3, changed=True, swaps=[200]),
        loop_epoch(4, changed=True),
        loop_epoch(5, changed=True),
    ]
    assert reactions(epochs) == [1400, 200, None, None]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"core": "fpga"}, "Core must be one of rtl, golden, not 'fpga'"),
        ({"noise": "loud"}, "Noise must be one of quiet"),
        ({"predictor": "oracle"}, "Predictor must be one of counting, last_value"),
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"shots": 4}, r"shots must be at least looks \(5\), not 4"),
        ({"calm_epochs": -1}, "calm_epochs must be at least 0"),
        ({"epoch_s": 0.0}, "epoch_s must be above 0"),
        ({"distance": 4}, "Distance must be odd"),
        ({"p": 0.0}, "p must be above 0"),
        ({"rounds": 1}, "rounds must be at least 2"),
        ({"passes": 8}, "asses must be"),
        ({"seed": -1}, "eed must be"),
    ],
)
def test_bad_settings_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        LoopSettings(**setting)
