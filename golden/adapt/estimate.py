"""How much likelier each edge has become, from how often the decoder took it.

In: corrections by edge, shots, and what was to be expected.   Out: `Estimate`.
Next: `quantacore.golden.adapt.reweight` (priors), `quantacore.golden.spec.image` (lengths).

Counts of a decoder's corrections are no counts of errors: it errs in the same way each time. So
they are compared with what the same decoder counts on shots sampled from the model, which cancels
most of it, and the priors are multiplied by the ratio.

The ratio of a group of like edges is the mean of a Gamma posterior, whose prior says "as in the
model" with the weight of some counts (Poisson counts; the same as a Beta posterior for the small
probabilities at hand). A ratio counts only if the data contradict the model by several standard
deviations; all other edges keep their prior. What all edges have in common is left out: a decoder
does not care for a common factor (`quantacore.golden.adapt.common_factor`), and noise in the
weights harms it.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from quantacore.golden.adapt.common_factor import common_factor, powers_of_doubling

LEAST_SIGNIFICANCE = 3.5
"""Standard deviations. Of a hundred groups, one in thirty estimates has one beyond it by chance."""
PRIOR_COUNTS = 2.0
"""Counts that the model is worth, in each group."""
EDGE_COUNTS = 20.0
"""Counts that a group is worth to one of its edges."""
EDGE_SIGNIFICANCE = 4.5
"""As `LEAST_SIGNIFICANCE`, of an edge against its group: there are more edges than groups."""
MANY_SHOTS = 1e6
"""Where it is not said how many shots a count of the model is of."""
MOST_UNLIKE = 2.0
"""Mean squared deviation of the groups (by chance 1) up to which all changed alike."""
MEDIAN_DEVIATION = 1.2533
"""Standard deviation of a median relative to that of a mean, of many normal numbers."""
CHANGE_SIGNIFICANCE = 5.0
"""From which contradiction on between new and old counts of a group the old ones are forgotten."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What the counts say, for each edge relative to all."""

    ratios: np.ndarray
    """``float64``, shape ``(num_edges,)``: prior relative to the model's, without the common
    factor; exactly 1 where the data do not contradict the model."""
    common_factor: float
    """How much likelier all errors are; corrections, if it is not known how those follow."""
    significance: np.ndarray
    """``float64``, shape ``(num_groups,)``: deviation of each group in standard deviations."""
    shots: float
    """Shots that count, after forgetting; most of any edge."""

    @property
    def num_changed(self) -> int:
        """Edges whose prior changes."""
        return int((self.ratios != 1).sum())


class Estimator(Protocol):
    """Counts in, priors out: what a control loop asks."""

    @property
    def num_edges(self) -> int:
        """Edges of the graph."""
        ...

    def add(self, counts: np.ndarray, *, shots: int, live: np.ndarray | None = None) -> None:
        """Add corrections by edge, of so many shots (or windows), under these ratios."""
        ...

    def estimate(self, *, live: np.ndarray | None = None) -> Estimate:
        """Return what is known, against the ratios that are in force."""
        ...

    def gates(self, *, live: np.ndarray | None = None) -> float | np.ndarray:
        """Return by how many standard deviations a group must contradict these for a new image.

        Of all groups, or of each.
        """
        ...


