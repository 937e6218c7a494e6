"""Turn probabilities into the integer edge lengths that the hardware grows along.

In: priors in (0, 0.5].   Out: lengths in growth steps, ``length_bits`` wide.
Next: `quantacore.golden.spec.image`.

Codes of a length with ``b`` bits: ``0`` fused from the start, ``1 .. 2**b - 2`` growth steps,
``2**b - 1`` absent (the edge does not exist in this image).

Source: weights follow Huang, Newman & Brown, arXiv:2004.04693; here they are quantised with one
unit per image and round half up, so that every engine has the same integers.
"""

import math

import numpy as np

FUSED_LENGTH = 0
"""Length of an edge that is fused before the first growth step."""

MIN_LENGTH_BITS = 2
MAX_LENGTH_BITS = 8


def check_length_bits(length_bits: int) -> None:
    """Raise `ValueError` unless ``length_bits`` is an integer in 2 .. 8."""
    if (
        not isinstance(length_bits, (int, np.integer))
        or not MIN_LENGTH_BITS <= length_bits <= MAX_LENGTH_BITS
    ):
        raise ValueError(
            f"Length width must be {MIN_LENGTH_BITS} to {MAX_LENGTH_BITS} bits, not {length_bits!r}"
        )


def absent_length(length_bits: int) -> int:
    """Return the code of an edge that does not exist in an image: all ones.

    Examples
    --------
    >>> absent_length(4)
    15
    """
    return (1 << length_bits) - 1


def longest_length(length_bits: int) -> int:
    """Return the largest length that can still grow, in growth steps.

    Examples
    --------
    >>> longest_length(4)
    14
    """
    return (1 << length_bits) - 2


def weight_from_prior(prior: float) -> float:
    """Return the matching weight of an error mechanism.

    Parameters
    ----------
    prior : float
        Probability that the mechanism fires in one shot, in (0, 0.5].

    Returns
    -------
    float
        ``ln((1 - prior) / prior)``, in nats. Zero at ``prior == 0.5``.

    Raises
    ------
    ValueError
        If ``prior`` is outside (0, 0.5].

    Examples
    --------
    >>> round(weight_from_prior(0.01), 3)
    4.595
    """
    if not 0 < prior <= 0.5:
        raise ValueError(f"Prior must be in (0, 0.5], not {prior!r}")
    return math.log((1 - prior) / prior)


def quantise_weights(weights: np.ndarray, *, unit: float, length_bits: int) -> np.ndarray:
    """Return weights as lengths that grow: ``clamp(floor(w / unit + 0.5), 1, 2**b - 2)``.

    Parameters
    ----------
    weights : float64, any shape
        Weights in nats, at least 0.
    unit : float
        Nats per growth step, above 0.
    length_bits : int
        Width of a length, 2 .. 8.

    Returns
    -------
    uint8, same shape
        Lengths in growth steps. Codes 0 (fused) and all ones (absent) are never returned.

    Examples
    --------
    >>> quantise_weights(np.array([0.1, 2.5, 99.0]), unit=1.0, length_bits=4)
    array([ 1,  3, 14], dtype=uint8)
    """
    steps = np.floor(np.asarray(weights, dtype=np.float64) / unit + 0.5)
    return np.clip(steps, 1, longest_length(length_bits)).astype(np.uint8)
