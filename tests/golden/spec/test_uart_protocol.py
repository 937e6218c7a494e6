"""Frames of the UART protocol: round trips, damage, resynchronisation."""

import random

import pytest

from quantacore.golden.spec.uart_protocol import (
    DOCS,
    END,
    ESC,
    PAYLOADS,
    REASON_DOCS,
    Frame,
    FrameDecoder,
    Opcode,
    Reason,
    crc16,
    encode_frame,
    hello,
    payload_bytes,
    read_register,
    render_protocol,
    send_round,
    write_register,
)
from tests.repo.sources import ROOT


def random_frame(rng: random.Random) -> Frame:
    opcode = rng.choice(list(Opcode))
    size = payload_bytes(opcode, num_slots=20, num_observables=3)
    # Many ends and escapes, so that escaping is tested too.
    payload = bytes(rng.choice([END, ESC, 0xDC, rng.randrange(256)]) for _ in range(size))
    return Frame(opcode=opcode, tag=rng.randrange(256), payload=payload)


def test_frames_come_back_whatever_the_pieces() -> None:
    rng = random.Random("uart_protocol/round_trip")
    frames = [random_frame(rng) for _ in range(200)]
    data = b"".join(map(encode_frame, frames))
    decoder = FrameDecoder()
    found = []
    while data:
        size = rng.randrange(1, 30)
        found += decoder.feed(data[:size])
        data = data[size:]
    assert found == frames
    assert decoder.bad_frames == 0


@pytest.mark.parametrize("damage", ["lost", "changed", "added"])
def test_one_bad_byte_spoils_at_most_two_frames_and_makes_none(damage: str) -> None:
    rng = random.Random(f"uart_protocol/{damage}")
    for _ in range(300):
        frames = [random_frame(rng) for _ in range(5)]
        data = bytearray(b"".join(map(encode_frame, frames)))
        at = rng.randrange(len(data))
        if damage == "lost":
            del data[at]
        elif damage == "changed":
            data[at] ^= 1 << rng.randrange(8)
        else:
            data.insert(at, rng.randrange(256))
        decoder = FrameDecoder()
        found = decoder.feed(bytes(data) + bytes([END]))
        assert all(frame in frames for frame in found)
        assert len(found) >= 3
        assert len(found) == 5 or decoder.bad_frames > 0 or damage == "lost"


def test_garbage_is_passed_over() -> None:
    rng = random.Random("uart_protocol/garbage")
    decoder = FrameDecoder()
    for number in range(200):
        frame = random_frame(rng)
        garbage = rng.randbytes(rng.randrange(40))
        assert decoder.feed(garbage + encode_frame(frame))[-1:] == [frame], number


@pytest.mark.parametrize(
    "body",
    [b"", b"\x01", b"\x01\x00", b"\x7f\x00", b"\x02\x00\x20", b"\x01\x00\x00", b"\x04\x00\x01"],
    ids=["empty", "short", "hello", "opcode", "write-short", "hello-long", "round-without-defects"],
)
def test_only_frames_of_the_right_length_are_frames(body: bytes) -> None:
    frame = bytes([END]) + body + crc16(body).to_bytes(2, "big") + bytes([END])
    found = FrameDecoder().feed(frame)
    assert [f.opcode for f in found] == ([Opcode.HELLO] if body == b"\x01\x00" else [])


@pytest.mark.parametrize("tail", [b"", b"\x00", b"\xc1"])
def test_escape_must_be_of_something_that_is_escaped(tail: bytes) -> None:
    decoder = FrameDecoder()
    assert decoder.feed(bytes([END, 1, 0, ESC]) + tail + bytes([END])) == []
    assert decoder.bad_frames == 1


def test_commands_are_what_the_board_reads() -> None:
    assert hello(3) == Frame(opcode=Opcode.HELLO, tag=3)
    assert write_register(4, address=0x30, value=3).values() == {"address": 0x30, "value": 3}
    assert read_register(5, address=0x20).values() == {"address": 0x20}
    frame = send_round(6, defects=b"\x01\x80", shot_end=True)
    assert frame.values() == {"flags": 1, "defects": 0x8001}
    assert len(frame.payload) == payload_bytes(Opcode.ROUND, num_slots=16, num_observables=0)


def test_frame_rejects_tags_that_are_no_bytes() -> None:
    with pytest.raises(ValueError, match=r"Tag must be in 0 .. 255, not 256"):
        encode_frame(hello(256))


def test_page_has_the_tables() -> None:
    assert render_protocol() in (ROOT / "docs" / "boards.md").read_text()


def test_everything_is_documented() -> None:
    assert set(DOCS) == set(PAYLOADS) == set(Opcode)
    assert set(REASON_DOCS) == set(Reason)
