"""What a board and its computer say to each other over a UART: frames, byte by byte.

In: commands, answers.   Out: bytes, and back; `FrameDecoder` takes bytes as they come.
Next: `quantacore.hdl.platform.board_core` (the board's side), ``docs/boards.md``.

A frame is ``END opcode tag payload CRC END``. `END` comes nowhere else: in a frame it is escaped,
as in SLIP (RFC 1055). So a lost, added or changed byte spoils the frames that it touches, and the
next `END` begins anew. The CRC covers opcode, tag and payload.

Commands carry a tag, one more each time (mod 256). The board executes a command only if its tag is
the one that it expects, so each is executed once and in order; a computer that gets an `ERROR`
sends again from the tag that the error names (go-back-N).
"""

import binascii
from dataclasses import dataclass
from enum import IntEnum

from quantacore.golden.spec.prediction_word import prediction_bits

PROTOCOL_VERSION = 1
END = 0xC0
ESC = 0xDB
ESCAPED = {END: 0xDC, ESC: 0xDD}
"""Byte -> what follows `ESC` in its place."""
CRC_BYTES = 2
OVERHEAD_BYTES = 2 + CRC_BYTES
"""Of a frame, without its ends: opcode, tag, CRC."""
ANSWER_BIT = 0x80
SHOT_END_FLAG = 1
ROUND_FLAGS_BYTES = 1


class Opcode(IntEnum):
    """First byte of a frame. Answers have the command's with `ANSWER_BIT`."""

    HELLO = 0x01
    WRITE = 0x02
    READ = 0x03
    ROUND = 0x04
    RESET = 0x05
    HELLO_ANSWER = 0x81
    WRITE_ANSWER = 0x82
    READ_ANSWER = 0x83
    ROUND_ANSWER = 0x84
    PREDICTION = 0x90
    ERROR = 0xA0


class Reason(IntEnum):
    """Payload of `Opcode.ERROR`: why the board executed nothing."""

    FRAMING = 1
    CRC = 2
    OPCODE = 3
    LENGTH = 4
    TAG = 5
    NO_ROOM = 6


