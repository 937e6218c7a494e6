"""Folded gates do what they claim; of S, no two mechanisms do harm unseen."""

import pytest
import stim

from quantacore.golden.gates.certificate import check_certificate, make_certificate
from quantacore.golden.gates.folded import fold_h, fold_s
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.gates.rare import leading_rate


@pytest.mark.parametrize("builder", [fold_h, fold_s])
@pytest.mark.parametrize("distance", [3, 5])
def test_folded_gate_has_its_flows(builder, distance: int) -> None:
    built = builder(distance)
    assert all(built.circuit.has_flow(flow) for flow in built.flows)
    for circuit in built.experiments.values():
        circuit.detector_error_model()  # raises if a detector is not deterministic


def test_folded_s_needs_its_alternating_diagonal() -> None:
    """With S in place of S-dagger, a stabilizer or the logical Y gets the other sign."""
    built = fold_s(3)
    other = stim.Circuit(str(built.circuit).replace("S_DAG", "S"))
    assert not all(other.has_flow(flow) for flow in built.flows)


def test_folded_h_has_distance_5() -> None:
    for circuit in fold_h(5).experiments.values():
        assert len(uniform_noise(circuit, 1e-3).shortest_graphlike_error()) == 5


def test_folded_s_has_distance_3_by_enumeration() -> None:
    order, _ = leading_rate(uniform_noise(fold_s(3).experiments["x"], 1e-3))
    assert order == 3


@pytest.mark.slow
def test_folded_s_at_distance_5_is_certified() -> None:
    """No set of up to four mechanisms does harm, of any number of detectors; one of five does."""
    record = make_certificate("fold-s", 5, fold_s(5))
    findings = check_certificate(record)
    assert all(finding.holds for finding in findings), findings
    for experiment in record["experiments"].values():
        circuit = stim.Circuit(experiment["circuit"])
        assert circuit.count_determined_measurements() == circuit.num_detectors + 1
