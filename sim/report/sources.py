"""Find in a folder what our verbs have written there.

In: a folder or file.   Out: `Section` records, and what could not be read, in words.
Next: `quantacore.sim.report.page`.

A reader takes the path of one kind of file and returns a section; it raises `ValueError` if the
file is damaged or cut. One more kind of result is one line in `READERS`, or none: JSON with a
``format`` of ours and ``rows`` is shown as a table.
"""

import dataclasses
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quantacore.sim.experiments.run_manifest import MANIFEST_FILE, RunRecord, read_runs
from quantacore.sim.report.bench_files import read_bench_file
from quantacore.sim.report.loop_folder import read_loop
from quantacore.sim.report.records import record_table
from quantacore.sim.report.section import (
    ACCURACY,
    ADAPTATION,
    AREA,
    LATENCY,
    OTHER,
    SCALING,
    Picture,
    Section,
)
from quantacore.sim.synthesis.report import Table

OURS = "quantacore-"
"""How the format of our JSON begins."""
HEAD_BYTES = 200
"""Of a file, in which its format stands."""
SUBJECT_OF_FORMAT = {
    "scale": SCALING,
    "accuracy": ACCURACY,
    "windows": ACCURACY,
    "confidence": ACCURACY,
    "code-comparison": ACCURACY,
    "code-bias": ACCURACY,
    "latency": LATENCY,
    "stream": LATENCY,
    "speed": LATENCY,
    "soak": LATENCY,
    "area": AREA,
    "synthesis": AREA,
    "build": AREA,
    "adaptation": ADAPTATION,
    "switching": ADAPTATION,
    "alarm": ADAPTATION,
    "loops": ADAPTATION,
    "prediction": ADAPTATION,
    "prediction-regret": ADAPTATION,
    "run-report": ADAPTATION,
    "code-loop-report": ADAPTATION,
    "allocation": SCALING,
    "allocation-check": SCALING,
    "hybrid": SCALING,
}
"""What our formats are about, without `OURS`; others are `OTHER`."""
SUBJECT_OF_VERB = {
    "allocate": SCALING,
    "scale": SCALING,
    "codes": ACCURACY,
    "predict": ADAPTATION,
    "run": ADAPTATION,
}
UNFINISHED = {
    "counts.csv": ("scale.json", "quantacore scale"),
    "counts.jsonl": ("comparison.json", "quantacore codes compare"),
    "runs.jsonl": ("regret.json", "quantacore predict regret"),
}
"""File that grows -> the file that its command writes at the end, the command."""


@dataclass
class Found:
    """What a place holds."""

    sections: list[Section] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_place(name: str, *, apart: Collection[Path] = ()) -> Found:
    """Return what a folder or file holds; folders in it, too, if a command of ours wrote there.

    Parameters
    ----------
    name : str
    apart : collection of Path
        Resolved: what is read by itself.

    Raises
    ------
    FileNotFoundError
        If there is nothing of that name.
    ValueError
        If nothing in it is ours.
    """
    place = Path(name)
    if not place.exists():
        raise FileNotFoundError(None, "folder or file does not exist", name)
    found = Found()
    is_folder = place.is_dir()
    paths = sorted(path for path in place.iterdir() if path.is_file()) if is_folder else [place]
    runs = _runs(place, found) if is_folder else []
    for path in paths:
        section = _read(path, found)
        if section is not None:
            known = [*runs, *([] if path == place and is_folder else _runs(path, found))]
            found.sections.append(_named(section, path, known, source=name))
    _add_pictures(found, [path for path in paths if path.suffix == ".png"], runs, source=name)
    if is_folder:
        _tell_unfinished(found, place)
        _read_inner(place, found, apart)
    if not found.sections:
        reason = f" ({'; '.join(found.warnings)})" if found.warnings else ""
        raise ValueError(
            f"{name}: must hold results of `quantacore bench --out`, scale, codes compare, "
            f"predict or run, but holds none that can be shown{reason}"
        )
    return found


def _read_inner(folder: Path, found: Found, apart: Collection[Path]) -> None:
    for inner in sorted(folder.iterdir()):
        if inner.is_symlink() or not (inner / MANIFEST_FILE).is_file() or inner.resolve() in apart:
            continue
        try:
            more = read_place(str(inner), apart=apart)
        except ValueError as error:
            found.warnings.append(str(error))
            continue
        found.warnings += more.warnings
        for section in more.sections:
            if not _give_pictures(section, found.sections):
                found.sections.append(section)


