"""A predictor in the place of the loop's estimator: counts by edge in, ratios by edge out.

In: what a core counted.   Out: `quantacore.golden.adapt.estimate.Estimate`.
Next: `quantacore.host.adaptive_loop`, which loads an image if the estimate says that it helps.

Predicted is what holds when a new image is in force: its load takes time. What all groups have in
common is left out before the predictor hears of it, so that a group of which little is known is
as all others are, and what is within its own uncertainty is left out too: noise in weights harms.

A predictor that knows the qubits behind the groups (`quantacore.host.predict.qubit_factors`) hears
counts as they are, and speaks of single edges; what they have in common is left out afterwards.
"""

from collections.abc import Callable

import numpy as np

from quantacore.golden.adapt.common_factor import common_factor, powers_of_doubling
from quantacore.golden.adapt.estimate import PRIOR_COUNTS, Estimate
from quantacore.golden.spec.stream_counts import MOST_COUNT
from quantacore.host.predict.predictor import Predictor
from quantacore.host.predict.qubit_factors import QubitFactors

COMMON_COUNTS = 100.0
"""Corrections that what was known of the common factor is worth beside those of a look."""
DEFAULT_DOUBT = 0.5
"""Standard deviations within which a group is left as in the model."""
DEFAULT_GATE = 1.0
"""Standard deviations by which a group must contradict the live weights. A predictor has a prior
for quiet noise already, so one is enough; of counts alone it takes more."""
QUBITS_GATE = 2.0
"""The same for a predictor that knows the qubits: its groups share what it is unsure of, so that
with 32 of them one is often a deviation away. docs/prediction.md, section 5."""

REFINING_GATE = 1.0
"""The same for groups whose live weights are not the model's any more: what was once found out may
be known better, and there is no harm that the model's weights would not do."""


