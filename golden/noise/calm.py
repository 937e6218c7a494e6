"""Noise that is the model's at first, and then drifts: what comes after has an onset.

In: `DriftSimulator`, an epoch's number.   Out: `Epoch`.
Next: `quantacore.sim.experiments.closed_loop`, `quantacore.sim.experiments.code_loop`.
"""

from dataclasses import replace

import numpy as np

from quantacore.golden.noise.drift import DriftSimulator, Epoch


def calm_then_drift(
    drift: DriftSimulator, index: int, *, epoch_s: float, calm_epochs: int
) -> Epoch:
    """Let the time of an epoch go by, and return its noise. Call it for each epoch in turn.

    Parameters
    ----------
    drift : DriftSimulator
        Its history begins when the calm ends.
    index : int
        Number of the epoch, from 0.
    epoch_s : float
        Seconds of an epoch, above 0.
    calm_epochs : int
        Epochs at the beginning whose factors are all 1.
    """
    num_rounds = round(epoch_s * 1e6 / drift.config.round_us)
    if index < calm_epochs:
        return Epoch(
            index=index,
            first_round=index * num_rounds,
            num_rounds=num_rounds,
            factors=np.ones(drift.circuit.num_qubits),
            fluctuators_on=(),
            bursts=(),
            leaks=(),
        )
    # The log has one clock, calm epochs included.
    return replace(drift.advance(num_rounds), index=index, first_round=index * num_rounds)
