"""Sample shots of a circuit: detection events and the observable flips that they must predict.

In: `stim.Circuit` or `stim.DetectorErrorModel`, number of shots, seed.   Out: bit-packed arrays.
Next: `quantacore.golden.decode.decoder`.
"""

import numpy as np
import stim


def sample_shots(
    circuit: stim.Circuit, *, num_shots: int, seed: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return detection events and actual observable flips of ``num_shots`` shots.

    Parameters
    ----------
    circuit : stim.Circuit
    num_shots : int
        At least 1.
    seed : int or None
        In [0, 2**64). The same seed gives the same shots on the same machine and stim version.

    Returns
    -------
    events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
    observables : uint8, shape ``(num_shots, ceil(num_observables / 8))``
        Little-endian bits in both.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    check_sampling(num_shots, seed)
    events, observables = circuit.compile_detector_sampler(seed=seed).sample(
        num_shots, bit_packed=True, separate_observables=True
    )
    return events, observables


def sample_model_shots(
    model: stim.DetectorErrorModel, *, num_shots: int, seed: int | None
) -> np.ndarray:
    """Return detection events of ``num_shots`` shots of a model: as `sample_shots`, first array."""
    check_sampling(num_shots, seed)
    events, _, _ = model.compile_sampler(seed=seed).sample(num_shots, bit_packed=True)
    return events


def check_sampling(num_shots: int, seed: int | None) -> None:
    """Raise `ValueError` unless there is at least one shot and the seed fits stim."""
    if num_shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {num_shots!r}")
    if seed is not None and not 0 <= seed < 1 << 64:
        raise ValueError(f"Seed must be 0 to 2**64 - 1, not {seed!r}")
