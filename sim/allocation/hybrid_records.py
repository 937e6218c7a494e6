"""A small real machine: what it is given, and what it did.

In: -   Out: `HybridSetup`, `HybridWindow`, `HybridResult`.
Next: `quantacore.sim.allocation.hybrid`.
"""

from dataclasses import dataclass

from quantacore.golden.decode.union_find import check_passes
from quantacore.sim.allocation.machine import make_servers
from quantacore.sim.allocation.replay import Replay
from quantacore.sim.allocation.streamed import PASSES

MOST_WINDOWS = 1_000_000
"""A simulated core decodes a few hundred in a second."""


@dataclass(frozen=True, kw_only=True)
class HybridSetup:
    """A machine, and what goes wrong with it.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    qubits: int = 6
    windows: int = 50
    """Of each qubit's stream."""
    cores: int = 2
    cpus: int = 2
    policy: str = "elastic"
    distance: int = 3
    p: float = 0.005
    window: tuple[int, int] | None = None
    """(commit, buffer) in rounds; None: as `default_window`."""
    passes: int = PASSES
    """Most passes of a core; for one it has no links and is built faster."""
    load: float = 0.5
    """Of the machine, which fixes how much slower than real time is: in (0, 1)."""
    cycle_budget: int = 0
    """After which a core gives a window up; 0: never."""
    cpu_ms: float = 0.0
    """Least time of a CPU for a window: simulated cores are far slower than real ones."""
    kills: tuple[tuple[int, int], ...] = ()
    """(server, number of answers after which it is killed while it holds a window)."""
    faults: tuple[int, ...] = ()
    """Numbers of windows for which the core gets a budget of `FAULTY_BUDGET` cycles."""
    seed: int = 1

    def __post_init__(self) -> None:
        servers = make_servers(self.cores, self.cpus)
        check_passes(self.passes)
        for name in ("qubits", "windows"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"Number of {name} must be at least 1, not {getattr(self, name)!r}"
                )
        if self.qubits * self.windows > MOST_WINDOWS:
            raise ValueError(
                f"Windows of all qubits must be at most {MOST_WINDOWS}, not "
                f"{self.qubits * self.windows}"
            )
        if not 0 < self.load < 1:
            raise ValueError(f"Load must be in (0, 1), not {self.load!r}")
        if self.cycle_budget < 0:
            raise ValueError(f"Cycle budget must be at least 0, not {self.cycle_budget!r}")
        if not 0 <= self.cpu_ms < 1000:
            raise ValueError(f"Time of a CPU must be in [0, 1000) ms, not {self.cpu_ms!r}")
        if (self.cycle_budget or self.faults) and not self.cpus:
            raise ValueError("Machine must have a CPU for windows that a core gives up, not none")
        for server, _ in self.kills:
            if not 0 <= server < len(servers):
                raise ValueError(f"Server to kill must be 0 .. {len(servers) - 1}, not {server!r}")
        total = self.qubits * self.windows
        for number in self.faults:
            if not 0 <= number < total:
                raise ValueError(f"Window with a fault must be 0 .. {total - 1}, not {number!r}")


@dataclass(frozen=True, kw_only=True)
class HybridWindow:
    """One window and its one answer; times in real microseconds."""

    number: int
    qubit: int
    tier: str
    server: int
    answer: int
    """What it flips and carries over: see `SingleWindows`."""
    cycles: int
    ready_us: float
    reaction_us: float
    late: bool
    attempts: int
    faults: tuple[str, ...]
    """Reported by cores that gave the window up."""


@dataclass(frozen=True, kw_only=True)
class HybridResult:
    """A run."""

    setup: HybridSetup
    windows: tuple[HybridWindow, ...]
    """In order of their number."""
    stretch: float
    """Real microseconds per simulated one, where a round takes a microsecond."""
    deadline_us: float
    """Real."""
    duplicates: int
    """Answers for a window that had one: must be 0."""
    killed: tuple[int, ...]
    """Servers that died."""
    replay: Replay
    """The same streams, decoded one window after another without workers."""
    seconds: float
