"""How often each of several codes would fail, by the qubits that are behind all that one counts.

In: corrections and detection events of the code in force, look after look.   Out: a predicted rate
of every code.
Next: `quantacore.host.code_selector` (asks), `quantacore.golden.adapt.code_choice` (chooses).

Codes on one lattice share qubits, but at their borders few edges. So what is known is a log factor
of each qubit, and one of all together, as in `quantacore.host.predict.qubit_factors`. Corrections
tell kinds of errors apart; a decoder that is overwhelmed corrects less than there was. Events of a
slot know no decoder, and how they saturate is known: two errors at one detector are none.

How often a decoder fails under the noise that is believed, and what it counts there, is *sampled*:
no formula says what a decoder with old weights makes of a hot qubit. The next counts are set beside
the last sample, so that in the end belief and counts agree, whatever the decoder does to them.

Source: error rates from detection events as in Spitz, Tarasinski, Beenakker & O'Brien,
arXiv:1712.02360; they invert pairs of detectors, a core counts single ones, so that qubits take the
place of pairs here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.stream_counts import MOST_COUNT, StreamCounts
from quantacore.host.predict.device import NoiseParts
from quantacore.host.predict.qubit_factors import QubitFactors

MOST_EVENTS = 0.48
"""Rate of events beyond which nothing is read out of it: near a half, noise may be any."""
WALK_PER_ROOT_SHOT = 0.0042
DEGREES = 1.7
EXCESS = 0.085
PRIOR_DEVIATION = 0.84
"""As tuned for the loop over weights (`tuned_loop.json`), whose looks are of 1,000 shots in 2 s."""
SAME = 0.15
"""Change of log expected counts up to which a sample is used again."""
EVENT_WEIGHT = 0.5
"""Of an event as evidence: most errors make two of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sampled:
    """What a code would do under some noise."""

    rate: float
    """Logical error rate, in (0, 0.5]."""
    corrections: np.ndarray
    """``float64``, shape ``(num_edges,)``: per window."""
    events: np.ndarray
    """``float64``, shape ``(num_slots,)``: per round."""
    windows: int
    """That were sampled."""


@dataclass(frozen=True, kw_only=True, eq=False)
class QubitCode:
    """A code whose rate is predicted, and which noise makes what it counts.

    Raises
    ------
    ValueError
        If shapes do not fit.
    """

    groups: np.ndarray
    """``int``, shape ``(num_edges,)``: edge that is counted -> group, numbered from 0."""
    presence: np.ndarray
    """``float64``, shape ``(num_slots,)``, above 0: detectors of the slot in a counted round, on
    average over a shot."""
    shares: np.ndarray
    """``float64``, shape ``(num_groups + num_slots, num_parts)``: as `NoiseParts.shares`, first of
    groups of edges, then of slots."""
    exponents: np.ndarray
    """``float64``, shape ``(num_parts, num_qubits)``: as `NoiseParts.exponents`; of the qubits of
    all codes."""
    sample: Callable[[np.ndarray], Sampled]
    """Log factors, shape ``(num_qubits,)`` -> what the code would do; always the same shots."""

    def __post_init__(self) -> None:
        shape = (self.num_groups + len(self.presence), len(self.exponents))
        if self.shares.shape != shape:
            raise ValueError(f"Shares must be of shape {shape}, not {self.shares.shape}")

    @property
    def num_groups(self) -> int:
        """Groups of edges."""
        return int(self.groups.max(initial=-1)) + 1

    def of_groups(self, values: np.ndarray) -> np.ndarray:
        """Return sums over the edges of each group."""
        return np.bincount(self.groups, values, self.num_groups)

    def beside(self, counts: StreamCounts, sampled: Sampled) -> tuple[np.ndarray, np.ndarray]:
        """Return counts of groups and slots, and what was to be expected: as of Poisson counts.

        Of events the *errors* behind them are told, as many as say equally much.
        """
        few = 1 / sampled.windows
        expected = (self.of_groups(sampled.corrections) + few) * counts.windows
        stopped = self.of_groups(counts.corrections >= MOST_COUNT) > 0
        chances = np.maximum(counts.rounds * self.presence, 1)
        seen = np.minimum((counts.events + 0.5) / (chances + 1), MOST_EVENTS)
        believed = np.minimum(sampled.events / self.presence + few, MOST_EVENTS)
        errors = errors_behind(seen)
        worth = EVENT_WEIGHT * chances * errors * (1 - 2 * seen) ** 2 / (seen * (1 - seen))
        worth[counts.events >= MOST_COUNT] = 0
        return (
            np.concatenate([self.of_groups(counts.corrections), worth * errors]),
            np.concatenate([np.where(stopped, 0.0, expected), worth * errors_behind(believed)]),
        )


def errors_behind(events: np.ndarray) -> np.ndarray:
    """Return how many errors a detector has if so many of its shots have an event.

    Parameters
    ----------
    events : float
        Below 0.5: an odd number of errors is an event.

    Examples
    --------
    >>> errors_behind(np.array([0.001, 0.2, 0.45])).round(3).tolist()
    [0.001, 0.255, 1.151]
    """
    return np.asarray(-0.5 * np.log1p(-2 * events))


