"""Rates from the counters of a loop, made here by the golden decoder in the core's place."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.count_stream import count_stream
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.choice import measured_rates as module
from quantacore.sim.choice.measured_rates import measured_hardware, measured_rates
from quantacore.sim.experiments.closed_loop import Look, LoopSettings
from quantacore.sim.experiments.loop_log import LoopLog, read_loop_log
from tests.sim.choice.machines import QUBITS, machine
from tests.sim.experiments.loop_epochs import loop_epoch

SETTINGS = LoopSettings(p=0.003, rounds=9, passes=1)
WINDOWS = 2
"""Of a shot."""


@pytest.fixture(autouse=True)
def _few_shots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXPECTED_SHOTS", 10_000)


def log_of(folder: Path, p: float, *, shots: int = 4000) -> None:
    source = RepeatingCircuit(rotated_memory(distance=3, p=SETTINGS.p))
    plan = window_plan(source, commit_rounds=3, buffer_rounds=3)
    true = RepeatingCircuit(rotated_memory(distance=3, p=p)).circuit(SETTINGS.rounds)
    events, _ = sample_shots(true, num_shots=shots, seed=4)
    rounds = rounds_of_events(events, source.places(SETTINGS.rounds), num_slots=plan.num_slots)
    decoder = WindowDecoder(build_window_image(plan), passes=1)
    decoded = decoder.decode_shots(rounds, with_corrections=True)
    assert decoded.corrections is not None
    windows = decoded.corrections.reshape(-1, decoded.corrections.shape[-1])
    stream = rounds.reshape(-1, plan.num_slots)
    counts = count_stream(stream, windows, num_edges=plan.graph.num_edges)
    look = Look(
        corrections=tuple(np.asarray(counts.corrections).tolist()),
        events=tuple(np.asarray(counts.events).tolist()),
        windows=counts.windows,
        rounds=counts.rounds,
        learned=True,
    )
    LoopLog(folder, SETTINGS).append(loop_epoch(0, looks=(look,)))


@pytest.mark.parametrize("factor", [1, 2])
def test_rates_are_those_of_the_noise(tmp_path: Path, factor: float) -> None:
    log_of(tmp_path, factor * SETTINGS.p)
    rates = measured_rates(tmp_path)
    assert rates.p == pytest.approx(factor * SETTINGS.p, rel=0.1)
    assert rates.windows == 4000 * WINDOWS
    assert rates.changed <= 0.1 * rates.edges
    assert f"p = {rates.p:.3g}" in rates.describe()


def test_machine_gets_the_rates_and_keeps_the_rest(tmp_path: Path) -> None:
    log_of(tmp_path, 0.003, shots=500)
    rates = dataclasses.replace(measured_rates(tmp_path), p=0.004)
    alone = measured_hardware(rates, budget=60, machine=None)
    assert (alone.budget, alone.sections["qubits"].gate) == (60, 0.004)
    slow = machine(QUBITS + "cycle_us = 3")
    found = measured_hardware(rates, budget=None, machine=slow)
    assert (found.budget, found.sections["qubits"].measure) == (50, 0.004)
    assert found.sections["qubits"].cycle_us == 3
    with pytest.raises(ValueError, match="budget must be given"):
        measured_hardware(rates, budget=None, machine=None)


def test_reading_a_log_changes_nothing(tmp_path: Path) -> None:
    log_of(tmp_path, 0.003, shots=100)
    path = tmp_path / "log.jsonl"
    whole = path.read_text()
    path.write_text(whole + whole.splitlines()[-1][:20])  # as if a run were writing it
    settings, epochs = read_loop_log(tmp_path)
    assert dataclasses.replace(settings, epochs=SETTINGS.epochs) == SETTINGS
    assert len(epochs) == 1
    assert path.read_text().startswith(whole)
    assert len(path.read_text()) > len(whole)


def test_measured_rates_reject(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be the folder of a loop, but has no log"):
        measured_rates(tmp_path)
    LoopLog(tmp_path, SETTINGS).append(loop_epoch(0, looks=()))
    with pytest.raises(ValueError, match="must hold an epoch with counts"):
        measured_rates(tmp_path)
    (tmp_path / "log.jsonl").write_text('{"format": "other"}\n')
    with pytest.raises(ValueError, match="must be the log of a loop of this version"):
        measured_rates(tmp_path)
