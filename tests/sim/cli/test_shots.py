"""Shot data in stim's formats, read in chunks and checked."""

import io
from pathlib import Path

import numpy as np
import pytest
import stim

from quantacore.golden.spec.bits import pack_bits
from quantacore.sim.cli.shots import chunk_shots, count_shots, read_shots, write_shots

WIDTHS = [1, 7, 8, 9, 24, 120]


def random_bits(num_shots: int, num_bits: int) -> np.ndarray:
    return np.random.default_rng([num_shots, num_bits]).random((num_shots, num_bits)) < 0.3


def read_all(path: Path, *, format: str, num_bits: int, max_shots: int = 7) -> list[np.ndarray]:
    return list(
        read_shots(
            str(path), format=format, num_bits=num_bits, what="detectors", max_shots=max_shots
        )
    )


@pytest.mark.parametrize("format", ["01", "b8"])
@pytest.mark.parametrize("num_bits", WIDTHS)
def test_read_shots_reads_what_stim_wrote(tmp_path: Path, format: str, num_bits: int) -> None:
    bits = random_bits(23, num_bits)
    path = tmp_path / "shots"
    stim.write_shot_data_file(data=bits, path=path, format=format, num_detectors=num_bits)
    chunks = read_all(path, format=format, num_bits=num_bits)
    assert [len(chunk) for chunk in chunks] == [7, 7, 7, 2]
    np.testing.assert_array_equal(np.concatenate(chunks), pack_bits(bits))
    assert count_shots(str(path), format=format, num_bits=num_bits) == 23


@pytest.mark.parametrize("format", ["01", "b8"])
@pytest.mark.parametrize("num_bits", WIDTHS)
def test_write_shots_writes_what_stim_reads(tmp_path: Path, format: str, num_bits: int) -> None:
    bits = random_bits(23, num_bits)
    path = tmp_path / "shots"
    with open(path, "wb") as stream:
        for part in (bits[:10], bits[10:]):
            write_shots(stream, pack_bits(part), format=format, num_bits=num_bits)
    found = stim.read_shot_data_file(path=path, format=format, num_detectors=num_bits)
    np.testing.assert_array_equal(found, bits)


def test_write_shots_writes_empty_lines_without_observables() -> None:
    stream = io.BytesIO()
    write_shots(stream, np.zeros((2, 0), np.uint8), format="01", num_bits=0)
    assert stream.getvalue() == b"\n\n"


@pytest.mark.parametrize("format", ["01", "b8"])
def test_read_shots_of_an_empty_file_gives_none(tmp_path: Path, format: str) -> None:
    (tmp_path / "empty").touch()
    assert read_all(tmp_path / "empty", format=format, num_bits=9) == []


@pytest.mark.parametrize("text", [b"010\r\n111\r\n", b"010\r\n111", b"010\n111"])
def test_read_shots_takes_every_line_end(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "shots").write_bytes(text)
    for max_shots in (1, 2, 3):
        chunks = read_all(tmp_path / "shots", format="01", num_bits=3, max_shots=max_shots)
        assert np.concatenate(chunks).tolist() == [[2], [7]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"010\n01\n", "Shot 1 must be a line of 3 characters .* not 2: '01'"),
        (b"0101\n", "Shot 0 must be .* not 4: '0101'"),
        (b"010\n01x\n", "Shot 1 must be .* not 3: '01x'"),
        (b"010\n\n", "Shot 1 must be .* not 0"),
        (b"\x00\xff\xff\xff", "Shot 0"),
    ],
)
def test_read_shots_rejects_wrong_lines(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "shots").write_bytes(text)
    for max_shots in (1, 2, 100):
        with pytest.raises(ValueError, match=message):
            read_all(tmp_path / "shots", format="01", num_bits=3, max_shots=max_shots)


def test_read_shots_rejects_part_of_a_shot(tmp_path: Path) -> None:
    (tmp_path / "shots").write_bytes(bytes(10))
    with pytest.raises(ValueError, match=r"3 bytes \(24 detectors, format b8\), not 10 bytes"):
        read_all(tmp_path / "shots", format="b8", num_bits=24, max_shots=2)
    with pytest.raises(ValueError, match="not 10 bytes: 1 too many"):
        count_shots(str(tmp_path / "shots"), format="b8", num_bits=24)


def test_read_shots_rejects_bits_past_the_last_detector(tmp_path: Path) -> None:
    (tmp_path / "shots").write_bytes(bytes([0, 1, 0, 2]))
    with pytest.raises(ValueError, match="Bits of shot 1 past the 9 detectors must be 0"):
        read_all(tmp_path / "shots", format="b8", num_bits=9, max_shots=1)


def test_count_shots_does_not_know_streams() -> None:
    assert count_shots("-", format="b8", num_bits=9) is None


def test_chunk_shots_bounds_memory() -> None:
    assert chunk_shots(10) == 1 << 14
    assert chunk_shots(1 << 20) == 16
    assert chunk_shots(1 << 30) == 1
