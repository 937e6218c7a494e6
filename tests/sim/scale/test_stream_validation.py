"""The comparison of model and streaming core sees a difference, and a wrong answer."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.scale import stream_validation
from quantacore.sim.scale.counting import Stream
from quantacore.sim.scale.stream_validation import validate_streams
from tests.sim.scale.small import EFFORT


class PretendedCore:
    """Take the model's cycles and some more."""

    late = 0
    shots = 0

    def __init__(self, folder: Path) -> None:
        self._stream = Stream(EFFORT.stream_settings[0])

    def load_image(self, image: Any) -> None:
        """Take any."""

    def read(self, register: str) -> int:
        """Return the number of the image."""
        return 1

    def run(self, shots: list[np.ndarray], **_: object) -> SimpleNamespace:
        """Count."""
        type(self).shots += len(shots)
        cycles = self._stream.cycles_of(np.stack(shots)).astype(np.uint64)
        cycles[:, 1] += np.uint64(self.late)
        return SimpleNamespace(fields={"cycles": cycles.reshape(-1)})


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> type[PretendedCore]:
    pretended = type("Core", (PretendedCore,), {})
    monkeypatch.setattr(stream_validation, "StreamBatch", pretended)
    monkeypatch.setattr(stream_validation, "cached_stream_core", lambda *_: Path())
    differs(monkeypatch, is_wrong=False)
    return pretended


def differs(monkeypatch: pytest.MonkeyPatch, *, is_wrong: bool) -> None:
    """Let the comparison with golden find that windows differ, or not."""
    found = SimpleNamespace(mismatching=np.array([is_wrong]))
    monkeypatch.setattr(stream_validation, "compare_stream", lambda *_, **__: found)


def test_equal_cycles_hold_and_are_not_run_again(core: type[PretendedCore]) -> None:
    stats = StatsFile()
    (found,) = validate_streams(EFFORT, [3], stats)
    assert (found.shots, found.differing, found.difference) == (200, 0, 0)
    assert found.setting.window == (3, 3)
    (again,) = validate_streams(EFFORT, [3], stats)
    assert again.model_mean == found.model_mean
    assert core.shots == 200


def test_a_cycle_more_in_one_window_is_seen(core: type[PretendedCore]) -> None:
    core.late = 1
    (found,) = validate_streams(EFFORT, [3], StatsFile())
    assert found.differing == 200
    assert found.difference < 0


def test_wrong_answer_is_an_error(
    core: type[PretendedCore], monkeypatch: pytest.MonkeyPatch
) -> None:
    differs(monkeypatch, is_wrong=True)
    with pytest.raises(RuntimeError, match="core must answer as the golden decoder does"):
        validate_streams(EFFORT, [3], StatsFile())
