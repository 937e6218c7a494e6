"""Read the whole lines of a file that grows.

In: a path.   Out: lines, and what is to be said about the file.
Next: `quantacore.sim.dashboard.log_records`.

The file may be cut in the middle of a line, be replaced or shortened (a loop that goes on rewrites
its log), vanish and come back. No more than a piece of it is in memory.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO

PIECE_BYTES = 1 << 20
MOST_LINE_BYTES = 16 << 20
"""A longer line is left out."""
SEEN_BYTES = 64
"""That were read last and must still be there: a log may be written anew in its old file."""


class LogFollower:
    """A place in a file.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    partial_bytes : int
        Read after the last whole line.
    gone : bool
        The file is not there.
    restarts : int
        Times that it was replaced or shortened, and read again from its beginning.
    left_out : int
        Lines that were too long.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.gone = False
        self.restarts = 0
        self.left_out = 0
        self._identity: tuple[int, int] | None = None
        self._offset = 0
        self._seen = b""
        self._rest = b""
        self._skipping = False

    @property
    def partial_bytes(self) -> int:
        return len(self._rest)

    def read(self) -> list[bytes]:
        """Return the lines of the next piece of the file; none at its end."""
        try:
            with open(self.path, "rb", opener=_open_at_once) as file:
                found = os.fstat(file.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise IsADirectoryError
                self._check_same(found, file)
                piece = file.read(PIECE_BYTES)
        except OSError:
            self.gone = True
            return []
        self.gone = False
        self._offset += len(piece)
        self._seen = (self._seen + piece)[-SEEN_BYTES:]
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if lines and self._skipping:
            del lines[0]
            self._skipping = False
        if len(self._rest) > MOST_LINE_BYTES or self._skipping:
            self.left_out += not self._skipping
            self._skipping, self._rest = True, b""
        return lines

    @property
    def at_end(self) -> bool:
        """Nothing more is there now, or can be read."""
        if self.gone:
            return True
        try:
            return self.path.stat().st_size <= self._offset
        except OSError:
            return True

    def _check_same(self, found: os.stat_result, file: BinaryIO) -> None:
        """Go to where the file was read to, or to its beginning if it is another one."""
        identity = (found.st_dev, found.st_ino)
        same = self._identity in (None, identity) and found.st_size >= self._offset
        if same:
            file.seek(self._offset - len(self._seen))
            same = file.read(len(self._seen)) == self._seen
        if not same:
            self.restarts += 1
            self._offset, self._seen, self._rest, self._skipping = 0, b"", b"", False
            file.seek(0)
        self._identity = identity


def _open_at_once(path: str, flags: int) -> int:
    """Open a file; a pipe that took its place must not hold up the page."""
    return os.open(path, flags | os.O_NONBLOCK)