class CorrectionCounts:
    """Corrections by edge, older ones forgotten: exponentially, and where the noise has changed.

    A group whose new counts contradict its old ones, be it for other noise or for other weights in
    force, begins anew with the new ones; what is known of all others stays. Where the noise of all
    edges has changed alike, old counts are taken to be of more or fewer shots.

    Parameters
    ----------
    expected : float, shape ``(num_edges,)``
        Corrections per shot that the decoder makes on shots from the model, all above or equal 0:
        `quantacore.golden.decode.correction_rates.correction_rates`.
    groups : int, shape ``(num_edges,)``
        See `quantacore.golden.adapt.like_edges.like_edges`.
    expected_doubled : float, shape ``(num_edges,)``, optional
        The same with the noise of the whole model doubled. Without it, a common factor of all
        rates is taken for one of all corrections, and images change for nothing.
    expected_shots : float
        Shots that ``expected`` was counted on: it has an uncertainty of its own.
    memory_shots : float
        Shots after which a count is worth 1/e; infinite: nothing is forgotten.
    change_significance : float
        Standard deviations between old and new counts; infinite: no change is seen.

    Attributes
    ----------
    counts, shots : float64, shape ``(num_edges,)``
        Corrections, and the shots that they are of.

    Raises
    ------
    ValueError
        If shapes or numbers do not fit.
    """

    def __init__(
        self,
        *,
        expected: np.ndarray,
        groups: np.ndarray,
        expected_doubled: np.ndarray | None = None,
        expected_shots: float = float("inf"),
        memory_shots: float = float("inf"),
        change_significance: float = CHANGE_SIGNIFICANCE,
    ) -> None:
        self.expected = np.asarray(expected, np.float64)
        self.groups = np.asarray(groups)
        if self.groups.shape != self.expected.shape or self.expected.ndim != 1:
            raise ValueError(
                f"Groups must be of the shape of expected {self.expected.shape}, "
                f"not {self.groups.shape}"
            )
        if not (self.expected >= 0).all():
            raise ValueError("Expected corrections per shot must be at least 0")
        if not memory_shots > 0:
            raise ValueError(f"Memory must be above 0 shots, not {memory_shots!r}")
        if not expected_shots > 0:
            raise ValueError(f"Expected shots must be above 0, not {expected_shots!r}")
        self.expected_shots = expected_shots
        self.memory_shots = memory_shots
        self.change_significance = change_significance
        self.num_groups = int(self.groups.max(initial=-1)) + 1
        self.counts = np.zeros(len(self.expected))
        self.shots = np.zeros(len(self.expected))
        self._powers = np.ones(self.num_groups)
        if expected_doubled is not None:
            self._powers = self._powers_of(np.asarray(expected_doubled, np.float64))

    @property
    def num_edges(self) -> int:
        """Edges of the graph."""
        return len(self.expected)

    def add(self, counts: np.ndarray, *, shots: int, live: np.ndarray | None = None) -> None:
        """Add corrections by edge, of so many shots; all earlier ones fade.

        Parameters
        ----------
        counts : int, shape ``(num_edges,)``
        shots : int
            At least 1.
        live : float, shape ``(num_edges,)``, optional
            Ratios under which they were counted; makes no difference here.
        """
        new = np.asarray(counts, np.float64)
        if new.shape != self.counts.shape or (new < 0).any():
            raise ValueError(
                f"Counts must be at least 0 and of shape {self.counts.shape}, not {new.shape}"
            )
        if shots < 1:
            raise ValueError(f"Shots must be at least 1, not {shots!r}")
        # Where all changed alike: of as few shots as would have shown the old counts now.
        fewer = self.shots / (self._common_growth(new, shots) ** self._powers)[self.groups]
        away = self._away(new, shots, old_shots=fewer)
        if (away**2).mean() <= MOST_UNLIKE:
            self.shots = fewer
        else:
            away = self._away(new, shots, old_shots=self.shots)
        changed = np.abs(away) >= self.change_significance
        fading = np.exp(-shots / self.memory_shots)
        kept = np.where(changed, 0.0, fading)[self.groups]
        self.counts = kept * self.counts + new
        self.shots = kept * self.shots + shots

    def forget(self) -> None:
        """Begin anew."""
        self.counts[:] = 0
        self.shots[:] = 0

    def estimate(
        self, *, live: np.ndarray | None = None, significance: float = LEAST_SIGNIFICANCE
    ) -> Estimate:
        """Return what the counts say of the priors.

        Parameters
        ----------
        live : float, shape ``(num_edges,)``, optional
            Ratios that are in force: ``significance`` of the estimate is against them. Else 1.
        significance : float
            Standard deviations from which on a group's ratio counts.
        """
        expected = self.expected * self.shots
        group_counts = self._by_group(self.counts)
        group_expected = self._by_group(expected)
        group_shots = np.zeros(self.num_groups)  # the same for all edges of a group
        group_shots[self.groups] = self.shots
        all_rates = self._common_factor(group_counts, group_expected)
        common = all_rates**self._powers
        # Counts of the model vary as well, in proportion to the shots that they are of.
        wider = 1 + group_shots / self.expected_shots
        spread = np.sqrt(common * group_expected * wider + 1)
        away = (group_counts - common * group_expected) / spread
        ratios = (group_counts / common + PRIOR_COUNTS) / (group_expected + PRIOR_COUNTS)
        ratios[np.abs(away) < significance] = 1
        of_edges = self._refine(ratios[self.groups], common[self.groups] * expected)
        against = away
        if live is not None:
            live_expected = self._by_group(np.asarray(live) * expected)
            live_spread = np.sqrt(common * live_expected * wider + 1)
            against = (group_counts - common * live_expected) / live_spread
        return Estimate(
            ratios=of_edges,
            common_factor=all_rates,
            significance=against,
            shots=float(self.shots.max(initial=0)),
        )

    def gates(self, *, live: np.ndarray | None = None) -> float:
        """Return by how many standard deviations a group must contradict the live weights."""
        return LEAST_SIGNIFICANCE

    def _common_growth(self, new: np.ndarray, shots: int) -> float:
        """Return by what all rates have grown since the old counts; 1 if that may be chance."""
        old_total, new_total = self.counts.sum(), new.sum()
        if not (old_total and new_total):
            return 1.0
        before = self._common_factor(
            self._by_group(self.counts), self._by_group(self.expected * self.shots)
        )
        after = self._common_factor(self._by_group(new), self._by_group(self.expected * shots))
        # Of a median; counts of groups are about Poisson.
        deviation = MEDIAN_DEVIATION * np.sqrt(1 / old_total + 1 / new_total)
        if abs(np.log(after / before)) < self.change_significance * deviation:
            return 1.0
        return after / before

    def _powers_of(self, doubled: np.ndarray) -> np.ndarray:
        """Return the power of a common factor that each group's corrections change by."""
        if doubled.shape != self.expected.shape or not (doubled >= 0).all():
            raise ValueError(
                f"Expected corrections of doubled noise must be at least 0 and of shape "
                f"{self.expected.shape}, not {doubled.shape}"
            )
        little = PRIOR_COUNTS / min(self.expected_shots, MANY_SHOTS)
        return powers_of_doubling(
            self._by_group(self.expected), self._by_group(doubled), little=little
        )

    def _common_factor(self, counts: np.ndarray, expected: np.ndarray) -> float:
        ratios = (counts + PRIOR_COUNTS) / (expected + PRIOR_COUNTS)
        return common_factor(ratios, powers=self._powers, weights=expected)

    def _away(self, new: np.ndarray, shots: int, *, old_shots: np.ndarray) -> np.ndarray:
        """Return by how many standard deviations new counts of each group contradict the old."""
        of_groups = np.zeros(self.num_groups)  # the same for all edges of a group
        of_groups[self.groups] = old_shots
        new_counts = self._by_group(new)
        total = self._by_group(self.counts) + new_counts
        # Of two Poisson counts with one rate, the share of either is binomial.
        share = shots / (of_groups + shots)
        spread = np.sqrt(total * share * (1 - share) + 1)
        return np.asarray((new_counts - share * total) / spread)

    def _refine(self, ratios: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Let edges differ from their group where they have counts enough to say so."""
        of_group = ratios * expected
        differs = np.abs(self.counts - of_group) > EDGE_SIGNIFICANCE * np.sqrt(of_group + 1)
        own = ratios * (self.counts + EDGE_COUNTS) / (of_group + EDGE_COUNTS)
        return np.where(differs, own, ratios)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.groups, values, self.num_groups)


def helps(estimate: Estimate, *, significance: float | np.ndarray = LEAST_SIGNIFICANCE) -> bool:
    """Tell whether an image of this estimate should replace the live one: do no harm.

    Only if the counts contradict the live weights in some group by more than their uncertainty.
    Noise, and a factor that all rates share, open the gate rarely.

    Parameters
    ----------
    estimate : Estimate
        Made with the ``live`` ratios.
    significance : float, or float of shape ``(num_groups,)``
        Standard deviations.
    """
    return bool((np.abs(estimate.significance) >= significance).any())
