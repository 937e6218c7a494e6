"""Choose among codes of different size in flight: good enough, and no more than that.

In: predicted logical error rates of options, their qubits.   Out: `Choice`.
Next: `quantacore.golden.codes.changes.kinds` (the circuits), `quantacore.golden.adapt.switching`
(members of the same cost).

A larger code is nearly always better, and a smaller one cheaper: so there is a target. Below it the
cheapest option is taken that stays below it by a margin; above it the option is left for one that
is better by the margin, if what is gained until the next chance pays for the switch. No option is
ever taken whose predicted rate is above the target and not below that of the one in force.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from quantacore.golden.adapt.hysteresis import check_hysteresis

SLACK = 0.1
"""Options that cost less by no more than this part are as cheap: the better one is taken."""


def cheap_and_best(
    names: Collection[str], rates: Mapping[str, float], qubits: Mapping[str, int]
) -> str:
    """Return the best of the options that are as cheap as the cheapest; without costs, the best.

    Examples
    --------
    >>> rates = {"small": 0.005, "large": 0.0002, "hole": 0.001}
    >>> cheap_and_best(["large", "hole"], rates, {"small": 17, "large": 49, "hole": 48})
    'large'
    """
    least = min((qubits.get(name, 0) for name in names), default=0)
    cheap = [name for name in names if qubits.get(name, 0) <= least * (1 + SLACK)]
    return min(cheap, key=rates.__getitem__)


class Why(Enum):
    """Why an option is chosen."""

    STAYS = "stays"
    """It is good enough and the cheapest, or nothing better is worth a switch."""
    DWELLS = "dwells"
    """A cheaper one would do, but the last switch was too short a time ago."""
    CHEAPER = "cheaper"
    """It needs fewer qubits and is good enough by the margin."""
    BETTER = "better"
    """The last one was above the target, and it is better by the margin."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What to run in the next epoch."""

    option: str
    switched: bool
    why: Why


class CodeChoice:
    """Hysteresis between options with a rate and a cost each.

    Parameters
    ----------
    start : str
        Option in force before the first epoch.
    target : float
        Logical error rate that is good enough, above 0.
    margin : float
        How far below the target a cheaper option must stay, and how much better another one must
        be; at least 1.
    dwell_epochs : int
        Epochs that an option stays before a cheaper one is taken; at least 1.
    smoothing : float
        Weight of a new log rate against the average before, in (0, 1]; 1: no memory.
    switch_cost : float
        Logical errors that a switch adds, at least 0: in the unit of the rates.
    horizon_epochs : float
        Epochs in which a switch must pay, above 0.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """

    def __init__(
        self,
        *,
        start: str,
        target: float,
        margin: float = 1.5,
        dwell_epochs: int = 3,
        smoothing: float = 0.5,
        switch_cost: float = 0.0,
        horizon_epochs: float = 3.0,
    ) -> None:
        for name, value, least in (("Target", target, 0), ("Horizon", horizon_epochs, 0)):
            if not value > least:
                raise ValueError(f"{name} must be above 0, not {value!r}")
        check_hysteresis(margin=margin, dwell_epochs=dwell_epochs, smoothing=smoothing)
        if not switch_cost >= 0:
            raise ValueError(f"Cost of a switch must be at least 0, not {switch_cost!r}")
        self.option = start
        self.target = target
        self.margin = margin
        self.dwell_epochs = dwell_epochs
        self.smoothing = smoothing
        self.switch_cost = switch_cost
        self.horizon_epochs = horizon_epochs
        self._log_rates: dict[str, float] = {}
        self._stayed = 1

    def decide(self, rates: Mapping[str, float], qubits: Mapping[str, int]) -> Choice:
        """Take the predicted rates of an epoch, and choose the option of the next one.

        Parameters
        ----------
        rates : mapping of str to float
            Option -> predicted logical error rate, above 0. Options may come and go, but for the
            one in force.
        qubits : mapping of str to int
            Option -> what it costs.

        Raises
        ------
        ValueError
            If the option in force has no rate, or a rate is not above 0, or has no cost; nothing
            is learned then.
        """
        for name in {self.option, *rates}:
            if not rates.get(name, 0) > 0:
                raise ValueError(f"Rate of option {name} must be above 0, not {rates.get(name)!r}")
            if name not in qubits:
                raise ValueError(f"Qubits of option {name} must be given")
        self._learn(rates)
        smooth = {name: math.exp(self._log_rates[name]) for name in rates}
        now = smooth[self.option]
        cheapest = sorted(rates, key=lambda name: (qubits[name], smooth[name]))
        if now <= self.target:
            for name in cheapest:
                enough = smooth[name] * self.margin <= self.target
                if enough and qubits[name] * (1 + SLACK) < qubits[self.option]:
                    if self._stayed < self.dwell_epochs:
                        return self._stay(Why.DWELLS)
                    return self._switch(name, Why.CHEAPER)
            return self._stay(Why.STAYS)
        worth = [
            name
            for name in cheapest
            if smooth[name] * self.margin < now
            and (now - smooth[name]) * self.horizon_epochs > self.switch_cost
        ]
        if not worth:
            return self._stay(Why.STAYS)
        enough_now = [name for name in worth if smooth[name] <= self.target]
        best = cheap_and_best(enough_now or worth, smooth, qubits if enough_now else {})
        return self._switch(best, Why.BETTER)

    def _learn(self, rates: Mapping[str, float]) -> None:
        """Average the log rates; an option that is new, or was away, begins anew."""
        self._log_rates = {
            name: (1 - self.smoothing) * self._log_rates.get(name, math.log(rate))
            + self.smoothing * math.log(rate)
            for name, rate in rates.items()
        }

    def _stay(self, why: Why) -> Choice:
        self._stayed += 1
        return Choice(option=self.option, switched=False, why=why)

    def _switch(self, name: str, why: Why) -> Choice:
        self.option = name
        self._stayed = 1
        return Choice(option=name, switched=True, why=why)
