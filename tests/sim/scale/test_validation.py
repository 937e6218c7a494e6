"""The comparison of model and core sees a difference, and a wrong answer."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.spec.results import DecodedShots
from quantacore.sim.experiments.stats_file import StatsFile
from quantacore.sim.scale import validation
from quantacore.sim.scale.counting import problem_of
from quantacore.sim.scale.validation import validate
from tests.sim.scale.small import EFFORT


class PretendedCore:
    """Answer as golden does, in the model's cycles and some more."""

    late = 0
    is_wrong = False
    shots = 0

    def __init__(self, folder: Path) -> None:
        problem = problem_of(EFFORT.cycle_settings[0])
        self._golden = UnionFindDecoder(problem.graph, problem.image, passes=3)
        self._mesh = MeshCycles(problem.graph, problem.image, passes=3)

    def __enter__(self) -> "PretendedCore":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def load_image(self, image: Any) -> None:
        """Take any."""

    def decode_shots(self, events: np.ndarray, **_: object) -> DecodedShots:
        """Decode."""
        type(self).shots += len(events)
        answers = self._golden.decode_shots(events, with_corrections=True)
        cycles = self._mesh.count_shots(events).cycles + self.late
        predictions = answers.predictions ^ np.uint8(self.is_wrong)
        return dataclasses.replace(answers, cycles=cycles, predictions=predictions)


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> type[PretendedCore]:
    pretended = type("Core", (PretendedCore,), {})
    monkeypatch.setattr(validation, "BatchCore", pretended)
    monkeypatch.setattr(validation, "cached_core", lambda *_: Path())
    return pretended


def test_equal_cycles_hold(core: type[PretendedCore]) -> None:
    (found,) = validate(EFFORT, [3], StatsFile())
    assert (found.shots, found.differing, found.difference) == (200, 0, 0)
    assert found.holds


def test_one_cycle_more_is_seen(core: type[PretendedCore]) -> None:
    core.late = 1
    (found,) = validate(EFFORT, [3], StatsFile())
    assert found.differing == 200
    assert found.difference < -0.02
    assert not found.holds


def test_what_was_run_is_not_run_again(core: type[PretendedCore]) -> None:
    stats = StatsFile()
    first = validate(EFFORT, [3], stats)
    again = validate(EFFORT, [3], stats)
    assert core.shots == 200
    assert again[0].model_mean == first[0].model_mean


def test_wrong_answer_is_an_error(core: type[PretendedCore]) -> None:
    core.is_wrong = True
    with pytest.raises(RuntimeError, match="core must answer as the golden decoder does"):
        validate(EFFORT, [3], StatsFile())
