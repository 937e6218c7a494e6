"""What `quantacore scale` looks at, and how hard.

In: distances, rounds, noise strengths, windows.   Out: `Setting` for each place, `Effort`.
Next: `quantacore.sim.scale.counting`.
"""

import math
from dataclasses import dataclass

from quantacore.sim.experiments.point import Point

ERRORS, CYCLES, STREAM = "errors", "cycles", "stream"
"""What is counted in a chunk of shots: errors, cycles of whole shots, cycles of windows."""
CHUNK_SHOTS = {ERRORS: 2_000, CYCLES: 200, STREAM: 200}
"""Shots of a chunk: what a lost worker costs."""


@dataclass(frozen=True)
class Setting:
    """One memory experiment, and how it is cut."""

    distance: int
    """Odd, at least 3."""
    p: float
    """Noise strength, in (0, 0.5]."""
    rounds: int
    """Of a shot."""
    window: tuple[int, int] | None = None
    """Rounds that a window commits, and looks ahead; None: whole shots."""

    def __post_init__(self) -> None:
        self.point  # noqa: B018  # checks what it is made of

    @property
    def point(self) -> Point:
        """As other benches name it."""
        return Point(distance=self.distance, p=self.p, rounds=self.rounds)

    @property
    def metadata(self) -> dict[str, object]:
        """Fields for a file."""
        commit, buffer = self.window or (None, None)
        return {**self.point.metadata, "commit_rounds": commit, "buffer_rounds": buffer}

    @property
    def name(self) -> str:
        """For messages and seeds."""
        return f"d={self.distance} p={self.p:g} rounds={self.rounds} window={self.window}"


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Where, and how much.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    distances: tuple[int, ...] = (3, 5, 7, 9)
    """Whose errors are counted."""
    ps: tuple[float, ...] = (0.001, 0.005)
    rounds: tuple[float, ...] = (1.0,)
    """Of a shot, in units of the distance."""
    windows: tuple[float, ...] = ()
    """Rounds that windows look ahead, in units of the distance; they commit as many as d."""
    largest: int = 21
    """Up to which odd distance there is a line; cycles are counted up to here."""
    largest_window: int = 11
    """Up to which odd distance cycles of windows are counted; beyond, a fit."""
    shots: int = 20_000
    """Most shots of an experiment of d rounds; of longer ones as many rounds."""
    errors: int = 200
    """Errors that are enough."""
    cycle_shots: int = 200
    """Shots, and windows, whose cycles are counted."""
    core_shots: int = 1_000
    """Shots that the Verilog decodes, too."""
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("distances", "ps", "rounds"):
            if not getattr(self, name):
                raise ValueError(f"{name} must hold at least one number, not none")
        if self.largest_window < 3:
            raise ValueError(f"largest_window must be at least 3, not {self.largest_window}")
        for name in ("shots", "errors", "cycle_shots", "core_shots"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.largest < max(self.distances):
            raise ValueError(
                f"largest must be at least the largest distance {max(self.distances)}, "
                f"not {self.largest}"
            )
        if self.largest > MOST_DISTANCE:
            raise ValueError(f"largest must be at most {MOST_DISTANCE}, not {self.largest}")
        for name in ("rounds", "windows"):
            for factor in getattr(self, name):
                if not 0 < factor <= MOST_FACTOR:
                    raise ValueError(
                        f"{name} must be above 0 and at most {MOST_FACTOR} times the distance, "
                        f"not {factor!r}"
                    )
        if self.windows and not any(setting.window for setting in self.error_settings):
            raise ValueError(
                f"windows must be shorter than a shot, but rounds are at most {max(self.rounds):g} "
                f"times the distance, not above {1 + min(self.windows):g} times: add --rounds 4"
            )
        for setting in (*self.error_settings, *self.cycle_settings):
            assert setting.point
        if self.seed < 0:
            raise ValueError(f"seed must be at least 0, not {self.seed}")

    @property
    def error_series(self) -> list[tuple[Setting, tuple[float, float, float | None]]]:
        """Experiments whose errors are counted, each with its (p, rounds, rounds ahead).

        Rounds are in units of the distance. Windows are looked at where a shot is longer than one.
        """
        found: list[tuple[Setting, tuple[float, float, float | None]]] = []
        for distance in sorted(set(self.distances)):
            for p in self.ps:
                for factor in self.rounds:
                    rounds = max(2, round(factor * distance))
                    found.append((Setting(distance, p, rounds), (p, factor, None)))
                    for ahead in self.windows:
                        buffer = max(1, math.ceil(ahead * distance))
                        if distance + buffer < rounds:
                            window = Setting(distance, p, rounds, (distance, buffer))
                            found.append((window, (p, factor, ahead)))
        return found

    @property
    def error_settings(self) -> list[Setting]:
        """The experiments of `error_series` alone."""
        return [setting for setting, _ in self.error_series]

    @property
    def lines(self) -> list[int]:
        """All odd distances up to the largest, and those that are counted."""
        return sorted({*range(3, self.largest + 1, 2), *self.distances})

    @property
    def cycle_settings(self) -> list[Setting]:
        """Experiments whose cycles are counted: whole shots of as many rounds as the distance."""
        return [Setting(distance, p, distance) for distance in self.lines for p in self.ps]

    @property
    def streamed(self) -> list[int]:
        """Distances whose windows' cycles are counted."""
        return [distance for distance in self.lines if distance <= self.largest_window]

    @property
    def stream_settings(self) -> list[Setting]:
        """Streams of windows that commit d rounds and look ahead d: see `stream_setting`."""
        return [stream_setting(distance, p) for distance in self.streamed for p in self.ps]

    def most_shots(self, what: str, setting: Setting) -> int:
        """Return how many shots of a setting are counted at the most."""
        if what != ERRORS:
            return self.cycle_shots
        return -(-self.shots * min(setting.distance, setting.rounds) // setting.rounds)


def stream_setting(distance: int, p: float) -> Setting:
    """Return shots of three windows: the first one, one of any long stream, a full last one."""
    return Setting(distance, p, 4 * distance - 1, (distance, distance))


STEADY_WINDOW = 1
"""Which window of a `stream_setting` is that of any long stream."""


MOST_DISTANCE = 41
"""Above, graphs take hours."""
MOST_FACTOR = 100
