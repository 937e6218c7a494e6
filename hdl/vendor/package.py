"""Gather what users of FuseSoC, Vivado and C need beside a streaming core.

In: the manifest of a streaming core, a part, a clock period.   Out: files by name.
Next: `quantacore.sim.cli.package` (writes them), ``docs/integration.md``.
"""

from importlib.metadata import version

from quantacore.golden.spec.manifest import Manifest
from quantacore.hdl.vendor.axi_wrapper import WRAPPER, axi_wrapper
from quantacore.hdl.vendor.boards import check_part
from quantacore.hdl.vendor.c_header import HEADER_FILE, c_header
from quantacore.hdl.vendor.template import fill_template

DEFAULT_PERIOD_NS = 10.0
LEAST_PERIOD_NS, MOST_PERIOD_NS = 0.5, 1000.0
LINT_FILE = "lint.vlt"
TEMPLATES = (
    "quantacore.core",
    "quantacore.xdc",
    "vivado_implement.tcl",
    "vivado_out_of_context.tcl",
    "vivado_package_ip.tcl",
)


def package_files(
    manifest: Manifest, *, part: str, period_ns: float = DEFAULT_PERIOD_NS
) -> dict[str, str]:
    """Return the text of each file; they name the core's ``core.v``, which lies beside them.

    Parameters
    ----------
    manifest : Manifest
        Of a streaming core.
    part : str
        As Vivado spells it.
    period_ns : float
        Of the clock, in nanoseconds, 0.5 to 1000. What the tools aim at, not what we promise.

    Raises
    ------
    ValueError
        If the core is one of whole shots, or part or period cannot be.
    """
    if manifest.window is None:
        raise ValueError("Core must be one for streams (generate --stream), not one of whole shots")
    check_part(part)
    if not LEAST_PERIOD_NS <= period_ns <= MOST_PERIOD_NS:
        raise ValueError(
            f"Clock period must be in {LEAST_PERIOD_NS} .. {MOST_PERIOD_NS} ns, not {period_ns!r}"
        )
    values = {
        "top": WRAPPER,
        "part": part,
        "period_ns": f"{period_ns:.3f}",
        "version": version("quantacore"),
        "header": HEADER_FILE,
    }
    return {
        f"{WRAPPER}.v": axi_wrapper(manifest),
        HEADER_FILE: c_header(manifest),
        LINT_FILE: fill_template(LINT_FILE),
        **{name: fill_template(name, **values) for name in TEMPLATES},
    }
