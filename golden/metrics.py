"""Say how often a decoder is wrong, and how it compares with another on the same shots.

In: predictions and actual observable flips.   Out: counts, rates and ratios with intervals.
Next: `quantacore.sim.experiments.accuracy`.

Source: intervals of rates are Wilson's (Brown, Cai & DasGupta, Statistical Science 16, 101, 2001);
those of ratios on the same shots are the hybrid of two Wilson intervals of Bonett & Price
(Statistics in Medicine 25, 3039, 2006). Both hold at small counts, zero included.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

DEFAULT_CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An estimate and the confidence interval around it."""

    value: float
    """The estimate itself; NaN if nothing was counted."""
    low: float
    high: float
    """Ends of the interval, included; ``high`` may be infinite for a ratio."""

    def __format__(self, spec: str) -> str:
        return f"{self.value:{spec}} [{self.low:{spec}}, {self.high:{spec}}]"

    def contains(self, value: float) -> bool:
        """Tell whether ``value`` lies in the interval."""
        return self.low <= value <= self.high

    def overlaps(self, other: "Interval") -> bool:
        """Tell whether the intervals have a point in common."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, kw_only=True)
class PairedErrors:
    """How often two decoders were wrong on the same shots; adds up over batches.

    Raises
    ------
    ValueError
        If the counts contradict each other.
    """

    shots: int
    errors: int
    """Shots that the decoder got wrong."""
    reference_errors: int
    """Shots that the reference got wrong."""
    both: int
    """Shots that both got wrong."""

    def __post_init__(self) -> None:
        least, most = sorted((self.errors, self.reference_errors))
        if not 0 <= self.both <= least or most + least - self.both > self.shots:
            raise ValueError(f"Counts of errors must fit together, not {self!r}")

    def __add__(self, other: "PairedErrors") -> "PairedErrors":
        return PairedErrors(
            shots=self.shots + other.shots,
            errors=self.errors + other.errors,
            reference_errors=self.reference_errors + other.reference_errors,
            both=self.both + other.both,
        )


def wrong_shots(
    predictions: np.ndarray, observables: np.ndarray, *, unmatched: np.ndarray | None = None
) -> np.ndarray:
    """Tell which shots a decoder got wrong: any observable wrong, or no prediction at all.

    Parameters
    ----------
    predictions, observables : uint8, shape ``(num_shots, ceil(num_observables / 8))``
        Predicted and actual observable flips, little-endian bits.
    unmatched : bool, shape ``(num_shots,)``, optional
        Shots without a prediction; they count as wrong.

    Returns
    -------
    bool, shape ``(num_shots,)``

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> wrong_shots(np.array([[1], [2]], np.uint8), np.array([[1], [0]], np.uint8))
    array([False,  True])
    """
    if predictions.shape != observables.shape:
        raise ValueError(
            f"Predictions must have the observables' shape {observables.shape}, "
            f"not {predictions.shape}"
        )
    wrong = (predictions != observables).any(axis=1)
    return wrong if unmatched is None else wrong | unmatched


def count_paired(wrong: np.ndarray, reference_wrong: np.ndarray) -> PairedErrors:
    """Count the errors of two decoders on the same shots.

    Parameters
    ----------
    wrong, reference_wrong : bool, shape ``(num_shots,)``

    Examples
    --------
    >>> paired = count_paired(np.array([True, True, False]), np.array([False, True, False]))
    >>> paired.errors, paired.reference_errors, paired.both
    (2, 1, 1)
    """
    if wrong.shape != reference_wrong.shape:
        raise ValueError(
            f"Shots must be the same for both decoders: {reference_wrong.shape}, not {wrong.shape}"
        )
    return PairedErrors(
        shots=len(wrong),
        errors=int(wrong.sum()),
        reference_errors=int(reference_wrong.sum()),
        both=int((wrong & reference_wrong).sum()),
    )


def error_rate(*, errors: int, shots: int, confidence: float = DEFAULT_CONFIDENCE) -> Interval:
    """Return the logical error rate per shot with its Wilson interval.

    Parameters
    ----------
    errors : int
        Shots decoded wrong, 0 .. ``shots``.
    shots : int
        At least 1.
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> f"{error_rate(errors=10, shots=1000):.4f}"
    '0.0100 [0.0054, 0.0183]'
    """
    if shots < 1:
        raise ValueError(f"Number of shots must be at least 1, not {shots!r}")
    if not 0 <= errors <= shots:
        raise ValueError(f"Number of errors must be 0 to {shots}, not {errors!r}")
    low, high = _wilson(errors, shots, normal_deviate(confidence))
    return Interval(value=errors / shots, low=low, high=high)


def error_ratio(paired: PairedErrors, *, confidence: float = DEFAULT_CONFIDENCE) -> Interval:
    """Return a decoder's errors divided by the reference's, on the same shots.

    Shots that both get wrong or right tell the two apart no better, so the interval is narrower
    than that of two independent experiments.

    Parameters
    ----------
    paired : PairedErrors
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> paired = PairedErrors(shots=10_000, errors=80, reference_errors=100, both=70)
    >>> f"{error_ratio(paired):.2f}"
    '0.80 [0.70, 0.92]'
    """
    deviate = normal_deviate(confidence)
    first, second = paired.errors, paired.reference_errors
    any_wrong = first + second - paired.both
    if any_wrong == 0:
        return Interval(value=math.nan, low=0.0, high=math.inf)
    discordant = any_wrong - paired.both
    spread = math.sqrt((discordant + 2) / ((first + 1) * (second + 1)))
    parts = sum(
        math.sqrt((1 - (count + 1) / (any_wrong + 2)) / (count + 1)) for count in (first, second)
    )
    low_first, high_first = _wilson(first, any_wrong, deviate * spread / parts)
    low_second, high_second = _wilson(second, any_wrong, deviate * spread / parts)
    return Interval(
        value=first / second if second else math.inf,
        low=low_first / high_second,
        high=high_first / low_second if low_second else math.inf,
    )


def rate_per_round(rate: float, *, rounds: int) -> float:
    """Return the logical error rate per round of shots with an error rate.

    Two errors cancel, so ``1 - 2 rate`` is that of a round to the power of ``rounds``. From 0.5
    on, rates say nothing about rounds: 0.5.

    Parameters
    ----------
    rate : float
        Per shot, of one observable; in [0, 1].
    rounds : int
        Of a shot, at least 1.

    Examples
    --------
    >>> round(rate_per_round(0.18, rounds=2), 6)
    0.1
    """
    if rounds < 1:
        raise ValueError(f"Number of rounds must be at least 1, not {rounds!r}")
    return 0.5 if rate >= 0.5 else -math.expm1(math.log1p(-2 * rate) / rounds) / 2


def error_ratio_per_round(
    paired: PairedErrors, *, rounds: int, confidence: float = DEFAULT_CONFIDENCE
) -> Interval:
    """Return the errors per round of a decoder divided by the reference's, on the same shots.

    It is `error_ratio` with the reference's rate taken as exact: what is uncertain is how the two
    differ. In long shots a ratio of rates per shot is nearer to 1, since errors cancel.

    Parameters
    ----------
    paired : PairedErrors
        At least one shot.
    rounds : int
        Of a shot, at least 1.
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> paired = PairedErrors(shots=10_000, errors=2_100, reference_errors=2_000, both=1_950)
    >>> f"{error_ratio(paired):.3f} {error_ratio_per_round(paired, rounds=30):.3f}"
    '1.050 [1.036, 1.064] 1.066 [1.047, 1.085]'
    """
    ratio = error_ratio(paired, confidence=confidence)
    reference = paired.reference_errors / paired.shots
    per_round = rate_per_round(reference, rounds=rounds)
    if not 0 < per_round < 0.5:
        return ratio
    ends = (ratio.value, ratio.low, ratio.high)
    value, low, high = (rate_per_round(end * reference, rounds=rounds) / per_round for end in ends)
    return Interval(value=value, low=low, high=high)


def normal_deviate(confidence: float) -> float:
    """Return how many standard deviations a two-sided interval of this confidence reaches.

    Raises
    ------
    ValueError
        If ``confidence`` is outside (0, 1).

    Examples
    --------
    >>> round(normal_deviate(0.95), 2)
    1.96
    """
    if not 0 < confidence < 1:
        raise ValueError(f"Confidence must be in (0, 1), not {confidence!r}")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _wilson(count: int, total: int, deviate: float) -> tuple[float, float]:
    rate = count / total
    square = deviate**2 / total
    centre = (rate + square / 2) / (1 + square)
    half = math.sqrt(square * (rate * (1 - rate) + square / 4)) / (1 + square)
    # The ends are exact where nothing or everything was counted; rounding must not move them.
    return (
        0.0 if count == 0 else max(0.0, centre - half),
        1.0 if count == total else min(1.0, centre + half),
    )
