"""From an alarm to another code: which qubits it must be, and what the policy makes of it.

In: counts of events, block after block.   Out: `Decision` of the policy, carried out.
Next: `quantacore.golden.adapt.switching` (the policy), `quantacore.host.family_driver` (the core).

A dead data qubit makes all checks around it fire, a dead check its own. The qubits that explain
best which slots fire, and which do not, are taken to be dead: one, or many if it is a burst.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from quantacore.golden.adapt.switching import Decision, Place, SwitchPolicy
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.anomaly import (
    LEAST_USUAL,
    USUAL_FACTOR,
    Alarm,
    AnomalyDetector,
    slots_of_window,
    usual_rates,
)
from quantacore.host.family_driver import FamilyDriver

DEAD_RATE, SOUND_RATE = 0.5, 0.0
"""What the policy is told of a qubit."""
LEAST_EVIDENCE = 5.0
"""In nats, from which on a qubit is named: the surest one has the alarm's threshold, about 18."""


class AlarmSwitch:
    """Watches one core, and switches it.

    Parameters
    ----------
    detector : AnomalyDetector
        Of all slots of the family.
    policy : SwitchPolicy
        Its members' qubits are those that can be dead.
    slots : sequence of Place
        Where each slot of the family lies: `CodeFamily.slots`.
    rates : mapping of str to float
        Member -> predicted logical error rate, for the choice among those without dead qubits;
        replace it as it changes.
    probation_rounds : int, optional
        Rounds after which dead qubits are taken to be sound again: a burst fades, and a member that
        avoids a qubit cannot see it recover. If it is still dead, the alarm comes again. Never
        if not given.

    Attributes
    ----------
    last : Alarm or None
        That was given last.

    Raises
    ------
    ValueError
        If slots and detector do not fit, or the probation is not above 0.
    """

    def __init__(
        self,
        detector: AnomalyDetector,
        policy: SwitchPolicy,
        *,
        slots: Sequence[Place],
        rates: Mapping[str, float],
        probation_rounds: int | None = None,
    ) -> None:
        if len(slots) != detector.num_slots:
            raise ValueError(f"Slots must be {detector.num_slots}, not {len(slots)}")
        if probation_rounds is not None and probation_rounds < 1:
            raise ValueError(f"Probation must be at least 1 round, not {probation_rounds!r}")
        self.detector = detector
        self.policy = policy
        self.slots = tuple(slots)
        self.rates = dict(rates)
        self.probation_rounds = probation_rounds
        self.last: Alarm | None = None
        self._since_alarm = 0
        # Order decides between qubits that explain as much: it must not be that of a hash.
        self._qubits = sorted({place for places in policy.qubits.values() for place in places})

    def look(self, counts: StreamCounts) -> Decision | None:
        """Take counts; return what the policy decides if there is an alarm, or one ends.

        Raises
        ------
        ValueError
            As `AnomalyDetector.update`.
        """
        self._since_alarm += counts.rounds
        alarm = self.detector.update(counts.events, rounds=counts.rounds)
        told: dict[Place, float] = {}
        if alarm is not None:
            self.last = alarm
            self._since_alarm = 0
            in_use = self.policy.qubits[self.policy.member]
            evidence = dict(zip(self.slots, alarm.evidence.tolist(), strict=True))
            told = dict.fromkeys(explaining_qubits(evidence, in_use), DEAD_RATE)
        elif self.policy.dead and self._since_alarm >= (self.probation_rounds or float("inf")):
            told = dict.fromkeys(self.policy.dead, SOUND_RATE)
        if not told:
            return None
        decision = self.policy.decide(self.rates, told)
        if decision.switched:
            self.detector.reset()
        return decision

    async def step(self, driver: FamilyDriver) -> Decision | None:
        """Look at the counters of the core; switch it at once if the policy says so.

        If the core rejects the image, the exception passes, and core and policy go on with the
        member in force. Its dead qubits are still known, so the next alarm tries again.

        Raises
        ------
        ImageRejectedError, LinkTimeoutError
            As `FamilyDriver.switch`.
        """
        member = self.policy.member
        decision = self.look(await driver.driver.take_counts())
        if decision is not None and decision.switched:
            try:
                await driver.switch(decision.member)
            finally:  # rejected or cancelled: the policy goes on with what is in force
                self.policy.member = driver.member or member
        return decision


def usual_rates_of_family(family: CodeFamily, *, factor: float = USUAL_FACTOR) -> np.ndarray:
    """Return `usual_rates` of a family's slots: of each the largest of all members."""
    found = np.full(len(family.slots), LEAST_USUAL)
    for name in family.members:
        placement = family.placement(name)
        graph = placement.member.plan.graph
        own = usual_rates(graph, slots_of_window(graph), factor=factor)
        found[placement.slots] = np.maximum(found[placement.slots], own)
    return found


def explaining_qubits(
    evidence: Mapping[Place, float], qubits: Collection[Place], *, least: float = LEAST_EVIDENCE
) -> list[Place]:
    """Return the qubits whose death explains best which slots fire, the surest first.

    Greedy: the qubit with most evidence of all its slots comes first, and they are explained then.

    Parameters
    ----------
    evidence : mapping of Place to float
        Slot -> log likelihood that it is anomalous, relative to usual: `Alarm.evidence`.
    qubits : collection of Place
        That are in use, data qubits and checks: a check lies where its slot does, a data qubit
        diagonally beside its checks.
    least : float
        Evidence from which on a qubit is named, in nats.

    Examples
    --------
    >>> fires = {(2, 2): 9.0, (4, 4): 7.0, (2, 4): 8.0, (4, 2): 9.0, (6, 2): -20.0}
    >>> explaining_qubits(fires, [(1, 1), (3, 3), (5, 3), (2, 2), (4, 4)])
    [(3, 3)]
    >>> explaining_qubits({(2, 2): 18.0, (4, 4): -20.0}, [(3, 3), (2, 2), (4, 4)])
    [(2, 2)]
    """
    left = {place[:2]: value for place, value in evidence.items()}
    reach = {place: _slots_of(place) for place in sorted(qubits)}
    found: list[Place] = []
    while left:
        score = {
            place: sum(left[slot] for slot in slots if slot in left)
            for place, slots in reach.items()
        }
        best = max(score, key=score.__getitem__)
        if score[best] < least:
            break
        found.append(best)
        for slot in reach.pop(best):
            left.pop(slot, None)
    return found


def _slots_of(place: Place) -> list[Place]:
    """Return where the slots may lie that a qubit's death makes fire."""
    x, y = place[:2]
    if x % 2 == 0:
        return [(x, y)]
    return [(x + dx, y + dy) for dx in (-1, 1) for dy in (-1, 1)]
