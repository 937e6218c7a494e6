"""Only what is between the marks is replaced."""

import pytest

from quantacore.sim.experiments.marked_section import replace_marked


def test_text_around_stays() -> None:
    assert replace_marked("1 <a> 2 <b> 3", "<a>new<b>", begin="<a>", end="<b>") == "1 <a>new<b> 3"


@pytest.mark.parametrize("page", ["", "<a>", "<b>", "<a><a><b>"])
def test_replace_marked_rejects_a_page_without_marks(page: str) -> None:
    with pytest.raises(ValueError, match="Page must have the lines '<a>' and '<b>' once each"):
        replace_marked(page, "", begin="<a>", end="<b>")
