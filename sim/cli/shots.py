"""Read and write shot data in chunks, in stim's formats 01 and b8.

In: a path, the number of bits of a shot.   Out: ``uint8`` rows of packed bits (b8), chunk by chunk.
Next: `quantacore.sim.cli.decode`.

stim's own reader takes a whole file at once and accepts rows that do not fit; a decoder is fed
gigabytes, and a wrong number of detectors must be noticed.
"""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np

from quantacore.golden.spec.bits import pack_bits, packed_bytes, unpack_bits
from quantacore.sim.cli.outputs import STANDARD_STREAM

NO_SHOTS = "{}: Shots must be at least 1, not 0: nothing was compared"
FORMATS = ("01", "b8")

CHUNK_BYTES = 1 << 24
"""Memory that one chunk of rows may take, in bytes."""


def chunk_shots(*bits_per_shot: int, most: int = 1 << 14) -> int:
    """Return how many shots to handle at once so that their unpacked rows fit `CHUNK_BYTES`.

    Examples
    --------
    >>> chunk_shots(24, 1)
    16384
    """
    return max(1, min(most, CHUNK_BYTES // max(1, sum(bits_per_shot))))


def count_shots(path: str, *, format: str, num_bits: int) -> int | None:
    """Return how many shots a file holds by its size; None for streams.

    Raises
    ------
    ValueError
        If a b8 file does not hold whole shots.
    """
    if path == STANDARD_STREAM or not Path(path).is_file():
        return None
    size = Path(path).stat().st_size
    if format == "01":
        return (size + 1) // (num_bits + 1)
    width = packed_bytes(num_bits)
    if size % width:
        raise ValueError(_wrong_size(path, num_bits, size))
    return size // width


def read_shots(
    path: str, *, format: str, num_bits: int, what: str, max_shots: int
) -> Iterator[np.ndarray]:
    """Yield packed rows of at most ``max_shots`` shots at a time.

    Parameters
    ----------
    path : str
        ``-`` for standard input.
    format : {"01", "b8"}
        01: a line of ``0`` and ``1`` for each shot. b8: ``ceil(num_bits / 8)`` bytes for each
        shot, little-endian bits.
    num_bits : int
        Bits of a shot, at least 1.
    what : str
        What the bits are, for messages: "detectors" or "observables".
    max_shots : int

    Yields
    ------
    uint8, shape ``(num_shots, ceil(num_bits / 8))``
        All chunks but the last have ``max_shots`` rows.

    Raises
    ------
    ValueError
        If the data does not hold whole shots of that many bits.
    """
    on_stdin = path == STANDARD_STREAM
    with nullcontext(sys.stdin.buffer) if on_stdin else open(path, "rb") as stream:
        rows = _read_b8 if format == "b8" else _read_01
        yield from rows(stream, path, num_bits, what, max_shots)


def _read_b8(
    stream: BinaryIO, path: str, num_bits: int, what: str, max_shots: int
) -> Iterator[np.ndarray]:
    width = packed_bytes(num_bits)
    padding = (0xFF << (num_bits % 8)) & 0xFF if num_bits % 8 else 0
    first = 0
    while data := stream.read(max_shots * width):
        if len(data) % width:
            raise ValueError(_wrong_size(path, num_bits, first * width + len(data), what))
        rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, width)
        wrong = np.flatnonzero(rows[:, -1] & padding)
        if len(wrong):
            raise ValueError(
                f"{path}: Bits of shot {first + int(wrong[0])} past the {num_bits} {what} must "
                "be 0: the file has shots of another size, or observables appended"
            )
        yield rows
        first += len(rows)


def _read_01(
    stream: BinaryIO, path: str, num_bits: int, what: str, max_shots: int
) -> Iterator[np.ndarray]:
    first = 0
    line_end = b"\n"
    data = stream.read(num_bits + 2)
    if data[num_bits:] == b"\r\n":
        line_end = b"\r\n"
    width = num_bits + len(line_end)
    data += stream.read(max_shots * width - len(data))
    while data:
        if len(data) % width == num_bits:  # the last line needs no line end
            data += line_end
        lines = np.frombuffer(data[: len(data) - len(data) % width], dtype=np.uint8)
        lines = lines.reshape(-1, width)
        digits = lines[:, :num_bits] ^ ord("0")
        ended = (lines[:, num_bits:] == np.frombuffer(line_end, np.uint8)).all(axis=1)
        wrong = np.flatnonzero(~ended | (digits > 1).any(axis=1))
        if len(wrong) or len(data) % width:
            shot = int(wrong[0]) if len(wrong) else len(lines)
            line = data[shot * width :].partition(b"\n")[0].rstrip(b"\r")
            shown = line[:20].decode(errors="replace") + ("..." if len(line) > 20 else "")
            raise ValueError(
                f"{path}: Shot {first + shot} must be a line of {num_bits} characters 0 or 1 "
                f"({num_bits} {what}, format 01), not {len(line)}: {shown!r}"
            )
        yield pack_bits(digits)
        first += len(lines)
        data = stream.read(max_shots * width)


def write_shots(stream: BinaryIO, rows: np.ndarray, *, format: str, num_bits: int) -> None:
    """Append packed rows of ``num_bits`` bits to an open file."""
    if format == "b8":
        stream.write(np.ascontiguousarray(rows).tobytes())
        return
    lines = np.full((len(rows), num_bits + 1), ord("\n"), dtype=np.uint8)
    lines[:, :num_bits] = unpack_bits(rows, num_bits=num_bits) + np.uint8(ord("0"))
    stream.write(lines.tobytes())


def _wrong_size(path: str, num_bits: int, size: int, what: str = "detectors") -> str:
    width = packed_bytes(num_bits)
    return (
        f"{path}: File must hold whole shots of {width} bytes ({num_bits} {what}, format b8), "
        f"not {size} bytes: {size % width} too many"
    )
