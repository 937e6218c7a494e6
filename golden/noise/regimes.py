"""Ways in which noise changes, by name: what loops and predictors are tried on.

In: name, `stim.Circuit`, length of an epoch, seed.   Out: `DriftConfig`.
Next: `quantacore.golden.noise.drift`.

Rates are set by the epoch, so that every regime shows within some ten epochs of any length.
"""

from dataclasses import replace

import numpy as np
import stim

from quantacore.golden.noise.drift import DriftConfig
from quantacore.golden.noise.local import data_qubits

REGIMES = {
    "quiet": "as the model: a control",
    "global": "all rates double: a control, as better weights hardly help",
    "hot": "the rates of one data qubit, in the middle, are 30-fold",
    "jumps": "telegraph fluctuators switch rates 5- to 30-fold",
    "drift": "every qubit wanders slowly",
    "bursts": "as many qubits at once as the code has data qubits, fading over an epoch",
    "calibration": "every qubit drifts away in a straight line, and steps back when calibrated",
    "warming": "a temperature wanders, and each qubit feels it as much as it is made to",
    "mixture": "jumps and drift at once",
}
HOT_FACTOR = 30.0
CALIBRATION_EPOCHS = 12.0
ONSET_EPOCHS = (5.0, 25.0)
"""Between these a constant change begins in a run with a seed."""


def drift_regime(
    name: str, circuit: stim.Circuit, *, epoch_s: float, seed: int | None = None
) -> DriftConfig:
    """Return how the noise of a circuit changes.

    Parameters
    ----------
    name : str
        One of `REGIMES`.
    circuit : stim.Circuit
        A memory experiment.
    epoch_s : float
        Seconds of an epoch, above 0.
    seed : int, optional
        Chooses what else would be the same in each run: which data qubit is hot (and how much, 10-
        to 60-fold), by how much all rates rise (1.3 to 4), when these begin, and the time between
        calibrations. Not given: the middle one, 30-fold, double, at once, 12 epochs.

    Raises
    ------
    ValueError
        If there is no such regime, or the epoch has no length.
    """
    if name not in REGIMES:
        raise ValueError(f"Noise must be one of {', '.join(REGIMES)}, not {name!r}")
    if not epoch_s > 0:
        raise ValueError(f"Epoch must be longer than 0 s, not {epoch_s!r}")
    qubits = data_qubits(circuit)
    hot, hot_factor, common_factor = qubits[len(qubits) // 2], HOT_FACTOR, 2.0
    onset, calibration = 0.0, CALIBRATION_EPOCHS
    if seed is not None:
        rng = np.random.default_rng(seed)
        hot = qubits[int(rng.integers(len(qubits)))]
        hot_factor = float(np.exp(rng.uniform(np.log(10), np.log(60))))
        common_factor = float(np.exp(rng.uniform(np.log(1.3), np.log(4))))
        onset = float(rng.uniform(*ONSET_EPOCHS))
        calibration *= float(rng.uniform(2 / 3, 5 / 3))
    jumps = DriftConfig(
        fluctuators_per_qubit=0.2,
        fluctuator_rates_hz=(0.05 / epoch_s, 0.2 / epoch_s),
        fluctuator_factors=(5.0, 30.0),
    )
    configs = {
        "quiet": DriftConfig(),
        "global": DriftConfig(common_factor=common_factor, onset_s=onset * epoch_s),
        "hot": DriftConfig(hot_qubits={hot: hot_factor}, onset_s=onset * epoch_s),
        "jumps": jumps,
        "drift": DriftConfig(wander=0.8, wander_time_s=8 * epoch_s),
        "bursts": DriftConfig(
            bursts_per_s=0.3 / epoch_s, burst_qubits=len(qubits), burst_recovery_s=epoch_s
        ),
        "calibration": DriftConfig(
            calibration_drift_per_hour=1.2 * 3600 / (CALIBRATION_EPOCHS * epoch_s),
            calibration_every_s=calibration * epoch_s,
        ),
        "warming": DriftConfig(thermal=1.0, thermal_time_s=8 * epoch_s),
        "mixture": replace(jumps, wander=0.8, wander_time_s=8 * epoch_s),
    }
    return configs[name]
