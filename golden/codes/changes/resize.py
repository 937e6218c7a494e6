"""Grow and shrink a rotated patch.

In: patches before and after, rounds.   Out: `Change`.
Next: `quantacore.golden.codes.changes.frame`.

Columns are added in |0> and taken off in Z, rows in |+> and X: so a row of Z's gets longer by
known qubits, and a column of X's stays where it is, and the other way round.

Source: growing and shrinking as in Horsman et al., arXiv:1111.4022, and Vuillot et al.,
arXiv:1810.10037.
"""

from quantacore.golden.codes.changes.episode import Change, line_of
from quantacore.golden.codes.changes.phases import Phase
from quantacore.golden.codes.check_memory import Place
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.rotated import checks_of

SIDES = ("right", "left", "bottom", "top")


def grown_patches(small: int, large: int, sides: tuple[str, ...]) -> tuple[Patch, Patch]:
    """Return a square patch, and what it becomes if it grows on some sides.

    Parameters
    ----------
    small, large : int
        Distances, 2 <= small < large.
    sides : tuple of str
        Of `SIDES`; not two opposite ones.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 2 <= small < large:
        raise ValueError(f"Distances must be 2 <= small < large, not {small} and {large}")
    opposite = [pair for pair in (SIDES[:2], SIDES[2:]) if set(pair) <= set(sides)]
    if not sides or set(sides) - set(SIDES) or opposite:
        raise ValueError(f"Sides must be one of right, left and one of bottom, top, not {sides}")
    step = large - small
    corner = (step if "left" in sides else 0, step if "top" in sides else 0)
    width = large if set(sides) & {"right", "left"} else small
    height = large if set(sides) & {"bottom", "top"} else small
    return Patch(width=small, height=small, corner=corner), Patch(width=width, height=height)


def resize(before: Patch, after: Patch, *, rounds: tuple[int, int], basis: str) -> Change:
    """Return the change from a patch to a larger or a smaller one.

    Parameters
    ----------
    before, after : Patch
        One inside the other.
    rounds : (int, int)
        Of each.
    basis : {"x", "z"}
        Of the observable.

    Raises
    ------
    ValueError
        If neither patch is inside the other, or they are the same.
    """
    inside, outside = sorted((before, after), key=lambda patch: len(patch.data))
    if not set(inside.data) < set(outside.data):
        raise ValueError(f"One patch must be inside the other, not {before} and {after}")
    columns = {x for x, _ in inside.data}
    rows = {y for _, y in inside.data}
    # Rows beyond the patch run over its whole width, in X; what is left and right of it is in Z.
    paulis: dict[Place, str] = {
        place: "Z" if place[1] in rows and place[0] not in columns else "X"
        for place in outside.data
        if place not in set(inside.data)
    }
    grows = before is inside
    checks = [checks_of(patch) for patch in (before, after)]
    axis = 1 if basis == "z" else 0
    line = line_of(checks, inside.data, basis)
    phases = tuple(
        Phase(
            name=f"{patch.width} x {patch.height} at {patch.corner}",
            data=tuple(patch.data),
            turns=(own,),
            rounds=count,
            enters=paulis if grows and patch is after else {},
            leaves=paulis if not grows and patch is after else {},
            logical=frozenset(place for place in patch.data if place[axis] == line),
        )
        for patch, own, count in zip((before, after), checks, rounds, strict=True)
    )
    return Change(kind="grow" if grows else "shrink", phases=phases)
