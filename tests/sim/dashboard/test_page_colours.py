"""Words of the page stand out from what is behind them: 4.5 to 1, as WCAG 2 asks."""

import re
from importlib.resources import files

import pytest

CSS = files("quantacore.sim.dashboard").joinpath("page.css").read_text()
THEMES = [dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in CSS.split("@media", 2)[:2]]


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "quiet", "blue", "orange", "red", "green"])
@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_words_can_be_read(theme, name):
    for behind in ("card", "back"):
        dark, light = sorted(luminance(theme[which]) for which in (name, behind))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, behind
