"""Detector error models that stim does not generate."""

import numpy as np
import stim


def toric_memory(*, distance: int, rounds: int, p: float) -> stim.DetectorErrorModel:
    """Return the phenomenological model of one basis of a toric code: no boundary anywhere.

    Data qubits flip with ``p`` before each round, measurements with ``p``; the last round is
    perfect. Detector ``(round * distance + row) * distance + column``. Observable 0 is flipped by
    horizontal edges across the seam, observable 1 by vertical ones.
    """
    model = stim.DetectorErrorModel()

    def detector(round: int, row: int, column: int) -> int:
        return (round * distance + row % distance) * distance + column % distance

    def add(first: int, second: int, observables: list[int]) -> None:
        targets = [stim.target_relative_detector_id(v) for v in (first, second)]
        model.append(
            "error", p, targets + [stim.target_logical_observable_id(k) for k in observables]
        )

    for round in range(rounds):
        for row in range(distance):
            for column in range(distance):
                here = detector(round, row, column)
                across = [0] if column == distance - 1 else []
                down = [1] if row == distance - 1 else []
                add(here, detector(round, row, column + 1), across)
                add(here, detector(round, row + 1, column), down)
                if round + 1 < rounds:
                    add(here, detector(round + 1, row, column), [])
    return model


def sampled(
    model: stim.DetectorErrorModel, *, num_shots: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return detection events and observable flips of a model's shots, bit-packed."""
    events, observables, _ = model.compile_sampler(seed=seed).sample(num_shots, bit_packed=True)
    return events, observables
