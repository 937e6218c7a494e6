"""Rotated surface-code memory: the circuits and models that the project measures itself on.

In: distance, rounds, noise strength.   Out: `stim.Circuit` or `stim.DetectorErrorModel`.
Next: `quantacore.golden.source.dem`.
"""

import stim

BASES = ("x", "z")


def rotated_memory(
    *, distance: int, p: float, rounds: int | None = None, basis: str = "z"
) -> stim.Circuit:
    """Return stim's rotated memory experiment with one noise strength everywhere.

    Parameters
    ----------
    distance : int
        Odd code distance, at least 3.
    p : float
        All four noise parameters of `stim.Circuit.generated`, in [0, 0.5].
    rounds : int, optional
        Rounds of syndrome extraction; ``distance`` if not given.
    basis : {"x", "z"}
        Basis of preparation and readout.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if distance < 3 or distance % 2 == 0:
        raise ValueError(f"Distance must be odd and at least 3, not {distance!r}")
    if basis not in BASES:
        raise ValueError(f"Basis must be one of x and z, not {basis!r}")
    return stim.Circuit.generated(
        f"surface_code:rotated_memory_{basis}",
        distance=distance,
        rounds=distance if rounds is None else rounds,
        after_clifford_depolarization=p,
        before_round_data_depolarization=p,
        before_measure_flip_probability=p,
        after_reset_flip_probability=p,
    )


def phenomenological_memory(*, distance: int, p: float) -> stim.DetectorErrorModel:
    """Return the phenomenological model of one basis of a rotated code, as Helios decodes it.

    Each data qubit flips with ``p`` in each of ``distance`` layers and each measurement with
    ``p``. The oldest layer has an open time boundary (a boundary edge at every detector), the
    newest is closed. No observable is declared.

    Detector ``layer * (distance**2 - 1) / 2 + check``; checks lie row by row,
    ``(distance - 1) / 2`` to a row, as in Liyanage et al. (Helios), arXiv:2301.08419.
    """
    if distance < 3 or distance % 2 == 0:
        raise ValueError(f"Distance must be odd and at least 3, not {distance!r}")
    if not 0 < p <= 0.5:
        raise ValueError(f"Noise strength must be in (0, 0.5], not {p!r}")
    checks_of_qubit = _checks_of_qubits(distance)
    per_layer = (distance**2 - 1) // 2
    model = stim.DetectorErrorModel()
    for layer in range(distance):
        base = layer * per_layer
        for checks in checks_of_qubit:
            targets = [stim.target_relative_detector_id(base + check) for check in checks]
            model.append("error", p, targets)
        for check in range(per_layer):
            ends = [base + check] if layer == 0 else [base - per_layer + check, base + check]
            model.append("error", p, [stim.target_relative_detector_id(end) for end in ends])
    return model


def _checks_of_qubits(distance: int) -> list[list[int]]:
    """Return for each data qubit, row by row, the one or two checks of one basis that see it."""
    columns = (distance - 1) // 2
    checks: list[list[int]] = [[] for _ in range(distance * distance)]
    for row in range(distance + 1):
        for column in range(columns):
            # Plaquettes of one colour: every other one, the row's parity shifts them by one.
            left = 2 * column + row % 2
            for qubit_row in range(max(row - 1, 0), min(row, distance - 1) + 1):
                for qubit_column in (left, left + 1):
                    checks[qubit_row * distance + qubit_column].append(row * columns + column)
    return checks
