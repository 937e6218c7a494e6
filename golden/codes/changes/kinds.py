"""The changes of code in flight, by name, and doing nothing instead.

In: kind, geometry, rounds.   Out: `Change`.
Next: `quantacore.golden.codes.changes.resize`, one file for each kind.
"""

from dataclasses import dataclass, replace

from quantacore.golden.codes.changes.episode import Change
from quantacore.golden.codes.changes.frame import change_frame
from quantacore.golden.codes.changes.isolate import isolate
from quantacore.golden.codes.changes.photons import change_photons
from quantacore.golden.codes.changes.resize import grown_patches, resize
from quantacore.golden.codes.check_memory import Place
from quantacore.golden.codes.patches import Patch

KINDS = {
    "grow": "a rotated patch gets larger on one or two sides",
    "shrink": "a rotated patch gets smaller on one or two sides",
    "frame": "the CSS surface code becomes the XZZX code, or the other way round",
    "isolate": "a bad data qubit or ancilla is used no more",
    "photons": "cat qubits get another number of photons: their noise changes alone",
}


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Where and how large; each kind uses what concerns it."""

    distances: tuple[int, ...] = (3, 5)
    """One, or for grow and shrink those before and after."""
    sides: tuple[str, ...] = ("right", "bottom")
    frames: tuple[str, str] = ("css", "xzzx")
    bad: Place | None = None
    """The qubit to isolate."""


def change_of(kind: str, geometry: Geometry, *, rounds: tuple[int, int], basis: str) -> Change:
    """Return a change.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    geometry : Geometry
    rounds : (int, int)
        Before and after, at least 1 each.
    basis : {"x", "z"}
        Of the observable that is carried across.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if kind not in KINDS:
        raise ValueError(f"Change must be one of {', '.join(KINDS)}, not {kind!r}")
    if basis not in ("x", "z"):
        raise ValueError(f"Basis must be one of x and z, not {basis!r}")
    if min(rounds) < 1:
        raise ValueError(f"Rounds must be at least 1 before and after, not {rounds}")
    distances = geometry.distances
    if len(distances) != (2 if kind in ("grow", "shrink") else 1):
        wanted = "two distances, before and after" if kind in ("grow", "shrink") else "one distance"
        raise ValueError(f"Change {kind} must have {wanted}, not {distances}")
    if kind in ("grow", "shrink"):
        small, large = distances if kind == "grow" else distances[::-1]
        patches = grown_patches(small, large, geometry.sides)
        before, after = patches if kind == "grow" else patches[::-1]
        return resize(before, after, rounds=rounds, basis=basis)
    if kind == "photons":
        return change_photons(distances[0], rounds=rounds, basis=basis)
    if distances[0] < 2:
        raise ValueError(f"Distance must be at least 2, not {distances[0]!r}")
    patch = Patch(width=distances[0], height=distances[0])
    if kind == "frame":
        return change_frame(patch, geometry.frames, rounds=rounds, basis=basis)
    if geometry.bad is None:
        raise ValueError("Change isolate must be told the bad qubit, not nothing")
    return isolate(patch, geometry.bad, rounds=rounds, basis=basis)


def stay(change: Change, *, with_phase: int = 0) -> Change:
    """Return as many rounds of one phase alone: doing nothing (phase 0), or all the time (1)."""
    phase = change.phases[with_phase]
    alone = replace(phase, rounds=change.num_rounds, enters={}, leaves={})
    return Change(kind="stay", phases=(alone,))
