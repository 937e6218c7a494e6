"""The replay sees what is wrong with a run."""

from dataclasses import replace

import numpy as np
import pytest

from quantacore.golden.decode.window import WindowDecoder, rounds_of_events, window_of_rounds
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import unpack_masks
from quantacore.golden.spec.single_window import SingleWindows
from quantacore.host.scheduling import CORE, CPU
from quantacore.sim.allocation.replay import Replay, replay
from quantacore.sim.allocation.streamed import memory

WATCHED = memory(3, 0.03)
WINDOWS = 8
Done = dict[tuple[int, int], tuple[str, int, int]]


@pytest.fixture(scope="module")
def streams() -> tuple[np.ndarray, np.ndarray, Done]:
    """Four qubits, decoded by core 0 and core 1 in turn."""
    plan, source = WATCHED.plan, WATCHED.source
    num_rounds = plan.commit_rounds * (WINDOWS - 1) + plan.num_rounds
    events, flips = sample_shots(source.circuit(num_rounds), num_shots=4, seed=5)
    rounds = rounds_of_events(events, source.places(num_rounds), num_slots=plan.num_slots)
    golden, single = WindowDecoder(WATCHED.image, passes=1), SingleWindows(plan=plan)
    carried = np.zeros((4, plan.graph.num_detectors), np.bool_)
    done: Done = {}
    for window in range(WINDOWS):
        defects, kind = window_of_rounds(plan, rounds, window=window, carried=carried)
        step = golden.decode_window(defects, kind=kind)
        carried = step.carried
        for qubit in range(4):
            bits = carried[qubit][single.carried_detectors]
            answer = int(step.flips[qubit]) + sum(2 << n for n in np.flatnonzero(bits).tolist())
            done[qubit, window] = (CORE, window % 2, answer)
    return rounds, unpack_masks(flips), done


def test_replay_agrees_with_a_run_that_is_right(streams: tuple) -> None:
    found = replay(WATCHED, *streams, passes=1)
    right = Replay(
        mismatches=0,
        carrying=found.carrying,
        moves=4 * (WINDOWS - 1),
        carried_moves=found.carrying,
        core_streams=4,
        core_stream_mismatches=0,
        errors=found.errors,
    )
    assert found == right
    assert found.carrying > 2


@pytest.mark.parametrize("bit", [0, 3], ids=["flip", "carried"])
def test_replay_sees_one_wrong_bit(streams: tuple, bit: int) -> None:
    rounds, flips, done = streams
    tier, server, answer = done[2, 3]
    wrong = replay(
        WATCHED, rounds, flips, {**done, (2, 3): (tier, server, answer ^ 1 << bit)}, passes=1
    )
    assert wrong.mismatches == 1
    assert wrong.core_stream_mismatches == (WINDOWS - 3 if bit == 0 else 0)


def test_replay_asks_matching_where_a_cpu_decoded(streams: tuple) -> None:
    rounds, flips, done = streams
    other = {place: (CPU, 2, answer) for place, (_, _, answer) in done.items()}
    found = replay(WATCHED, rounds, flips, other, passes=1)
    assert found.core_streams == 0
    assert found.moves == 0
    assert 0 < found.mismatches < 4 * WINDOWS  # union-find with integer lengths is not matching
    assert replace(found, mismatches=0, carrying=0, errors=0).core_stream_mismatches == 0
