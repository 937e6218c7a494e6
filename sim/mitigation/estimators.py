"""Estimate what a logical circuit would say without noise, with and without mitigation.

In: the record of `logical_counts`.   Out: bias and spread of each estimator against shots.
Next: `quantacore.sim.plots.mitigation`.

The circuit is N logical steps that do nothing to a zero state: its true expectation of logical Z is
1, and (1 - 2 p_L)^N with flips. Probabilistic error cancellation (Temme, Bravyi & Gambetta,
arXiv:1612.02058; on logical qubits: Piveteau et al., arXiv:2103.04915): the inverse of a flip
channel costs gamma = 1 / (1 - 2 p_L) for each step, and the variance grows as gamma^(2 N).
Distance scaling: Wahl et al., arXiv:2304.14985; the noise scale of distance d is its p_L as
measured on other shots.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np


def flip_gamma(flip_rate: float) -> float:
    """Return the cost of inverting a flip channel.

    Parameters
    ----------
    flip_rate : float
        In [0, 0.5).

    Raises
    ------
    ValueError
        If it is outside.

    Examples
    --------
    >>> flip_gamma(0.1)
    1.25
    """
    if not 0 <= flip_rate < 0.5:
        raise ValueError(f"Flip rate must be in [0, 0.5), not {flip_rate!r}")
    return 1 / (1 - 2 * flip_rate)


def depolarising_gamma(p: float) -> float:
    """Return the cost of inverting one-qubit depolarising noise.

    Parameters
    ----------
    p : float
        Probability of an X, Y or Z error together, in [0, 0.75).

    Raises
    ------
    ValueError
        If it is outside.

    Examples
    --------
    >>> round(depolarising_gamma(0.05), 6)
    1.107143
    """
    if not 0 <= p < 0.75:
        raise ValueError(f"Depolarising probability must be in [0, 0.75), not {p!r}")
    kept = 1 - 4 * p / 3
    return (3 / kept - 1) / 2


def extrapolate(scales: Sequence[float], values: np.ndarray, *, order: int) -> np.ndarray:
    """Fit a polynomial in the noise scale and return it at scale 0.

    Parameters
    ----------
    scales : sequence of float
        All different.
    values : ndarray
        Shape ``(number of scales, ...)``.
    order : int
        Less than the number of scales; one less is Richardson's extrapolation.

    Raises
    ------
    ValueError
        If there are too few scales.
    """
    if not 0 <= order < len(scales):
        raise ValueError(f"Order must be below the number of scales, not {order}")
    matrix = np.vander(np.asarray(scales, dtype=float), order + 1, increasing=True)
    zero: np.ndarray = np.linalg.pinv(matrix)[0] @ values
    return zero


def bias_and_spread(
    record: dict[str, Any], *, steps: int, budgets: Sequence[int], repeats: int, seed: int
) -> list[dict[str, Any]]:
    """Draw whole experiments of a number of shots, mitigate each, compare with the truth.

    Parameters
    ----------
    record : dict
        Of `count_logical_errors`: its rates are taken as the true ones.
    steps : int
        Logical steps of the circuit, at least 1.
    budgets : sequence of int
        Shots of one experiment, shared by all its circuits. As many shots calibrate where a
        method needs rates.
    repeats : int
        Experiments drawn for each budget.
    seed : int

    Returns
    -------
    list of dict
        ``method``, ``shots``, ``bias``, ``bias_error`` (standard error), ``spread``.
    """
    rng = np.random.default_rng(seed)
    points = {(q["distance"], q["scale"]): q for q in record["points"]}
    rates = {key: q["errors"] / q["shots"] for key, q in points.items()}
    distances = sorted({d for d, scale in points if scale == 1.0})
    least, most = distances[0], distances[-1]
    scales = sorted(scale for d, scale in points if d == least)

    def drawn(flip_rate: float, shots: int) -> np.ndarray:
        odd = (1 - (1 - 2 * flip_rate) ** steps) / 2
        found: np.ndarray = 1 - 2 * rng.binomial(shots, odd, repeats) / shots
        return found

    found = []
    for shots in budgets:
        each, other = shots // len(scales), shots // len(distances)
        by_scale = np.array([drawn(rates[least, s], each) for s in scales])
        by_distance = np.array([drawn(rates[d, 1.0], other) for d in distances])
        calibrated = rng.binomial(shots, rates[least, 1.0], repeats) / shots
        results = {f"none, d={least}": drawn(rates[least, 1.0], shots)}
        results[f"none, d={most}"] = drawn(rates[most, 1.0], shots)
        results["noise scaling, linear"] = extrapolate(scales, by_scale, order=1)
        results["noise scaling, Richardson"] = extrapolate(scales, by_scale, order=len(scales) - 1)
        relative = [rates[d, 1.0] / rates[most, 1.0] for d in distances]
        results["distance scaling, linear"] = extrapolate(relative, by_distance, order=1)
        results[f"cancellation, d={least}"] = (
            drawn(rates[least, 1.0], shots) / (1 - 2 * calibrated) ** steps
        )
        for share, kept, errors in points[least, 1.0]["kept"]:
            left = max(1, round(shots * (kept / points[least, 1.0]["shots"]) ** steps))
            name = f"post-selection {share:g} a step, d={least}"
            results[name] = drawn(errors / kept, left)
        for method, values in results.items():
            found.append(
                {
                    "method": method,
                    "shots": shots,
                    "bias": float(values.mean() - 1),
                    "bias_error": float(values.std(ddof=1) / np.sqrt(repeats)),
                    "spread": float(values.std(ddof=1)),
                }
            )
    return found
