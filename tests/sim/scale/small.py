"""A small scaling run that all tests of it share."""

from pathlib import Path

import sinter

from quantacore.sim.experiments.stats_file import StatsFile, read_stats
from quantacore.sim.scale.settings import Effort

EFFORT = Effort(
    distances=(3, 5),
    ps=(0.02,),
    largest=5,
    shots=8_000,
    errors=600,
    cycle_shots=400,
    core_shots=200,
)


def counted(path: Path) -> dict[str, sinter.TaskStats]:
    """Return what a file holds, without the times, which differ."""
    return {each.strong_id: each.with_edits(seconds=0) for each in read_stats([path])}


class StoppedError(Exception):
    """As Ctrl-C at a chosen place."""


class StoppingFile(StatsFile):
    """Raise `StoppedError` after some chunks have been saved."""

    def __init__(self, path: Path, *, chunks: int) -> None:
        super().__init__(path)
        self._chunks = chunks

    def save(self) -> None:
        super().save()
        self._chunks -= 1
        if self._chunks == 0:
            raise StoppedError
