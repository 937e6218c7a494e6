"""Lines of a log -> header and records of the page, whichever log it is.

In: lines of a live log, or of the log of a closed loop.   Out: records of
`quantacore.host.live_log`.   Next: `quantacore.sim.dashboard.live_state`.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from quantacore.host.live_log import FORMAT, LIVE_FILE, VERSION
from quantacore.sim.experiments.epoch_log import LOG_FILE

Record = dict[str, Any]


def find_log(path: Path) -> Path:
    """Return the file to read: itself, or the best log of a folder.

    Raises
    ------
    ValueError
        If there is none.
    """
    if path.is_dir():
        if (path / LIVE_FILE).is_file():
            return path / LIVE_FILE
        if (path / LOG_FILE).is_file():
            return path / LOG_FILE
        raise ValueError(
            f"{path}: must hold a log, but has neither {LIVE_FILE} nor {LOG_FILE}: "
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
    if kind == (FORMAT, VERSION):
        return header, lambda record: (record,)
    # Late: they import a whole loop.
    from quantacore.sim.experiments import code_records, loop_log, loop_records

    settings = header.get("settings")
    if kind == (loop_log.FORMAT, loop_log.VERSION):
        return loop_records.header_of_loop(settings), lambda epoch: loop_records.records_of_epoch(
            epoch, settings
        )
    if kind in (code_records.CODE_LOOP, code_records.OLD_CODE_LOOP):
        return code_records.header_of_codes(
            settings
        ), lambda epoch: code_records.records_of_code_epoch(epoch, settings)
    raise ValueError(f"must be a log of a version that is known, not {kind[0]!r} {kind[1]!r}")
