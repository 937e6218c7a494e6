"""Predictions that came and were not received yet: a queue of words that hands over all at once.

In: words, as the link hears them.   Out: arrays for `Transport.receive`.
Next: `quantacore.host.links`.
"""

import asyncio

import numpy as np

from quantacore.host.errors import LinkError


class Inbox:
    """Words of predictions in the order in which they came; for one event loop."""

    def __init__(self) -> None:
        self._words: list[np.ndarray] = []
        self._changed = asyncio.Event()
        self._lost: LinkError | None = None

    def put(self, words: np.ndarray) -> None:
        """Add words, ``uint8``, shape ``(num_words, word_bytes)``."""
        if len(words):
            self._words.append(words)
            self._changed.set()

    def fail(self, error: LinkError) -> None:
        """Nothing more will come: `take` raises this error when it has handed over the rest."""
        self._lost = error
        self._changed.set()

    def clear(self) -> None:
        """Forget all words."""
        self._words.clear()
        if self._lost is None:
            self._changed.clear()

    async def take(self) -> np.ndarray:
        """Wait for words and return all of them."""
        await self._changed.wait()
        if not self._words:
            assert self._lost is not None
            raise self._lost
        words = np.concatenate(self._words)
        self.clear()
        return words
