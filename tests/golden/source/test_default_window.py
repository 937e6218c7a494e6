"""Windows for circuits whose users give none."""

import pytest
import stim

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.default_window import default_window
from quantacore.golden.source.window import RepeatingCircuit


@pytest.mark.parametrize("distance", [3, 5])
def test_default_window_follows_the_distance(distance: int) -> None:
    source = RepeatingCircuit(rotated_memory(distance=distance, p=0.01))
    assert default_window(source) == (distance, distance)


def test_circuit_without_logical_faults_has_no_default() -> None:
    text = str(rotated_memory(distance=3, p=0.01))
    lines = [line for line in text.splitlines() if "OBSERVABLE_INCLUDE" not in line]
    circuit = stim.Circuit("\n".join(lines))
    with pytest.raises(ValueError, match="Windows must be given for this circuit"):
        default_window(RepeatingCircuit(circuit))
