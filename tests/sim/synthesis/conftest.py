"""A cache of its own for tests that count what is done, or break it."""

from pathlib import Path

import pytest

from quantacore.sim.synthesis import steps


@pytest.fixture
def step_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep steps in a fresh folder.

    Not by XDG_CACHE_HOME: the tools keep their compiled selves there, too, and would take a minute
    for them again.
    """
    folder = tmp_path / "cache"
    monkeypatch.setattr(steps, "cache_directory", lambda: folder)
    return folder / "synthesis"
