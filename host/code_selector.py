"""Another code when the noise asks for it: counters -> rates -> choice -> switch.

In: counts of the core, look after look.   Out: `Choice` of the policy, carried out.
Next: `quantacore.host.predict.qubit_rates` (the rates, by qubits) or
`quantacore.golden.adapt.counted_rates` (by edges), `quantacore.golden.adapt.code_choice` (the
policy), `quantacore.host.family_driver` (the core).

A dead qubit is for `quantacore.host.alarm_switch`, which is faster. Here the question is which
code is good enough: what the code in force counts says how noisy every place is, and that says
what other codes would do there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from quantacore.golden.adapt.code_choice import Choice, CodeChoice
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.fault_watch import FaultReporter, FaultWatch


@dataclass(frozen=True, kw_only=True)
class SelectorStep:
    """What one look at the counters led to."""

    member: str
    """Whose counts they are."""
    counts: StreamCounts
    """Since the look before."""
    learned: bool
    """False: faults spoiled the counts, or no window was counted."""
    choice: Choice | None
    """None: nothing was learned, or the member has not counted enough yet to say more than was
    known."""


class CodeRates(Protocol):
    """Counts of the code in force in, a predicted rate of every code out."""

    @property
    def names(self) -> tuple[str, ...]:
        """Codes."""
        ...

    def num_edges(self, name: str) -> int:
        """Return how many edges a code counts; `ValueError` if there is no such code."""
        ...

    def count(self, name: str, counts: StreamCounts) -> bool:
        """Take what the code in force counted, by its own edges and slots; tell if it is enough."""
        ...

    def rates(self) -> dict[str, float]:
        """Return the predicted logical error rate of every code, above 0."""
        ...


class WatchedDriver(FaultReporter, Protocol):
    """What a selector asks of the driver of a core."""

    async def take_counts(self) -> StreamCounts:
        """Return the counts since those that were returned last."""
        ...


class SwitchedCore(Protocol):
    """What a selector asks of `quantacore.host.family_driver.FamilyDriver`."""

    member: str | None

    @property
    def driver(self) -> WatchedDriver:
        """Of the core."""
        ...

    async def switch(self, name: str) -> int:
        """Bring a member into force."""
        ...


class CodeSelector:
    """Watches one core, and chooses its code.

    Parameters
    ----------
    family : CodeFamily
    rates : CodeRates
        Of members of the family, told of windows as shots; each counts the member's own edges.
    choice : CodeChoice
        Whose option in force is the member that the core begins with.
    qubits : mapping of str to int, optional
        Member -> what it costs; by default the number of its qubits.

    Attributes
    ----------
    last_rates : dict of str to float
        Predicted at the last look; empty before.

    Raises
    ------
    ValueError
        If the codes are not members, the policy's option is none of them, or a member's edges
        are not those that are counted.
    """

    def __init__(
        self,
        family: CodeFamily,
        rates: CodeRates,
        choice: CodeChoice,
        *,
        qubits: Mapping[str, int] | None = None,
    ) -> None:
        for name in rates.names:
            own = family.placement(name).member.plan.graph.num_edges
            if rates.num_edges(name) != own:
                raise ValueError(
                    f"Estimator of member {name} must be of its {own} edges, "
                    f"not {rates.num_edges(name)}"
                )
        rates.num_edges(choice.option)  # it is one of them
        self.family = family
        self.rates = rates
        self.choice = choice
        self.qubits = dict(qubits or {n: len(family.members[n].qubits) for n in rates.names})
        self.last_rates: dict[str, float] = {}
        self._faults: FaultWatch | None = None

    @property
    def member(self) -> str:
        """Member that should be in force."""
        return self.choice.option

    async def start(self, driver: SwitchedCore) -> None:
        """Bring the member into force, and begin to count."""
        self._faults = FaultWatch(driver.driver)
        await driver.switch(self.member)
        await driver.driver.take_counts()
        await self._faults.was_spoiled()

    def look(self, counts: StreamCounts) -> Choice | None:
        """Take counts of the member in force; return what the policy makes of them.

        Also for going on where another selector was: show it all that it learned from, in order.

        Returns
        -------
        Choice or None
            None: the member has not counted enough yet, and stays.

        Raises
        ------
        ValueError
            As `CodeRates.count`.
        """
        placement = self.family.placement(self.member)
        own = replace(
            counts,
            corrections=counts.corrections[placement.edges],
            events=counts.events[placement.slots],
        )
        enough = self.rates.count(self.member, own)
        self.last_rates = self.rates.rates()
        return self.choice.decide(self.last_rates, self.qubits) if enough else None

    async def step(self, driver: SwitchedCore) -> SelectorStep:
        """Look at the counters of the core once; switch it at once if the policy says so.

        The switch waits for shots that were handed over before (`FamilyDriver.switch`), and what
        they still counted belongs to no member. If the core rejects the image, the exception
        passes, and the member in force stays for the core and for the policy.

        Raises
        ------
        RuntimeError
            If `start` was not called.
        ImageRejectedError, LinkTimeoutError
            As `FamilyDriver.switch`.
        """
        if self._faults is None:
            raise RuntimeError("Selector must be started before its first step")
        member = self.member
        counts = await driver.driver.take_counts()
        if await self._faults.was_spoiled() or not counts.windows:
            return SelectorStep(member=member, counts=counts, learned=False, choice=None)
        choice = self.look(counts)
        if choice is not None and choice.switched:
            try:
                await driver.switch(choice.option)
            finally:  # rejected or cancelled: the policy goes on with what is in force
                self.choice.option = driver.member or member
            await driver.driver.take_counts()
        return SelectorStep(member=member, counts=counts, learned=True, choice=choice)
