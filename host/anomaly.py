"""Notice a dead qubit or a burst from counts of detection events, within tens of rounds.

In: events by slot, block after block of rounds.   Out: `Alarm`, or None.
Next: `quantacore.host.alarm_switch`, which tells the policy that switches codes.

Weights follow noise that is up to some times the model's; beyond that, a code without the qubit is
better. So a slot is *usual* up to the rate of events that it has if all noise is `USUAL_FACTOR`
times the model's, and *anomalous* when it fires like a coin. A cumulative sum of log likelihood
ratios (CUSUM) of either decides, slot by slot: it gives the shortest delay of all tests with the
same rate of false alarms, to first order. Events do not depend on weights: no image disturbs it.

False alarms: as long as no rate is above the usual one, a sum passes ``ln N`` at most once in ``N``
rounds on average, whatever the blocks. The stated bound is over all slots.

Source: Page, Biometrika 41, 100, 1954; its optimality: Lorden, Ann. Math. Statist. 42, 1897, 1971.
Events are taken to be independent from round to round; a wrong measurement fires two in a row,
which is why rates of false alarms are measured too.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.spec.graph import BOUNDARY, DecodingGraph

USUAL_FACTOR = 5.0
"""Times the model's noise up to which there is no anomaly."""
ANOMALOUS_RATE = 0.5
"""Events per round of a slot beside a dead qubit: like a coin."""
MOST_USUAL = 0.25
"""Usual rates stop here: beyond, a coin is not soon told from them."""
LEAST_USUAL = 1e-4
MOST_BLOCKS = 256
"""That are remembered, to say what happened since an anomaly began."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What is wrong."""

    rounds: int
    """Counted until the alarm, since the detector was made."""
    since: int
    """Rounds of them since the anomaly seems to have begun."""
    evidence: np.ndarray
    """``float64``, shape ``(num_slots,)``: of each slot, the log likelihood that it has been
    anomalous all this time, relative to usual."""


def usual_rates(
    graph: DecodingGraph, slots: Sequence[int], *, factor: float = USUAL_FACTOR
) -> np.ndarray:
    """Return the events per round that each slot has at most without an anomaly.

    Parameters
    ----------
    graph : DecodingGraph
        Of whole shots or of a window; its priors are the model's.
    slots : sequence of int
        Of each detector.
    factor : float
        What all priors are multiplied by, above 0.

    Returns
    -------
    float64, shape ``(num_slots,)``
        In [`LEAST_USUAL`, `MOST_USUAL`]; the largest of a slot's detectors.

    Raises
    ------
    ValueError
        If there are not as many slots as detectors, or the factor is not above 0.
    """
    if len(slots) != graph.num_detectors:
        raise ValueError(f"Slots must be of {graph.num_detectors} detectors, not {len(slots)}")
    if not factor > 0:
        raise ValueError(f"Factor must be above 0, not {factor!r}")
    even = np.ones(graph.num_detectors)
    for edge, ends in zip(graph.edges, graph.edge_detectors.tolist(), strict=True):
        for detector in ends:
            if detector != BOUNDARY:
                even[detector] *= 1 - 2 * min(factor * edge.prior, 0.5)
    found = np.zeros(max(slots, default=-1) + 1)
    np.maximum.at(found, np.asarray(slots, np.int64), (1 - even) / 2)
    return np.clip(found, LEAST_USUAL, MOST_USUAL)


def slots_of_window(graph: DecodingGraph) -> list[int]:
    """Return the slot of each detector of a window's graph: its first coordinate."""
    return [int(detector.coordinates[0]) for detector in graph.detectors]


class AnomalyDetector:
    """A cumulative sum for each slot.

    Parameters
    ----------
    usual : float, shape ``(num_slots,)``
        Events per round: `usual_rates`.
    false_alarms : float
        At most so many per million rounds, over all slots, in (0, 1e6).
    anomalous : float
        Events per round of a slot that has to be noticed, above all usual ones, at most 0.5.

    Attributes
    ----------
    threshold : float
        In nats.

    Raises
    ------
    ValueError
        If numbers are out of range.
    """

    def __init__(
        self, usual: np.ndarray, *, false_alarms: float = 0.1, anomalous: float = ANOMALOUS_RATE
    ) -> None:
        self.usual = np.asarray(usual, np.float64)
        if self.usual.ndim != 1 or not len(self.usual):
            raise ValueError(f"Usual rates must be of shape (num_slots,), not {self.usual.shape}")
        if not (self.usual.min() > 0 and self.usual.max() < anomalous <= 0.5):
            raise ValueError(
                f"Usual rates must be above 0 and below the anomalous one, {anomalous!r}, "
                "which is at most 0.5"
            )
        if not 0 < false_alarms < 1e6:
            raise ValueError(f"False alarms must be in (0, 1e6), not {false_alarms!r}")
        self.threshold = math.log(1e6 * len(self.usual) / false_alarms)
        self._fired = np.log(anomalous / self.usual)
        self._quiet = np.log((1 - anomalous) / (1 - self.usual))
        self._rounds = 0
        self._sums = np.zeros(len(self.usual))
        self._ages = np.zeros(len(self.usual), np.int64)
        self._blocks: deque[tuple[np.ndarray, int]] = deque(maxlen=MOST_BLOCKS)

    @property
    def num_slots(self) -> int:
        """Slots of a round."""
        return len(self.usual)

    def update(self, events: np.ndarray, *, rounds: int) -> Alarm | None:
        """Take the events of a block of rounds; tell whether something is wrong.

        After an alarm all sums begin anew.

        Parameters
        ----------
        events : int, shape ``(num_slots,)``
            Rounds in which each slot fired. All are 0 for slots that the code lacks.
        rounds : int
            At least 0; a block without rounds changes nothing.

        Raises
        ------
        ValueError
            If there are more events than rounds, or not of each slot; the sums stay as they were.
        """
        events = np.asarray(events)
        if events.shape != self.usual.shape:
            raise ValueError(f"Events must be of {self.num_slots} slots, not {events.shape}")
        if rounds < 0 or not ((events >= 0) & (events <= rounds)).all():
            raise ValueError(f"Events must be in 0 .. {rounds!r}, the rounds of the block")
        self._rounds += rounds
        added = events * self._fired + (rounds - events) * self._quiet
        self._sums = np.maximum(self._sums + added, 0.0)
        self._ages = np.where(self._sums > 0, self._ages + 1, 0)
        self._blocks.append((added, rounds))
        loudest = int(self._sums.argmax())
        if self._sums[loudest] < self.threshold:
            return None
        # A sum was 0 last before the block with which the anomaly began.
        lately = list(self._blocks)[-int(self._ages[loudest]) :]
        self.reset()
        return Alarm(
            rounds=self._rounds,
            since=sum(each for _, each in lately),
            evidence=np.sum([each for each, _ in lately], axis=0),
        )

    def reset(self) -> None:
        """Begin anew: another code is in force."""
        self._sums[:] = 0
        self._ages[:] = 0
        self._blocks.clear()
