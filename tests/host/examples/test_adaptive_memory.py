"""The control script of the tutorial, as a lab would run it."""

import asyncio
import json

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.host.examples import adaptive_memory
from quantacore.sim.cli.main import main
from quantacore.sim.dashboard.live_state import LiveState


@pytest.mark.verilator
@pytest.mark.slow
def test_script_loads_new_weights_when_the_device_gets_hot(tmp_path, capsys):
    circuit, core = tmp_path / "memory.stim", tmp_path / "core"
    rotated_memory(distance=3, p=0.003, rounds=9).to_file(circuit)
    flags = ["--stream", "--links", "runtime", "--counters"]
    assert main(["generate", "--circuit", str(circuit), "--out", str(core), *flags]) == 0
    capsys.readouterr()
    log = tmp_path / "live.jsonl"
    asyncio.run(adaptive_memory.main(str(core), str(circuit), log=str(log), looks=6))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert [("new weights" in line) for line in lines[:5]] == [False] * 4 + [True]

    header, *records = map(json.loads, log.read_text().splitlines())
    state = LiveState(header)
    for record in records:
        state.add(record)
    page = state.snapshot()
    assert (page["shots"], page["errors"]["total_shots"], state.ended) == (
        3000,
        3000,
        "6 looks are done",
    )
    assert page["event_totals"]["image"] == sum("new weights" in line for line in lines)
    assert page["cycles"]["total"] == page["windows"] > 3000
