"""Images as 32-bit writes."""

import zlib

import pytest

from quantacore.golden.spec.image_chunks import (
    chunks_per_word,
    crc32_of_chunks,
    image_chunks,
    image_chunks_from_hex,
    image_chunks_to_hex,
)


def test_words_are_cut_into_chunks_lowest_first() -> None:
    fields = {"length": [3, 5], "observables": [(1 << 40) + 9, 0], "last": [0, 1]}
    made = image_chunks(fields, {"length": 4, "observables": 64, "last": 1})
    word = 3 | ((1 << 40) + 9) << 4
    assert made.chunks == [word & 0xFFFFFFFF, word >> 32 & 0xFFFFFFFF, word >> 64, 5, 0, 0]
    raw = b"".join(chunk.to_bytes(4, "little") for chunk in made.chunks)
    assert made.checksum == zlib.crc32(raw) == crc32_of_chunks(made.chunks)


def test_fields_without_bits_are_left_out() -> None:
    assert image_chunks({"length": [7]}, {"length": 4, "observables": 0}).chunks == [7]


@pytest.mark.parametrize(("bits", "chunks"), [(0, 1), (1, 1), (32, 1), (33, 2), (64, 2)])
def test_chunks_per_word(bits: int, chunks: int) -> None:
    assert chunks_per_word(bits) == chunks


def test_image_chunks_rejects_other_fields() -> None:
    with pytest.raises(ValueError, match=r"Image fields must be \['length'\], not \['later'\]"):
        image_chunks({"later": [1]}, {"length": 4})
    with pytest.raises(ValueError, match="length must have 4 bits, not 16"):
        image_chunks({"length": [16]}, {"length": 4})


def test_hex_text_round_trips_and_notices_cuts() -> None:
    made = image_chunks({"length": [7, 0, 12]}, {"length": 4})
    text = image_chunks_to_hex(made)
    assert image_chunks_from_hex(text) == made
    with pytest.raises(ValueError, match="must have its checksum"):
        image_chunks_from_hex("\n".join(text.splitlines()[:-1]))
    with pytest.raises(ValueError, match="Line 5 of an image must be 8 hex digits, not '0000000'"):
        image_chunks_from_hex(text[:-2])
