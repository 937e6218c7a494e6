"""What golden would correct if the noise were as its weights say, beside what it does correct."""

import numpy as np

from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.correction_rates import window_correction_rates
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window_image import build_window_image
from quantacore.sim.experiments.believed_windows import BelievedWindows

MEMORY = RepeatingCircuit(rotated_memory(distance=3, p=0.005))
IMAGE = build_window_image(window_plan(MEMORY, commit_rounds=3, buffer_rounds=3))
GROUPS = like_edges(IMAGE.plan.graph)
NUM_ROUNDS = 9


def by_group(rates):
    return np.bincount(GROUPS, rates)


def believed(**settings):
    return BelievedWindows(
        MEMORY, IMAGE, num_rounds=NUM_ROUNDS, passes=1, num_shots=20_000, **settings
    )


def test_belief_in_the_model_is_what_the_model_shows():
    counted = by_group(
        window_correction_rates(
            MEMORY, WindowDecoder(IMAGE, passes=1), num_rounds=NUM_ROUNDS, num_shots=20_000
        )
    )
    said = by_group(believed()(np.ones(len(GROUPS))))
    often = counted > 1e-3
    assert often.sum() > 10
    # Edges fail alone there, and in the circuit by twos as well.
    assert np.abs(np.log(said[often] / counted[often])).max() < 0.35
    assert said.sum() / counted.sum() == np.clip(said.sum() / counted.sum(), 0.9, 1.1)


def test_what_is_hot_and_believed_to_be_is_corrected_as_often():
    answer = believed()
    model = by_group(answer(np.ones(len(GROUPS))))
    hot = int(np.argmax(model))
    warm, very_hot = (
        by_group(answer(np.where(hot == GROUPS, ratio, 1.0))) / model for ratio in (3.0, 20.0)
    )
    assert 2.2 < warm[hot] < 3.5
    assert 14 < very_hot[hot] < 22
    others = (model > 1e-3) & (np.arange(len(model)) != hot)
    assert (very_hot[others] < 4).all()


def test_answers_differ_by_chance_and_repeat_with_the_seed():
    ones = np.ones(len(GROUPS))
    first, again = believed(seed=3), believed(seed=3)
    answers = [first(ones), first(ones)]
    assert not np.array_equal(answers[0], answers[1])
    assert np.array_equal(answers[0], again(ones))


def test_belief_in_qubits_is_that_of_the_circuit():
    ones = np.ones(len(GROUPS))
    counted = by_group(
        window_correction_rates(
            MEMORY, WindowDecoder(IMAGE, passes=1), num_rounds=NUM_ROUNDS, num_shots=20_000
        )
    )
    num_qubits = MEMORY.circuit(NUM_ROUNDS).num_qubits
    quiet = by_group(believed().of_qubits(np.zeros(num_qubits), ones))
    often = counted > 1e-3
    # Closer than edges that fail alone: the circuit's pairs are in it.
    assert np.abs(np.log(quiet[often] / counted[often])).max() < 0.2
    doubled = by_group(believed().of_qubits(np.full(num_qubits, np.log(2)), ones))
    assert 1.5 < doubled.sum() / quiet.sum() < 3
