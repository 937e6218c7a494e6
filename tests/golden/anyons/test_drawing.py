"""Pictures of braids."""

import xml.etree.ElementTree as ElementTree

from quantacore.golden.anyons.drawing import LETTERS_PER_LINE, braid_as_svg, braid_as_text


def test_text_has_a_crossing_per_letter() -> None:
    word = (1, 2, -1, -2) * 6
    text = braid_as_text(word)
    assert text.count("\\") == text.count("/") == 12
    assert len(text.split("\n\n")) == -(-len(word) // LETTERS_PER_LINE)
    assert braid_as_text(()) == "-----\n\n-----\n\n-----"


def test_svg_is_xml_with_three_paths_per_letter() -> None:
    for word in ((), (1,), (1, -2, -2, 1)):
        root = ElementTree.fromstring(braid_as_svg(word))
        paths = [p for p in root if p.tag.endswith("path") and p.get("stroke") != "white"]
        assert len(paths) == 3 * max(1, len(word))


def test_svg_colours_follow_the_anyons() -> None:
    """Two exchanges of the left pair bring every anyon back to its place."""
    colours = [
        part.get("stroke")
        for part in ElementTree.fromstring(braid_as_svg((1, 1)))
        if part.tag.endswith("path") and part.get("stroke") != "white"
    ]
    assert colours[1:3] == colours[5:3:-1]
