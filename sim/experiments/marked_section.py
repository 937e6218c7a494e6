"""A part of a page that a command writes, between two lines that mark it.

In: a page, the part.   Out: the page with the part replaced.
Next: `quantacore.sim.experiments.area_section`, `quantacore.sim.cli.scale`.
"""


def replace_marked(page: str, section: str, *, begin: str, end: str) -> str:
    """Return a page with its section replaced; ``section`` has the markers, too.

    Raises
    ------
    ValueError
        If the page does not have the two markers, once each.

    Examples
    --------
    >>> replace_marked("a (b) c", "(x)", begin="(", end=")")
    'a (x) c'
    """
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"Page must have the lines {begin!r} and {end!r} once each")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return before + section + after