class PredictedRatios:
    """An `Estimator` that asks a predictor.

    Its time is that of the counted shots: nothing else needs a clock.

    Parameters
    ----------
    make_predictor : function of int
        Number of groups -> predictor, new.
    expected, expected_doubled : float, shape ``(num_edges,)``
        As for `quantacore.golden.adapt.estimate.CorrectionCounts`.
    groups : int, shape ``(num_edges,)``
        Likewise.
    expected_shots : float
        Shots that they were counted on, above 0.
    shot_s : float
        Seconds of the device's time for which a counted shot (or window) stands, above 0.
    horizon_s : float
        Time until an image would be in force, at least 0.
    doubt : float
        Standard deviations within which a group is left as in the model, at least 0.
    gate : float, optional
        Standard deviations by which a group must contradict the live weights, at least 0;
        `DEFAULT_GATE` if not given, or `QUBITS_GATE`.
    believed : function of float, shape ``(num_edges,)``, to float, shape ``(num_edges,)``, optional
        Ratios -> corrections per shot of the decoder with their weights, if the noise were as they
        say. A decoder corrects more on edges that it believes to be likely, and less than there was
        on very likely ones; beside this, both cancel. Called once for each image. Without it,
        counts under all weights are set beside those of the model.
    believed_of_qubits : function of log factors and ratios, to float, optional
        The same for a predictor that knows the qubits: log factors, ``float64`` of shape
        ``(num_qubits,)``, are the noise, ratios the weights.

    Raises
    ------
    ValueError
        If shapes or numbers do not fit.
    """

    def __init__(
        self,
        make_predictor: Callable[[int], Predictor],
        *,
        expected: np.ndarray,
        expected_doubled: np.ndarray,
        groups: np.ndarray,
        expected_shots: float,
        shot_s: float,
        horizon_s: float = 0.0,
        doubt: float = DEFAULT_DOUBT,
        gate: float | None = None,
        believed: Callable[[np.ndarray], np.ndarray] | None = None,
        believed_of_qubits: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    ) -> None:
        expected = np.asarray(expected, np.float64)
        for name, values in (("Expected of doubled noise", expected_doubled), ("Groups", groups)):
            if np.shape(values) != expected.shape:
                raise ValueError(
                    f"{name} must be of the shape of expected {expected.shape}, "
                    f"not {np.shape(values)}"
                )
        for name, number in (("expected_shots", expected_shots), ("shot_s", shot_s)):
            if not number > 0:
                raise ValueError(f"{name} must be above 0, not {number!r}")
        given = {"horizon_s": horizon_s, "doubt": doubt} | ({} if gate is None else {"gate": gate})
        for name, number in given.items():
            if not number >= 0:
                raise ValueError(f"{name} must be at least 0, not {number!r}")
        self.num_edges = len(expected)
        self.groups = np.asarray(groups)
        self.expected_shots = expected_shots
        self.shot_s = shot_s
        self.horizon_s = horizon_s
        self.doubt = doubt
        self.num_groups = int(self.groups.max(initial=-1)) + 1
        self.predictor = make_predictor(self.num_groups)
        self.gate = gate if gate is not None else DEFAULT_GATE
        if gate is None and self._knows_qubits:
            self.gate = QUBITS_GATE
        self._expected = self._by_group(expected)
        self._powers = powers_of_doubling(
            self._expected,
            self._by_group(np.asarray(expected_doubled, np.float64)),
            little=PRIOR_COUNTS / expected_shots,
        )
        # A group that the model hardly ever shows has an expectation that nobody knows.
        self._known = self._expected * expected_shots >= 1
        self._edges_of_group = np.bincount(self.groups, minlength=self.num_groups)
        self._shots = 0
        self._log_common = 0.0
        self._believed = believed
        self._believed_of_qubits = believed_of_qubits
        self._live: np.ndarray | None = None
        self._proposed: tuple[np.ndarray, np.ndarray] | None = None
        self._rates = self._expected
        self._beside_model = np.ones(self.num_groups)
        if believed is not None:
            # What it says of the model itself need not be what was counted there.
            said = self._by_group(np.asarray(believed(np.ones(self.num_edges))))
            few = 1 / expected_shots
            self._beside_model = (self._expected + few) / (said + few)

    def add(self, counts: np.ndarray, *, shots: int, live: np.ndarray | None = None) -> None:
        """Add corrections by edge, of so many shots, under the weights of these ratios.

        A counter that has stopped at its most says nothing of its group but that there were many:
        the group has a gap then.
        """
        values = np.asarray(counts, np.float64)
        if values.shape != (self.num_edges,) or not (np.isfinite(values) & (values >= 0)).all():
            raise ValueError(
                f"Counts must be finite, at least 0 and of shape ({self.num_edges},), "
                f"not {values.shape}"
            )
        if shots < 1:
            raise ValueError(f"Shots must be at least 1, not {shots!r}")
        self._shots += shots
        if live is not None and live is not self._live:
            self._live = live
            self._believe(live)
        stopped = self._by_group((values >= MOST_COUNT).astype(np.float64)) > 0
        seen = self._known & ~stopped
        of_groups = np.where(seen, self._by_group(values), 0.0)
        exposures = np.where(seen, self._rates * shots, 0.0)
        self.predictor.update(
            of_groups,
            exposures if self._knows_qubits else exposures * self._common(of_groups, exposures),
            time_s=self._shots * self.shot_s,
        )

    def estimate(self, *, live: np.ndarray | None = None) -> Estimate:
        """Return the ratios that will hold, and how much they contradict the live ones."""
        prediction = self.predictor.predict(self.horizon_s)
        deviation = np.sqrt(prediction.variance)
        mean = prediction.mean
        in_force = np.zeros(self.num_groups)
        if live is not None:
            in_force = self._log_of_groups(live)
        if self._knows_qubits:
            ratios, mean = self._ratios_of_qubits(mean)
        else:
            ratios = np.exp(np.where(np.abs(mean) < self.doubt * deviation, 0.0, mean))[self.groups]
        return Estimate(
            ratios=ratios,
            common_factor=float(np.exp(self._log_common)),
            significance=np.where(self._known, (mean - in_force) / deviation, 0.0),
            shots=float(self._shots),
        )

    def gates(self, *, live: np.ndarray | None = None) -> np.ndarray:
        """Return by how many standard deviations each group must contradict the live weights.

        Less where these are beyond the gate from the model's themselves.
        """
        in_force = np.zeros(self.num_groups) if live is None else self._log_of_groups(live)
        deviation = np.sqrt(self.predictor.predict(self.horizon_s).variance)
        refined = np.abs(in_force) >= self.gate * deviation
        return np.where(refined, min(self.gate, REFINING_GATE), self.gate)

    @property
    def _knows_qubits(self) -> bool:
        return isinstance(self.predictor, QubitFactors) and self.predictor.parts is not None

    def _ratios_of_qubits(self, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ratios of edges and log ratios of groups, without what all have in common."""
        predictor = self.predictor
        assert isinstance(predictor, QubitFactors)
        factors = predictor.log_factors(self.horizon_s)
        self._log_common = float(
            np.log(
                common_factor(np.exp(mean), powers=np.ones(self.num_groups), weights=self._expected)
            )
        )
        ratios = predictor.edge_ratios(factors) / np.exp(self._log_common)
        self._proposed = ratios, factors
        return ratios, mean - self._log_common

    def _believe(self, live: np.ndarray) -> None:
        """Find what the decoder with these weights corrects if they are right."""
        proposed, predictor = self._proposed, self.predictor
        if (
            self._believed_of_qubits is not None
            and proposed is not None
            and live is proposed[0]
            and isinstance(predictor, QubitFactors)
        ):
            said = self._by_group(np.asarray(self._believed_of_qubits(proposed[1], live)))
            # One correction more in all the shots, lest a group be thought impossible.
            few = 1 / self.expected_shots
            self._rates = (said + few) / predictor.group_ratios(proposed[1])
        elif self._believed is not None:
            said = self._by_group(np.asarray(self._believed(live))) * self._beside_model
            self._rates = said / np.exp(self._log_of_groups(live))

    def _common(self, counts: np.ndarray, exposures: np.ndarray) -> np.ndarray:
        """Return for each group what all rates' growth multiplies its corrections by."""
        ratios = (counts + PRIOR_COUNTS) / (exposures + PRIOR_COUNTS)
        found = common_factor(ratios, powers=self._powers, weights=exposures)
        share = counts.sum() / (counts.sum() + COMMON_COUNTS)
        self._log_common += share * (np.log(found) - self._log_common)
        return np.asarray(np.exp(self._log_common * self._powers))

    def _log_of_groups(self, ratios: np.ndarray) -> np.ndarray:
        if self._knows_qubits:  # edges of a group differ: as the predictor pools them
            assert isinstance(self.predictor, QubitFactors) and self.predictor.parts is not None
            return self.predictor.parts.log_of_groups(ratios)
        return self._by_group(np.log(ratios)) / np.maximum(self._edges_of_group, 1)

    def _by_group(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.groups, values, self.num_groups)
