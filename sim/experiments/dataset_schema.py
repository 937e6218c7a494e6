"""What a data set of counts is made of: folders, files, columns, and its header.

In: nothing.   Out: `Column` tables, `RunName`, `DatasetHeader`.
Next: `quantacore.sim.experiments.dataset_files`; `docs/datasets.md` shows the tables to readers.

A folder has a header (JSON), a folder of observations and one of hidden truth, each with a file
for each run. Whoever trains a predictor needs the observations of the other splits only.
"""

import dataclasses
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

FORMAT = "quantacore-dataset"
VERSION = 1
"""Of the layout; readers refuse newer ones."""
HEADER_FILE = "dataset.json"
SPLITS = ("train", "validation", "test")
SIMULATED = "simulated"
IMPORTED = "imported"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table; a row is an epoch."""

    name: str
    kind: str
    """As Arrow spells it."""
    text: str
    length: str | None = None
    """What the entries of a list are of; None for a single value or a list of any length."""
    optional: bool = False
    """May be null."""


OBSERVATIONS = (
    Column(name="epoch", kind="int32", text="0, 1, 2 ... without gaps"),
    Column(name="time_s", kind="double", text="end of the epoch, seconds since the run began"),
    Column(name="shots", kind="int64", text="decoded shots, at least 1"),
    Column(
        name="corrections",
        kind="list<int32>",
        length="edges",
        text="shots whose correction has the edge",
    ),
    Column(
        name="events",
        kind="list<int32>",
        length="detectors",
        text="shots with a detection event at the detector",
    ),
    Column(
        name="errors",
        kind="int64",
        text="shots whose prediction differs from the actual observable flips",
    ),
    Column(
        name="temperature_mk",
        kind="double",
        optional=True,
        text="thermometer, millikelvin, with its noise",
    ),
    Column(
        name="readout_level",
        kind="double",
        optional=True,
        text="level of the readout signal, 1 as calibrated, with its noise",
    ),
    Column(
        name="decoherence",
        kind="list<double>",
        length="qubits",
        optional=True,
        text="probed log of each qubit's error rates over the model's, with its noise; "
        "null in epochs without a probe",
    ),
)
TRUTH = (
    Column(name="epoch", kind="int32", text="as in the observations"),
    Column(
        name="log_ratios",
        kind="list<double>",
        length="edges",
        text="log of the edge's true prior over the model's",
    ),
    Column(
        name="factors",
        kind="list<double>",
        length="qubits",
        text="what multiplies each qubit's error rates, mean of the epoch's log",
    ),
    Column(
        name="fluctuators_on",
        kind="list<int32>",
        text="qubits with a telegraph fluctuator that is on at the end",
    ),
    Column(name="bursts", kind="list<int32>", text="qubits that a burst hit most"),
    Column(name="heat", kind="double", text="mean log rate that heat adds, without noise"),
)
TABLES = {"observations": OBSERVATIONS, "truth": TRUTH}
"""Folder of a data set -> columns of the files in it."""


@dataclass(frozen=True, kw_only=True)
class RunName:
    """Which run it is."""

    regime: str
    seed: int
    split: str
    """One of `SPLITS`."""

    @property
    def file_name(self) -> str:
        """Name of its files."""
        return f"{self.name}.parquet"

    @property
    def name(self) -> str:
        """Regime and seed."""
        return f"{self.regime}-{self.seed:04d}"


@dataclass(frozen=True, kw_only=True)
class DatasetHeader:
    """What all runs of a data set share, and which runs there are to be."""

    origin: str
    """`SIMULATED` or `IMPORTED`."""
    settings: dict[str, Any]
    """What the data set was made with, its runs left out."""
    circuit: str
    """stim's text of the model: the noise that the decoder expects."""
    graph_hash: str
    """`DecodingGraph.content_hash` of its graph, whose edges the columns are of."""
    num_detectors: int
    num_qubits: int
    groups: tuple[int, ...]
    """Edge -> group of like edges, numbered from 0."""
    expected: tuple[float, ...]
    """Edge -> corrections per shot on shots of the model."""
    runs: tuple[RunName, ...]

    @property
    def num_edges(self) -> int:
        """Edges of the graph."""
        return len(self.groups)

    @property
    def lengths(self) -> dict[str, int]:
        """Entries of lists, by `Column.length`."""
        return {
            "edges": self.num_edges,
            "detectors": self.num_detectors,
            "qubits": self.num_qubits,
        }

    @property
    def num_runs_of_split(self) -> dict[str, int]:
        """Runs of each split."""
        found = Counter(run.split for run in self.runs)
        return {split: found[split] for split in SPLITS}

    def to_json(self) -> str:
        """Return the text of `HEADER_FILE`."""
        data = {"format": FORMAT, "version": VERSION, **dataclasses.asdict(self)}
        return json.dumps(data, indent=1) + "\n"

    def metadata(self, run: RunName) -> dict[str, Any]:
        """Return what each file of a run says of itself."""
        data = dataclasses.asdict(self)
        del data["runs"]
        return {"format": FORMAT, "version": VERSION, **data, "run": dataclasses.asdict(run)}


def header_from_json(text: str) -> DatasetHeader:
    """Read the text of `HEADER_FILE`.

    Raises
    ------
    ValueError
        If it is no header, a damaged one, or one of a newer version.
    """
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise ValueError("Header must be that of a data set: JSON with format quantacore-dataset")
    check_version(data.pop("version", None))
    try:
        runs = tuple(RunName(**run) for run in data.pop("runs"))
        data |= {name: tuple(data[name]) for name in ("groups", "expected")}
        header = DatasetHeader(runs=runs, **data)
    except (KeyError, TypeError):
        raise ValueError("Header of the data set must be whole, but parts are missing") from None
    if len(header.groups) != len(header.expected):
        raise ValueError("Header of the data set must have as many groups as expected counts")
    if set(header.groups) != set(range(len(set(header.groups)))):
        raise ValueError("Groups of the header must be numbered from 0, but are not")
    if not all(isinstance(count, (int, float)) and count >= 0 for count in header.expected):
        raise ValueError("Expected counts of the header must be numbers, at least 0, but are not")
    return header


def check_version(version: object) -> None:
    """Raise `ValueError` unless this code can read the version of a data set."""
    if version != VERSION:
        raise ValueError(
            f"Version of the data set must be {VERSION}, not {version!r}: "
            "read it with the release of QuantaCore that made it, or make it again"
        )
