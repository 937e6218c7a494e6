"""The way to a core: registers, rounds out, predictions in. One interface for all links.

In: addresses, packed rounds.   Out: values, words of predictions.
Next: `quantacore.host.driver`. Implementations: `quantacore.host.links`, and
`quantacore.sim.transport` (the Verilated core in this process).

A transport moves bits and knows nothing of what they mean. What it must do is in
`tests.host.conformance`, which runs over all of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import numpy as np

Access = tuple[int, int | None]
"""Address of a register, and what to write there; None: read it."""


class Transport(ABC):
    """A link to one streaming core.

    Not for several tasks at a time, but for one exception: `receive` may wait while other methods
    run. All methods raise `LinkError` on a link that is closed or lost.
    """

    @abstractmethod
    async def open(self) -> None:
        """Connect; again after `close` or a lost link. Does not reset the core."""

    @abstractmethod
    async def close(self) -> None:
        """Disconnect; predictions that nobody received are gone. Twice is no error."""

    @abstractmethod
    async def reset(self) -> None:
        """Reset the core: it has no image, and forgets all rounds and predictions."""

    @abstractmethod
    async def read(self, address: int) -> int:
        """Read a register of 32 bits.

        Raises
        ------
        RefusedError
            If the core answers that it cannot be read.
        """

    @abstractmethod
    async def write(self, address: int, values: Sequence[int]) -> None:
        """Write values of 32 bits to one register, one after another.

        Raises
        ------
        RefusedError
            If the core refuses one of them; later ones may have been written.
        """

    async def exchange(self, accesses: Sequence[Access]) -> list[int]:
        """Write and read registers in order; return what was read.

        A link with a long way there and back does it at one go. What is lost on it may be done
        again from the first access on, so do nothing here that must not happen twice.

        Parameters
        ----------
        accesses : sequence of (address, value)
            A value is written; with None the register is read.

        Raises
        ------
        RefusedError
            If the core refuses one of them.
        """
        values = []
        for address, value in accesses:
            if value is None:
                values.append(await self.read(address))
            else:
                await self.write(address, [value])
        return values

    @abstractmethod
    async def send(self, rounds: np.ndarray, ends: np.ndarray) -> None:
        """Send rounds; return when the link has passed on all of them, in order, once each.

        Predictions that come meanwhile are kept for `receive`, however many.

        Parameters
        ----------
        rounds : uint8, shape ``(num_rounds, ceil(num_slots / 8))``, little-endian bits
        ends : bool, shape ``(num_rounds,)``
            The last round of its shot.
        """

    @abstractmethod
    async def receive(self) -> np.ndarray:
        """Wait for predictions; return all that came, in order, once each.

        Returns
        -------
        uint8, shape ``(num_windows, prediction_bits(num_observables) / 8)``
            At least one word.
        """

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
