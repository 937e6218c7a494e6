"""Commands are kept beside results."""

from pathlib import Path

import pytest

from quantacore.sim.experiments.run_manifest import MANIFEST_FILE, RunRecord, add_run, read_runs

FIRST = RunRecord(command="quantacore scale --out x", files=("scale.json",), exit_code=0)
SECOND = RunRecord(command="quantacore scale --out x --shots 9", files=("a",), exit_code=1)


def test_commands_are_kept_in_their_order_and_once(tmp_path: Path) -> None:
    for record in (FIRST, SECOND, FIRST):
        add_run(tmp_path, record)
    assert read_runs(tmp_path) == [SECOND, FIRST]


def test_file_has_its_record_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("x")
    add_run(path, FIRST)
    assert (tmp_path / "c.csv.run.json").exists()
    assert read_runs(path) == [FIRST]
    assert read_runs(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{", '{"format": "quantacore-runs", "version": 1}', "[]"])
def test_damaged_record_is_told_and_replaced_by_the_next(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(ValueError, match=r"run.json: must be the record of commands"):
        read_runs(tmp_path)
    add_run(tmp_path, FIRST)
    assert read_runs(tmp_path) == [FIRST]
