"""Lines of a log -> header and records of the page, whichever log it is.

In: lines of a live log, or of the log of a closed loop.   Out: records of
`quantacore.host.live_log`.   Next: `quantacore.sim.dashboard.live_state`.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from quantacore.host import live_log
from quantacore.sim.experiments import loop_log
from quantacore.sim.experiments.loop_records import header_of_loop, records_of_epoch

Record = dict[str, Any]
LIVE_FILE = "live.jsonl"
"""Beside the log of a closed loop: the same and more, sooner."""


def find_log(path: Path) -> Path:
    """Return the file to read: itself, or the best log of a folder.

    Raises
    ------
    ValueError
        If there is none.
    """
    if path.is_dir():
        for name in (LIVE_FILE, loop_log.LOG_FILE):
            if (path / name).is_file():
                return path / name
        raise ValueError(
            f"{path}: must hold a log, but has neither {LIVE_FILE} nor {loop_log.LOG_FILE}: "
            "begin with `quantacore run --out` of this folder"
        )
    if not path.is_file():
        raise ValueError(
            f"{path}: must be a log or the --out of `quantacore run`, but is not there"
        )
    return path


def read_header(line: bytes) -> tuple[Record, Callable[[Record], Iterable[Record]]]:
    """Return the page's header, and what makes records of the lines that follow.

    Raises
    ------
    ValueError
        If the line begins no log.
    """
    try:
        header = json.loads(line)
        kind = (header["format"], header["version"])
    except (ValueError, TypeError, KeyError):
        raise ValueError("must begin with the header of a log of QuantaCore") from None
    if kind == (live_log.FORMAT, live_log.VERSION):
        return header, lambda record: (record,)
    if kind == (loop_log.FORMAT, loop_log.VERSION):
        settings = header.get("settings")
        return header_of_loop(settings), lambda epoch: records_of_epoch(epoch, settings)
    raise ValueError(f"must be a log of a version that is known, not {kind[0]!r} {kind[1]!r}")
