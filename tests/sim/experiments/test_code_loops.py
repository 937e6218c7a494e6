"""Loops over codes in several histories, around golden."""

import asyncio

import numpy as np
import pytest

from quantacore.sim.experiments import code_loop
from quantacore.sim.experiments.code_loop_settings import BY_EDGES, BY_QUBITS, CodeLoopSettings
from quantacore.sim.experiments.code_loops import ORACLE, CodeLoops

SMALL, LARGE = "3x3", "3x5"
SETTINGS = CodeLoopSettings(
    codes=(SMALL, LARGE),
    p=0.008,
    rounds=4,
    epochs=3,
    calm_epochs=1,
    shots=800,
    looks=2,
    window=(2, 2),
    enough_shots=400,
)


@pytest.fixture(scope="module")
def loops():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code_loop, "CALIBRATION_SHOTS", 4_000)
        yield CodeLoops(SETTINGS)


@pytest.mark.slow
def test_contenders_of_a_history_have_the_same_shots(loops):
    rows = {row.contender: row for row in loops.measure("hot", seeds=[5, 6])}
    assert tuple(rows) == (f"static {SMALL}", f"static {LARGE}", BY_QUBITS, BY_EDGES, ORACLE)
    small, large = (rows[f"static {name}"] for name in (SMALL, LARGE))
    assert small.shots == large.shots == 2 * 2 * 800
    assert large.errors < small.errors and small.qubit_rounds < large.qubit_rounds
    for name in (BY_QUBITS, BY_EDGES, ORACLE):
        assert rows[name].shots == small.shots
        assert set(rows[name].epochs) <= {SMALL, LARGE}
        if set(rows[name].epochs) == {SMALL}:
            assert rows[name].history_errors == small.history_errors
    # A hot qubit in the corner that both have: the small one misses its target, and is left.
    assert rows[BY_QUBITS].epochs[LARGE] > 0 and rows[BY_QUBITS].errors < small.errors


@pytest.mark.slow
def test_loop_goes_on_where_another_one_was(loops):
    made = loops._loop.varied(noise="hot", seed=5, rates=BY_QUBITS)

    async def collected(earlier=()):
        return [epoch async for epoch in made.run(earlier)]

    epochs = asyncio.run(collected())
    assert asyncio.run(collected(epochs[:2])) == epochs[2:]
    assert all(np.array(look.events).sum() > 0 for each in epochs for look in each.looks)
    assert {epoch.mismatches for epoch in epochs} == {epoch.rounds_lost for epoch in epochs} == {0}
