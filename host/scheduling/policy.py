"""Decide which free server decodes which waiting window.

In: windows that are ready, servers that are free, the time.   Out: `Assignment` pairs.
Next: `quantacore.sim.allocation.machine` (simulated), `quantacore.sim.allocation.hybrid` (real).

A policy keeps no state and reads no clock: the same question has the same answer, so that one
piece of code schedules the simulation and the real machine. Times are in any one unit.

Source: earliest deadline first is Liu & Layland, J. ACM 20 (1973) 46. Here windows are not
interrupted, and there is more than one server, so it is a rule and no optimum.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

CORE = "core"
CPU = "cpu"
TIERS = (CORE, CPU)
"""Kinds of servers, the faster first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """What a policy may know of a window that waits."""

    number: int
    """In order of readiness, over all qubits: 0, 1, 2, ..."""
    qubit: int
    """Logical qubit that it is of."""
    ready_at: float
    deadline: float
    """Time by which its result is wanted."""
    escaped: bool = False
    """A core has given it up (over budget, unmatched, a fault): a CPU must decode it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A core or a CPU decoder."""

    index: int
    """Within the machine: cores first, then CPUs."""
    tier: str
    """One of `TIERS`."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The server begins with the window now."""

    window: Window
    server: Server


class Policy(ABC):
    """A rule.

    Parameters
    ----------
    machine : sequence of Server
        All servers, free or not; at least one.

    Raises
    ------
    ValueError
        If there is none.
    """

    escapes = False
    """Whether cores should give up windows that go over their budget of cycles."""
    shares = True
    """Whether CPUs take windows from the cores that no core has begun with."""

    def __init__(self, machine: Sequence[Server]) -> None:
        if not machine:
            raise ValueError("Machine must have at least one core or CPU, not none")
        self.machine = tuple(machine)
        self.cores = tuple(server for server in machine if server.tier == CORE)
        self.cpus = tuple(server for server in machine if server.tier == CPU)

    @abstractmethod
    def decide(
        self, ready: Sequence[Window], free: Sequence[Server], now: float
    ) -> list[Assignment]:
        """Return who begins with what, now.

        Parameters
        ----------
        ready : sequence of Window
            That wait, in order of `Window.number`.
        free : sequence of Server
            In order of their index.
        now : float

        Returns
        -------
        list of Assignment
            Each window and each free server at most once; windows that are left over wait.
        """


class HomePolicy(Policy):
    """Each window has one server, and waits for it; what a core gave up goes to any CPU."""

    shares = False

    @abstractmethod
    def home(self, window: Window) -> int:
        """Return the index of the server that must decode a window."""

    def decide(
        self, ready: Sequence[Window], free: Sequence[Server], now: float
    ) -> list[Assignment]:
        left = {server.index: server for server in free}
        chosen: list[Assignment] = []
        for window in ready:
            if not left:
                break
            if window.escaped:
                index = next((i for i, server in left.items() if server.tier == CPU), -1)
            else:
                index = self.home(window)
            if index in left:
                chosen.append(Assignment(window, left.pop(index)))
        return chosen


class StaticPolicy(HomePolicy):
    """Each qubit has its server, for good.

    Parameters
    ----------
    machine : sequence of Server
    homes : sequence of int, optional
        Server of each qubit. Without it, qubits are dealt to the cores in turn, or to the CPUs
        of a machine without cores.

    Raises
    ------
    ValueError
        If a home is no server of the machine.
    """

    def __init__(self, machine: Sequence[Server], homes: Sequence[int] | None = None) -> None:
        super().__init__(machine)
        known = {server.index for server in machine}
        for index in homes or ():
            if index not in known:
                raise ValueError(f"Home must be a server of the machine, not {index!r}")
        self.homes = None if homes is None else tuple(homes)
        self._dealt = self.cores or self.cpus

    def home(self, window: Window) -> int:
        if self.homes is not None:
            return self.homes[window.qubit]
        return self._dealt[window.qubit % len(self._dealt)].index


class RoundRobinPolicy(HomePolicy):
    """Windows are dealt to the cores in turn, or to the CPUs of a machine without cores."""

    def home(self, window: Window) -> int:
        dealt = self.cores or self.cpus
        return dealt[window.number % len(dealt)].index


