"""There are only so many ECP5."""

import pytest

from quantacore.sim.synthesis.parts import Ecp5Part


def test_ecp5_part_has_a_name() -> None:
    assert Ecp5Part().name == "ECP5 85k CABGA381 speed 6"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"device": "99k"}, "Device must be one of 12k, 25k, 45k, 85k, not '99k'"),
        ({"device": "12k", "package": "CABGA756"}, "Package of 12k must be .* not 'CABGA756'"),
        ({"speed": 5}, "Speed grade must be one of 6, 7, 8, not 5"),
    ],
)
def test_ecp5_part_rejects(fields: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Ecp5Part(**fields)
