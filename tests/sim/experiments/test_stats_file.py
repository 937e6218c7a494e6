"""The file of results: appended to, read by sinter, mended after a crash, refused if not ours."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import sinter

from quantacore.sim.experiments import stats_file
from quantacore.sim.experiments.stats_file import StatsFile, new_task, read_stats

TASK = new_task("a decoder, with a comma", {"d": 3, "p": 0.01}, "content")


def counts(shots: int, errors: int = 0, **custom: int) -> sinter.TaskStats:
    return TASK.with_edits(shots=shots, errors=errors, custom_counts=Counter(custom))


def test_stats_file_adds_up_what_earlier_runs_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for shots in (10, 20):
        with StatsFile(path) as stats:
            stats.add(counts(shots, 1, both=1))
    with StatsFile(path) as stats:
        assert stats.counted(TASK) == counts(30, 2, both=2)
    (found,) = sinter.read_stats_from_csv_files(str(path))
    assert found == counts(30, 2, both=2)
    assert path.read_text().startswith(sinter.CSV_HEADER + "\n")
    assert len(path.read_text().splitlines()) == 3


def test_read_stats_counts_no_shot_twice(tmp_path: Path) -> None:
    for name, shots in (("a.csv", 10), ("b.csv", 30), ("c.csv", 20)):
        with StatsFile(tmp_path / name) as stats:
            stats.add(counts(shots))
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv", "b.csv")]
    assert read_stats(paths) == [counts(30)]


def test_stats_file_keeps_an_empty_file_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    with StatsFile(tmp_path / "a.csv"):
        pass
    assert (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("name", ["/dev/null", "/dev/full"])
def test_stats_file_rejects_devices(name: str) -> None:
    with pytest.raises(ValueError, match="File must be an ordinary one"), StatsFile(name):
        pass


def test_stats_file_saves_at_intervals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats_file, "SAVE_SECONDS", -1.0)
    with StatsFile(tmp_path / "a.csv") as stats:
        stats.add(counts(5))
        assert read_stats([tmp_path / "a.csv"]) == [counts(5)]


def test_stats_file_saves_when_interrupted(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), StatsFile(tmp_path / "a.csv") as stats:
        stats.add(counts(5))
        raise KeyboardInterrupt
    assert read_stats([tmp_path / "a.csv"]) == [counts(5)]


def test_stats_file_leaves_nothing_when_nothing_was_counted(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bad"), StatsFile(tmp_path / "a.csv"):
        raise ValueError("bad")
    assert not list(tmp_path.iterdir())


def test_stats_file_works_without_a_file() -> None:
    with StatsFile() as stats:
        assert stats.counted(TASK).shots == 0
        stats.add(counts(5))
        stats.save()
        assert stats.counted(TASK).shots == 5


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_stats_file_drops_a_line_that_was_cut_off(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.csv"
    for shots in (10, 20):
        with StatsFile(path) as stats:
            stats.add(counts(shots))
    path.write_bytes(path.read_bytes()[:-cut])
    assert read_stats([path]) == [counts(10)]
    with StatsFile(path) as stats:
        assert stats.dropped
        assert stats.counted(TASK).shots == 10
        stats.add(counts(7))
    assert read_stats([path]) == [counts(17)]


def test_stats_file_starts_over_from_half_a_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(sinter.CSV_HEADER[:20])
    with StatsFile(path) as stats:
        stats.add(counts(7))
    assert read_stats([path]) == [counts(7)]


ROW = counts(10).to_csv_line()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "File must begin with sinter's CSV header"),
        (b"hello\n", "not 'hello'"),
        (b"\x89PNG\r\n\x1a\n\0\0", "File must begin with sinter's CSV header"),
        (b"a,b,c\n1,2,3\n", "not 'a,b,c'"),
        (f"{sinter.CSV_HEADER}\n1,2\n".encode(), "Every row must be as sinter writes it"),
        (f"{sinter.CSV_HEADER}\nx{ROW}\n".encode(), "Every row must be as sinter writes it"),
        (f"{sinter.CSV_HEADER}\n{ROW[:60]}\n".encode(), "Every row must be as sinter writes it"),
        (f"{sinter.CSV_HEADER}\n1,2,0,0,a,b,1,\n".encode(), "as sinter writes it"),
        (f"{sinter.CSV_HEADER}\n\xff\n".encode("latin1"), "as sinter writes it"),
    ],
)
def test_stats_file_rejects_other_files(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as error, StatsFile(path):
        pass
    assert str(error.value).startswith(f"{path}: ")
    assert path.read_bytes() == content
    with pytest.raises(ValueError, match=r"a\.csv: "):
        read_stats([path])


def test_stats_file_rejects_a_file_that_another_run_has_open(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    other = (
        "import sys; from quantacore.sim.experiments.stats_file import StatsFile\n"
        "with StatsFile(sys.argv[1]): print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", other, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(ValueError, match="must not be in use"), StatsFile(path):
            pass
        process.communicate(b"")


def test_task_identity_covers_everything() -> None:
    one = new_task("a", {"d": 3}, "x").strong_id
    others = [new_task("b", {"d": 3}, "x"), new_task("a", {"d": 5}, "x"), new_task("a", {"d": 3})]
    assert len({one, *(task.strong_id for task in others)}) == 4
    assert one == new_task("a", {"d": 3}, "x").strong_id
