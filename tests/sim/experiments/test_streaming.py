"""Timing of streams: counts that add up, and reactions that are those of the run."""

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.sim.experiments.point import Point
from quantacore.sim.experiments.streaming import measure_stream, reactions
from quantacore.sim.stream_batch import StreamedWindows


def testreactions_count_from_the_last_round_of_each_window():
    plan = window_plan(
        RepeatingCircuit(rotated_memory(distance=3, p=0.01)), commit_rounds=2, buffer_rounds=1
    )
    # Two shots of 6 rounds; windows hold rounds 0-2, 2-4, and 4-5.
    streamed = StreamedWindows(
        fields={},
        valid_at=np.array([30, 50, 61, 130, 150, 165], np.uint64),
        accepted_at=np.arange(0, 120, 10, dtype=np.uint64),
        faults={},
        responses=np.zeros(0, np.uint8),
        corrections=None,
    )
    assert reactions(streamed, plan, 6).tolist() == [10, 10, 11, 50, 50, 55]


@pytest.mark.parametrize(
    ("setting", "message"),
    [({"windows": 0}, "Number of windows"), ({"period": 0}, "Period"), ({"seed": -1}, "[Ss]eed")],
)
def test_settings_out_of_range_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        measure_stream(Point(distance=3, p=0.01), **setting)


@pytest.mark.slow
@pytest.mark.verilator
def test_stream_is_measured_and_compared():
    done = []
    row = measure_stream(
        Point(distance=3, p=0.005, rounds=20), windows=200, period=50, progress=done.append
    )
    assert (row.commit_rounds, row.buffer_rounds, row.passes, row.period) == (3, 3, 3, 50)
    assert (row.mismatches, row.faults) == (0, 0)
    assert row.windows == 204 == done[-1] == row.reaction.num_shots  # 34 shots of 6 windows
    assert row.final_reaction.num_shots == 34
    assert row.rounds == 34 * 21
    assert 1 <= row.cycles_per_round < 50
    assert row.reaction.cycles[0] >= 1
    assert row.micro_blossom is None
