"""Words of braids."""

import random

import pytest

from quantacore.golden.anyons.braid_word import (
    exact_matrix,
    inverse,
    reduced,
    word_from_text,
    word_to_text,
)
from quantacore.golden.anyons.cyclotomic import IDENTITY
from quantacore.golden.anyons.fusion import FIBONACCI


def random_word(seed: object, length: int) -> tuple[int, ...]:
    rng = random.Random(f"word/{seed}")
    return tuple(rng.choice((1, -1, 2, -2)) for _ in range(length))


@pytest.mark.parametrize("length", [0, 1, 2, 7, 33])
def test_words_keep_their_matrix(length: int) -> None:
    word = random_word(length, length)
    assert exact_matrix(reduced(word)) == exact_matrix(word)
    assert len(reduced(word)) <= length
    assert word_from_text(word_to_text(word)) == word
    assert exact_matrix(word + inverse(word)) == IDENTITY
    assert reduced(word + inverse(word)) == ()


@pytest.mark.parametrize("text", ["s3", "s1^", "x", "s1^1.5", "s1^99999", "s1,s2"])
def test_word_from_text_rejects_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="Braid word must be made of"):
        word_from_text(text)


def test_word_from_text_rejects_too_many_letters() -> None:
    with pytest.raises(ValueError, match="at most 1000000 letters"):
        word_from_text("s1^9999 " * 101)


def test_fourth_anyon_braids_as_the_first_pair() -> None:
    """Four anyons of trivial charge: ((1 2) -> e, 3) -> t, 4. Exchange of 3 and 4, by F moves."""
    for e in "1t":
        # Anyons 3 and 4 can fuse to e alone, and the F symbol of that is 1.
        moves = [FIBONACCI.f(e, "t", "t", "1", "t", f) for f in "1t"]
        assert moves == [float(f == e) for f in "1t"]
        third = sum(
            move * FIBONACCI.r("t", "t", f) * move for f, move in zip("1t", moves, strict=True)
        )
        assert third == FIBONACCI.r("t", "t", e)
