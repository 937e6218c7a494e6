"""What sensors beside a device say about its noise, each with a noise of its own.

In: `stim.Circuit`, `Epoch` records, seed.   Out: `Reading` records.
Next: `quantacore.sim.experiments.simulated_run` (data sets for predictors).

Numbers are of no particular device; what matters is what they go with:

* a thermometer rises with what warms all qubits (wandering temperature, bursts), and knows nothing
  of jumps, calibrations and hot qubits;
* the level of the readout signal falls with the mean log rate of the measured qubits;
* probes of decoherence, every few epochs only, tell each qubit's log rate, roughly.
"""

from dataclasses import dataclass

import numpy as np
import stim

from quantacore.golden.noise.drift import Epoch


@dataclass(frozen=True, kw_only=True)
class SensorConfig:
    """What sensors show, and how badly."""

    rest_mk: float = 15.0
    """Temperature when nothing warms the device, millikelvin."""
    heat_mk: float = 5.0
    """Rise of the temperature when the rates are e-fold by heat."""
    temperature_noise_mk: float = 0.5
    """Standard deviation, as of all noises here."""
    readout_slope: float = 0.1
    """Fall of the level, 1 at the circuit's noise, when rates of measured qubits are e-fold."""
    readout_noise: float = 0.02
    decoherence_noise: float = 0.4
    """Of a probed log rate."""
    probe_epochs: int = 5
    """Epochs from probe to probe."""

    def __post_init__(self) -> None:
        for name in ("temperature_noise_mk", "readout_noise", "decoherence_noise"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be at least 0, not {getattr(self, name)!r}")
        if self.probe_epochs < 1:
            raise ValueError(f"probe_epochs must be at least 1, not {self.probe_epochs!r}")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the sensors say at the end of an epoch."""

    temperature_mk: float
    readout_level: float
    """1 at the circuit's noise, in no unit."""
    decoherence: np.ndarray | None
    """``float64``, shape ``(num_qubits,)``: log of each qubit's error rates over the circuit's.
    None in an epoch without a probe."""


class Sensors:
    """Sensors of one device; the same seed gives the same noise.

    Parameters
    ----------
    circuit : stim.Circuit
    seed : int or sequence of int
    config : SensorConfig
    """

    def __init__(
        self,
        circuit: stim.Circuit,
        *,
        seed: int | list[int],
        config: SensorConfig = SensorConfig(),
    ) -> None:
        self.config = config
        self._shares = _shares_of_measurements(circuit)
        self._rng = np.random.default_rng(seed)

    def read(self, epoch: Epoch) -> Reading:
        """Return what is read in an epoch; each is read once, in their order.

        Raises
        ------
        ValueError
            If the epoch is of a circuit with another number of qubits.
        """
        if epoch.factors.shape != self._shares.shape:
            raise ValueError(
                f"Factors must be of shape {self._shares.shape}, not {epoch.factors.shape}"
            )
        config, logs = self.config, np.log(epoch.factors)
        # Drawn in each epoch, so that the noise does not depend on when probes are made.
        noise = self._rng.standard_normal(2 + len(logs))
        probed = logs + config.decoherence_noise * noise[2:]
        return Reading(
            temperature_mk=float(
                config.rest_mk
                + config.heat_mk * epoch.heat
                + config.temperature_noise_mk * noise[0]
            ),
            readout_level=float(
                1 - config.readout_slope * (self._shares @ logs) + config.readout_noise * noise[1]
            ),
            decoherence=probed if epoch.index % config.probe_epochs == 0 else None,
        )


def _shares_of_measurements(circuit: stim.Circuit) -> np.ndarray:
    """Return which part of the circuit's measurements is each qubit's."""
    counts = np.zeros(circuit.num_qubits)
    for instruction in circuit.flattened():
        if stim.gate_data(instruction.name).produces_measurements:
            np.add.at(counts, [t.value for t in instruction.targets_copy() if t.is_qubit_target], 1)
    if not counts.any():
        raise ValueError("Circuit must measure something, but does not")
    shares: np.ndarray = counts / counts.sum()
    return shares
