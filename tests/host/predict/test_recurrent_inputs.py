"""What the network is told: of the group, its neighbours and sensors, whatever the graph's size."""

from collections.abc import Sequence

import numpy as np
import pytest

from quantacore.host.predict.hidden_markov import HiddenMarkov
from quantacore.host.predict.learn_transitions import default_levels, prior_transitions
from quantacore.host.predict.recurrent_inputs import INPUTS, LARGEST_INPUT, RecurrentInputs

RATES, SEEN = INPUTS.index("log of count / exposure"), INPUTS.index("seen: 1, gap: 0")
BESIDE = INPUTS.index("log of counts / exposures of neighbours")
LARGEST_BESIDE = INPUTS.index("largest filtered log ratio of neighbours")
SENSORS = INPUTS.index("sensor 0, value")


def new(num_groups: int = 3, neighbours: Sequence[Sequence[int]] | None = None) -> RecurrentInputs:
    levels = default_levels()
    return RecurrentInputs(
        HiddenMarkov(num_groups, levels=levels, transitions=prior_transitions(levels), step_s=10.0),
        epoch_s=10.0,
        environment_mean=np.array([15.0, 1.0]),
        environment_deviation=np.array([2.0, 0.1]),
        neighbours=neighbours,
    )


def told(
    inputs: RecurrentInputs,
    counts: Sequence[float],
    exposures: Sequence[float],
    environment: np.ndarray | None = None,
) -> np.ndarray:
    return inputs.update(
        np.array(counts, float),
        np.array(exposures, float),
        time_s=10.0,
        elapsed_s=0.0,
        environment=environment,
    )


def test_inputs_tell_rates_and_gaps() -> None:
    found = told(new(), [19, 9, 0], [9, 9, 0])
    np.testing.assert_allclose(found[:, RATES], [np.log(2), 0, 0])
    np.testing.assert_array_equal(found[:, SEEN], [1, 1, 0])


def test_inputs_are_of_the_neighbours_that_were_named() -> None:
    found = told(new(neighbours=[(1,), (0, 2), ()]), [100, 10, 10], [10, 10, 10])
    assert found[0, BESIDE] == pytest.approx(0)
    assert found[1, BESIDE] == pytest.approx(np.log(56 / 11))
    assert found[2, BESIDE] == found[2, LARGEST_BESIDE] == 0
    assert found[1, LARGEST_BESIDE] > 1 > abs(found[0, LARGEST_BESIDE])


def test_inputs_are_of_all_groups_when_no_neighbours_are_named() -> None:
    found = told(new(), [100, 10, 10], [10, 10, 10])
    np.testing.assert_allclose(found[:, BESIDE], np.log(41 / 11))


def test_inputs_say_which_sensors_are_there() -> None:
    for environment, expected in (
        (None, [0, 0, 0, 0]),
        (np.zeros(0), [0, 0, 0, 0]),
        (np.array([17.0]), [1, 1, 0, 0]),
        (np.array([np.nan, 0.9]), [0, 0, -1, 1]),
        (np.array([17.0, 1.0, 99.0]), [1, 1, 0, 1]),
    ):
        found = told(new(), [1, 1, 1], [1, 1, 1], environment)
        np.testing.assert_allclose(found[:, SENSORS:], [expected] * 3, atol=1e-9)


def test_inputs_of_a_group_do_not_depend_on_how_many_there_are() -> None:
    few = told(new(3, [(1,), (0,), ()]), [30, 5, 7], [10, 10, 10])
    many = told(new(6, [(1,), (0,), (), (), (), ()]), [30, 5, 7] * 2, [10] * 6)
    local = [i for i, name in enumerate(INPUTS) if "all groups" not in name]
    np.testing.assert_allclose(many[:3, local], few[:, local])


def test_inputs_are_bounded() -> None:
    found = told(new(), [1e15, 0, 1e15], [1e-6, 1e12, 0])
    assert np.isfinite(found).all() and np.abs(found).max() <= LARGEST_INPUT


@pytest.mark.parametrize(
    ("neighbours", "text"),
    [
        ([(1,)], "Neighbours must be named for each of 3 groups, not for 1"),
        ([(1,), (3,), ()], "Neighbours of group 1 must be 0 to 2"),
    ],
)
def test_inputs_reject_strange_neighbours(neighbours: list[tuple[int, ...]], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        new(neighbours=neighbours)