class EarliestDeadlinePolicy(Policy):
    """The most urgent window goes to the first free server, cores before CPUs."""

    def decide(
        self, ready: Sequence[Window], free: Sequence[Server], now: float
    ) -> list[Assignment]:
        return _most_urgent_first(ready, free, spill=lambda ahead: True)


class ElasticPolicy(Policy):
    """One pool of cores by deadline; a CPU takes what a core gave up, or what would wait longer.

    A core that is over its budget gives its window up, and so does one that finds no correction
    or reports a fault. Other windows go to a CPU where that is faster than to wait for a core: the
    windows that are more urgent go first, each takes a core for ``times[CORE]``.

    Parameters
    ----------
    machine : sequence of Server
    times : mapping of str to float
        Tier -> time that a window takes on average, transfer included; above 0 for the tiers
        of the machine.

    Raises
    ------
    ValueError
        If a tier of the machine has no such time.
    """

    escapes = True

    def __init__(self, machine: Sequence[Server], times: Mapping[str, float]) -> None:
        super().__init__(machine)
        for tier in {server.tier for server in machine}:
            if not times.get(tier, 0) > 0:
                raise ValueError(f"Time of {tier} must be above 0, not {times.get(tier)!r}")
        self.times = dict(times)

    def decide(
        self, ready: Sequence[Window], free: Sequence[Server], now: float
    ) -> list[Assignment]:
        return _most_urgent_first(ready, free, spill=self._is_faster_on_cpu)

    def _is_faster_on_cpu(self, ahead: int) -> bool:
        if not self.cores:
            return True
        turns = ahead // len(self.cores) + 1
        return self.times[CPU] < (turns + 1) * self.times[CORE]


def _most_urgent_first(
    ready: Sequence[Window], free: Sequence[Server], *, spill: Callable[[int], bool]
) -> list[Assignment]:
    """Give cores, then CPUs, to windows by deadline.

    A CPU takes what has escaped, and a window for which ``spill`` is true of the number of windows
    that wait for a core before it.
    """
    cores = [server for server in reversed(free) if server.tier == CORE]
    cpus = [server for server in reversed(free) if server.tier == CPU]
    chosen: list[Assignment] = []
    ahead = 0
    for window in sorted(ready, key=lambda window: (window.deadline, window.number)):
        if cores and not window.escaped:
            chosen.append(Assignment(window, cores.pop()))
        elif cpus and (window.escaped or spill(ahead)):
            chosen.append(Assignment(window, cpus.pop()))
        elif not cores and not cpus:
            break
        else:
            ahead += not window.escaped
    return chosen


POLICIES = ("static", "round_robin", "edf", "elastic")
"""Names for `make_policy`."""


def make_policy(
    name: str,
    machine: Sequence[Server],
    *,
    times: Mapping[str, float] | None = None,
    homes: Sequence[int] | None = None,
) -> Policy:
    """Return a policy by name.

    Parameters
    ----------
    name : str
        One of `POLICIES`.
    machine : sequence of Server
    times : mapping of str to float, optional
        Of `ElasticPolicy`, which needs them; the others take none.
    homes : sequence of int, optional
        Of `StaticPolicy`.

    Raises
    ------
    ValueError
        If there is no such policy, or the machine has no server.

    Examples
    --------
    >>> policy = make_policy("edf", [Server(index=0, tier=CORE)])
    >>> late, soon = (
    ...     Window(number=n, qubit=n, ready_at=0, deadline=d) for n, d in enumerate((9, 5))
    ... )
    >>> [(a.window.qubit, a.server.index) for a in policy.decide([late, soon], policy.machine, 1)]
    [(1, 0)]
    """
    if name == "static":
        return StaticPolicy(machine, homes)
    if name == "round_robin":
        return RoundRobinPolicy(machine)
    if name == "edf":
        return EarliestDeadlinePolicy(machine)
    if name == "elastic":
        return ElasticPolicy(machine, times or {})
    raise ValueError(f"Policy must be one of {', '.join(POLICIES)}, not {name!r}")
