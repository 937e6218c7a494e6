"""Choose the member of a family that decodes, and do not flap.

In: predicted error rates of the members, error rates of qubits.   Out: `Decision`.
Next: `quantacore.host.family_driver` (carries it out).
Rates: `quantacore.golden.adapt.member_rates`.

A switch costs little, but each one ends a memory experiment and begins another; noise in measured
rates must not cause any. So rates are smoothed, another member must be better by a factor, and each
stays for some time. Qubits that are dead are another matter: weights cannot describe them, and
members that use them are left at once.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from quantacore.golden.adapt.hysteresis import check_hysteresis

Place = tuple[float, ...]
"""Coordinates of a qubit."""


class Reason(Enum):
    """Why a member is chosen."""

    STAYS = "stays"
    """No other one is better by the margin."""
    DWELLS = "dwells"
    """Another one is, but the last switch was too short a time ago."""
    BETTER = "better"
    """It is better than the last one by the margin."""
    AVOIDS = "avoids"
    """The last one used a dead qubit."""
    CORNERED = "cornered"
    """Every member uses a dead qubit: it is the last one, or the best of those with fewest."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to decode with in the next epoch."""

    member: str
    switched: bool
    """It is not the member of the epoch before."""
    reason: Reason


class SwitchPolicy:
    """Hysteresis between the members of a family.

    An epoch is the time between two measurements of rates.

    Parameters
    ----------
    qubits : mapping of str to collection of Place
        Member -> the qubits that it uses.
    start : str
        Member in force before the first epoch.
    margin : float
        How many times lower the rate of another member must be, at least 1.
    dwell_epochs : int
        Epochs that a member stays at least, the first one too, unless it has a dead qubit; at
        least 1.
    smoothing : float
        Weight of a new log rate against the average of those before, in (0, 1]; 1: no memory.
        The first ones are averaged evenly until they weigh as much.
    dead_rate, revived_rate : float
        Error rate of a qubit from which on it is dead, and below which it is so no more.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(
        self,
        qubits: Mapping[str, Collection[Place]],
        *,
        start: str,
        margin: float = 1.5,
        dwell_epochs: int = 10,
        smoothing: float = 0.1,
        dead_rate: float = 0.3,
        revived_rate: float = 0.1,
    ) -> None:
        if start not in qubits:
            names = ", ".join(qubits) or "no member"
            raise ValueError(f"Start must be one of {names}, not {start!r}")
        check_hysteresis(margin=margin, dwell_epochs=dwell_epochs, smoothing=smoothing)
        if not 0 < revived_rate <= dead_rate:
            raise ValueError(
                f"Revived rate must be in (0, {dead_rate!r}], the dead rate, not {revived_rate!r}"
            )
        self.qubits = {name: frozenset(places) for name, places in qubits.items()}
        self.member = start
        self.margin = margin
        self.dwell_epochs = dwell_epochs
        self.smoothing = smoothing
        self.dead_rate = dead_rate
        self.revived_rate = revived_rate
        self.dead: frozenset[Place] = frozenset()
        self._log_rates = dict.fromkeys(qubits, 0.0)
        self._epochs = 0
        self._stayed = 1

    def decide(
        self, rates: Mapping[str, float], qubit_rates: Mapping[Place, float] | None = None
    ) -> Decision:
        """Take the rates of an epoch, and choose the member of the next one.

        Parameters
        ----------
        rates : mapping of str to float
            Member -> predicted logical error rate, above 0; all in the same unit. Of every member.
        qubit_rates : mapping of Place to float, optional
            Error rates of qubits as far as they are known; of others the last ones hold.

        Raises
        ------
        ValueError
            If a member has no rate, or it is not above 0; nothing is learned then.
        """
        for name in self.qubits:
            if not rates.get(name, 0) > 0:
                raise ValueError(f"Rate of member {name} must be above 0, not {rates.get(name)!r}")
        self._learn(rates, qubit_rates or {})
        num_dead = {name: len(places & self.dead) for name, places in self.qubits.items()}
        fewest = min(num_dead.values())
        usable = [name for name, count in num_dead.items() if count == fewest]
        best = min(usable, key=self._log_rates.__getitem__)
        gain = self._log_rates[self.member] - self._log_rates[best]
        if self.member not in usable:
            return self._switch(best, Reason.CORNERED if fewest else Reason.AVOIDS)
        if gain <= math.log(self.margin):
            return self._stay(Reason.CORNERED if fewest else Reason.STAYS)
        if self._stayed < self.dwell_epochs:
            return self._stay(Reason.DWELLS)
        return self._switch(best, Reason.BETTER)

    def _learn(self, rates: Mapping[str, float], qubit_rates: Mapping[Place, float]) -> None:
        self._epochs += 1
        weight = max(self.smoothing, 1 / self._epochs)
        for name in self.qubits:
            self._log_rates[name] += weight * (math.log(rates[name]) - self._log_rates[name])
        died = {place for place, rate in qubit_rates.items() if rate >= self.dead_rate}
        revived = {place for place, rate in qubit_rates.items() if rate < self.revived_rate}
        self.dead = (self.dead | died) - revived

    def _stay(self, reason: Reason) -> Decision:
        self._stayed += 1
        return Decision(member=self.member, switched=False, reason=reason)

    def _switch(self, name: str, reason: Reason) -> Decision:
        self.member = name
        self._stayed = 1
        return Decision(member=name, switched=True, reason=reason)
