"""Files are whole, say what they are of, and damage is noticed."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quantacore.sim.experiments.dataset_files import (
    read_header,
    read_run,
    run_file,
    table_bytes,
    write_whole,
)
from quantacore.sim.experiments.dataset_schema import DatasetHeader, RunName

RUN = RunName(regime="hot", seed=1, split="train")
HEADER = DatasetHeader(
    origin="simulated",
    settings={"shots": 300},
    circuit="H 0",
    graph_hash="ab",
    num_detectors=2,
    num_qubits=1,
    groups=(0, 1, 0),
    expected=(0.1, 0.2, 0.0),
    runs=(RUN,),
)
COLUMNS = {
    "epoch": [0, 1],
    "time_s": [1.0, 2.0],
    "shots": [300, 300],
    "corrections": [[3, 0, 1], [5, 2, 0]],
    "events": [[1, 2], [3, 4]],
    "errors": [1, 0],
    "temperature_mk": [15.0, 15.5],
    "readout_level": [1.0, None],
    "decoherence": [[0.1], None],
}


def written(folder, columns=COLUMNS, header=HEADER, run=RUN):
    data = table_bytes(columns, table="observations", header=header, run=run)
    path = run_file(folder, "observations", RUN)
    write_whole(path, data)
    return path


def test_columns_come_back(tmp_path):
    written(tmp_path)
    found = read_run(tmp_path, "observations", RUN, HEADER)
    assert found["corrections"].tolist() == COLUMNS["corrections"]
    assert found["time_s"].tolist() == [1.0, 2.0]
    assert found["decoherence"] == [[0.1], None]
    assert found["readout_level"] == [1.0, None]


def test_damaged_bytes_are_noticed_or_harmless(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    before = read_run(tmp_path, "observations", RUN, HEADER)
    noticed = 0
    places = range(0, len(whole), 31)
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            found = read_run(tmp_path, "observations", RUN, HEADER)
        except ValueError as error:
            noticed += 1
            assert str(path) in str(error)  # noqa: PT017  # harmless damage raises nothing
        else:
            assert {n: str(v) for n, v in found.items()} == {n: str(v) for n, v in before.items()}
    assert noticed > 0.5 * len(places)


def test_damaged_numbers_are_noticed_by_their_checksum(tmp_path):
    """What no compression can shorten lies open in the file: another byte, another number."""
    numbers = np.random.default_rng(1).integers(1 << 62, size=500)
    columns = {name: [entries[0]] * 500 for name, entries in COLUMNS.items()}
    path = written(tmp_path, columns | {"epoch": list(range(500)), "errors": numbers.tolist()})
    whole = path.read_bytes()
    place = whole.index(numbers[250:252].tobytes())
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with pytest.raises(ValueError, match="is damaged"):
        read_run(tmp_path, "observations", RUN, HEADER)


@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_half_a_file_is_refused(tmp_path, part):
    path = written(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(ValueError, match="is damaged; remove it"):
        read_run(tmp_path, "observations", RUN, HEADER)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"hot-0001.parquet: is missing"):
        read_run(tmp_path, "observations", RUN, HEADER)


def test_files_of_other_data_sets_and_runs_are_refused(tmp_path):
    written(tmp_path, run=RunName(regime="hot", seed=2, split="train"))
    with pytest.raises(ValueError, match="but its run differs"):
        read_run(tmp_path, "observations", RUN, HEADER)
    other = {**vars(HEADER), "settings": {"shots": 400}}
    written(tmp_path, header=DatasetHeader(**other))
    with pytest.raises(ValueError, match="but its settings differs"):
        read_run(tmp_path, "observations", RUN, HEADER)
    pq.write_table(pa.table({"epoch": [1]}), run_file(tmp_path, "observations", RUN))
    with pytest.raises(ValueError, match="must be of a data set"):
        read_run(tmp_path, "observations", RUN, HEADER)


def test_lists_of_another_length_are_refused(tmp_path):
    written(tmp_path, COLUMNS | {"corrections": [[3, 0, 1], [5, 2]]})
    with pytest.raises(ValueError, match="Lists of corrections must have 3 entries, not 2"):
        read_run(tmp_path, "observations", RUN, HEADER)
    written(tmp_path, COLUMNS | {"decoherence": [[3.0, 0.0], None]})
    with pytest.raises(ValueError, match="Lists of decoherence must have 1 entries, not 2"):
        read_run(tmp_path, "observations", RUN, HEADER)


def test_columns_that_are_missing_or_of_another_kind_are_refused(tmp_path):
    path = written(tmp_path)
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["events"]), path)
    with pytest.raises(ValueError, match="Columns must include events"):
        read_run(tmp_path, "observations", RUN, HEADER)
    index = table.column_names.index("shots")
    floats = table.set_column(index, "shots", table["shots"].cast(pa.float64()))
    pq.write_table(floats, path)
    with pytest.raises(ValueError, match="Column shots must be of int64, not double"):
        read_run(tmp_path, "observations", RUN, HEADER)
    nulls = table.set_column(index, "shots", pa.array([None, 1], pa.int64()))
    pq.write_table(nulls, path)
    with pytest.raises(ValueError, match="Column shots must have no nulls, but has 1"):
        read_run(tmp_path, "observations", RUN, HEADER)
    pq.write_table(table.slice(0, 0), path)
    with pytest.raises(ValueError, match="at least one epoch, but has none"):
        read_run(tmp_path, "observations", RUN, HEADER)


def test_writing_leaves_the_old_file_or_the_new_one(tmp_path):
    path = tmp_path / "deep" / "file"
    write_whole(path, b"old")
    with pytest.raises(TypeError):
        write_whole(path, "text")
    assert path.read_bytes() == b"old"
    assert [p.name for p in path.parent.iterdir()] == ["file"]
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_header_of_another_thing_is_named(tmp_path):
    assert read_header(tmp_path) is None
    assert read_header(tmp_path / "new") is None
    (tmp_path / "dataset.json").write_text("{}")
    with pytest.raises(ValueError, match=r"dataset.json: Header must be that of a data set"):
        read_header(tmp_path)
