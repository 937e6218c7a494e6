"""What a loop over codes tells the live page."""

import dataclasses
import json

import pytest

from quantacore.sim.dashboard.live_state import LiveState
from quantacore.sim.dashboard.log_records import read_header
from quantacore.sim.experiments.code_loop import CodeEpoch, CodeLook
from quantacore.sim.experiments.code_loop_settings import CodeLoopSettings
from quantacore.sim.experiments.code_records import CODE_LOOP, OLD_CODE_LOOP, header_of_codes

SETTINGS = CodeLoopSettings(codes=("3x3", "5x5"), calm_epochs=1, shots=100, looks=2)


def look(code, choice):
    return CodeLook(
        code=code,
        shots=50,
        errors=4,
        corrections=(1, 2),
        events=(3,),
        windows=100,
        rounds=450,
        learned=True,
        rates={},
        choice=choice,
        why="target",
    )


@pytest.mark.parametrize("kind", [CODE_LOOP, OLD_CODE_LOOP])
def test_log_of_codes_is_read(kind):
    epoch = CodeEpoch(
        index=1,
        shots=100,
        errors={"3x3": 20, "5x5": 6},
        looks=(look("3x3", "3x3"), look("3x3", "5x5")),
        oracle="5x5",
        mismatches=0,
        rounds_lost=0,
        truth={},
    )
    name, version = kind
    record = json.loads(json.dumps(dataclasses.asdict(epoch)))
    if kind == OLD_CODE_LOOP:
        for each in record["looks"]:
            del each["events"]
    head = {"format": name, "version": version, "settings": dataclasses.asdict(SETTINGS)}
    header, records_of = read_header(json.dumps(head).encode())
    state = LiveState(header)
    for each in records_of(record):
        state.add(each)
    page = state.snapshot()
    assert page["title"] == f"Codes 3x3 5x5 on one core, noise: {SETTINGS.noise}"
    assert page["lattice"]["rates"] == []
    assert (page["shots"], page["windows"]) == (100, 200)
    totals = {decoder: found["errors"] for decoder, found in page["errors"]["totals"].items()}
    assert totals == {"core": 8, "3x3": 20, "5x5": 6}
    (switch,) = page["events"]
    assert (switch["what"], switch["shot"]) == ("code", 100)
    assert switch["text"] == "5x5 after 3x3: target"


@pytest.mark.parametrize("settings", [None, {}, {"codes": 3, "noise": "hot"}])
def test_header_rejects_settings_of_something_else(settings):
    with pytest.raises(ValueError, match="Settings must be those of a loop over codes"):
        header_of_codes(settings)
