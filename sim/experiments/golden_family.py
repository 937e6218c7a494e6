"""Golden decoders in the place of a family's core: a loop over codes without Verilator.

In: `CodeFamily`, the decoder of each member.   Out: what a `FamilyDriver` would return.
Next: `quantacore.sim.experiments.code_loop`, for loops over many seeds.

A member of the family's core answers as its own core does, bit for bit, and its counters count what
golden commits: so a loop around golden makes the same errors and the same choices. That the core
really does so is what loops around the core are for.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.host.driver import Predictions
from quantacore.sim.experiments.golden_core import GoldenCore


class GoldenFamily:
    """Answers as `quantacore.host.family_driver.FamilyDriver` does, as far as a loop asks.

    Parameters
    ----------
    family : CodeFamily
    decoders : mapping of str to WindowDecoder
        Member -> its decoder.

    Attributes
    ----------
    member : str or None
        Which one is in force.
    faults_told : int
        0: golden has no faults.
    """

    def __init__(self, family: CodeFamily, decoders: Mapping[str, WindowDecoder]) -> None:
        self.family = family
        self.member: str | None = None
        self.faults_told = 0
        self._cores = {
            name: GoldenCore(decoder.images[0], passes=decoder.passes)
            for name, decoder in decoders.items()
        }
        self._number = 0

    @property
    def driver(self) -> Self:
        """What counters are read from."""
        return self

    async def switch(self, name: str) -> int:
        """Bring a member into force; return the number of its image."""
        if name not in self._cores:
            raise ValueError(f"Member must be one of {', '.join(self._cores)}, not {name!r}")
        if self.member != name:
            core = self._cores[name]
            await core.load_image(core.image)
            self.member, self._number = name, self._number + 1
        return self._number

    async def decode(self, name: str, shots: Sequence[np.ndarray]) -> Predictions:
        """Decode whole shots of a member, after a switch to it if another one is in force."""
        await self.switch(name)
        return await self._cores[name].decode(shots)

    async def take_counts(self) -> StreamCounts:
        """Return the counts since those that were returned last, by the family's edges and slots.

        As a loop takes them before and after each switch, they are of one member.
        """
        corrections = np.zeros(self.family.plan.graph.num_edges, np.int64)
        events = np.zeros(len(self.family.slots), np.int64)
        windows = rounds = 0
        for name, core in self._cores.items():
            own, placement = await core.take_counts(), self.family.placement(name)
            corrections[placement.edges] += own.corrections
            events[placement.slots] += own.events
            windows, rounds = windows + own.windows, rounds + own.rounds
        return StreamCounts(corrections=corrections, events=events, windows=windows, rounds=rounds)

    async def counters(self) -> dict[str, int]:
        """Return the rounds that it took."""
        taken = [(await core.counters())["rounds_accepted"] for core in self._cores.values()]
        return {"rounds_accepted": sum(taken)}

    async def take_level(self) -> None:
        """Return None: golden has no buffer."""
        return

    async def read(self, register: str) -> int:
        """Return 0: all that a loop reads are counters of faults."""
        return 0