class QubitRates:
    """What is known of the noise, whichever code has counted it: a `CodeRates`.

    Parameters
    ----------
    codes : mapping of str to QubitCode
        Of the same qubits.
    least_shots : float
        Windows from which on a code's counts are enough; at least 1.
    memory_shots : float
        Windows after which a log factor that nobody counts any more is worth 1/e; above 0.
    windows_per_shot : int
        At least 1.

    Attributes
    ----------
    name : str or None
        Code that counted last.

    Raises
    ------
    ValueError
        If there are no codes, they are of different qubits, or a number is out of range.
    """

    def __init__(
        self,
        codes: Mapping[str, QubitCode],
        *,
        least_shots: float,
        memory_shots: float,
        windows_per_shot: int = 1,
    ) -> None:
        if not codes:
            raise ValueError("Codes must be at least one, not none")
        for name, number in (("Least shots", least_shots), ("Windows per shot", windows_per_shot)):
            if not number >= 1:
                raise ValueError(f"{name} must be at least 1, not {number!r}")
        num_qubits = {code.exponents.shape[1] for code in codes.values()}
        if len(num_qubits) > 1:
            raise ValueError(f"Codes must be of the same qubits, not of {sorted(num_qubits)}")
        self.codes = dict(codes)
        self.least_shots = least_shots
        self.name: str | None = None
        self._windows_per_shot = windows_per_shot
        parts, self._rows = _parts_of_all(self.codes)
        self._num_rows = len(parts.groups)
        self._predictor = QubitFactors(
            self._num_rows,
            parts=parts,
            walk_per_root_s=WALK_PER_ROOT_SHOT,
            memory_s=memory_shots / windows_per_shot,  # its seconds are shots
            degrees=DEGREES,
            excess=EXCESS,
            prior_deviation=PRIOR_DEVIATION,
        )
        self._samples: dict[str, tuple[np.ndarray, Sampled]] = {}
        self._windows = self._of_this_code = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Codes."""
        return tuple(self.codes)

    def num_edges(self, name: str) -> int:
        """Return how many edges a code counts."""
        return len(self._code(name).groups)

    def count(self, name: str, counts: StreamCounts) -> bool:
        """Take what the code in force counted, and learn; tell whether it has counted enough.

        Parameters
        ----------
        name : str
        counts : StreamCounts
            Of at least one window; of the code's own edges and slots.

        Raises
        ------
        ValueError
            If there is no such code, or the counts are not of it; nothing is learned then.
        """
        code = self._code(name)
        shapes = counts.corrections.shape, counts.events.shape
        if shapes != (code.groups.shape, code.presence.shape) or counts.windows < 1:
            raise ValueError(
                f"Counts of code {name} must be of {len(code.groups)} edges, {len(code.presence)} "
                f"slots and at least 1 window, not of shapes {shapes} and {counts.windows} windows"
            )
        factors, sampled = self._sample(name)
        found, exposures = np.zeros(self._num_rows), np.zeros(self._num_rows)
        rows = self._rows[name]
        found[rows], exposures[rows] = code.beside(counts, sampled)
        # The sample has the factors in it that were believed.
        exposures[rows] /= self._predictor.group_ratios(factors)[rows]
        self._windows += counts.windows
        self._of_this_code = counts.windows + (self._of_this_code if name == self.name else 0)
        self.name = name
        self._predictor.update(found, exposures, time_s=self._windows / self._windows_per_shot)
        return self._of_this_code >= self.least_shots

    def log_factors(self) -> np.ndarray:
        """Return the likeliest of each qubit: float64, shape ``(num_qubits,)``."""
        return _of_qubits(self._predictor.log_factors())

    def rates(self) -> dict[str, float]:
        """Return the predicted logical error rate of every code, sampled."""
        return {name: self._sample(name)[1].rate for name in self.codes}

    def _code(self, name: str) -> QubitCode:
        if name not in self.codes:
            raise ValueError(f"Code must be one of {', '.join(self.codes)}, not {name!r}")
        return self.codes[name]

    def _sample(self, name: str) -> tuple[np.ndarray, Sampled]:
        """Return factors that are about what is believed, and what the code would do then."""
        factors = self._predictor.log_factors()
        known = self._samples.get(name)
        if known is None or self._change(name, known[0], factors) > SAME:
            known = factors, self.codes[name].sample(_of_qubits(factors))
            self._samples[name] = known
        return known

    def _change(self, name: str, before: np.ndarray, now: np.ndarray) -> float:
        """Return by how much the log of any count of a code would change."""
        ratios = [self._predictor.group_ratios(each)[self._rows[name]] for each in (before, now)]
        return float(np.abs(np.log(ratios[1] / ratios[0])).max())


def _of_qubits(factors: np.ndarray) -> np.ndarray:
    """Return log factors of qubits, what all have in common included."""
    return np.asarray(factors[:-1] + factors[-1])


def _parts_of_all(codes: Mapping[str, QubitCode]) -> tuple[NoiseParts, dict[str, slice]]:
    """Return the parts of all codes side by side, and which rows are whose.

    One more qubit is in every part: what all have in common. A few qubits that a small code sees
    thus say something of those that it does not see.
    """
    num_rows = sum(len(code.shares) for code in codes.values())
    exponents = np.concatenate([code.exponents for code in codes.values()])
    shares = np.zeros((num_rows, len(exponents)))
    rows: dict[str, slice] = {}
    row = part = 0
    for name, code in codes.items():
        rows[name] = slice(row, row + len(code.shares))
        shares[rows[name], part : part + len(code.exponents)] = code.shares
        row, part = row + len(code.shares), part + len(code.exponents)
    parts = NoiseParts(
        shares=shares,
        exponents=np.column_stack([exponents, np.ones(len(exponents))]),
        groups=np.arange(num_rows),
        expected=np.ones(num_rows),
    )
    return parts, rows
