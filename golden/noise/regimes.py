"""Ways in which noise changes, by name: what loops and predictors are tried on.

In: name, `stim.Circuit`, length of an epoch.   Out: `DriftConfig`.
Next: `quantacore.golden.noise.drift`.

Rates are set by the epoch, so that every regime shows within some ten epochs of any length.
"""

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
}
HOT_FACTOR = 30.0


def drift_regime(name: str, circuit: stim.Circuit, *, epoch_s: float) -> DriftConfig:
    """Return how the noise of a circuit changes.

    Parameters
    ----------
    name : str
        One of `REGIMES`.
    circuit : stim.Circuit
        A memory experiment.
    epoch_s : float
        Seconds of an epoch, above 0.

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
    configs = {
        "quiet": DriftConfig(),
        "global": DriftConfig(common_factor=2.0),
        "hot": DriftConfig(hot_qubits={qubits[len(qubits) // 2]: HOT_FACTOR}),
        "jumps": DriftConfig(
            fluctuators_per_qubit=0.2,
            fluctuator_rates_hz=(0.05 / epoch_s, 0.2 / epoch_s),
            fluctuator_factors=(5.0, 30.0),
        ),
        "drift": DriftConfig(wander=0.8, wander_time_s=8 * epoch_s),
        "bursts": DriftConfig(
            bursts_per_s=0.3 / epoch_s, burst_qubits=len(qubits), burst_recovery_s=epoch_s
        ),
    }
    return configs[name]
