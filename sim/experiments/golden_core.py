"""The golden window decoder in the place of a running core: a loop without Verilator.

In: the image of a model, rounds.   Out: what a driver would return.
Next: `quantacore.sim.experiments.closed_loop`, for loops over many seeds.

A core decodes what golden does, bit for bit, and its counters count what golden commits; so a loop
around golden makes the same errors, in a tenth of the time. That the core really does so is what
loops around the core are for.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np

from quantacore.golden.decode.count_stream import count_stream
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import WindowImage
from quantacore.host.driver import Predictions


class GoldenCore:
    """Answers as `quantacore.host.driver.Driver` does, as far as a loop asks.

    Parameters
    ----------
    image : WindowImage
        Of the model.
    passes : int
        Most passes per window, 1 .. 7.

    Attributes
    ----------
    image : WindowImage
        Of the model.
    faults_told : int
        0: golden has no faults.
    """

    def __init__(self, image: WindowImage, *, passes: int) -> None:
        self.faults_told = 0
        self._passes = passes
        self.image = image
        self._number = 0
        self._decoder: WindowDecoder | None = None
        self._rounds: list[np.ndarray] = []
        self._corrections: list[np.ndarray] = []
        self._accepted = 0

    @property
    def core(self) -> Self:
        """What images are checked against."""
        return self

    def check_image(self, image: WindowImage) -> None:
        """Raise ValueError unless an image is of the core's graph."""
        if image.plan.plan_hash != self.image.plan.plan_hash:
            raise ValueError("Image must be of the core's plan, but is of another")

    async def load_image(self, image: WindowImage) -> int:
        """Put an image into force; return its number."""
        self.check_image(image)
        self._decoder = WindowDecoder(image, passes=self._passes)
        self._number += 1
        return self._number

    async def decode(self, shots: Sequence[np.ndarray]) -> Predictions:
        """Decode shots of equal length, ``bool`` of shape ``(num_rounds, num_slots)`` each."""
        if self._decoder is None:
            raise ValueError("Core must have an image before it decodes: load one")
        rounds = np.stack(list(shots))
        found = self._decoder.decode_shots(rounds, with_corrections=True)
        assert found.corrections is not None
        num_shots, num_rounds, num_slots = rounds.shape
        self._accepted += num_shots * num_rounds
        self._rounds.append(rounds.reshape(-1, num_slots))
        self._corrections.append(found.corrections.reshape(-1, found.corrections.shape[-1]))
        num_windows = self.image.plan.num_windows(num_rounds)
        last = np.zeros((num_shots, num_windows), np.uint64)
        last[:, -1] = 1
        return Predictions(
            fields={
                "observables": found.frames.ravel(),
                "shot": np.repeat(np.arange(num_shots, dtype=np.uint64), num_windows),
                "shot_end": last.ravel(),
                "growth_steps": found.growth_steps.ravel().astype(np.uint64),
            }
        )

    async def take_counts(self) -> StreamCounts:
        """Return the counts since those that were returned last."""
        graph, slots = self.image.plan.graph, self.image.plan.num_slots
        rounds = np.concatenate([np.zeros((0, slots), np.bool_), *self._rounds])
        empty = np.zeros((0, -(-graph.num_edges // 8)), np.uint8)
        corrections = np.concatenate([empty, *self._corrections])
        self._rounds, self._corrections = [], []
        return count_stream(rounds, corrections, num_edges=graph.num_edges)

    async def counters(self) -> dict[str, int]:
        """Return the rounds that it took."""
        return {"rounds_accepted": self._accepted}

    async def take_level(self) -> None:
        """Return None: golden has no buffer."""
        return

    async def read(self, register: str) -> int:
        """Return 0: all that a loop reads are counters of faults."""
        return 0
