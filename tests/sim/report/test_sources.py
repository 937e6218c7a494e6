"""Folders of results are known by what is in them; what is damaged is named."""

import json
import shutil
from pathlib import Path

import pytest

from quantacore.sim.experiments.run_manifest import MANIFEST_FILE, RunRecord, add_run
from quantacore.sim.report.section import ADAPTATION, AREA, LATENCY, OTHER, SCALING
from quantacore.sim.report.sources import read_place
from quantacore.sim.scale.tables import tables, to_json
from tests.repo.sources import ROOT
from tests.sim.report.test_page import PNG
from tests.sim.scale.made_up import made_up_scaling


@pytest.fixture
def scaled(tmp_path: Path) -> Path:
    folder = tmp_path / "scaled"
    folder.mkdir()
    found = made_up_scaling()
    (folder / "scale.json").write_text(
        json.dumps(to_json(found, {}, tables(found, p=0.01)), indent=1)
    )
    (folder / "scale.png").write_bytes(PNG)
    files = ("scale.json", "scale.png")
    add_run(folder, RunRecord(command="quantacore scale --out x", files=files, exit_code=0))
    return folder


def test_scale_folder_has_tables_picture_and_command(scaled: Path) -> None:
    found = read_place(str(scaled))
    (section,) = found.sections
    assert section.subject == SCALING
    assert len(section.tables) == 6
    assert len(section.pictures) == 1
    assert [run.command for run in section.commands] == ["quantacore scale --out x"]
    assert section.text[0].startswith("ECP5-85: ")
    assert found.warnings == []


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.1, 0.9])
def test_cut_json_is_named(scaled: Path, share: float) -> None:
    path = scaled / "scale.json"
    text = path.read_text()
    path.write_text(text[: int(share * len(text))])
    found = read_place(str(scaled))
    assert [section.title for section in found.sections] == ["Pictures"]
    (warning,) = found.warnings
    assert "scale.json: left out: must be whole JSON, but is cut or damaged" in warning
    (scaled / "scale.png").unlink()
    with pytest.raises(ValueError, match=r"holds none that can be shown .*is cut or damaged"):
        read_place(str(scaled))


def test_other_results_are_shown_beside_what_is_cut(scaled: Path) -> None:
    shutil.copy(ROOT / "docs" / "synthesis.json", scaled)
    path = scaled / "scale.json"
    path.write_text(path.read_text()[:-100])
    found = read_place(str(scaled))
    assert found.sections[0].subject == AREA
    assert len(found.warnings) == 1


def test_unfinished_run_says_how_to_go_on(scaled: Path) -> None:
    shutil.copy(ROOT / "docs" / "synthesis.json", scaled)
    (scaled / "scale.json").unlink()
    (scaled / "counts.csv").write_text("")
    found = read_place(str(scaled))
    assert "not finished: counts.csv is there and scale.json is not" in found.warnings[-1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.json", '{"format": "quantacore-latency", "rows": 7}'),
        ("x.json", '{"format": "quantacore-area", "rows": [{}]}'),
        ("x.json", '{"format": "quantacore-synthesis"}'),
        ("x.json", '{"format": "quantacore-scale", "tables": [{"title": "x"}]}'),
        ("log.jsonl", "{"),
        ("log.jsonl", ""),
        ("x.csv", "shots,errors\n1"),
    ],
)
def test_damaged_file_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=rf"{name}: (left out: )?\w"):
        read_place(str(tmp_path))


def test_printed_json_of_any_bench_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "latency.json"
    rows = [{"distance": 3, "mean": 4.5}]
    path.write_text(json.dumps({"format": "quantacore-latency", "version": 1, "rows": rows}))
    (section,) = read_place(str(path)).sections
    assert section.subject == LATENCY
    assert section.tables[0].rows == [["3", "4.5"]]


def test_predictions_are_about_adaptation(tmp_path: Path) -> None:
    rows = [{"regime": "jumps", "regret": 1.5, "regret_low": 1.0, "regret_high": 2.0}]
    text = json.dumps({"format": "quantacore-regret", "version": 1, "rows": rows})
    (tmp_path / "regret.json").write_text(text)
    (section,) = read_place(str(tmp_path)).sections
    assert section.subject == ADAPTATION
    assert section.tables[0].rows == [["jumps", "1.5 [1, 2]"]]


def test_comparison_of_codes_shows_what_matters(tmp_path: Path) -> None:
    row = {"family": "rotated", "d_x": 3, "z_shots": 9, "per_round": 1e-3}
    row |= {"per_round_low": 5e-4, "per_round_high": 2e-3}
    text = json.dumps({"format": "quantacore-code-comparison", "version": 1, "rows": [row]})
    (tmp_path / "comparison.json").write_text(text)
    (tmp_path / "errors.png").write_bytes(PNG)
    (section,) = read_place(str(tmp_path)).sections
    (table,) = section.tables
    assert table.head == ["family", "d x", "errors per round (95 %)"]
    assert table.rows == [["rotated", "3", "0.001 [0.0005, 0.002]"]]
    assert len(section.pictures) == 1


def test_pictures_of_a_kept_command_are_shown_alone(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    with pytest.raises(ValueError, match="holds none that can be shown"):
        read_place(str(tmp_path))
    command = "quantacore bench plot --in c.csv --out x"
    add_run(tmp_path, RunRecord(command=command, files=("a.png",), exit_code=0))
    (section,) = read_place(str(tmp_path)).sections
    assert section.subject == OTHER
    assert section.commands[0].command == command


def test_picture_of_something_else_is_not_shown_with_a_result(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docs" / "synthesis.json", tmp_path)
    (tmp_path / "scale.png").write_bytes(PNG)
    area, alone = read_place(str(tmp_path)).sections
    assert area.pictures == ()
    assert (alone.title, len(alone.pictures)) == ("Pictures", 1)


def test_picture_of_the_same_name_needs_no_command(scaled: Path) -> None:
    (scaled / MANIFEST_FILE).unlink()
    (section,) = read_place(str(scaled)).sections
    assert len(section.pictures) == 1


def test_damaged_record_of_commands_leaves_results(scaled: Path) -> None:
    (scaled / MANIFEST_FILE).write_text("{")
    found = read_place(str(scaled))
    assert len(found.sections) == 1
    assert found.sections[0].commands == ()
    assert "run.json" in found.warnings[0]


def test_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "data.json").write_text("{}")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"must hold results of `quantacore bench --out`"):
        read_place(str(tmp_path))


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_place(str(tmp_path / "none"))
