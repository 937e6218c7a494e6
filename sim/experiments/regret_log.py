"""Keep the errors of each run when it is done, so that a long measurement goes on where it stopped.

In: what is measured, `RunErrors`.   Out: a file of JSON lines.
Next: `quantacore.sim.cli.predict`.
"""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quantacore.sim.experiments.prediction_regret import RunErrors

FORMAT, VERSION = "quantacore-regret-runs", 1
LOG_FILE = "runs.jsonl"


class RegretLog:
    """Runs that are done, of one measurement.

    Parameters
    ----------
    folder : Path
        Made when the first run is done.
    settings : mapping of str to value
        All that errors depend on besides the run.

    Attributes
    ----------
    runs : dict of str to RunErrors
        By name of the run.

    Raises
    ------
    ValueError
        If the folder holds the log of another measurement, or a damaged one.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.runs: dict[str, RunErrors] = {}
        self._file = folder / LOG_FILE
        self._header = {"format": FORMAT, "version": VERSION, "settings": dict(settings)}
        if self._file.exists():
            self._read()

    def append(self, found: RunErrors) -> None:
        """Add a run."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lines = [dataclasses.asdict(found)]
        if not self._file.exists():
            lines.insert(0, self._header)
        with open(self._file, "a") as log:
            log.writelines(json.dumps(line) + "\n" for line in lines)
            log.flush()
            os.fsync(log.fileno())
        self.runs[found.run] = found

    def _read(self) -> None:
        text = self._file.read_text()
        lines = text.splitlines(keepends=True)
        try:
            header = json.loads(lines[0])
        except (IndexError, ValueError):
            header = None
        if header != self._header:
            raise ValueError(
                f"{self._file}: is of other settings, parameters or data: choose another --out"
            )
        if not lines[-1].endswith("\n"):  # it was cut while it wrote: that run is done again
            lines.pop()
            self._file.write_text("".join(lines))
        try:
            found = [RunErrors(**json.loads(line)) for line in lines[1:]]
        except (ValueError, TypeError):
            raise ValueError(f"{self._file}: has a damaged line: choose another --out") from None
        self.runs = {each.run: each for each in found}
