"""Say beside results which command made them.

In: a folder or file of results, a command.   Out: a file `run.json`; `RunRecord` records of it.
Next: `quantacore.sim.cli.recorded_command` (writes), `quantacore.sim.report.sources` (reads).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from quantacore.golden.spec.graph_json import parse_json

FORMAT = "quantacore-runs"
VERSION = 1
MANIFEST_FILE = "run.json"


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One command that wrote into a place."""

    command: str
    """As a shell takes it."""
    files: tuple[str, ...]
    """Names of what it wrote or went on with."""
    exit_code: int


def manifest_path(place: Path) -> Path:
    """Return where the commands of a folder, or of a file, are kept."""
    return place / MANIFEST_FILE if place.is_dir() else place.with_name(f"{place.name}.run.json")


def read_runs(place: Path) -> list[RunRecord]:
    """Return the commands of a folder or file, the last one last; none if none were kept.

    Raises
    ------
    ValueError
        If the file is not one of these.
    """
    path = manifest_path(place)
    if not path.is_file():
        return []
    try:
        data = parse_json(path.read_text(), format=FORMAT, version=VERSION)
        return [
            RunRecord(
                command=str(run["command"]),
                files=tuple(map(str, run["files"])),
                exit_code=int(run["exit_code"]),
            )
            for run in data["runs"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: must be the record of commands, whole ({error})") from None


def add_run(place: Path, record: RunRecord) -> None:
    """Add a command; the same one given again, to go on, stands there once, last."""
    try:
        before = read_runs(place)
    except ValueError:
        before = []  # damaged: a record of commands must not stop a measurement
    runs = [*(run for run in before if run.command != record.command), record]
    path = manifest_path(place)
    data = {"format": FORMAT, "version": VERSION, "runs": [asdict(run) for run in runs]}
    unfinished = path.with_name(f".{path.name}.partial")
    unfinished.write_text(json.dumps(data, indent=1) + "\n")
    unfinished.replace(path)
