"""Map a core to the cells of an FPGA with yosys, and count them.

In: Verilog.   Out: a netlist, number of cells by type, by module if wanted.
Next: `quantacore.sim.synthesis.place_route`.
"""

import gzip
import hashlib
import json
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantacore.sim.synthesis.programs import Program, Progress, SynthesisError, run_program
from quantacore.sim.synthesis.steps import cached_step

CELLS_FILE = "cells.json"
NETLIST_FILE = "netlist.json"
PACKED_NETLIST = f"{NETLIST_FILE}.gz"

# LUTs with 5 and more inputs are built of several LUT4 that could do more by themselves: without
# them a core is a third smaller and, as it has less to route, about as fast.
ECP5_SCRIPT = "synth_ecp5 -nowidelut -top {top}"
ECP5_WIDE_LUTS_SCRIPT = "synth_ecp5 -top {top}"
ECP5_MODULES_SCRIPT = "synth_ecp5 -nowidelut -noflatten -top {top}"
# Without pads and clock buffers: a core is part of a design, and only its logic is counted.
LUT6_SCRIPT = "synth_xilinx -family xcup -flatten -noiopad -noclkbuf -top {top}"


@dataclass(frozen=True, kw_only=True)
class ModuleArea:
    """What all instances of one module take, without the modules inside them."""

    name: str
    instances: int
    lut4: int
    """Of one instance; likewise below."""
    ccu2c: int
    flip_flops: int

    @property
    def combs(self) -> int:
        """Combinational cells of all instances, before routing: a CCU2C takes two."""
        return self.instances * (self.lut4 + 2 * self.ccu2c)


def synthesised(
    verilog: Path,
    script: str,
    *,
    top: str,
    yosys: Program,
    progress: Progress,
    with_netlist: bool = False,
) -> Path:
    """Return a folder with `CELLS_FILE` and, if wanted, `PACKED_NETLIST`; cached by content.

    Parameters
    ----------
    verilog : Path
    script : str
        Command of yosys, with ``{top}`` for the top module.
    top : str
    yosys : Program
    progress : function
    with_netlist : bool
        Keep the netlist for place and route.

    Raises
    ------
    ValueError
        If ``top`` is no name: it becomes part of a script.
    SynthesisError
        If yosys fails.
    """
    if not (top.isidentifier() and top.isascii()):
        raise ValueError(f"Top module must have a plain Verilog name, not {top!r}")
    text = verilog.read_bytes()
    synthesis = script.format(top=top)
    commands = ["read_verilog core.v", synthesis]
    if with_netlist:
        commands.append(f"write_json {NETLIST_FILE}")
    commands.append(f"tee -q -o {CELLS_FILE} stat -json -top {top}")
    commands_text = "; ".join(commands)

    def make(folder: Path) -> list[str]:
        (folder / "core.v").write_bytes(text)
        outputs = [CELLS_FILE, *([NETLIST_FILE] if with_netlist else [])]
        stage = f"yosys {synthesis.partition(' -top')[0]}"
        run_program(
            yosys,
            ["-p", commands_text],
            folder=folder,
            outputs=outputs,
            stage=stage,
            progress=progress,
        )
        _modules(folder / CELLS_FILE)  # whole?
        if not with_netlist:
            return [CELLS_FILE]
        with (
            open(folder / NETLIST_FILE, "rb") as source,
            # Netlists are large and full of repetition; without a time stamp, the same each time.
            gzip.GzipFile(folder / PACKED_NETLIST, "wb", compresslevel=1, mtime=0) as target,
        ):
            shutil.copyfileobj(source, target)
        return [CELLS_FILE, PACKED_NETLIST]

    digest = hashlib.sha256(text).hexdigest()
    return cached_step((digest, yosys.name, yosys.version, commands_text), make)


def cell_counts(folder: Path) -> dict[str, int]:
    """Return cell type -> number of cells of a flattened core, sorted by type."""
    (module,) = _modules(folder / CELLS_FILE).values()
    found: dict[str, int] = module["num_cells_by_type"]
    # Types with a dollar are yosys' own and become no hardware.
    return {name: count for name, count in sorted(found.items()) if not name.startswith("$")}


def module_areas(folder: Path, *, top: str) -> tuple[ModuleArea, ...]:
    """Return the modules of a core that was not flattened, the largest first."""
    cells = {
        name.removeprefix("\\"): module["num_cells_by_type"]
        for name, module in _modules(folder / CELLS_FILE).items()
    }
    instances: Counter[str] = Counter()

    def count(name: str, times: int) -> None:
        instances[name] += times
        for inner, number in cells[name].items():
            if inner in cells:
                count(inner, times * number)

    count(top, 1)
    areas = [
        ModuleArea(
            name=name,
            instances=number,
            lut4=cells[name].get("LUT4", 0),
            ccu2c=cells[name].get("CCU2C", 0),
            flip_flops=cells[name].get("TRELLIS_FF", 0),
        )
        for name, number in instances.items()
    ]
    return tuple(sorted(areas, key=lambda area: (-area.combs, area.name)))


def _modules(path: Path) -> dict[str, Any]:
    """Return the modules of yosys' ``stat -json``; raise `SynthesisError` if it is not whole."""
    try:
        modules: dict[str, Any] = json.loads(path.read_text())["modules"]
    except (ValueError, KeyError, TypeError) as error:
        raise SynthesisError(f"yosys must write its counts as JSON, but did not: {error}") from None
    return modules
