"""Which circuits repeat, and what their windows look like."""

import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.window import NO_ENTRY

REPETITION = """
R 0 1 2 3 4
REPEAT 5 {
    X_ERROR(0.01) 0 2 4
    CX 0 1 2 3
    CX 2 1 4 3
    X_ERROR(0.01) 1 3
    MR 1 3
    SHIFT_COORDS(0, 1)
    DETECTOR(0, 0) rec[-2] rec[-4]
    DETECTOR(1, 0) rec[-1] rec[-3]
}
M 0 2 4
OBSERVABLE_INCLUDE(0) rec[-1]
"""


def source(distance=3, basis="z"):
    return RepeatingCircuit(rotated_memory(distance=distance, p=0.003, basis=basis))


@pytest.mark.parametrize("basis", ["x", "z"])
def test_rounds_of_a_memory_repeat_after_two(basis):
    memory = source(basis=basis)
    assert memory.unequal_rounds == (2, 2)
    assert (memory.num_slots, memory.least_rounds) == (8, 2)


def test_circuit_has_as_many_rounds_as_asked_for():
    for num_rounds in (2, 3, 9):
        places = source().places(num_rounds)
        assert {index for index, _ in places} == set(range(num_rounds))
        assert len(set(places)) == len(places) == source().circuit(num_rounds).num_detectors


def test_rounds_do_not_depend_on_the_repetitions_that_were_given():
    short, long = (RepeatingCircuit(rotated_memory(distance=3, p=0.003, rounds=r)) for r in (3, 20))
    assert short.circuit(6) == long.circuit(6)


def test_plan_of_steady_windows_repeats_round_by_round():
    plan = window_plan(source(), commit_rounds=3, buffer_rounds=2)
    steady = plan.tables[plan.kind(window=plan.num_starts - 1, end=0)]
    ends = plan.graph.edge_detectors
    entry_of = {tuple(pair): entry for pair, entry in zip(ends.tolist(), steady, strict=True)}
    compared = 0
    for (u, v), entry in entry_of.items():
        moved = (u + plan.num_slots, v + plan.num_slots if v >= 0 else v)
        # The last round's edges to the boundary stand for those into the future as well.
        if entry != NO_ENTRY and max(moved) < (plan.num_rounds - 1) * plan.num_slots:
            assert entry_of[moved] == entry, (u, v)
            compared += 1
    assert compared > 50


def test_plan_of_a_shot_in_one_window_is_the_shots_own_model():
    memory = source()
    plan = window_plan(memory, commit_rounds=3, buffer_rounds=2)
    for num_rounds in range(2, 6):
        entries = plan.tables[plan.kind(window=0, end=num_rounds)]
        found = {
            ends: plan.entry_priors[entry]
            for ends, entry in zip(plan.graph.edge_detectors.tolist(), entries, strict=True)
            if entry != NO_ENTRY
            for ends in [tuple(end for end in ends if end >= 0)]
        }
        expected = {
            tuple(index * 8 + slot for index, slot in ends): edge.prior
            for ends, edge in memory.model(num_rounds).items()
        }
        assert found.keys() == expected.keys()
        for ends, prior in expected.items():
            assert found[ends] == pytest.approx(prior, rel=1e-8)


def test_plan_shares_entries_between_rounds():
    plan = window_plan(source(), commit_rounds=5, buffer_rounds=5)
    assert plan.num_entries < plan.graph.num_edges


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("R 0\nM 0\nDETECTOR(0) rec[-1]", "one REPEAT block at the top level, not 0"),
        ("REPEAT 2 {\nMR 0\n}\nREPEAT 2 {\nMR 0\n}", "not 2"),
        (REPETITION.replace("DETECTOR(1, 0)", "DETECTOR"), "must have coordinates"),
        (REPETITION.replace("SHIFT_COORDS(0, 1)", "SHIFT_COORDS(0, 2)"), "without gaps"),
        (REPETITION.replace("SHIFT_COORDS(0, 1)", ""), "make 1 round .*, not 0"),
        (REPETITION.replace("DETECTOR(1, 0)", "DETECTOR(0, 0)"), "different coordinates"),
        (
            REPETITION.replace("M 0 2 4", "M 0 2 4\nDETECTOR(7, 1) rec[-1] rec[-2]"),
            "must have the coordinates of one in the REPEAT block",
        ),
    ],
)
def test_circuit_that_does_not_repeat_is_refused(text, message):
    # The repetition code needs two measurements before the block to compare with.
    text = text.replace("REPEAT 5", "MR 1 3\nREPEAT 5")
    with pytest.raises(ValueError, match=message):
        RepeatingCircuit(stim.Circuit(text))


def test_block_of_two_rounds_is_refused():
    body = REPETITION[REPETITION.index("    X_ERROR") : REPETITION.index("}")]
    twice = REPETITION.replace(body, body + body).replace("REPEAT 5", "MR 1 3\nREPEAT 5")
    with pytest.raises(ValueError, match=r"make 1 round .*, not 2"):
        RepeatingCircuit(stim.Circuit(twice))


def with_noisy_rounds(count, p):
    """Return a memory whose first rounds have another noise than those of its block."""
    quiet, noisy = (rotated_memory(distance=3, p=q, rounds=3) for q in (0.003, p))
    circuit = stim.Circuit()
    for one, other in zip(noisy, quiet, strict=True):
        if isinstance(one, stim.CircuitRepeatBlock):
            for _ in range(count):
                circuit += one.body_copy()
            circuit.append(other)
        else:
            circuit.append(other)
    return RepeatingCircuit(circuit)


def test_rounds_with_noise_of_their_own_are_kinds_of_windows():
    memory = with_noisy_rounds(4, p=0.02)
    assert memory.unequal_rounds[0] == 6  # two of the code, four of the noise
    plan = window_plan(memory, commit_rounds=3, buffer_rounds=2)
    assert plan.num_starts == 3
    # Each window has the priors of its place in the shot.
    for window in range(plan.num_starts):
        entries = plan.tables[plan.kind(window=window, end=0)]
        mean = plan.entry_priors[entries[entries != NO_ENTRY]].mean()
        assert (mean > 0.008) == (window < 2)


def test_too_many_rounds_with_noise_of_their_own_are_refused():
    with pytest.raises(ValueError, match="must repeat after 12 at the most, not after 13"):
        window_plan(with_noisy_rounds(11, p=0.02), commit_rounds=3, buffer_rounds=2)


def test_window_that_does_not_suit_is_refused():
    with pytest.raises(ValueError, match="Commit must be at least 1 round, not 0"):
        window_plan(source(), commit_rounds=0, buffer_rounds=2)
    with pytest.raises(ValueError, match="Buffer must be at least 1 round, not 0"):
        window_plan(source(), commit_rounds=2, buffer_rounds=0)
    with pytest.raises(ValueError, match="Shot must have at least 2 rounds, not 1"):
        source().circuit(1)
