"""Lattice surgery does what it claims, at the distance it claims, and decodes."""

import pytest
import stim

from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.surgery_gates import (
    injection,
    merge_xx,
    merge_zz,
    patch_move,
    surgery_cnot,
)

BUILDERS = [merge_zz, merge_xx, surgery_cnot, patch_move]


@pytest.mark.parametrize("builder", BUILDERS)
def test_surgery_at_distance_5(builder) -> None:
    built = builder(5)
    assert all(built.circuit.has_flow(flow) for flow in built.flows)
    for name, circuit in built.experiments.items():
        noisy = uniform_noise(circuit, 1e-3)
        assert len(noisy.shortest_graphlike_error()) == built.distances[name].distance == 5


@pytest.mark.parametrize("builder", [*BUILDERS, injection])
def test_every_detector_and_observable_is_deterministic(builder) -> None:
    for circuit in builder(3).experiments.values():
        circuit.detector_error_model()  # raises if one is not
        assert not circuit.compile_detector_sampler(seed=1).sample(4, append_observables=True).any()


def test_detectors_of_the_cnot_are_complete() -> None:
    """No measured parity that is fixed is left out but by the observables."""
    circuit = surgery_cnot(3).experiments["x"]
    assert circuit.count_determined_measurements() == (
        circuit.num_detectors + circuit.num_observables
    )


def test_cnot_has_the_flows_of_a_cnot() -> None:
    """And no others: the same with a sign or without the seam's records fails."""
    built = surgery_cnot(3)
    logical = [
        flow for flow in built.flows if flow.input_copy().weight and flow.output_copy().weight
    ]
    assert len(logical) == 4
    for flow in logical:
        other = stim.Flow(
            input=flow.input_copy(),
            output=-flow.output_copy(),
            measurements=flow.measurements_copy(),
        )
        assert not built.circuit.has_flow(other)
        if flow.measurements_copy():
            bare = stim.Flow(input=flow.input_copy(), output=flow.output_copy())
            assert not built.circuit.has_flow(bare)


@pytest.mark.parametrize("name", ["x", "z"])
def test_a_lost_gate_is_seen(name: str) -> None:
    """Without one CNOT of a merged round, a detector or observable is not deterministic."""
    circuit = surgery_cnot(3).experiments[name]
    changed = stim.Circuit()
    seen = 0
    for instruction in circuit:
        if instruction.name == "CX":
            seen += 1
            if seen == 18:
                changed.append("CX", instruction.targets_copy()[2:])
                continue
        changed.append(instruction)
    with pytest.raises(ValueError, match="non-deterministic"):
        changed.detector_error_model()