REASON_DOCS = {
    Reason.FRAMING: "a byte had no stop bit, was lost in a full queue, or was wrongly escaped",
    Reason.CRC: "the CRC is not that of the frame",
    Reason.OPCODE: "no command has this opcode",
    Reason.LENGTH: "the payload of this opcode is shorter or longer, or the frame has no CRC",
    Reason.TAG: "another tag is expected: a command before this one was not executed",
    Reason.NO_ROOM: "the core takes no round now (`control.no_wait` is 0): send it again",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some bytes of a payload, little-endian."""

    name: str
    num_bytes: int | None
    """None: depends on the core."""
    doc: str


_ADDRESS = Part(name="address", num_bytes=1, doc="of a register, see registers.md")
_REFUSED = Part(name="refused", num_bytes=1, doc="1: the register refused the access")

PAYLOADS: dict[Opcode, tuple[Part, ...]] = {
    Opcode.HELLO: (),
    Opcode.WRITE: (_ADDRESS, Part(name="value", num_bytes=4, doc="what is written")),
    Opcode.READ: (_ADDRESS,),
    Opcode.ROUND: (
        Part(name="flags", num_bytes=ROUND_FLAGS_BYTES, doc="bit 0: last round of its shot"),
        Part(name="defects", num_bytes=None, doc="slot k is bit k; `num_slots` bits, whole bytes"),
    ),
    Opcode.RESET: (),
    Opcode.HELLO_ANSWER: (
        Part(name="version", num_bytes=1, doc="of this protocol"),
        Part(name="queue_bytes", num_bytes=2, doc="bytes that may be sent and unanswered"),
        Part(name="bad_frames", num_bytes=2, doc="spoiled frames since reset; stops at 65535"),
    ),
    Opcode.WRITE_ANSWER: (_REFUSED,),
    Opcode.READ_ANSWER: (_REFUSED, Part(name="value", num_bytes=4, doc="0 if refused")),
    Opcode.ROUND_ANSWER: (),
    Opcode.PREDICTION: (
        Part(name="word", num_bytes=None, doc="fields as in golden/spec/prediction_word.py"),
    ),
    Opcode.ERROR: (Part(name="reason", num_bytes=1, doc="see below"),),
}
"""Opcode -> its payload, in the order of the bytes."""

COMMANDS = (Opcode.HELLO, Opcode.WRITE, Opcode.READ, Opcode.ROUND, Opcode.RESET)

DOCS = {
    Opcode.HELLO: "who are you? Any tag; the next command has the next one",
    Opcode.WRITE: "write a register",
    Opcode.READ: "read a register",
    Opcode.ROUND: "one round of the rounds stream",
    Opcode.RESET: "restart the board's logic, as after power-up. Any tag; no answer",
    Opcode.HELLO_ANSWER: "to HELLO",
    Opcode.WRITE_ANSWER: "to WRITE: it was executed or refused",
    Opcode.READ_ANSWER: "to READ",
    Opcode.ROUND_ANSWER: "to ROUND: the core has it",
    Opcode.PREDICTION: "one window; unasked. The tag counts predictions from 0: a gap is a loss",
    Opcode.ERROR: "nothing was executed; the tag is the one that is expected",
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One frame, without ends, escapes and CRC."""

    opcode: Opcode
    tag: int
    """0 .. 255."""
    payload: bytes = b""

    def values(self) -> dict[str, int]:
        """Return the parts of the payload by name; one part of open length takes what is left.

        Examples
        --------
        >>> Frame(opcode=Opcode.READ_ANSWER, tag=7, payload=bytes([0, 0x52, 1, 0, 0])).values()
        {'refused': 0, 'value': 338}
        """
        found, at = {}, 0
        for part in PAYLOADS[self.opcode]:
            size = len(self.payload) - at if part.num_bytes is None else part.num_bytes
            found[part.name] = int.from_bytes(self.payload[at : at + size], "little")
            at += size
        return found


def payload_bytes(opcode: Opcode, *, num_slots: int, num_observables: int) -> int:
    """Return how long the payload of an opcode is for a core of these sizes.

    Examples
    --------
    >>> payload_bytes(Opcode.ROUND, num_slots=24, num_observables=1)
    4
    """
    of_core = {"defects": -(-num_slots // 8), "word": prediction_bits(num_observables) // 8}
    parts = PAYLOADS[opcode]
    return sum(of_core[p.name] if p.num_bytes is None else p.num_bytes for p in parts)


def crc16(data: bytes) -> int:
    """Return the CRC-16/IBM-3740 (polynomial 0x1021, first 0xffff); sent high byte first.

    Examples
    --------
    >>> hex(crc16(b"123456789"))
    '0x29b1'
    """
    return binascii.crc_hqx(data, 0xFFFF)


def encode_frame(frame: Frame) -> bytes:
    """Return the bytes of a frame, both ends included.

    Raises
    ------
    ValueError
        If the tag is not a byte.

    Examples
    --------
    >>> encode_frame(Frame(opcode=Opcode.READ, tag=0, payload=bytes([0x20]))).hex(" ")
    'c0 03 00 20 b1 ae c0'
    """
    if not 0 <= frame.tag <= 255:
        raise ValueError(f"Tag must be in 0 .. 255, not {frame.tag!r}")
    body = bytes([frame.opcode, frame.tag]) + frame.payload
    body += crc16(body).to_bytes(CRC_BYTES, "big")
    escaped = b"".join(
        bytes([ESC, ESCAPED[byte]]) if byte in ESCAPED else bytes([byte]) for byte in body
    )
    return bytes([END]) + escaped + bytes([END])


def hello(tag: int) -> Frame:
    """Return the command that begins a conversation."""
    return Frame(opcode=Opcode.HELLO, tag=tag)


def write_register(tag: int, *, address: int, value: int) -> Frame:
    """Return the command that writes a register."""
    payload = bytes([address]) + value.to_bytes(4, "little")
    return Frame(opcode=Opcode.WRITE, tag=tag, payload=payload)


def read_register(tag: int, *, address: int) -> Frame:
    """Return the command that reads a register."""
    return Frame(opcode=Opcode.READ, tag=tag, payload=bytes([address]))


def send_round(tag: int, *, defects: bytes, shot_end: bool) -> Frame:
    """Return the command that sends a round.

    Parameters
    ----------
    tag : int
    defects : bytes
        ``ceil(num_slots / 8)``, little-endian bits: slot k is ``defects[k // 8] >> (k % 8) & 1``.
    shot_end : bool
        The round is the last of its shot.
    """
    return Frame(opcode=Opcode.ROUND, tag=tag, payload=bytes([SHOT_END_FLAG * shot_end]) + defects)


class FrameDecoder:
    """Bytes as they come -> frames; what is no frame is counted and passed over.

    Attributes
    ----------
    bad_frames : int
        Frames that were spoiled: CRC, escape, opcode, length.

    Examples
    --------
    >>> decoder = FrameDecoder()
    >>> bytes_of_frame = encode_frame(Frame(opcode=Opcode.HELLO, tag=0xC0))
    >>> decoder.feed(b"garbage" + bytes_of_frame[:3])
    []
    >>> decoder.feed(bytes_of_frame[3:])
    [Frame(opcode=<Opcode.HELLO: 1>, tag=192, payload=b'')]
    >>> decoder.bad_frames
    1
    """

    def __init__(self) -> None:
        self.bad_frames = 0
        self._body = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes; return the frames that are complete with them."""
        frames = []
        for byte in data:
            if byte != END:
                self._body.append(byte)
            elif self._body:
                frame = _decode_body(bytes(self._body))
                self._body.clear()
                if frame is None:
                    self.bad_frames += 1
                else:
                    frames.append(frame)
        return frames


def _decode_body(escaped: bytes) -> Frame | None:
    """Return the frame of what lies between two ends; None if it is none."""
    body = bytearray()
    plain = {code: byte for byte, code in ESCAPED.items()}
    bytes_left = iter(escaped)
    for byte in bytes_left:
        if byte == ESC:
            code = next(bytes_left, None)
            if code not in plain:
                return None
            byte = plain[code]
        body.append(byte)
    if len(body) < OVERHEAD_BYTES or crc16(bytes(body)) != 0:
        return None  # the CRC of a frame with its CRC is 0
    opcode, tag, *payload = body[:-CRC_BYTES]
    if opcode not in Opcode.__members__.values():
        return None
    frame = Frame(opcode=Opcode(opcode), tag=tag, payload=bytes(payload))
    parts = PAYLOADS[frame.opcode]
    fixed = sum(part.num_bytes or 0 for part in parts)
    is_open = any(part.num_bytes is None for part in parts)
    fits = len(payload) > fixed if is_open else len(payload) == fixed
    return frame if fits else None


def render_protocol() -> str:
    """Return the tables of ``docs/boards.md``."""
    lines = ["| opcode | frame | from | payload (bytes) | meaning |", "|---|---|---|---|---|"]
    for opcode, parts in PAYLOADS.items():
        source = "computer" if opcode in COMMANDS else "board"
        sizes = {part.name: "n" if part.num_bytes is None else part.num_bytes for part in parts}
        payload = ", ".join(f"{name} ({size})" for name, size in sizes.items()) or "none"
        lines.append(
            f"| 0x{opcode:02x} | `{opcode.name}` | {source} | {payload} | {DOCS[opcode]} |"
        )
    lines += ["", "| part | meaning |", "|---|---|"]
    lines += {f"| `{p.name}` | {p.doc} |": None for parts in PAYLOADS.values() for p in parts}
    lines += ["", "| reason | name | meaning |", "|---|---|---|"]
    lines += [f"| {reason} | `{reason.name}` | {doc} |" for reason, doc in REASON_DOCS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(render_protocol(), end="")
