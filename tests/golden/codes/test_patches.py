"""Patches of any size and place are codes of their distance, and stim's where it has them."""

import pytest
import stim

from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.surface import rotated_memory


@pytest.mark.parametrize("basis", ["x", "z"])
@pytest.mark.parametrize("distance", [3, 5])
def test_square_patch_has_the_model_of_stim(distance: int, basis: str) -> None:
    patch = Patch(width=distance, height=distance)
    ours = patch.memory(p=0.003, rounds=4, basis=basis)
    stims = rotated_memory(distance=distance, p=0.003, rounds=4, basis=basis)
    assert ours.detector_error_model(decompose_errors=True) == stims.detector_error_model(
        decompose_errors=True
    )
    assert set(map(tuple, ours.get_final_qubit_coordinates().values())) == set(
        map(tuple, stims.get_final_qubit_coordinates().values())
    )


@pytest.mark.parametrize(
    ("width", "height", "corner"),
    [
        (3, 3, (1, 0)),
        (3, 3, (2, 1)),
        (5, 4, (0, 1)),
        (4, 5, (1, 0)),
        (2, 3, (1, 1)),
        (2, 2, (0, 0)),
    ],
    ids=str,
)
def test_patch_has_the_distance_of_its_size(
    width: int, height: int, corner: tuple[int, int]
) -> None:
    patch = Patch(width=width, height=height, corner=corner)
    assert len(patch.data) == width * height == len(patch.checks) + 1
    for basis, distance in (("x", width), ("z", height)):
        circuit = patch.memory(p=0.003, rounds=3, basis=basis)
        # Decomposes, so that all detectors are deterministic; stim raises otherwise.
        circuit.detector_error_model(decompose_errors=True)
        assert len(circuit.shortest_graphlike_error()) == distance


def test_column_is_a_repetition_code() -> None:
    patch = Patch(width=1, height=5, corner=(2, 0))
    assert set(patch.checks.values()) == {"z"}
    assert len(patch.checks) == 4
    assert len(patch.memory(p=0.01, rounds=3).shortest_graphlike_error()) == 5
    with pytest.raises(ValueError, match="Patch must have checks of basis x, but 1 x 5 has none"):
        patch.memory(p=0.01, rounds=3, basis="x")


def test_patches_agree_about_checks_wherever_they_lie() -> None:
    whole = Patch(width=6, height=6).checks
    for corner in ((0, 0), (1, 0), (2, 3), (1, 2)):
        small = Patch(width=3, height=3, corner=corner).checks
        assert all(whole[place] == kind for place, kind in small.items() if place in whole)


def test_patch_detectors_lie_on_the_lattice() -> None:
    patch = Patch(width=3, height=3, corner=(2, 1))
    circuit = patch.memory(p=0.01, rounds=3)
    places = {tuple(place[:2]) for place in circuit.get_detector_coordinates().values()}
    assert places == set(patch.checks)
    assert set(map(tuple, circuit.get_final_qubit_coordinates().values())) == patch.qubits
    assert isinstance(circuit, stim.Circuit)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"width": 0, "height": 3}, "Patch must have at least two data qubits, not 0 x 3"),
        ({"width": 1, "height": 1}, "Patch must have at least two data qubits, not 1 x 1"),
        ({"width": 3, "height": 3, "corner": (-1, 0)}, r"Corner of a patch must be at least"),
    ],
    ids=str,
)
def test_patch_rejects(sizes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Patch(**sizes)


@pytest.mark.parametrize(
    ("setting", "message"),
    [({"rounds": 1}, "Number of rounds must be"), ({"basis": "y"}, "Basis must be one of x and z")],
    ids=str,
)
def test_memory_rejects(setting: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Patch(width=3, height=3).memory(**({"p": 0.01, "rounds": 3} | setting))
