"""Boards and parts."""

import pytest

from quantacore.hdl.vendor.boards import BOARDS, check_part


def test_boards_have_parts():
    assert {"zcu216", "zcu104", "pynq_z2"} <= set(BOARDS)
    for name, board in BOARDS.items():
        assert board.name == name
        assert check_part(board.part) == board.part


@pytest.mark.parametrize("part", ["", "xc7z020; exec rm", "XC7Z020", "xc7-", "[exit]"])
def test_check_part_rejects(part):
    with pytest.raises(ValueError, match="Part must be lower-case words joined by dashes, not"):
        check_part(part)
