"""Tell whether a fault has come since the last look at a core's counters.

In: `quantacore.host.driver.Driver`, or what stands in for it.   Out: yes or no.
Next: `quantacore.host.adaptive_loop`, `quantacore.host.code_selector`, which then learn nothing.
"""

from typing import Protocol

SPOILING_FAULTS = (
    *("short_packet", "long_packet", "lost_round", "lost_shot", "shot_length"),
    *("unmatched", "abandoned", "image_parity"),
)
"""Faults after which corrections do not say what the noise is."""


class FaultReporter(Protocol):
    """A core as far as its faults go."""

    faults_told: int

    async def read(self, register: str) -> int:
        """Return a register."""


class FaultWatch:
    """Remembers which faults were there at the last look.

    Parameters
    ----------
    driver : FaultReporter
    """

    def __init__(self, driver: FaultReporter) -> None:
        self._driver = driver
        self._told = 0
        self._waiting = 0

    async def was_spoiled(self) -> bool:
        """Tell whether a fault has come since the last call, cleared or not."""
        told = self._driver.faults_told
        waiting = sum([await self._driver.read(f"{name}_count") for name in SPOILING_FAULTS])
        # After `check` the counters begin at 0 again.
        spoiled = told != self._told or waiting > self._waiting
        self._told, self._waiting = told, waiting
        return spoiled
