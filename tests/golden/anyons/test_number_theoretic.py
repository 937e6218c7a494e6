"""Braids of any gate and error."""

import pytest

from quantacore.golden.anyons.braid_word import exact_matrix
from quantacore.golden.anyons.number_theoretic import braid_near
from quantacore.golden.anyons.target import Target, certified_distance


@pytest.mark.parametrize(
    ("gate", "error", "longest"),
    [
        ("T", 1e-6, 70),
        ("S", 1e-2, 40),
        ("H", 1e-4, 150),
        ("X", 1e-2, 120),
        ("random:1", 1e-3, 120),
        ("angles 0,0,0", 1e-3, 0),
    ],
)
def test_braid_is_near_and_short(gate: str, error: float, longest: int) -> None:
    target = Target(gate)
    word = braid_near(target, error)
    assert certified_distance(exact_matrix(word), target)[1] <= error
    assert len(word) <= longest


@pytest.mark.parametrize("gate", ["X", "H", "random:3", "angles 1,3,2"])
def test_three_rotations_serve_where_short_braids_do_not(
    gate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X and the last: upper left entries so small that one more F is needed."""
    module = "quantacore.golden.anyons.number_theoretic.words_around_rotations"
    monkeypatch.setattr(module, lambda target, error: None)
    target = Target(gate)
    word = braid_near(target, 0.05)
    assert certified_distance(exact_matrix(word), target)[1] <= 0.05


@pytest.mark.slow
def test_braid_is_near_at_error_beyond_floats() -> None:
    target = Target("random:2")
    word = braid_near(target, 1e-18)
    assert certified_distance(exact_matrix(word), target)[1] <= 1e-18
    assert len(word) < 750


@pytest.mark.parametrize("error", [0, -1, 0.5, float("nan"), 1e-40])
def test_braid_near_rejects_errors_out_of_range(error: float) -> None:
    with pytest.raises(ValueError, match="Error must be"):
        braid_near(Target("T"), error)
