"""Place and route a netlist on an ECP5 with nextpnr, to see what clock it would reach.

In: a netlist of yosys, a part, a seed.   Out: `Route`.
Next: `quantacore.sim.synthesis.flow`.
"""

import gzip
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantacore.sim.synthesis.critical_path import CriticalPath, critical_path
from quantacore.sim.synthesis.parts import Ecp5Part
from quantacore.sim.synthesis.programs import Program, Progress, SynthesisError, run_program
from quantacore.sim.synthesis.steps import cached_step
from quantacore.sim.synthesis.yosys import NETLIST_FILE, PACKED_NETLIST

REPORT_FILE = "report.json"

MAX_SEED = 2**31 - 1

# Without pins: a core has more ports than a part has pins, and is part of a larger design. The
# clock is what comes out, so none is demanded.
OPTIONS = ("--out-of-context", "--timing-allow-fail")

ROUTERS = ("router1", "router2")
"""Of nextpnr. The first, its default for an ECP5, finds the faster clock; with large, crowded cores
it does not come to an end, and the second does."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One placement, and how fast it could be clocked."""

    seed: int
    fmax_mhz: float
    used: dict[str, int]
    """Resource -> number that the core uses, of resources that it uses."""
    available: dict[str, int]
    """The same resources -> number that the part has."""
    path: CriticalPath


def routed(
    synthesis: Path,
    part: Ecp5Part,
    *,
    seed: int,
    nextpnr: Program,
    stage: str,
    progress: Progress,
    router: str = ROUTERS[0],
) -> Route:
    """Place and route a netlist; cached by content.

    Parameters
    ----------
    synthesis : Path
        Folder with `PACKED_NETLIST`.
    part : Ecp5Part
    seed : int
        0 .. `MAX_SEED`; another one gives another placement.
    nextpnr : Program
    stage : str
        What ``progress`` and errors call this.
    progress : function
    router : str
        One of `ROUTERS`.

    Raises
    ------
    ValueError
        If the seed is out of range.
    SynthesisError
        If nextpnr fails, e.g. because the core does not fit.
    """
    check_seed(seed)
    packed = (synthesis / PACKED_NETLIST).read_bytes()
    arguments = [
        f"--{part.device}",
        *("--package", part.package),
        *("--speed", str(part.speed)),
        *("--seed", str(seed)),
        *nextpnr_options(router),
        *("--json", NETLIST_FILE),
        *("--report", REPORT_FILE),
    ]

    def make(folder: Path) -> list[str]:
        with (
            gzip.open(synthesis / PACKED_NETLIST) as source,
            open(folder / NETLIST_FILE, "wb") as target,
        ):
            shutil.copyfileobj(source, target)
        run_program(
            nextpnr,
            arguments,
            folder=folder,
            outputs=[REPORT_FILE],
            stage=stage,
            progress=progress,
        )
        _read_report(folder / REPORT_FILE, seed=seed)  # whole?
        return [REPORT_FILE]

    digest = hashlib.sha256(packed).hexdigest()
    key = (digest, nextpnr.name, nextpnr.version, " ".join(arguments))
    return _read_report(cached_step(key, make) / REPORT_FILE, seed=seed)


def nextpnr_options(router: str) -> tuple[str, ...]:
    """Return what nextpnr is told besides part, seed and files; the default router goes unsaid."""
    if router not in ROUTERS:
        raise ValueError(f"Router must be one of {', '.join(ROUTERS)}, not {router!r}")
    return OPTIONS if router == ROUTERS[0] else (*OPTIONS, "--router", router)


def check_seed(seed: int) -> None:
    """Raise `ValueError` unless nextpnr takes a seed."""
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"Seed must be 0 to {MAX_SEED}, not {seed!r}")


def _read_report(path: Path, *, seed: int) -> Route:
    try:
        report: dict[str, Any] = json.loads(path.read_text())
        # A core has one clock.
        ((clock, speed),) = report["fmax"].items()
        resources = {name: count for name, count in report["utilization"].items() if count["used"]}
        return Route(
            seed=seed,
            fmax_mhz=round(speed["achieved"], 2),
            used={name: count["used"] for name, count in resources.items()},
            available={name: count["available"] for name, count in resources.items()},
            path=critical_path(report, clock),
        )
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise SynthesisError(
            f"nextpnr must report one clock and its critical path, but did not: {error!r}"
        ) from None
