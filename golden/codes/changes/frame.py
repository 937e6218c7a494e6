"""Turn the CSS surface code into the XZZX code, and back.

In: patch, direction, rounds.   Out: `Change`.
Next: `quantacore.golden.codes.changes.isolate`.

A Hadamard on every other data qubit, between two rounds: all checks stay, under other names.

Source: Bonilla Ataides et al., arXiv:2009.07851.
"""

from quantacore.golden.codes.changes.episode import Change, line_of
from quantacore.golden.codes.changes.phases import Phase
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.rotated import checks_of, turned_in_xzzx

FRAMES = ("css", "xzzx")


def change_frame(
    patch: Patch, frames: tuple[str, ...], *, rounds: tuple[int, ...], basis: str
) -> Change:
    """Return a patch that has one frame after another.

    Parameters
    ----------
    patch : Patch
    frames : tuple of {"css", "xzzx"}
        One frame alone: no change.
    rounds : tuple of int
        Of each.
    basis : {"x", "z"}
        Of the observable, as the CSS code has it.

    Raises
    ------
    ValueError
        If there is no such frame.
    """
    unknown = [frame for frame in frames if frame not in FRAMES]
    if unknown:
        raise ValueError(f"Frame must be one of {' and '.join(FRAMES)}, not {unknown[0]!r}")
    checks = checks_of(patch)
    axis = 1 if basis == "z" else 0
    line = line_of([checks], patch.data, basis)
    phases = tuple(
        Phase(
            name=frame,
            data=tuple(patch.data),
            turns=(checks,),
            rounds=count,
            conjugated=turned_in_xzzx(patch.data) if frame == "xzzx" else frozenset(),
            logical=frozenset(place for place in patch.data if place[axis] == line),
        )
        for frame, count in zip(frames, rounds, strict=True)
    )
    return Change(kind="frame", phases=phases)
