"""Windows one at a time: detached from their stream they still decode as in it."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events, window_of_rounds
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec import single_window
from quantacore.golden.spec.single_window import SingleWindows
from quantacore.golden.spec.window_image import build_window_image

SOURCE = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
PLAN = window_plan(SOURCE, commit_rounds=3, buffer_rounds=3)
IMAGE = build_window_image(PLAN)
WINDOWS = SingleWindows(plan=PLAN)


def test_core_plan_decodes_single_windows_as_the_stream_does() -> None:
    num_rounds = 17  # first, second, steady and a shorter final window
    events, _ = sample_shots(SOURCE.circuit(num_rounds), num_shots=60, seed=3)
    rounds = rounds_of_events(events, SOURCE.places(num_rounds), num_slots=PLAN.num_slots)
    stream = WindowDecoder(IMAGE, passes=3)
    frames = stream.decode_shots(rounds).frames
    carried = np.zeros((60, PLAN.graph.num_detectors), np.bool_)
    mine = np.zeros(60, np.uint64)
    busy = 0
    for window in range(PLAN.num_windows(num_rounds)):
        defects, kind = window_of_rounds(PLAN, rounds, window=window, carried=carried)
        single = WindowDecoder(WINDOWS.core_image(IMAGE, kind), passes=3)
        shots = defects.reshape(60, PLAN.num_rounds, PLAN.num_slots)
        answers = single.decode_shots(shots).predictions.tolist()
        for shot, answer in enumerate(answers):
            flips, carried[shot] = WINDOWS.split(answer)
            mine[shot] ^= np.uint64(flips)
        assert np.array_equal(mine, frames[:, window])
        busy += int(carried.any(axis=1).sum())
    assert busy > 10  # something was carried over


def test_answers_hold_observables_below_what_is_carried() -> None:
    first = int(WINDOWS.carried_detectors[1])
    flips, carried = WINDOWS.split(0b101)
    assert flips == 1
    assert np.flatnonzero(carried).tolist() == [first]
    assert WINDOWS.num_answer_bits == 1 + len(WINDOWS.carried_detectors)


def test_final_windows_carry_nothing() -> None:
    final = PLAN.kind(window=5, end=6)
    masks = WINDOWS.masks(final, np.full(PLAN.graph.num_edges, 1, np.uint64))
    assert max(masks) == 1


def test_core_plan_rejects_answers_that_no_mask_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_window, "MAX_OBSERVABLES", 8)
    with pytest.raises(ValueError, match=r"carry over at most 7 detectors .*, not 8"):
        _ = SingleWindows(plan=PLAN).core_plan
