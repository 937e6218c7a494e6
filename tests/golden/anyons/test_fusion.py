"""Fusion rules and the equations of F and R."""

import dataclasses

import pytest

from quantacore.golden.anyons.fusion import FIBONACCI, ISING, AnyonModel


@pytest.mark.parametrize("model", [FIBONACCI, ISING], ids=lambda model: model.name)
def test_pentagon_and_hexagon_hold(model: AnyonModel) -> None:
    assert model.pentagon_residual() < 1e-12
    assert model.hexagon_residual() < 1e-12


@pytest.mark.parametrize("model", [FIBONACCI, ISING], ids=lambda model: model.name)
def test_equations_notice_a_wrong_symbol(model: AnyonModel) -> None:
    for key, value in model.f_special.items():
        wrong = dataclasses.replace(model, f_special={**model.f_special, key: -value})
        assert wrong.pentagon_residual() > 0.1, key
    for triple, phase in model.r_special.items():
        wrong_r = dataclasses.replace(model, r_special={**model.r_special, triple: -phase})
        assert wrong_r.hexagon_residual() > 0.1, triple


def test_mirror_image_is_a_model_too() -> None:
    mirror = dataclasses.replace(
        FIBONACCI, r_special={k: complex(v).conjugate() for k, v in FIBONACCI.r_special.items()}
    )
    assert mirror.hexagon_residual() < 1e-12
