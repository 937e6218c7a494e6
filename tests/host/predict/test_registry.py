"""What every predictor must do, whatever it is: all contenders, one after another."""

from typing import Any

import numpy as np
import pytest

from quantacore.host.predict.group_predictor import (
    LARGEST_LOG_RATIO,
    LARGEST_VARIANCE,
    LEAST_VARIANCE,
)
from quantacore.host.predict.learn_transitions import default_levels, prior_transitions
from quantacore.host.predict.predictor import Prediction, Predictor
from quantacore.host.predict.registry import CONTENDERS, DEFAULT_PREDICTOR, make_predictor
from quantacore.host.predict.tuned_file import SHIPPED_LOOP, load_tuned

GROUPS = 4
PARAMETERS: dict[str, dict[str, Any]] = {
    "last_value": {},
    "sliding_window": {"window_s": 40.0},
    "moving_average": {"memory_s": 40.0},
    "change_point": {"memory_s": 40.0, "significance": 4.0},
    "kalman": {"walk_per_root_s": 0.05},
    "present_estimator": {
        "memory_epochs": 4.0,
        "significance": 3.0,
        "change_significance": 5.0,
    },
    "ornstein_uhlenbeck": {"wander_deviation": 0.7, "wander_time_s": 60.0},
    "matern": {"wander_deviation": 0.7, "wander_time_s": 60.0},
    "hidden_markov": {
        "levels": default_levels(),
        "transitions": prior_transitions(default_levels()),
        "step_s": 10.0,
    },
    "recurrent": {},
    "qubit_factors": {"walk_per_root_s": 0.1, "memory_s": 600.0, "degrees": 4.0},
}
NAMES = list(CONTENDERS)


def new(name: str, num_groups: int = GROUPS) -> Predictor:
    return make_predictor(name, num_groups, PARAMETERS[name])


def follow(
    predictor: Predictor, ratios: np.ndarray, *, exposure: float = 50.0, epochs: int = 20
) -> Prediction:
    """Give a predictor the expected counts of ratios for some epochs."""
    exposures = np.full(len(ratios), exposure)
    for epoch in range(epochs):
        predictor.update(np.round(exposures * ratios), exposures, time_s=10.0 * epoch)
    return predictor.predict(10.0)


def check_sane(said: Prediction) -> None:
    assert said.mean.shape == said.variance.shape == (GROUPS,)
    assert (np.abs(said.mean) <= LARGEST_LOG_RATIO).all()
    assert (said.variance >= LEAST_VARIANCE).all() and (said.variance <= LARGEST_VARIANCE).all()


@pytest.mark.parametrize("name", NAMES)
def test_predictor_says_the_model_when_it_has_heard_nothing(name: str) -> None:
    said = new(name).predict(10.0)
    check_sane(said)
    assert (np.abs(said.mean) < 0.5).all()


@pytest.mark.parametrize("name", NAMES)
def test_predictor_finds_what_does_not_change(name: str) -> None:
    said = follow(new(name), np.array([1.0, 1.0, 1.0, 8.0]))
    # Taught by the truth: where one group is hot, its neighbours' counts are too.
    near = 0.4 if name == "recurrent" else 0.2
    np.testing.assert_allclose(said.mean, [0, 0, 0, np.log(8)], atol=near)


@pytest.mark.parametrize("name", NAMES)
def test_predictor_follows_a_jump(name: str) -> None:
    predictor = new(name)
    follow(predictor, np.ones(GROUPS))
    hot = np.array([8.0, 1.0, 1.0, 1.0])
    for epoch in range(20, 26):
        predictor.update(50 * hot, np.full(GROUPS, 50.0), time_s=10.0 * epoch)
    said = predictor.predict(10.0)
    assert said.mean[0] > np.log(4)
    assert (np.abs(said.mean[1:]) < 0.4).all()


@pytest.mark.parametrize("name", NAMES)
def test_predictor_goes_over_gaps(name: str) -> None:
    predictor = new(name)
    before = follow(predictor, np.array([1.0, 2.0, 4.0, 8.0]))
    predictor.update(np.zeros(GROUPS), np.zeros(GROUPS), time_s=200.0)
    # A count without exposure says nothing; one group's gap does not disturb the others.
    predictor.update(np.array([99.0, 100, 200, 400]), np.array([0.0, 50, 50, 50]), time_s=210.0)
    after = predictor.predict(10.0)
    check_sane(after)
    assert (np.abs(after.mean - before.mean) < 0.5).all()


