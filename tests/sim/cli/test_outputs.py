"""A file or folder is whole or absent."""

import errno
import os
from pathlib import Path

import pytest

from quantacore.sim.cli.outputs import (
    atomic_directory,
    atomic_output,
    check_distinct_outputs,
    check_writable,
    write_text,
)


def test_atomic_output_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with atomic_output(str(path)) as stream:
        stream.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_atomic_output_leaves_nothing_when_interrupted(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(interruption), atomic_output(str(tmp_path / "a")) as stream:
        stream.write(b"half")
        raise interruption
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


def test_atomic_output_says_which_file_found_no_room(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(OSError, match="No space left") as caught, atomic_output(str(path)):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConnectionError) as other, atomic_output(str(path)):
        raise ConnectionError(errno.ECONNRESET, "reset")
    assert other.value.filename is None


def test_atomic_output_has_the_permissions_of_other_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_text(str(tmp_path / "a"), "text")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_atomic_output_follows_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_text(str(tmp_path / "link"), "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_atomic_output_writes_a_device_directly() -> None:
    write_text(os.devnull, "text")
    assert not Path(os.devnull).is_file()


def test_atomic_output_rejects_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="must be a file"), atomic_output(str(tmp_path)):
        pass


def test_atomic_output_rejects_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="does not exist"), atomic_output(str(tmp_path / "x" / "a")):
        pass


def test_atomic_directory_appears_when_the_block_ends(tmp_path: Path) -> None:
    with atomic_directory(str(tmp_path / "core")) as folder:
        (folder / "manifest.json").write_text("{}")
        assert not (tmp_path / "core").exists()
    assert os.listdir(tmp_path) == ["core"]
    assert os.listdir(tmp_path / "core") == ["manifest.json"]


def test_atomic_directory_leaves_the_old_one_when_interrupted(tmp_path: Path) -> None:
    core = tmp_path / "core"
    core.mkdir()
    (core / "manifest.json").write_text("old")
    with (
        pytest.raises(KeyboardInterrupt),
        atomic_directory(str(core), replace=True) as folder,
    ):
        (folder / "manifest.json").write_text("new")
        raise KeyboardInterrupt
    assert (core / "manifest.json").read_text() == "old"
    assert os.listdir(tmp_path) == ["core"]


def test_atomic_directory_fills_an_empty_folder_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with atomic_directory(".") as folder:
        (folder / "core.v").touch()
        (folder / "manifest.json").touch()
    assert sorted(os.listdir(".")) == ["core.v", "manifest.json"]


def test_atomic_directory_leaves_an_empty_folder_empty_when_a_move_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_rename_to(tmp_path / "manifest.json", monkeypatch)
    with pytest.raises(OSError, match="no luck"), atomic_directory(str(tmp_path)) as folder:
        (folder / "core.v").touch()
        (folder / "manifest.json").touch()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("times", [1, 2], ids=["put_back", "kept_aside"])
def test_atomic_directory_never_loses_the_old_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    core = tmp_path / "core"
    core.mkdir()
    (core / "manifest.json").write_text("old")
    fail_rename_to(core, monkeypatch, times=times)
    with (
        pytest.raises(OSError, match="no luck"),
        atomic_directory(str(core), replace=True) as folder,
    ):
        (folder / "manifest.json").write_text("new")
    assert [path.read_text() for path in tmp_path.rglob("manifest.json")] == ["old"]
    assert core.exists() == (times == 1)


def fail_rename_to(target: Path, monkeypatch: pytest.MonkeyPatch, *, times: int = 1) -> None:
    """Let the first renames to ``target`` fail."""
    rename = Path.rename
    failures = iter(range(times))

    def failing(self: Path, to: Path) -> Path:
        if to == target and next(failures, None) is not None:
            raise OSError("no luck")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", failing)


def test_atomic_directory_replaces_a_core_only_when_told(tmp_path: Path) -> None:
    core = tmp_path / "core"
    core.mkdir()
    (core / "manifest.json").write_text("old")
    with pytest.raises(ValueError, match="add --force"), atomic_directory(str(core)):
        pass
    with atomic_directory(str(core), replace=True) as folder:
        (folder / "manifest.json").write_text("new")
    assert (core / "manifest.json").read_text() == "new"


def test_atomic_directory_never_replaces_a_folder_without_a_core(tmp_path: Path) -> None:
    (tmp_path / "thesis").write_text("precious")
    with (
        pytest.raises(ValueError, match="must be new, empty or hold a core"),
        atomic_directory(str(tmp_path), replace=True),
    ):
        pass
    assert (tmp_path / "thesis").exists()


def test_check_distinct_outputs_rejects_two_of_a_name() -> None:
    check_distinct_outputs(["a", None, None, "-"])
    with pytest.raises(ValueError, match="twice a"):
        check_distinct_outputs(["a", "a"])
    with pytest.raises(ValueError, match="standard output"):
        check_distinct_outputs(["-", "-"])


def test_check_distinct_outputs_rejects_two_names_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    for other in (f"{tmp_path}/./a", f"{tmp_path}/link"):
        with pytest.raises(ValueError, match="different names"):
            check_distinct_outputs([f"{tmp_path}/a", other])


def test_check_writable_rejects_what_could_not_be_written(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        check_writable(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        check_writable(str(tmp_path / "nowhere" / "file"))
    for path in (None, "-", str(tmp_path / "file"), os.devnull):
        check_writable(path)
    assert list(tmp_path.iterdir()) == []
