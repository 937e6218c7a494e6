"""A step is done once, and never used when it is damaged."""

from pathlib import Path

import pytest

from quantacore.sim.synthesis.steps import DIGESTS, cached_step

pytestmark = pytest.mark.usefixtures("step_cache")


def make(folder: Path) -> list[str]:
    (folder / "kept").write_text("kept")
    (folder / "scratch").write_text("scratch")
    return ["kept"]


def fail(folder: Path) -> list[str]:
    (folder / "kept").write_text("half")
    raise ValueError("planted")


def test_cached_step_is_done_once_and_keeps_what_it_names(step_cache: Path) -> None:
    folder = cached_step(["a", "b"], make)
    assert cached_step(["a", "b"], fail) == folder
    assert {path.name for path in folder.iterdir()} == {"kept", DIGESTS}
    assert list(step_cache.iterdir()) == [folder]


def test_cached_step_differs_with_its_key() -> None:
    folders = {cached_step(key, make) for key in (["a", "b"], ["a"], ["a", "c"], ["b", "a"])}
    assert len(folders) == 4


def test_cached_step_leaves_nothing_after_failure(step_cache: Path) -> None:
    with pytest.raises(ValueError, match="planted"):
        cached_step(["a"], fail)
    assert not list(step_cache.iterdir())


@pytest.mark.parametrize("name", ["kept", DIGESTS])
@pytest.mark.parametrize("damage", ["truncated", "empty", "missing", "other"])
def test_cached_step_is_done_again_when_damaged(name: str, damage: str) -> None:
    folder = cached_step(["a"], make)
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    path = folder / name
    match damage:
        case "truncated":
            path.write_bytes(whole[name][:2])
        case "empty":
            path.write_bytes(b"")
        case "missing":
            path.unlink()
        case "other":
            path.write_text('{"format": "quantacore-synthesis-step", "version": 1, "files": []}')
    assert cached_step(["a"], make) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