@pytest.mark.parametrize("name", NAMES)
def test_predictor_stays_sane_on_wild_input(name: str) -> None:
    predictor = new(name)
    wild = [
        (np.full(GROUPS, 2.0**24 - 1), np.full(GROUPS, 1e-9)),
        (np.zeros(GROUPS), np.full(GROUPS, 1e12)),
        (np.array([0.0, 1, 1e15, 3]), np.array([1e-300, 1e15, 1, 0])),
    ]
    for epoch, (counts, exposures) in enumerate(wild):
        predictor.update(counts, exposures, time_s=10.0 * epoch)
        for horizon in (0.0, 10.0, 1e12):
            check_sane(predictor.predict(horizon))


@pytest.mark.parametrize("name", NAMES)
def test_predictor_survives_a_clock_that_jumps_ahead(name: str) -> None:
    predictor = new(name)
    follow(predictor, np.array([1.0, 2.0, 4.0, 8.0]))
    predictor.update(np.full(GROUPS, 50.0), np.full(GROUPS, 50.0), time_s=1e12)
    check_sane(predictor.predict(10.0))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"counts": np.ones(GROUPS + 1)}, r"Counts must be of shape \(4,\), not \(5,\)"),
        ({"exposures": np.ones((1, GROUPS))}, "Exposures must be of shape"),
        ({"counts": np.array([1.0, 1, 1, np.nan])}, "Counts must be finite and at least 0"),
        ({"exposures": np.array([1.0, 1, 1, -1])}, "Exposures must be finite and at least 0"),
        ({"time_s": 190.0}, "did a clock jump"),
        ({"time_s": float("nan")}, "Time must be finite"),
    ],
)
def test_predictor_rejects_bad_input_and_stays_as_it_was(
    name: str, changes: dict[str, Any], text: str
) -> None:
    predictor = new(name)
    before = follow(predictor, np.array([1.0, 2.0, 4.0, 8.0]))
    good = {"counts": np.ones(GROUPS), "exposures": np.ones(GROUPS), "time_s": 200.0}
    with pytest.raises(ValueError, match=text):
        predictor.update(**{**good, **changes})
    after = predictor.predict(10.0)
    np.testing.assert_array_equal(after.mean, before.mean)
    np.testing.assert_array_equal(after.variance, before.variance)
    with pytest.raises(ValueError, match="Horizon must be at least 0"):
        predictor.predict(-1.0)


@pytest.mark.parametrize(
    "name", ["kalman", "ornstein_uhlenbeck", "matern", "hidden_markov", "qubit_factors"]
)
def test_predictor_doubts_more_the_further_it_looks(name: str) -> None:
    predictor = new(name)
    follow(predictor, np.ones(GROUPS))
    variances = [predictor.predict(horizon).variance[0] for horizon in (0.0, 10.0, 100.0)]
    assert variances[0] < variances[1] < variances[2]


@pytest.mark.parametrize("name", NAMES)
def test_make_predictor_rejects_parameters_of_others(name: str) -> None:
    with pytest.raises(ValueError, match=f"Parameters of {name} must be those of its class"):
        make_predictor(name, GROUPS, {**PARAMETERS[name], "flavour": 1.0})


@pytest.mark.parametrize(
    ("name", "parameters", "text"),
    [
        ("oracle", {}, "Predictor must be one of last_value"),
        ("last_value", {"prior_deviation": 0.0}, "prior_deviation must be above 0"),
        ("last_value", {"spread": -1.0}, "spread must be at least 0"),
        ("moving_average", {"memory_s": float("inf")}, "memory_s must be above 0 and finite"),
        ("sliding_window", {"window_s": 0.0}, "window_s must be above 0"),
        ("change_point", {"memory_s": 1.0, "significance": 0.0}, "significance must be above 0"),
        ("kalman", {"walk_per_root_s": -1.0}, "walk_per_root_s must be at least 0"),
        (
            "matern",
            {"wander_deviation": 0.0, "wander_time_s": 1.0},
            "wander_deviation must be above 0",
        ),
        (
            "hidden_markov",
            {"levels": [0.0, 1.0], "transitions": [[1.0]], "step_s": 1.0},
            "Transitions must be of shape",
        ),
        (
            "hidden_markov",
            {"levels": [0.0, 1.0], "transitions": [[1.0, 1.0], [0.0, 1.0]], "step_s": 1.0},
            "rows sum to 1",
        ),
        (
            "hidden_markov",
            {"levels": [1.0, 0.0], "transitions": np.eye(2), "step_s": 1.0},
            "Levels must be at least two, and rise",
        ),
    ],
)
def test_make_predictor_rejects_bad_parameters(
    name: str, parameters: dict[str, Any], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        make_predictor(name, GROUPS, parameters)


def test_make_predictor_rejects_no_groups() -> None:
    with pytest.raises(ValueError, match="num_groups must be at least 1"):
        make_predictor("last_value", 0, {})


def test_default_predictor_is_a_contender_that_was_tuned_for_the_loop() -> None:
    assert load_tuned(SHIPPED_LOOP).make(DEFAULT_PREDICTOR, GROUPS).predict(10.0).mean.shape == (4,)
