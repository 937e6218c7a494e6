"""The register map is consistent, and its page is fresh."""

import pytest

from quantacore.golden.spec.registers import (
    ADDRESS_BITS,
    CORE_FAULTS,
    FAULTS,
    REGISTER_BITS,
    REGISTER_BY_NAME,
    REGISTERS,
    Access,
    render_registers,
)
from tests.repo.sources import ROOT


def test_page_is_fresh() -> None:
    assert (ROOT / "docs" / "registers.md").read_text() == render_registers()


def test_addresses_are_whole_words_and_unlike() -> None:
    addresses = [register.address for register in REGISTERS]
    assert len(set(addresses)) == len(REGISTERS) == len(REGISTER_BY_NAME)
    assert all(address % 4 == 0 and address < 1 << ADDRESS_BITS for address in addresses)


def test_fields_lie_side_by_side() -> None:
    for register in REGISTERS:
        used = 0
        for field in register.fields:
            assert field.width and not used & field.mask, f"{register.name}.{field.name}"
            assert field.least <= field.reset < 1 << field.width
            used |= field.mask
        assert used < 1 << REGISTER_BITS


def test_every_fault_has_bit_enable_and_counter() -> None:
    assert FAULTS[: len(CORE_FAULTS)] == CORE_FAULTS
    for bit, fault in enumerate(FAULTS):
        for name in ("faults", "fault_enable"):
            assert REGISTER_BY_NAME[name].unpack(1 << bit)[fault.name] == 1
        assert REGISTER_BY_NAME[f"{fault.name}_count"].access is Access.FAULT_COUNT


def test_identity_is_where_every_driver_looks() -> None:
    assert [REGISTER_BY_NAME[name].address for name in ("id", "version", "graph_hash")] == [0, 4, 8]
    assert REGISTER_BY_NAME["id"].reset.to_bytes(4, "big") == b"QCOR"


def test_register_packs_and_unpacks_its_fields() -> None:
    register = REGISTER_BY_NAME["fault_enable"]
    word = register.pack(short_packet=1, bad_access=1)
    assert word == 1 | 1 << 10
    assert {name for name, value in register.unpack(word).items() if value} == {
        "short_packet",
        "bad_access",
    }


def test_register_rejects_values_that_it_cannot_hold() -> None:
    with pytest.raises(ValueError, match=r"max_passes must be in 1 \.\. 7, not 0"):
        REGISTER_BY_NAME["max_passes"].pack(max_passes=0)
    with pytest.raises(KeyError):
        REGISTER_BY_NAME["control"].pack(nothing=1)


@pytest.mark.parametrize(
    ("name", "word", "takes"),
    [
        ("id", 0, False),
        ("windows", 0, False),
        ("max_passes", 1, True),
        ("max_passes", 0, False),
        ("max_passes", 8, False),  # only its lowest three bits count
        ("cycle_budget", 0, True),
        ("image_start", 0, True),
        ("faults", 1, True),
    ],
)
def test_register_takes_what_its_access_and_fields_allow(name: str, word: int, takes: bool) -> None:
    assert REGISTER_BY_NAME[name].takes(word) == takes
