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