def _give_pictures(section: Section, others: list[Section]) -> bool:
    """Give pictures without numbers to the section that their command made, if it has none."""
    made_by = {run.command for run in section.commands}
    if section.tables or not made_by:
        return False
    for index, other in enumerate(others):
        if made_by <= {run.command for run in other.commands}:
            pictures = other.pictures or section.pictures  # those drawn anew are the same
            others[index] = dataclasses.replace(other, pictures=pictures)
            return True
    return False


def _read(path: Path, found: Found) -> Section | None:
    if path.name == MANIFEST_FILE or path.name.endswith(f".{MANIFEST_FILE}"):
        return None
    try:
        for fits, read in READERS:
            if fits(path):
                return read(path)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        words = str(error) if isinstance(error, ValueError) else f"lacks or misnames {error}"
        found.warnings.append(f"{path}: left out: {words.removeprefix(f'{path}: ')}")
    return None


def _named(section: Section, path: Path, runs: list[RunRecord], *, source: str) -> Section:
    files = section.files or (path.name,)
    known = {run.command for run in section.commands}
    runs = [run for run in runs if set(files) & set(run.files) and run.command not in known]
    commands = (*section.commands, *runs)
    return dataclasses.replace(section, source=source, files=files, commands=commands)


def _runs(place: Path, found: Found) -> list[RunRecord]:
    try:
        return read_runs(place)
    except ValueError as error:
        found.warnings.append(str(error))
        return []


def _add_pictures(found: Found, paths: list[Path], runs: list[RunRecord], *, source: str) -> None:
    """Show pictures with the results that they are of; by themselves if their command is known."""
    alone: list[Path] = []
    drawn_anew = {name for section in found.sections for name in section.files}
    for path in paths:
        if path.name in drawn_anew:
            continue
        home = _home(found.sections, path.name, runs)
        if home is None:
            alone.append(path)
            continue
        section = found.sections[home]
        pictures = (*section.pictures, _picture(path))
        found.sections[home] = dataclasses.replace(section, pictures=pictures)
    names = {path.name for path in alone}
    commands = tuple(run for run in runs if names & set(run.files))
    if alone and (commands or found.sections):
        found.sections.append(
            Section(
                subject=_subject_of(commands),
                title="Pictures",
                source=source,
                pictures=tuple(_picture(path) for path in alone),
                commands=commands,
            )
        )


def _subject_of(commands: Sequence[RunRecord]) -> str:
    """Return what pictures are about of which nothing is known but who drew them."""
    verbs = [run.command.split()[1] for run in commands if len(run.command.split()) > 1]
    return next((SUBJECT_OF_VERB[verb] for verb in verbs if verb in SUBJECT_OF_VERB), OTHER)


def _home(sections: list[Section], picture: str, runs: list[RunRecord]) -> int | None:
    """Return the section that a picture is of: its command's, or that of the same names."""
    makers = {run.command for run in runs if picture in run.files}
    stem = picture.removesuffix(".png")
    for index, section in enumerate(sections):
        if makers & {run.command for run in section.commands}:
            return index
    for index, section in enumerate(sections):
        for file in section.files:
            names = (file.rpartition(".")[0], *PICTURES_OF.get(file, ()))
            if stem.startswith(names):
                return index
    return None


def _picture(path: Path) -> Picture:
    return Picture(
        png=path.read_bytes(), caption=CAPTIONS.get(path.name, path.stem.replace("_", " "))
    )


def _tell_unfinished(found: Found, folder: Path) -> None:
    for grows, (last, command) in UNFINISHED.items():
        if (folder / grows).is_file() and not (folder / last).is_file():
            found.warnings.append(
                f"{folder}: not finished: {grows} is there and {last} is not; the same "
                f"`{command}` command goes on"
            )


def _is_our_json(path: Path) -> bool:
    """Tell whether a file is of a format of ours, or was to become JSON and is not."""
    if path.suffix != ".json":
        return False
    with open(path, "rb") as file:
        if f'"format": "{OURS}'.encode() in file.read(HEAD_BYTES):
            return True
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return True
    return False


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"must be whole JSON, but is cut or damaged ({error})") from None
    if not isinstance(data, dict):
        raise ValueError("must be a JSON object")
    return data


