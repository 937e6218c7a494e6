"""Tests of devices and routes."""

import pytest

from quantacore.golden.search.connectivity import Placement, device
from quantacore.golden.search.find import search
from quantacore.golden.search.targets import target


@pytest.mark.parametrize("far", [1, 2, 3, 4])
def test_routed_cnot_is_a_cnot(far: int) -> None:
    line = {k: {k - 1, k + 1} - {-1, 5} for k in range(5)}
    way = Placement(line, tuple(range(5))).routed((0, far))
    assert way is not None and len(way) == max(1, 4 * (far - 1))
    assert all(abs(a - b) == 1 for a, b in way)
    holds = [1 << q for q in range(5)]
    for control, goal in way:
        holds[goal] ^= holds[control]
    assert holds == [1 << q ^ (q == far) for q in range(5)]


def test_devices_have_their_degrees() -> None:
    assert max(map(len, device("grid", 20).values())) == 4
    assert max(map(len, device("heavy-hex", 40).values())) == 3
    with pytest.raises(ValueError, match="Connectivity must be one of"):
        device("ring", 4)


@pytest.mark.slow
def test_grid_circuit_is_certified() -> None:
    found = search(target("surface3-zero"), "beam", connectivity="grid", seconds=4)
    assert found is None or found.verdict.is_fault_tolerant
