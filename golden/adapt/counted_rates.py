"""How often each of several codes would fail, from what the one in force counts.

In: corrections of the code in force, block after block.   Out: a predicted rate of every code.
Next: `quantacore.golden.adapt.code_choice` (chooses), `quantacore.host.code_selector` (switches).

Only the code in force is seen. What it counts is kept by *mechanism*: edges that lie at the same
place, whichever code they are of, share one. So another code's rate follows from the mechanisms
that it shares with those that were counted; all others are taken to be as those around them, which
is right for noise that is wider than an edge. After a switch what is known stays until the new
code has counted enough.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.adapt.estimate import CorrectionCounts
from quantacore.golden.adapt.member_rates import MOST_RATE, logical_bound
from quantacore.golden.adapt.reweight import reweighted
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.stream_counts import StreamCounts

NO_MECHANISM = -1
"""Of an edge that is like none that is counted: it follows the common factor."""
MOST_POWER = 40.0
"""Greatest power of the common factor that a rate is believed to follow."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CountedCode:
    """A code whose rate is predicted.

    Raises
    ------
    ValueError
        If shapes or rates do not fit.
    """

    estimator: CorrectionCounts
    """Of the edges that are counted, told of the model; the code's own."""
    mechanisms: np.ndarray
    """``int``, shape ``(estimator.num_edges,)``, at least 0: what each counted edge is."""
    graph: DecodingGraph
    """Of a whole shot, with the model's priors."""
    shot_mechanisms: np.ndarray
    """``int``, shape ``(graph.num_edges,)``: the same of the shot's edges, or `NO_MECHANISM`."""
    rate: float
    """Logical error rate on the model's noise, measured; in (0, 0.5]."""
    doubled_rate: float
    """The same with all noise doubled."""

    def __post_init__(self) -> None:
        for name, array, num in (
            ("Mechanisms", self.mechanisms, self.estimator.num_edges),
            ("Mechanisms of the shot", self.shot_mechanisms, self.graph.num_edges),
        ):
            if np.shape(array) != (num,):
                raise ValueError(f"{name} must be of shape ({num},), not {np.shape(array)}")
        for name, rate in (("Rate", self.rate), ("Doubled rate", self.doubled_rate)):
            if not 0 < rate <= MOST_RATE:
                raise ValueError(f"{name} must be in (0, {MOST_RATE}], not {rate!r}")

    @property
    def power(self) -> float:
        """The power of a common factor that the rate follows."""
        return min(max(math.log2(self.doubled_rate / self.rate), 0.0), MOST_POWER)


class CountedRates:
    """What is known of the noise, whichever code has counted it.

    Parameters
    ----------
    codes : mapping of str to CountedCode
        Whose mechanisms are numbered alike.
    least_shots : float
        Shots (or windows: what the estimators count by) from which on a code's counts are
        believed; at least 1.
    memory_shots : float
        Shots after which what is remembered of a mechanism that nobody counts any more is worth
        1/e against what is known around it; infinite: it is remembered for good.
    neighbours : sequence of (int, int), optional
        Pairs of mechanisms that touch each other: `touching`. Without them, one that was never
        counted follows the common factor.

    Attributes
    ----------
    name : str or None
        Code that counted last.
    common_factor : float
        By what all rates have grown.

    Raises
    ------
    ValueError
        If there are no codes, or a number is out of range.
    """

    def __init__(
        self,
        codes: Mapping[str, CountedCode],
        *,
        least_shots: float,
        memory_shots: float = math.inf,
        neighbours: Sequence[tuple[int, int]] = (),
    ) -> None:
        if not codes:
            raise ValueError("Codes must be at least one, not none")
        if not least_shots >= 1:
            raise ValueError(f"Least shots must be at least 1, not {least_shots!r}")
        if not memory_shots > 0:
            raise ValueError(f"Memory must be above 0 shots, not {memory_shots!r}")
        self.codes = dict(codes)
        self.least_shots = least_shots
        self.memory_shots = memory_shots
        self.name: str | None = None
        self.common_factor = 1.0
        most = max(int(code.mechanisms.max(initial=0)) for code in codes.values())
        shot = max(int(code.shot_mechanisms.max(initial=0)) for code in codes.values())
        size = max(most, shot) + 1
        self._logs = np.zeros(size)
        self._told = np.zeros(size, np.bool_)
        self._touch = np.zeros((size, size))
        for first, second in neighbours:
            self._touch[first, second] = self._touch[second, first] = 1
        self._bounds = {name: logical_bound(code.graph) for name, code in codes.items()}

    def add(self, name: str, counts: np.ndarray, *, shots: int) -> bool:
        """Take corrections that the code in force made; tell whether it has counted enough.

        Until then nothing that was known changes. A code that was not in force the last time
        begins anew: its old counts are of old noise.

        Parameters
        ----------
        name : str
            The code in force.
        counts : int, shape ``(edges that it counts,)``
        shots : int
            That they are of, at least 1.

        Raises
        ------
        ValueError
            If there is no such code, or as `CorrectionCounts.add`; nothing is learned then.
        """
        code = self.code(name)
        if name != self.name:
            code.estimator.forget()
        code.estimator.add(counts, shots=shots)
        self.name = name
        estimate = code.estimator.estimate()
        if estimate.shots < self.least_shots:
            return False
        size = len(self._logs)
        edges_of = np.bincount(code.mechanisms, minlength=size)
        seen = edges_of > 0
        sums = np.bincount(code.mechanisms, np.log(estimate.ratios), size)
        self._logs[seen] = sums[seen] / edges_of[seen]
        self.common_factor = estimate.common_factor
        around = self._touch[:, seen]
        mean = around @ self._logs[seen] / np.maximum(around.sum(axis=1), 1)
        kept = np.where(self._told, math.exp(-shots / self.memory_shots), 0.0)
        remembered = mean + kept * (self._logs - mean)
        self._logs[~seen] = remembered[~seen]
        self._told |= seen
        return True

    @property
    def names(self) -> tuple[str, ...]:
        """Codes."""
        return tuple(self.codes)

    def num_edges(self, name: str) -> int:
        """Return how many edges a code counts."""
        return self.code(name).estimator.num_edges

    def count(self, name: str, counts: StreamCounts) -> bool:
        """Take what the code in force counted: `add`, of its corrections by window."""
        return self.add(name, counts.corrections, shots=counts.windows)

    def code(self, name: str) -> CountedCode:
        """Return a code.

        Raises
        ------
        ValueError
            If there is none of this name.
        """
        if name not in self.codes:
            raise ValueError(f"Code must be one of {', '.join(self.codes)}, not {name!r}")
        return self.codes[name]

    def ratios(self, name: str) -> np.ndarray:
        """Return how much likelier each edge of a code's shot is than all are: float64.

        1 where it is not known, and without the common factor.
        """
        of_edges = self.code(name).shot_mechanisms
        known = np.exp(self._logs)[of_edges]
        return np.asarray(np.where(of_edges == NO_MECHANISM, 1.0, known))

    def rates(self) -> dict[str, float]:
        """Return the predicted logical error rate of every code, at most 0.5.

        The common factor acts as it does from the model's noise to twice as much, which was
        measured; what differs from edge to edge by the bound of
        `quantacore.golden.adapt.member_rates`.
        """
        found = {}
        for name, code in self.codes.items():
            uneven = logical_bound(reweighted(code.graph, self.ratios(name))) / self._bounds[name]
            alike = self.common_factor**code.power
            found[name] = min(MOST_RATE, code.rate * alike * uneven)
        return found
