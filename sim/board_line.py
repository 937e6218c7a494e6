"""A pseudo-terminal with a simulated board behind it: what programs open instead of a serial port.

In: `BoardModel`.   Out: name of a port.
Next: `quantacore.host.links.serial_port`.
"""

import contextlib
import os
import select
import threading
import tty
from collections.abc import Callable, Iterator

from quantacore.sim.board_model import BoardModel

MOST_BYTES = 4096
POLL_S = 0.05


@contextlib.contextmanager
def board_line(
    model: BoardModel,
    *,
    to_board: Callable[[bytes], bytes] = lambda data: data,
    from_board: Callable[[bytes], bytes] = lambda data: data,
) -> Iterator[str]:
    """Connect a board to a pseudo-terminal; yield its name.

    The board runs while bytes come, and until it is quiet again.

    Parameters
    ----------
    model : BoardModel
    to_board, from_board : function of bytes, returns bytes
        What the line makes of what is sent.
    """
    ours, theirs = os.openpty()
    tty.setraw(theirs)  # no echo, no translation of bytes
    stopped = threading.Event()

    def run() -> None:
        while not stopped.is_set():
            if select.select([ours], [], [], POLL_S)[0]:
                said = model.exchange(to_board(os.read(ours, MOST_BYTES)))
                os.write(ours, from_board(said))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        stopped.set()
        thread.join()
        os.close(ours)
        os.close(theirs)