def _read_json(path: Path) -> Section | None:
    """Show any of our formats: its tables, or its rows as a table."""
    data = _json(path)
    name = str(data["format"]).removeprefix(OURS)
    if name in HIDDEN:
        return None
    given = [Table(**table) for table in data.get("tables", [])]
    made = None if given else record_table(path.name, _rows(data))
    if not given and made is None:
        return None
    text = [*data.get("stops", []), *([data["legend"]] if "legend" in data else [])]
    return Section(
        subject=SUBJECT_OF_FORMAT.get(name, OTHER),
        title=TITLES.get(name, name.replace("-", " ").capitalize()),
        source=str(path),
        text=tuple(map(str, text)),
        tables=tuple(given or [made] if made else given),
        commands=_printed_command(data, path),
    )


def _printed_command(data: dict[str, Any], path: Path) -> tuple[RunRecord, ...]:
    """Return the command of what was printed with `--json`."""
    if not isinstance(data.get("command"), str):
        return ()
    return (RunRecord(command=data["command"], files=(path.name,), exit_code=0),)


def _rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a format; what of a row is itself a record is taken apart."""
    rows = data.get("rows", [])
    if data["format"] == "quantacore-area":
        return [_area_row(row) for row in rows]
    if data["format"] == "quantacore-code-comparison":
        return [_code_row(row) for row in rows]
    if data["format"] == "quantacore-synthesis":
        return [{"target": data["target"], "estimate": data["estimate"], **data["area"]}]
    return list(rows)


def _code_row(row: dict[str, Any]) -> dict[str, Any]:
    ends = ("", "_low", "_high")
    return {
        f"{head}{end}": row[f"{name}{end}"]
        for name, head in CODE_COLUMNS.items()
        for end in ends
        if f"{name}{end}" in row
    }


def _area_row(row: dict[str, Any]) -> dict[str, Any]:
    clocks = sorted(row["fmax_mhz"].values())
    return {
        "problem": row["problem"],
        "d": row["distance"],
        "detectors": row["core"]["detectors"],
        "edges": row["core"]["edges"],
        **{name: row["cells"].get(name) for name in ("LUT4", "CCU2C", "TRELLIS_FF")},
        "TRELLIS_COMB": row["combs"],
        "LUT6": row["lut6"].get("luts"),
        "Fmax MHz (least)": clocks[0] if clocks else None,
        "Fmax MHz (most)": clocks[-1] if clocks else None,
    }


CODE_COLUMNS = {
    **{name: name for name in ("family", "d_x", "d_z", "photons", "qubits", "logical_qubits")},
    "per_round": "errors per round (95 %)",
    "per_us": "errors per us (95 %)",
    "kind": "from",
    "matching_ratio": "PyMatching / ours (same shots)",
    "nodes": "nodes",
    "edges": "edges",
    "lut4_estimate": "LUT4 (estimate)",
    "cycles_per_round": "cycles per round",
    "cycles_from": "cycles from",
}
"""Of a comparison, what a page shows, and its head; its CSV has all."""
PICTURES_OF = {"comparison.json": ("errors",), "report.json": ("scores_", "run_")}
"""File -> how the pictures beside it begin, where not with the same name."""
CAPTIONS = {
    "scale.png": "Errors, cycles, LUTs and core time against the distance",
    "allocation.png": "Reactions, by policy",
    "errors.png": "Logical errors against qubits",
    "loops.png": "Logical errors over time, by predictor",
}
HIDDEN = {"scale-cores", "runs"}
"""What stands in other files, too."""
TITLES = {
    "scale": "What a memory costs as it grows",
    "code-comparison": "Codes on one machine",
    "area": "Area and clock of cores, estimated by tools",
    "synthesis": "Area and clock of one core, estimated by tools",
    "prediction": "Predictors of error rates",
    "prediction-regret": "Logical errors with weights that follow",
    "allocation": "Many logical qubits on cores and CPUs, simulated",
    "hybrid": "Simulated cores and CPU workers under one policy",
    "loops": "Predictors around the core",
}

READERS: tuple[tuple[Callable[[Path], bool], Callable[[Path], Section | None]], ...] = (
    (_is_our_json, _read_json),
    (lambda path: path.suffix == ".csv", read_bench_file),
    (lambda path: path.name == "log.jsonl", read_loop),
)
"""Whether a file is of a kind -> what reads it."""
