"""Keep Ctrl-C from processes that we start: only the command hears it, and ends them in order.

In: a block that starts processes.   Out: the same, whole or not at all.
Next: `quantacore.sim.experiments.dask_runs`.

A terminal sends Ctrl-C to all processes of a command. Workers would each die with a traceback, in
the middle of starting even with several.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def held_interrupts() -> Iterator[None]:
    """Hold back Ctrl-C until the block ends; processes and threads started in it never hear it."""
    came: list[int] = []
    is_main = threading.current_thread() is threading.main_thread()
    # The mask is for those who inherit it. Another thread of ours may hear the signal meanwhile,
    # and Python would tell this one.
    handler = signal.signal(signal.SIGINT, lambda *_: came.append(1)) if is_main else None
    resource_tracker.ensure_running()  # it unblocks the signal where it is started later
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if is_main:
            signal.signal(signal.SIGINT, handler)
            if came:
                signal.raise_signal(signal.SIGINT)
