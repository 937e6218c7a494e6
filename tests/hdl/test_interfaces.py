# amaranth: UnusedElaboratable=no
"""Layouts of the hardware are what the specification says in software."""

import pytest
from amaranth.hdl import Shape

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.image_words import image_field_widths
from quantacore.hdl.interfaces import image_layout


def leaves(layout, base=0):
    """Return (lsb, width) by name of all fields that hold bits, arrays as a whole."""
    found = {}
    for name, field in layout:
        if name in ("weights", "links"):
            found |= leaves(field.shape, base + field.offset)
        else:
            found[name] = (base + field.offset, Shape.cast(field.shape).width)
    return found


@pytest.mark.parametrize("num_observables", [0, 1, 3])
@pytest.mark.parametrize(
    "config",
    [
        CoreConfig(),
        CoreConfig(links="baked", length_bits=5),
        CoreConfig(links="runtime", lanes=1, link_rows=1),
        CoreConfig(links="runtime", lanes=3, link_rows=40),
    ],
)
def test_image_word_is_as_specified(config, num_observables):
    sizes = {"num_edges": 21, "num_observables": num_observables}
    lsb, expected = 0, {}
    for name, width in image_field_widths(config, **sizes).items():
        expected[name] = (lsb, width)
        lsb += width
    assert leaves(image_layout(config, **sizes)) == expected
