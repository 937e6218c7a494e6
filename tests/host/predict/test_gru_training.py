"""Teaching the recurrent network: deterministic, and of use. Marked: they need PyTorch."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from quantacore.host.predict.gru_training import (
    CurvePoint,
    Trained,
    TrainingSettings,
    count_losses,
    imported_torch,
    train,
)
from quantacore.host.predict.poisson_update import log_factorial, poisson_posterior
from quantacore.host.predict.recurrent_weights import load_weights
from quantacore.host.predict.series import CountSeries
from tests.host.predict.gru_record import read_record, torch_corrections
from tests.host.predict.synthetic_runs import synthetic_run

SMALL = TrainingSettings(num_units=4, most_passes=8, patience=8, batch_runs=2)


def told_by_a_sensor(seed: int) -> CountSeries:
    """Return a run whose rates all follow a sensor that is four epochs ahead of them."""
    ahead = 0.8 * np.sin(np.arange(44) / 3 + seed)
    run = synthetic_run(seed=seed, num_epochs=40, num_groups=6, exposure=5.0)
    logs = np.repeat(ahead[:40, None], 6, axis=1)
    counts = np.random.default_rng(seed).poisson(run.exposures * np.exp(logs)).astype(float)
    return replace(run, counts=counts, environment=ahead[4:, None], log_ratios=logs)


def taught(settings: TrainingSettings = SMALL) -> tuple[Trained, list[CurvePoint]]:
    points: list[CurvePoint] = []
    runs = [told_by_a_sensor(seed) for seed in range(6)]
    return train(runs[:4], runs[4:], settings=settings, progress=points.append), points


@pytest.mark.learn
def test_numpy_matches_pytorch() -> None:
    """`test_gru` holds the same record against numpy."""
    np.testing.assert_allclose(torch_corrections(load_weights()), read_record(), atol=1e-8)


@pytest.mark.learn
def test_train_learns_what_the_filter_beneath_cannot_know() -> None:
    trained, points = taught()
    assert list(trained.curve) == points
    assert trained.best == min(points, key=lambda point: point.validation)
    assert trained.best.validation < points[0].validation - 0.3


@pytest.mark.learn
def test_train_is_the_same_for_the_same_seed() -> None:
    short = replace(SMALL, most_passes=2)
    first, second = taught(short)[0], taught(short)[0]
    np.testing.assert_array_equal(first.weights.input_weights, second.weights.input_weights)
    assert first.curve == second.curve
    other = taught(replace(short, seed=2))[0]
    assert (other.weights.input_weights != first.weights.input_weights).any()


@pytest.mark.learn
def test_train_ends_when_validation_no_longer_improves() -> None:
    wild = replace(SMALL, learning_rate=3.0, most_passes=30, patience=2)
    trained, points = taught(wild)
    assert len(points) < 31 and trained.best.number == len(points) - 1 - 2


@pytest.mark.learn
@pytest.mark.parametrize("teacher", ["truth", "counts"])
def test_train_takes_either_teacher(teacher: str) -> None:
    trained, points = taught(replace(SMALL, teacher=teacher, most_passes=4))
    assert trained.best.validation < points[0].validation


@pytest.mark.learn
def test_count_losses_match_numpy() -> None:
    torch = imported_torch()
    rng = np.random.default_rng(3)
    mean, variance = rng.normal(size=50), np.exp(rng.normal(size=50) - 2)
    exposures = np.exp(rng.normal(size=50) * 2 + 2)
    counts = rng.poisson(exposures * np.exp(mean)).astype(float)
    found = count_losses(
        torch,
        *map(torch.tensor, (mean, np.log(variance), counts, exposures, log_factorial(counts))),
    )
    expected = -poisson_posterior(mean, variance, counts, exposures).log_evidence
    np.testing.assert_allclose(found.numpy(), expected, atol=2e-3)


def test_train_without_pytorch_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install '.\[learn\]'") as caught:
        imported_torch()
    assert caught.value.name is None


def test_train_rejects_no_runs() -> None:
    with pytest.raises(ValueError, match="Runs must be at least one of training"):
        train([], [], settings=SMALL)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"teacher": "dice"}, "Teacher must be one of truth, counts, both"),
        ({"num_units": 0}, "num_units must be at least 1"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0"),
    ],
)
def test_settings_reject_what_is_out_of_range(changes: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        replace(SMALL, **changes)  # type: ignore[arg-type]
