"""Joint windows of gates: shapes, and streams that are the gate's own."""

import numpy as np
import pytest

from quantacore.golden.decode.window import WindowDecoder
from quantacore.sim.allocation.gate_windows import Gate


def gate(name: str, distance: int = 3) -> Gate:
    return Gate(name, distance, 0.005, commit_rounds=distance, buffer_rounds=distance)


@pytest.mark.parametrize(
    ("name", "ready", "one_image"),
    [("merge-zz", (6, 9, 10), True), ("surgery-cnot", (6, 9, 12, 13), False)],
)
def test_gate_is_cut_into_windows(name: str, ready: tuple, one_image: bool) -> None:
    made = gate(name)
    assert made.shape.ready_rounds == ready
    assert made.shape.rounds == ready[-1]
    assert made.has_one_image == one_image


def test_windows_of_a_gate_hold_what_is_carried_over() -> None:
    made = gate("merge-zz")
    stream = made.stream(num_shots=200, seed=4)
    windows = list(stream.windows())
    assert [window for window, _, _ in windows] == [0, 1, 2]
    whole = WindowDecoder(stream.images[0], passes=3).decode_shots(stream.rounds)
    # The passes that ran tell whether a window had defects: of later ones also carried ones.
    for window, _, defects in windows:
        assert np.array_equal(whole.passes[:, window] > 0, defects.any(axis=1))
    later = windows[1][2]
    plain = stream.rounds[:, 3:9].reshape(200, -1)
    assert (later[:, : plain.shape[1]] != plain).any()


@pytest.mark.parametrize(
    ("name", "message"), [("fold-x", "Gate must be one of"), ("steane-h", "made of rounds")]
)
def test_gate_rejects_what_has_no_rounds(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        gate(name)
