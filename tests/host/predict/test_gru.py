"""The recurrent predictor in numpy: as PyTorch says, and sane where it was never taught."""

from typing import Any

import numpy as np
import pytest

from quantacore.host.predict.forecast import forecast
from quantacore.host.predict.gru import RecurrentPredictor, corrections, next_state
from quantacore.host.predict.hidden_markov import HiddenMarkov
from quantacore.host.predict.recurrent_lessons import untaught_weights
from quantacore.host.predict.recurrent_weights import RecurrentWeights, load_weights
from quantacore.host.predict.scores import count_loss, crps
from tests.host.predict.gru_record import NEIGHBOURS, read_record, recorded_run
from tests.host.predict.synthetic_runs import synthetic_run


def untaught() -> RecurrentWeights:
    runs = [synthetic_run(seed=1, num_epochs=10, wander=0.5)]
    return untaught_weights(runs, num_units=3, horizons=(1, 2, 4, 8))


def below(weights: RecurrentWeights, num_groups: int) -> HiddenMarkov:
    return HiddenMarkov(
        num_groups, levels=weights.levels, transitions=weights.transitions, step_s=10.0
    )


def test_recurrent_matches_the_record_of_pytorch() -> None:
    run, weights, record = recorded_run(), load_weights(), read_record()
    predictor = RecurrentPredictor(3, weights=weights, neighbours=NEIGHBOURS)
    filter_alone = below(weights, 3)
    for now in range(run.num_epochs):
        given: dict[str, Any] = {"time_s": float(run.times[now])}
        predictor.update(
            run.counts[now], run.exposures[now], environment=run.environment[now], **given
        )
        filter_alone.update(run.counts[now], run.exposures[now], **given)
        for place, horizon in enumerate(weights.horizons):
            said = predictor.predict(10.0 * horizon)
            alone = filter_alone.predict(10.0 * horizon)
            shift, log_scale = record[now, place]
            np.testing.assert_allclose(said.mean, alone.mean + shift, atol=1e-6)
            np.testing.assert_allclose(said.variance, alone.variance * np.exp(log_scale), rtol=1e-5)


def test_recurrent_is_the_filter_beneath_before_it_is_taught() -> None:
    weights, run = untaught(), synthetic_run(seed=2, num_epochs=10, wander=0.5)
    said = forecast(RecurrentPredictor(20, weights=weights), run)[0]
    alone = forecast(below(weights, 20), run)[0]
    np.testing.assert_allclose(said.mean, alone.mean)
    np.testing.assert_allclose(said.variance, alone.variance)


def test_next_state_holds_what_the_gates_say() -> None:
    weights = untaught()
    state, told = np.full((2, 3), 0.5), np.zeros((2, weights.num_inputs))
    # All weights are 0: half of the state is held, the new half is tanh(0).
    np.testing.assert_allclose(next_state(weights, told, state), 0.25)
    np.testing.assert_allclose(corrections(weights, told, state), 0.0)


def test_recurrent_corrects_less_the_further_it_looks_beyond_what_it_was_taught() -> None:
    run, weights = recorded_run(), load_weights()
    predictor, alone = RecurrentPredictor(3, weights=weights), below(weights, 3)
    for now in range(3):
        for each in (predictor, alone):
            each.update(run.counts[now], run.exposures[now], time_s=float(run.times[now]))
    shifts = [
        np.abs(predictor.predict(10.0 * h).mean - alone.predict(10.0 * h).mean).max()
        for h in (8, 16, 800)
    ]
    assert shifts[0] == pytest.approx(2 * shifts[1]) and shifts[2] < 0.02


def test_recurrent_treats_missing_sensors_as_none() -> None:
    said = []
    for environment in (None, np.zeros(0), np.full(2, np.nan)):
        predictor = RecurrentPredictor(2)
        predictor.update(np.ones(2), np.ones(2), time_s=1.0, environment=environment)
        said.append(predictor.predict(10.0).mean)
    np.testing.assert_array_equal(said[0], said[1])
    np.testing.assert_array_equal(said[0], said[2])


def test_recurrent_rejects_an_environment_of_another_shape() -> None:
    predictor = RecurrentPredictor(2)
    with pytest.raises(ValueError, match=r"Environment must be of shape \(num_channels,\)"):
        predictor.update(np.ones(2), np.ones(2), time_s=1.0, environment=np.zeros((1, 2)))


def test_recurrent_rejects_weights_of_other_inputs() -> None:
    weights = load_weights()
    fewer = RecurrentWeights(
        **{
            **vars(weights),
            "input_weights": weights.input_weights[:, 1:],
            "output_weights": weights.output_weights[:, 1:],
        }
    )
    with pytest.raises(ValueError, match="Weights must take 17 inputs and 2 sensors, not 16"):
        RecurrentPredictor(2, weights=fewer)


def test_recurrent_keeps_its_scores_on_noise_that_it_was_not_taught() -> None:
    """Without sensors and neighbours, other exposures: no worse than the filter by much."""
    weights = load_weights()
    runs = [
        synthetic_run(seed=seed, num_epochs=40, wander=0.5, wander_epochs=8.0) for seed in (5, 6)
    ]
    for score, worse in ((count_loss, 0.15), (crps, 0.05)):
        said = [score(forecast(RecurrentPredictor(20, weights=weights), r)[0], r) for r in runs]
        alone = [score(forecast(below(weights, 20), r)[0], r) for r in runs]
        assert np.mean(said) < np.mean(alone) + worse
