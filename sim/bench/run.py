"""Run the cocotb bench on a generated core, on Verilator or Icarus.

In: a core's folder, a simulator.   Out: passed, or an exception that names the tests that failed.
Next: `quantacore.sim.bench.decoder_tests`.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from quantacore.hdl.generate import VERILOG_FILE
from quantacore.sim.batch import read_manifest
from quantacore.sim.verilator import cocotb_build_arguments, prepared_environment

TEST_MODULE = "quantacore.sim.bench.decoder_tests"


class BenchError(RuntimeError):
    """Tests of the bench failed; the message names them."""


def run_bench(
    core: str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    simulator: Literal["verilator", "icarus"] = "verilator",
    waves: bool = False,
    test_filter: str | None = None,
) -> int:
    """Build a core and run every test of the bench, or those that a filter names.

    Parameters
    ----------
    core : path
        Written by `quantacore.hdl.generate.generate_core`.
    folder : path
        Where the model is built and waves and results go.
    simulator : {"verilator", "icarus"}
    waves : bool
        Write a waveform into ``folder``: FST, or VCD where the headers for FST are missing.
    test_filter : str, optional
        Regular expression of test names.

    Returns
    -------
    int
        Number of tests that ran.

    Raises
    ------
    FileNotFoundError
        If the simulator or the core is missing.
    BenchError
        If a test fails, or none ran.
    """
    from cocotb_tools.check_results import get_results
    from cocotb_tools.runner import get_runner

    if simulator == "icarus" and shutil.which("iverilog") is None:
        raise FileNotFoundError("iverilog is missing: install it, e.g. apt-get install iverilog")
    source = Path(core).resolve()
    manifest = read_manifest(source)
    folder = Path(folder).resolve()
    runner = get_runner(simulator)
    with prepared_environment():
        runner.build(
            sources=[source / VERILOG_FILE],
            hdl_toplevel=manifest.top,
            build_dir=folder,
            build_args=cocotb_build_arguments(waves=waves) if simulator == "verilator" else [],
            timescale=("1ns", "1ps"),
            waves=waves,
            log_file=folder / "build.log",
        )
        results = runner.test(
            test_module=TEST_MODULE,
            hdl_toplevel=manifest.top,
            build_dir=folder,
            test_dir=folder,
            plusargs=[f"+core={source}"],
            waves=waves,
            seed=1,
            test_filter=test_filter,
            extra_env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            log_file=folder / "test.log",
        )
    num_tests, num_failed = get_results(results)
    if num_failed or not num_tests:
        raise BenchError(
            f"{num_failed} of {num_tests} tests failed on {simulator}; see {folder / 'test.log'}"
        )
    return num_tests
