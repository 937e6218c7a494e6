"""Lines of a loop's epochs above a progress bar.

In: a loop, its log.   Out: a line for each epoch; the log with the epochs that it lacked.
Next: `quantacore.sim.cli.run`, `quantacore.sim.cli.run_codes`.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from quantacore.sim.cli.bench_frame import note


class EpochBar:
    """What `epoch_bar` gives.

    Parameters
    ----------
    bar : tqdm
        Counts epochs.
    quiet : bool
        No lines: standard output is for JSON.
    """

    def __init__(self, bar: Any, *, quiet: bool) -> None:
        self._bar = bar
        self._quiet = quiet

    def say(self, cells: Sequence[object]) -> None:
        """Print a line of cells."""
        if not self._quiet:
            self._bar.write("  ".join(str(cell).rjust(10) for cell in cells))
            sys.stdout.flush()  # a log file shows each epoch when it is done

    def progress(self, text: str) -> None:
        """Tell what takes long before an epoch."""
        if self._bar.disable:
            note(text)
        self._bar.set_postfix_str(text)

    def go_on(self, loop: Any, log: Any, cells: Callable[[Any], Sequence[object]]) -> None:
        """Show the epochs of a log; then run, log and show those that it lacks."""
        for epoch in log.epochs:
            self._show(cells(epoch))

        async def run_rest() -> None:
            async for epoch in loop.run(tuple(log.epochs)):
                log.append(epoch)
                self._bar.set_postfix_str("")
                self._show(cells(epoch))

        asyncio.run(run_rest())

    def _show(self, cells: Sequence[object]) -> None:
        self.say(cells)
        self._bar.update()


@contextmanager
def epoch_bar(epochs: int, *, quiet: bool) -> Iterator[EpochBar]:
    """Give a bar of so many epochs, on standard error and only where somebody looks."""
    with tqdm(total=epochs, desc="epochs", unit="epoch", disable=None, leave=False) as bar:
        yield EpochBar(bar, quiet=quiet)
