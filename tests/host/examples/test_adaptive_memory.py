"""The control script of the tutorial, as a lab would run it."""

import asyncio

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.host.examples import adaptive_memory
from quantacore.sim.cli.main import main


@pytest.mark.verilator
@pytest.mark.slow
def test_script_loads_new_weights_when_the_device_gets_hot(tmp_path, capsys):
    circuit, core = tmp_path / "memory.stim", tmp_path / "core"
    rotated_memory(distance=3, p=0.003, rounds=9).to_file(circuit)
    flags = ["--stream", "--links", "runtime", "--counters"]
    assert main(["generate", "--circuit", str(circuit), "--out", str(core), *flags]) == 0
    capsys.readouterr()
    asyncio.run(adaptive_memory.main(str(core), str(circuit), looks=6))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert [("new weights" in line) for line in lines[:5]] == [False] * 4 + [True]
