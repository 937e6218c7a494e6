"""What PyTorch makes of the shipped weights on a short run, kept for machines without PyTorch.

`python -m tests.host.predict.gru_record` writes it again, after the weights have changed.
"""

import json
from pathlib import Path

import numpy as np

from quantacore.host.predict.gru import inputs_of, kept_of_state
from quantacore.host.predict.gru_training import imported_torch, make_network, run_network
from quantacore.host.predict.recurrent_weights import RecurrentWeights, load_weights
from quantacore.host.predict.series import CountSeries

RECORD = Path(__file__).with_name("gru_record.json")
NEIGHBOURS = [(1,), (0, 2), (1,)]


def recorded_run() -> CountSeries:
    """Return a run with a jump, a gap of a group, a missing epoch, and sensors."""
    times = 10.0 * np.array([1, 2, 3, 4, 6, 7, 8])
    counts = np.array([[20, 41, 9], [18, 39, 11], [22, 160, 30], [25, 170, 0], [19, 150, 28]])
    counts = np.concatenate([counts, [[21, 38, 12], [20, 44, 8]]]).astype(float)
    exposures = np.tile([20.0, 40.0, 10.0], (7, 1))
    exposures[3, 2] = 0
    environment = np.column_stack([15 + 0.3 * np.arange(7), 1 - 0.01 * np.arange(7)])
    return CountSeries(
        name="recorded",
        regime="recorded",
        times=times,
        counts=counts,
        exposures=exposures,
        environment=environment,
    )


def torch_corrections(weights: RecurrentWeights) -> np.ndarray:
    """Return corrections by PyTorch: shape ``(num_epochs, num_horizons, 2, num_groups)``."""
    torch = imported_torch()
    run = recorded_run()
    inputs = inputs_of(weights, run.num_groups, neighbours=NEIGHBOURS)
    elapsed = [0.0, *np.diff(run.times)]
    told = [
        inputs.update(c, e, time_s=t, elapsed_s=since, environment=sensors)
        for c, e, t, since, sensors in zip(
            run.counts, run.exposures, run.times, elapsed, run.environment, strict=True
        )
    ]
    kept = np.array([kept_of_state(since / float(weights.epoch_s)) for since in elapsed])
    network = make_network(torch, weights).double()
    for layer, names in (
        ("cell", {"weight_ih": "input_weights", "bias_ih": "input_bias"}),
        ("cell", {"weight_hh": "state_weights", "bias_hh": "state_bias"}),
        ("out", {"weight": "output_weights", "bias": "output_bias"}),
    ):
        for theirs, ours in names.items():
            getattr(network[layer], theirs).data = torch.tensor(getattr(weights, ours))
    with torch.no_grad():
        shift, log_scale, _ = run_network(
            torch,
            network,
            torch.tensor(np.stack(told)),
            torch.tensor(kept)[:, None, None],
            torch.zeros(run.num_groups, weights.num_units, dtype=torch.float64),
        )
    return np.stack([shift.numpy(), log_scale.numpy()], axis=1).transpose(0, 3, 1, 2)


def read_record() -> np.ndarray:
    """Return the corrections that were kept."""
    return np.array(json.loads(RECORD.read_text())["corrections"])


if __name__ == "__main__":
    found = torch_corrections(load_weights())
    RECORD.write_text(json.dumps({"corrections": found.round(9).tolist()}, indent=1) + "\n")
