"""PyMatching on single windows of a stream."""

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.window import rounds_of_events, window_of_rounds
from quantacore.golden.decode.window_matching import WindowMatching
from quantacore.golden.source.model_text import model_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import unpack_masks

SOURCE = RepeatingCircuit(rotated_memory(distance=3, p=0.006))
PLAN = window_plan(SOURCE, commit_rounds=3, buffer_rounds=3)


def test_windows_are_nearly_as_good_as_whole_shots() -> None:
    num_rounds, shots = 16, 1500
    circuit = SOURCE.circuit(num_rounds)
    events, actual = sample_shots(circuit, num_shots=shots, seed=2)
    rounds = rounds_of_events(events, SOURCE.places(num_rounds), num_slots=PLAN.num_slots)
    matching = WindowMatching(PLAN)
    carried = np.zeros((shots, PLAN.graph.num_detectors), np.bool_)
    frames = np.zeros(shots, np.int64)
    for window in range(PLAN.num_windows(num_rounds)):
        defects, kind = window_of_rounds(PLAN, rounds, window=window, carried=carried)
        for shot in range(shots):
            answer = matching.decode_window(defects[shot].astype(np.uint8), kind=kind)
            flips, carried[shot] = matching.windows.split(answer)
            frames[shot] ^= flips
    whole = MatchingDecoder(model_from_circuit(circuit)).decode_shots(events).predictions
    errors = int((frames != actual[:, 0]).sum())
    whole_errors = int((unpack_masks(whole) != unpack_masks(actual)).sum())
    assert 50 < whole_errors < 300
    assert errors < 1.25 * whole_errors


def test_a_window_without_defects_answers_nothing() -> None:
    steady = (PLAN.num_starts - 1) * (PLAN.num_rounds + 1)
    quiet = np.zeros(PLAN.graph.num_detectors, np.uint8)
    assert WindowMatching(PLAN).decode_window(quiet, kind=steady) == 0
