"""Pictures of braids, as text and as SVG.

In: word.   Out: text.   Next: `quantacore.sim.cli.gates_braid`.

Time runs from left to right, so the word's last letter comes first.
"""

from collections.abc import Sequence

STRANDS = 3

LETTERS_PER_LINE = 14

STEP, GAP, MARGIN = 24, 26, 14
"""Of the SVG, in pixels: width of an exchange, distance of strands, border."""

COLOURS = ("#0072B2", "#D55E00", "#009E73")
"""Of the anyons, by their places at the start (Okabe & Ito, "Color Universal Design", 2008)."""


def braid_as_text(word: Sequence[int]) -> str:
    r"""Return the braid in characters; the slash in a crossing is the strand on top.

    Examples
    --------
    >>> print(braid_as_text([-2, 1]))
    -. .------
      \
    -' '--. .-
           /
    ------' '-
    """
    in_time = list(reversed(word)) or [0]
    blocks = []
    for start in range(0, len(in_time), LETTERS_PER_LINE):
        rows = [""] * (2 * STRANDS - 1)
        for letter in in_time[start : start + LETTERS_PER_LINE]:
            upper = 2 * abs(letter) - 2 if letter else None
            for row in range(len(rows)):
                rows[row] += _cell(row, upper, letter)
        blocks.append("\n".join(row.rstrip() for row in rows))
    return "\n\n".join(blocks)


def _cell(row: int, upper: int | None, letter: int) -> str:
    if upper is not None and row == upper:
        return "-. .-"
    if upper is not None and row == upper + 1:
        return "  \\  " if letter > 0 else "  /  "
    if upper is not None and row == upper + 2:
        return "-' '-"
    return "-----" if row % 2 == 0 else "     "


def braid_as_svg(word: Sequence[int]) -> str:
    """Return the braid as an SVG picture, one colour per anyon."""
    width = 2 * MARGIN + STEP * max(1, len(word))
    height = 2 * MARGIN + GAP * (STRANDS - 1)
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} fill="none" stroke-width="4">',
        f'<rect {size} fill="white"/>',
    ]
    places = list(range(STRANDS))  # place -> anyon
    for number, letter in enumerate(reversed(word)):
        x = MARGIN + STEP * number
        upper = abs(letter) - 1
        # The strand on top is drawn last, with a white border that cuts the other.
        moves = [(place, place) for place in range(STRANDS) if place not in (upper, upper + 1)]
        down, up = (upper, upper + 1), (upper + 1, upper)
        moves += [up, down] if letter > 0 else [down, up]
        for order, (start, end) in enumerate(moves):
            path = _curve(x, start, end)
            if order == STRANDS - 1:
                parts.append(f'<path d="{path}" stroke="white" stroke-width="10"/>')
            parts.append(f'<path d="{path}" stroke="{COLOURS[places[start]]}"/>')
        places[upper], places[upper + 1] = places[upper + 1], places[upper]
    if not word:
        parts += [f'<path d="{_curve(MARGIN, p, p)}" stroke="{COLOURS[p]}"/>' for p in places]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _curve(x: int, start: int, end: int) -> str:
    from_y, to_y = MARGIN + GAP * start, MARGIN + GAP * end
    middle, right = x + STEP // 2, x + STEP
    return f"M{x} {from_y}C{middle} {from_y} {middle} {to_y} {right} {to_y}"
