"""A patch that turns keeps its qubit, its distance and its detectors."""

import pytest
import stim

from quantacore.golden.gates import rotation
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.rotation import patch_rotate, phases
from quantacore.golden.gates.surgery import STEPS


def test_every_phase_holds_one_qubit() -> None:
    for patch in phases(5):
        assert len(patch.checks) == len(patch.data) - 1


def test_edges_change_places() -> None:
    first, *_, last = phases(5)
    assert {first.checks[place] for place in first.checks if place[1] in (0, 10)} == {"x"}
    assert {last.checks[place] for place in last.checks if place[1] in (0, 10)} == {"z"}


@pytest.mark.parametrize("distance", [3, 5])
def test_rotation_keeps_qubit_and_distance(distance: int) -> None:
    built = patch_rotate(distance)
    assert len(built.flows) == 2 * (distance**2 - 1) + 2
    assert all(built.circuit.has_flow(flow) for flow in built.flows)
    for circuit in built.experiments.values():
        circuit.detector_error_model()  # raises if a detector is not deterministic
        assert circuit.count_determined_measurements() == circuit.num_detectors + 1
        assert len(uniform_noise(circuit, 1e-3).shortest_graphlike_error()) == distance


def test_logical_flows_have_no_other_sign_or_basis() -> None:
    built = patch_rotate(3)
    for flow in built.flows[-2:]:
        records = flow.measurements_copy()
        before, after = flow.input_copy(), flow.output_copy()
        for wrong in (
            stim.Flow(input=before, output=-after, measurements=records),
            stim.Flow(input=before, output=after, measurements=records[1:]),
        ):
            assert not built.circuit.has_flow(wrong)


def test_the_usual_order_of_gates_would_lower_the_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotation, "DIAGONAL_STEPS", STEPS)
    found = {
        name: len(uniform_noise(circuit, 1e-3).shortest_graphlike_error())
        for name, circuit in patch_rotate(5).experiments.items()
    }
    assert min(found.values()) < 5
