"""Write and read the files of a data set: whole or absent, and checked.

In: columns by name, `DatasetHeader`, folder.   Out: Parquet files, and columns again.
Next: `quantacore.sim.experiments.dataset_reader`.

Pages have checksums, and each file says which data set, run and settings it is of, so that a file
that was damaged, or came from elsewhere, is noticed. No pandas is needed to read them.
"""

import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quantacore.sim.experiments.dataset_schema import (
    FORMAT,
    HEADER_FILE,
    TABLES,
    Column,
    DatasetHeader,
    RunName,
    check_version,
    header_from_json,
)

METADATA_KEY = b"quantacore"
TYPES = {
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "list<int32>": pa.list_(pa.int32()),
    "list<double>": pa.list_(pa.float64()),
}

Columns = Mapping[str, Sequence[Any]]
"""Name of a column -> its entries, one for each epoch."""


def run_file(folder: Path, table: str, run: RunName) -> Path:
    """Return where a run's file of one of `TABLES` is."""
    return folder / table / run.file_name


def table_bytes(columns: Columns, *, table: str, header: DatasetHeader, run: RunName) -> bytes:
    """Return the Parquet file of one of `TABLES`; the same columns give the same bytes."""
    schema = pa.schema(
        [pa.field(c.name, TYPES[c.kind], nullable=c.optional) for c in TABLES[table]],
        metadata={METADATA_KEY: json.dumps(header.metadata(run))},
    )
    stream = io.BytesIO()
    pq.write_table(
        pa.table(dict(columns), schema=schema),
        stream,
        compression="zstd",
        write_page_checksum=True,
    )
    return stream.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, even after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(unfinished, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read_header(folder: Path) -> DatasetHeader | None:
    """Return the header of a data set; None if the folder is empty or not there.

    Raises
    ------
    ValueError
        If the folder holds something else, or the header is damaged or newer.
    """
    path = folder / HEADER_FILE
    if not path.exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ValueError(
                f"{folder}: must be a data set, a new folder or an empty one; has no {HEADER_FILE}"
            )
        return None
    try:
        return header_from_json(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def read_run(
    folder: Path, table: str, run: RunName, header: DatasetHeader
) -> dict[str, np.ndarray | list[Any]]:
    """Read a run's file of one of `TABLES`.

    Returns
    -------
    dict
        Lists of a fixed length are arrays of shape ``(num_epochs, length)``; those that may be
        null, or have any length, are Python lists.

    Raises
    ------
    ValueError
        If the file is missing, damaged, newer, or of another data set or run.
    """
    path = run_file(folder, table, run)
    if not path.exists():
        raise ValueError(f"{path}: is missing: the command that made the data set makes it again")
    try:
        found = pq.read_table(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError, ValueError):
        raise ValueError(f"{path}: is damaged; remove it and make it again") from None
    try:
        _check_metadata(found.schema.metadata or {}, header.metadata(run))
        columns = {c.name: _column(found, c, header) for c in TABLES[table]}
        if not found.num_rows:
            raise ValueError("Run must have at least one epoch, but has none")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return columns


def _check_metadata(found: Mapping[bytes, bytes], wanted: dict[str, Any]) -> None:
    try:
        said = json.loads(found[METADATA_KEY])
    except (KeyError, ValueError):
        said = {}
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ValueError("File must be of a data set, but does not say so")
    check_version(said.get("version"))
    wanted = json.loads(json.dumps(wanted))  # tuples become lists, as in the file
    for name, value in wanted.items():
        if said.get(name) != value:
            raise ValueError(
                f"File must be of the same data set and run as {HEADER_FILE} says, "
                f"but its {name} differs"
            )


def _column(table: Any, column: Column, header: DatasetHeader) -> np.ndarray | list[Any]:
    if column.name not in table.column_names:
        raise ValueError(f"Columns must include {column.name}, but do not")
    values = table[column.name]
    if values.type != TYPES[column.kind]:
        raise ValueError(f"Column {column.name} must be of {column.kind}, not {values.type}")
    if values.null_count and not column.optional:
        raise ValueError(f"Column {column.name} must have no nulls, but has {values.null_count}")
    entries = values.to_pylist()
    if column.length is not None:
        wanted = header.lengths[column.length]
        strange = {len(entry) for entry in entries if entry is not None} - {wanted}
        if strange:
            raise ValueError(
                f"Lists of {column.name} must have {wanted} entries, not {min(strange)}"
            )
    if column.optional or (column.length is None and column.kind.startswith("list")):
        return list(entries)
    dtype = np.float64 if "double" in column.kind else np.int64
    return np.array(entries, dtype)
