"""Device memory, on ordinary files: 32-bit words in place, and errors that say what is wrong."""

import mmap
import struct

import pytest

from quantacore.host.errors import LinkError
from quantacore.host.links.memory import DeviceMemory

PAGE = mmap.ALLOCATIONGRANULARITY


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "device"
    path.write_bytes(bytes(PAGE) + struct.pack("<4I", 1, 2, 0x8000_0003, 4) + bytes(PAGE - 16))
    return path


def test_device_memory_reads_and_writes_words_in_place(file):
    memory = DeviceMemory(str(file), offset=PAGE, size=16)
    memory.open()
    assert [memory.read32(offset) for offset in (0, 4, 8, 12)] == [1, 2, 0x8000_0003, 4]
    memory.write32(4, 0xFFFF_FFFE)
    assert memory.read32(4) == 0xFFFF_FFFE
    memory.close()
    assert file.read_bytes()[PAGE : PAGE + 16] == struct.pack("<4I", 1, 0xFFFF_FFFE, 0x8000_0003, 4)


def test_device_memory_opens_again_and_not_when_closed(file):
    memory = DeviceMemory(str(file), size=4)
    for _ in range(2):
        with pytest.raises(LinkError, match="must be open, but is not"):
            memory.read32(0)
        memory.open()
        memory.open()  # the first mapping is given back
        assert memory.read32(0) == 0
        memory.close()
        memory.close()


def test_device_memory_tells_what_cannot_be_opened(file, tmp_path):
    with pytest.raises(LinkError, match="no_uio must exist, but does not"):
        DeviceMemory(str(tmp_path / "no_uio")).open()
    with pytest.raises(LinkError, match=r"must open to read and write: .*directory"):
        DeviceMemory(str(tmp_path)).open()
    with pytest.raises(LinkError, match=f"must have {3 * PAGE:#x} bytes at 0x0: "):
        DeviceMemory(str(file), size=3 * PAGE).open()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"offset": 4}, f"Offset must be a multiple of {PAGE:#x}, not 0x4"),
        ({"offset": -PAGE}, "Offset must be a multiple of"),
        ({"size": 0}, "Size must be a multiple of 4 bytes and above 0, not 0"),
        ({"size": 6}, "Size must be a multiple of 4 bytes and above 0, not 6"),
    ],
)
def test_device_memory_rejects_bad_range(settings, message):
    with pytest.raises(ValueError, match=message):
        DeviceMemory("/dev/null", **settings)


def test_device_memory_rejects_bad_access(file):
    memory = DeviceMemory(str(file), size=8)
    memory.open()
    for offset in (-4, 2, 8):
        with pytest.raises(ValueError, match="Offset must be a multiple of 4 below 0x8, not"):
            memory.read32(offset)
        with pytest.raises(ValueError, match="Offset must be a multiple of 4 below 0x8, not"):
            memory.write32(offset, 0)
    for value in (-1, 1 << 32):
        with pytest.raises(ValueError, match=f"Value must have 32 bits, not {value}"):
            memory.write32(0, value)
    memory.close()
