"""The header says all, and refuses to be read when it does not; the page shows the columns."""

import json
from pathlib import Path

import pytest

from quantacore.sim.experiments.dataset_schema import (
    TABLES,
    DatasetHeader,
    RunName,
    header_from_json,
)

HEADER = DatasetHeader(
    origin="simulated",
    settings={"shots": 3},
    circuit="",
    graph_hash="ab",
    num_detectors=2,
    num_qubits=1,
    groups=(0, 1, 0),
    expected=(0.1, 0.2, 0.0),
    runs=(
        RunName(regime="hot", seed=1, split="train"),
        RunName(regime="hot", seed=3, split="test"),
    ),
)


def test_header_reads_what_it_wrote():
    assert header_from_json(HEADER.to_json()) == HEADER
    assert HEADER.lengths == {"edges": 3, "detectors": 2, "qubits": 1}
    assert HEADER.num_runs_of_split == {"train": 1, "validation": 0, "test": 1}
    assert HEADER.runs[0].file_name == "hot-0001.parquet"


def changed(**changes):
    return json.dumps(json.loads(HEADER.to_json()) | changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be that of a data set"),
        ("[1]", "must be that of a data set"),
        (changed(format="quantacore-graph"), "must be that of a data set"),
        (changed(version=2), "Version of the data set must be 1, not 2"),
        (changed(version=None), "Version of the data set must be 1, not None"),
        (changed(runs=None), "must be whole, but parts are missing"),
        (changed(mood="good"), "must be whole"),
        (json.dumps({"format": "quantacore-dataset", "version": 1}), "must be whole"),
        (changed(groups=[0, 1]), "as many groups as expected"),
        (changed(groups=[0, -1, 0]), "Groups of the header must be numbered from 0"),
        (changed(groups=[0, 2, 0]), "Groups of the header must be numbered from 0"),
        (changed(expected=[0.1, -1, 0]), "Expected counts of the header must be"),
        (changed(expected=[0.1, "x", 0]), "Expected counts of the header must be"),
    ],
)
def test_damaged_or_newer_headers_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        header_from_json(text)


def test_page_shows_every_column():
    page = (Path(__file__).parents[3] / "docs" / "datasets.md").read_text()
    for columns in TABLES.values():
        for column in columns:
            kind = f"{column.kind}, {column.length}" if column.length else column.kind
            kind += ", may be null" if column.optional else ""
            assert f"| `{column.name}` | {kind} | {column.text} |" in page
