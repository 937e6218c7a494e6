"""What is looked at, and what is refused."""

import re

import pytest

from quantacore.sim.scale.settings import CYCLES, ERRORS, Effort, Setting


def test_windows_are_looked_at_in_shots_that_are_longer() -> None:
    effort = Effort(distances=(3,), ps=(0.01,), rounds=(1.0, 4.0), windows=(1.0,), largest=3)
    assert effort.error_series == [
        (Setting(3, 0.01, 3), (0.01, 1.0, None)),
        (Setting(3, 0.01, 12), (0.01, 4.0, None)),
        (Setting(3, 0.01, 12, (3, 3)), (0.01, 4.0, 1.0)),
    ]


def test_cycles_are_counted_at_every_distance_of_the_table() -> None:
    effort = Effort(distances=(3, 5), ps=(0.01,), largest=9)
    assert [each.distance for each in effort.cycle_settings] == [3, 5, 7, 9]
    assert {each.rounds - each.distance for each in effort.cycle_settings} == {0}


def test_windows_are_streamed_up_to_a_distance_of_their_own() -> None:
    effort = Effort(distances=(3,), ps=(0.01, 0.02), largest=9, largest_window=6)
    found = [(each.distance, each.rounds, each.window) for each in effort.stream_settings]
    assert found == 2 * [(3, 11, (3, 3))] + 2 * [(5, 19, (5, 5))]


def test_long_shots_are_fewer_so_that_rounds_are_as_many() -> None:
    effort = Effort(shots=1000, cycle_shots=30)
    assert effort.most_shots(ERRORS, Setting(5, 0.01, 5)) == 1000
    assert effort.most_shots(ERRORS, Setting(5, 0.01, 20, (5, 3))) == 250
    assert effort.most_shots(ERRORS, Setting(5, 0.01, 2)) == 1000
    assert effort.most_shots(CYCLES, Setting(5, 0.01, 20)) == 30


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"distances": (4,)}, "Distance must be odd and at least 3, not 4"),
        ({"ps": (0.7,)}, "Noise strength must be in (0, 0.5], not 0.7"),
        ({"ps": ()}, "ps must hold at least one number"),
        ({"shots": 0}, "shots must be at least 1, not 0"),
        ({"largest": 7}, "largest must be at least the largest distance 9, not 7"),
        ({"largest": 99}, "largest must be at most 41, not 99"),
        ({"largest_window": 1}, "largest_window must be at least 3, not 1"),
        ({"rounds": (-1.0,)}, "rounds must be above 0 and at most 100 times the distance, not -1"),
        ({"windows": (float("nan"),)}, "windows must be above 0"),
        (
            {"windows": (0.5,)},
            "windows must be shorter than a shot, but rounds are at most 1 times the distance",
        ),
        ({"seed": -1}, "seed must be at least 0, not -1"),
    ],
)
def test_effort_rejects(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Effort(**changes)  # type: ignore[arg-type]
