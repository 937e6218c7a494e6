"""An image as writes of 32 bits, with a checksum: how it goes through registers.

In: the fields of an image's words.   Out: chunks and their CRC-32.
Next: `quantacore.hdl.image_port` (puts the words together again).

Word by word: all fields but ``last``, the first one in the lowest bits, cut into as many chunks of
32 bits as it takes, the lowest first.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

CHUNK_BITS = 32


@dataclass(frozen=True, kw_only=True)
class ImageChunks:
    """What is written to load an image."""

    chunks: list[int]
    """To ``image_data``, in this order; 32 bits each."""
    checksum: int
    """To ``image_checksum``: `zlib.crc32` of the chunks as little-endian bytes."""


def chunks_per_word(word_bits: int) -> int:
    """Return how many chunks carry a word of this many bits; at least one."""
    return max(1, -(-word_bits // CHUNK_BITS))


def crc32_of_chunks(chunks: Sequence[int]) -> int:
    """Return the CRC-32 of chunks, as zlib computes it of their little-endian bytes.

    Examples
    --------
    >>> hex(crc32_of_chunks([0x34333231]))  # b"1234"
    '0x9be3e0a3'
    """
    return zlib.crc32(np.asarray(chunks, "<u4").tobytes())


def image_chunks(fields: Mapping[str, Sequence[int]], widths: Mapping[str, int]) -> ImageChunks:
    """Return the writes that load an image.

    Parameters
    ----------
    fields : mapping of str to sequence of int
        Field -> its value in each word, as `quantacore.golden.spec.image_words.image_words` gives
        them; ``last`` is left out.
    widths : mapping of str to int
        Field -> its width in bits, in the order of the word's layout, the lowest bits first.

    Raises
    ------
    ValueError
        If the fields are not those of ``widths``, or a value does not fit.

    Examples
    --------
    >>> image_chunks({"length": [1, 2], "observables": [1, 0]}, {"length": 4, "observables": 1})
    ImageChunks(chunks=[17, 2], checksum=2134517335)
    """
    names = [name for name in widths if name != "last" and widths[name]]
    given = {name for name in fields if name != "last"}
    if given != set(names):
        raise ValueError(f"Image fields must be {sorted(names)}, not {sorted(given)}")
    size = chunks_per_word(sum(widths[name] for name in names))
    chunks = []
    for values in zip(*(fields[name] for name in names), strict=True):
        word, lsb = 0, 0
        for name, value in zip(names, values, strict=True):
            if not 0 <= value < 1 << widths[name]:
                raise ValueError(f"Image field {name} must have {widths[name]} bits, not {value!r}")
            word |= int(value) << lsb
            lsb += widths[name]
        chunks += [word >> CHUNK_BITS * index & 0xFFFF_FFFF for index in range(size)]
    return ImageChunks(chunks=chunks, checksum=crc32_of_chunks(chunks))


def image_chunks_to_hex(image: ImageChunks) -> str:
    """Return the writes as text: a hexadecimal chunk a line, the checksum in a comment.

    Verilog's ``$readmemh`` reads it; `image_chunks_from_hex` gives the chunks back.
    """
    head = (
        "// Image of a streaming core. Write anything to image_start, each line to image_data,\n"
        f"// then the checksum 0x{image.checksum:08x} to image_checksum.\n"
    )
    return head + "".join(f"{chunk:08x}\n" for chunk in image.chunks)


def image_chunks_from_hex(text: str) -> ImageChunks:
    """Read what `image_chunks_to_hex` wrote.

    Raises
    ------
    ValueError
        If a line is not a chunk, or the chunks do not have the checksum of the comment.
    """
    chunks = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("//"):
            if not re.fullmatch("[0-9a-f]{8}", line):
                raise ValueError(f"Line {number} of an image must be 8 hex digits, not {line!r}")
            chunks.append(int(line, 16))
    checksum = crc32_of_chunks(chunks)
    if f"checksum 0x{checksum:08x} " not in text:
        raise ValueError(f"Image must have its checksum, not 0x{checksum:08x}: the file was cut")
    return ImageChunks(chunks=chunks, checksum=checksum)
