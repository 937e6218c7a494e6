"""Images survive the way through JSON; anything else is refused."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quantacore.golden.spec.image_json import image_from_json, image_to_json
from tests.golden.hand_made import graph_of, image_of
from tests.golden.strategies import graphs, images

IMAGE = image_of(graph_of(3, [(0,), (1,), (2,)], masks=[1, 0, 1]), [3, 0, 15], links={(0, 1): 2})
TEXT = image_to_json(IMAGE)


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_json_round_trip_holds(data: st.DataObject) -> None:
    image = data.draw(images(data.draw(graphs())))
    again = image_from_json(image_to_json(image))
    for field in dataclasses.fields(image):
        ours, theirs = getattr(again, field.name), getattr(image, field.name)
        if isinstance(theirs, np.ndarray):
            assert ours.dtype == theirs.dtype
            assert ours.tolist() == theirs.tolist()
        else:
            assert ours == theirs


def changed(**values: Any) -> str:
    return json.dumps(json.loads(TEXT) | values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "File must be JSON of format 'quantacore-image'"),
        (changed(format="quantacore-graph"), "Format must be 'quantacore-image'"),
        (changed(version=0), "Version of quantacore-image must be 1, not 0"),
        (changed(first=[3, 0]), "must have 2 entries, not 3"),
        (changed(first="3"), "Image field 'first' must be a list, not str"),
        (changed(first=[3, 0, 256]), "Entry 2 of 'first' must be an integer 0 to 255, not 256"),
        (changed(first=[3, 0, -1]), "Entry 2 of 'first' must be an integer 0 to 255, not -1"),
        (changed(first=[3, 0, 15.0]), "Entry 2 of 'first' must be an integer 0 to 255, not 15.0"),
        (changed(first=[3, 0, True]), "Entry 2 of 'first' must be an integer 0 to 255, not True"),
        (changed(first=[3, 0, 16]), "Length of edge 2 in 'first' must be 0 to 15"),
        (changed(length_bits="4"), "Image field 'length_bits' must be int, not '4'"),
        (changed(unit=None), "Image field 'unit' must be float, not None"),
        (changed(link_lengths=[15]), "Link lengths must be 1 to 14, not 15"),
        (json.dumps({"format": "quantacore-image", "version": 1}), "must have the field"),
    ],
)
def test_json_rejects(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        image_from_json(text)
