"""All code families by name.

In: a name.   Out: `Family`.
Next: `quantacore.sim.cli.codes`.
"""

from quantacore.golden.codes.cat import CAT
from quantacore.golden.codes.family import Family
from quantacore.golden.codes.gkp import GKP_SURFACE, GKP_TORIC
from quantacore.golden.codes.honeycomb import HONEYCOMB
from quantacore.golden.codes.planar import PLANAR_XZZX
from quantacore.golden.codes.rotated import ROTATED, XZZX

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (ROTATED, XZZX, PLANAR_XZZX, CAT, GKP_SURFACE, GKP_TORIC, HONEYCOMB)
}
"""Name -> family."""


def family_named(name: str) -> Family:
    """Return a family.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in FAMILIES:
        raise ValueError(f"Family must be one of {', '.join(FAMILIES)}, not {name!r}")
    return FAMILIES[name]
