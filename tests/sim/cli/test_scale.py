"""The verb `scale`, small."""

import json
from pathlib import Path

import pytest

from quantacore.sim.cli.main import main

SMALL = ["--distances", "3", "5", "--largest", "5", "--ps", "0.02", "--shots", "2000"]
LOCAL = ["--rtl", "--synth", "--build", "--stream_rtl", "--stream_synth", "--workers", "0"]


def scale(folder: Path, *words: str) -> int:
    return main(["scale", "--out", str(folder), *SMALL, *LOCAL, *words])


def test_scale_writes_all_its_files_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "scaled"
    assert scale(folder) == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *("counts.csv", "cores.json", "scale.json", "scale.csv", "scale.md", "scale.png"),
        "run.json",
    }
    printed = capsys.readouterr().out
    assert "| 5 | 120" in printed
    assert "RFSoC XCZU49DR" in printed
    counts = (folder / "counts.csv").read_bytes()
    assert scale(folder, "--json") == 0
    assert (folder / "counts.csv").read_bytes() == counts
    data = json.loads(capsys.readouterr().out)
    assert [line["distance"] for line in data["lines"]] == [3, 5]
    assert data["lines"][1]["at"][0]["cycles"]["kind"] == "modelled"
    assert data == json.loads((folder / "scale.json").read_text())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--distances", "4"], "Distance must be odd and at least 3, not 4"),
        (["--rtl", "9"], "--rtl must be distances of the table, 3 5, not 9"),
        (["--stream_rtl", "7"], "--stream_rtl must be distances of the table, 3 5, not 7"),
        (["--largest_window", "1"], "largest_window must be at least 3, not 1"),
        (["--synth", "4"], "--synth must be distances of the table, 3 5, not 4"),
        (["--record", "none.json"], "none.json: record of `quantacore bench area` does not exist"),
        (["--workers", "-1"], "workers must be at least 0, not -1"),
        (["--ps", "2"], "Noise strength must be in (0, 0.5], not 2.0"),
        (["--largest", "3"], "largest must be at least the largest distance 5, not 3"),
    ],
)
def test_scale_rejects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    folder = tmp_path / "scaled"
    assert scale(folder, *words) == 2
    assert message in capsys.readouterr().err
    assert not folder.exists()


def test_scheduler_that_is_not_there_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="extra predict is not installed")
    monkeypatch.setattr("quantacore.sim.experiments.dask_runs.ANSWER_S", 0.5)
    words = ["scale", "--out", str(tmp_path / "scaled"), *SMALL, *LOCAL[:-2]]
    assert main([*words, "--scheduler", "tcp://127.0.0.1:9"]) == 2
    assert "Scheduler must answer at tcp://127.0.0.1:9, but did not" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_scale_rejects_counts_of_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "counts.csv").write_text("a,b\n1,2\n")
    assert scale(tmp_path) == 2
    assert "File must begin with sinter's CSV header" in capsys.readouterr().err


def test_scale_goes_on_after_a_cut_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scale(tmp_path) == 0
    path = tmp_path / "counts.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    assert scale(tmp_path) == 0
    assert "unfinished last line removed, it is counted again" in capsys.readouterr().err
    assert len(path.read_bytes().splitlines()) == len(whole.splitlines())


def test_scale_writes_the_page_of_the_documents(tmp_path: Path) -> None:
    page = tmp_path / "scale.md"
    marks = (
        "<!-- scale: this part is written by `quantacore scale --docs docs` -->",
        "<!-- end of scale -->",
    )
    page.write_text(f"before\n{marks[0]}\nold\n{marks[1]}\nafter\n")
    assert scale(tmp_path / "scaled", "--docs", str(tmp_path)) == 0
    text = page.read_text()
    assert text.startswith(f"before\n{marks[0]}\n")
    assert text.endswith(f"\n{marks[1]}\nafter\n")
    assert "### What a distance costs" in text
    assert "old" not in text.split()
    assert (tmp_path / "scale.png").read_bytes().startswith(b"\x89PNG")


def test_page_without_marks_is_refused_before_anything_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scale.md").write_text("nothing")
    assert scale(tmp_path / "scaled", "--docs", str(tmp_path)) == 2
    assert "Page must have the lines" in capsys.readouterr().err
    assert not (tmp_path / "scaled").exists()
