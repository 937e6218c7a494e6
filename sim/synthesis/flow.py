"""From a generated core to its area and clock.

In: the folder of a core, a target.   Out: `Synthesis`.
Next: `quantacore.sim.synthesis.report`, `quantacore.sim.cli.synth`.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quantacore.golden.spec.core_folder import VERILOG_FILE, read_any_manifest
from quantacore.golden.spec.manifest import Manifest
from quantacore.sim.synthesis.parts import COMBS, Ecp5Part
from quantacore.sim.synthesis.place_route import (
    ROUTERS,
    Route,
    check_seed,
    nextpnr_options,
    routed,
)
from quantacore.sim.synthesis.programs import (
    NEXTPNR_ECP5,
    DoesNotFitError,
    Program,
    Progress,
    wheel_program,
    yosys_program,
)
from quantacore.sim.synthesis.yosys import (
    ECP5_MODULES_SCRIPT,
    ECP5_SCRIPT,
    ECP5_WIDE_LUTS_SCRIPT,
    LUT6_SCRIPT,
    ModuleArea,
    cell_counts,
    module_areas,
    synthesised,
)

POST_ROUTE = "post-route estimate"
SYNTHESIS = "synthesis estimate"


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """What the tools say of one core."""

    target: str
    """``ecp5`` or ``lut6``."""
    core: Manifest
    tools: dict[str, str]
    """Version of each tool that was used."""
    options: dict[str, str]
    """What the tools were told."""
    cells: dict[str, int]
    """Cell type -> number, as yosys maps the flattened core."""
    part: Ecp5Part | None = None
    """None: nothing was placed."""
    routes: tuple[Route, ...] = ()
    """One for each seed."""
    modules: tuple[ModuleArea, ...] = ()
    """Of the core as it is mapped module by module, if wanted."""

    @property
    def estimate(self) -> str:
        """What kind of figures these are; none of them was measured on an FPGA."""
        return POST_ROUTE if self.routes else SYNTHESIS

    @property
    def luts(self) -> int:
        """LUT4 of an ECP5; LUT1 .. LUT6 of a generic 6-LUT part."""
        return sum(self.cells.get(f"LUT{inputs}", 0) for inputs in range(1, 7))

    @property
    def flip_flops(self) -> int:
        """Flip-flops, before placement."""
        names = ("TRELLIS_FF", "FDRE", "FDSE", "FDCE", "FDPE")
        return sum(self.cells.get(name, 0) for name in names)

    @property
    def combs(self) -> int | None:
        """TRELLIS_COMB, the cells that LUTs and carries are packed into; None if not placed."""
        return self.routes[0].used.get("TRELLIS_COMB", 0) if self.routes else None

    @property
    def fmax_mhz(self) -> tuple[float, float, float] | None:
        """Least, median and highest clock frequency of all seeds; None if not placed."""
        found = [route.fmax_mhz for route in self.routes]
        return (min(found), statistics.median(found), max(found)) if found else None

    @property
    def typical_route(self) -> Route | None:
        """The route with the median clock (the lower one of an even number of seeds)."""
        ordered = sorted(self.routes, key=lambda route: route.fmax_mhz)
        return ordered[(len(ordered) - 1) // 2] if ordered else None


def synthesise_ecp5(
    core: Path,
    *,
    part: Ecp5Part | None = None,
    seeds: Sequence[int] = (1,),
    router: str = ROUTERS[0],
    yosys: Program | None = None,
    with_modules: bool = False,
    wide_luts: bool = False,
    progress: Progress = lambda stage: None,
) -> Synthesis:
    """Map a core to an ECP5, place and route it.

    Each step is kept in the cache by the content of the Verilog, tools and options: another seed
    costs one more placement only.

    Parameters
    ----------
    core : Path
        Folder of a core, of whole shots or streaming.
    part : Ecp5Part, optional
        Default of `Ecp5Part`.
    seeds : sequence of int
        One placement each. None: area only, without place and route.
    router : str
        One of `quantacore.sim.synthesis.place_route.ROUTERS`.
    yosys : Program, optional
        That of the wheel by default.
    with_modules : bool
        Also map the core module by module, to see what takes the area.
    wide_luts : bool
        Let yosys join LUT4s to wider ones, as it does by default: larger, see `ECP5_SCRIPT`.
    progress : function

    Raises
    ------
    FileNotFoundError, ValueError
        If the folder holds no core, or a seed is out of range.
    SynthesisError
        If a tool is missing or fails.
    DoesNotFitError
        If the part is too small.
    """
    seeds = tuple(dict.fromkeys(seeds))
    for seed in seeds:
        check_seed(seed)
    part = part or Ecp5Part()
    manifest = read_any_manifest(core)
    yosys = yosys or yosys_program()
    programs = [yosys]
    nextpnr = None
    if seeds:
        # Before minutes of synthesis: is it there?
        nextpnr = wheel_program(NEXTPNR_ECP5)
        programs.append(nextpnr)
    script = ECP5_WIDE_LUTS_SCRIPT if wide_luts else ECP5_SCRIPT
    options = {"yosys": script.format(top=manifest.top)}
    # With the netlist also where it is not asked for: most that look at an area place it later.
    mapped = synthesised(
        core / VERILOG_FILE,
        script,
        top=manifest.top,
        yosys=yosys,
        progress=progress,
        with_netlist=True,
    )
    modules: tuple[ModuleArea, ...] = ()
    if with_modules:
        options["yosys_modules"] = ECP5_MODULES_SCRIPT.format(top=manifest.top)
        apart = synthesised(
            core / VERILOG_FILE,
            ECP5_MODULES_SCRIPT,
            top=manifest.top,
            yosys=yosys,
            progress=progress,
        )
        modules = module_areas(apart, top=manifest.top)
    cells = cell_counts(mapped)
    least = cells.get("LUT4", 0) + 2 * cells.get("CCU2C", 0)
    if seeds and least > COMBS[part.device]:
        raise DoesNotFitError(
            f"Core must fit the part, but takes at least {least} of the {COMBS[part.device]} "
            f"TRELLIS_COMB of an ECP5 {part.device}"
        )
    routes = []
    for number, seed in enumerate(seeds, start=1):
        assert nextpnr is not None
        options["nextpnr"] = " ".join(nextpnr_options(router))
        stage = f"nextpnr seed {seed} ({number}/{len(seeds)})"
        routes.append(
            routed(
                mapped,
                part,
                seed=seed,
                nextpnr=nextpnr,
                stage=stage,
                progress=progress,
                router=router,
            )
        )
    return Synthesis(
        target="ecp5",
        core=manifest,
        tools={program.name: program.version for program in programs},
        options=options,
        cells=cells,
        part=part if seeds else None,
        routes=tuple(routes),
        modules=modules,
    )


def synthesise_lut6(
    core: Path,
    *,
    yosys: Program | None = None,
    progress: Progress = lambda stage: None,
) -> Synthesis:
    """Map a core to generic 6-input LUTs, as most larger FPGAs have them.

    Parameters and errors as of `synthesise_ecp5`. There is no clock: nothing is placed.
    """
    manifest = read_any_manifest(core)
    yosys = yosys or yosys_program()
    mapped = synthesised(
        core / VERILOG_FILE, LUT6_SCRIPT, top=manifest.top, yosys=yosys, progress=progress
    )
    return Synthesis(
        target="lut6",
        core=manifest,
        tools={yosys.name: yosys.version},
        options={"yosys": LUT6_SCRIPT.format(top=manifest.top)},
        cells=cell_counts(mapped),
    )
