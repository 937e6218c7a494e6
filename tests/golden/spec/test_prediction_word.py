"""The table of a prediction's bits agrees with the core's payload."""

import random

import numpy as np
import pytest

from quantacore.golden.spec.prediction_word import (
    decode_prediction,
    decode_predictions,
    prediction_bits,
    prediction_fields,
)
from quantacore.hdl.interfaces import window_prediction_layout


@pytest.mark.parametrize("num_observables", [0, 1, 32, 33, 64])
def test_word_has_every_field_of_the_stream(num_observables: int) -> None:
    fields = {field.name: field.width for field in prediction_fields(num_observables)}
    layout = dict(iter(window_prediction_layout(num_observables)))
    assert fields == {name: field.width for name, field in layout.items() if field.width}


@pytest.mark.parametrize("num_observables", [0, 1, 32, 33, 64])
def test_fields_do_not_overlap_and_decode(num_observables: int) -> None:
    rng = random.Random(f"prediction_word/{num_observables}")
    values = {f.name: rng.getrandbits(f.width) for f in prediction_fields(num_observables)}
    word = 0
    for field in prediction_fields(num_observables):
        bits = ((1 << field.width) - 1) << field.lsb
        assert bits < 1 << prediction_bits(num_observables)
        word += values[field.name] << field.lsb
    assert decode_prediction(word, num_observables=num_observables) == {"observables": 0, **values}


@pytest.mark.parametrize("num_observables", [0, 1, 40, 64])
def test_many_words_decode_as_one_by_one(num_observables: int) -> None:
    rng = np.random.default_rng(7)
    size = prediction_bits(num_observables) // 8
    raw = rng.integers(0, 256, (50, size), np.uint8)
    many = decode_predictions(raw, num_observables=num_observables)
    for index, row in enumerate(raw):
        word = int.from_bytes(row.tobytes(), "little")
        one = decode_prediction(word, num_observables=num_observables)
        assert {name: int(values[index]) for name, values in many.items()} == one
