"""Run the cocotb bench on a generated core, on Verilator or Icarus.

In: a core's folder, a simulator.   Out: passed, or an exception that names the tests that failed.
Next: `quantacore.sim.bench.decoder_tests`, `quantacore.sim.bench.stream_tests`.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from quantacore.golden.spec.core_folder import VERILOG_FILE, read_any_manifest
from quantacore.sim.verilator import cocotb_build_arguments, prepared_environment

TEST_MODULE = "quantacore.sim.bench.decoder_tests"
STREAM_TEST_MODULE = "quantacore.sim.bench.stream_tests"

# SystemVerilog runs `reg r = 0` before any process; Verilog's `always @*` then misses the event
# that it waits for, and signals that depend on constants stay unknown.
ICARUS_ARGUMENTS = ("-g2005",)
ICARUS_WAVES = """module waves;
  initial begin
    $dumpfile("waves.fst");
    $dumpvars(0, {top});
  end
endmodule
"""


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
        Written by `quantacore.hdl.generate.generate_core` or `generate_stream_core`; the second
        kind is tested through its AXI ports.
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
    manifest = read_any_manifest(source)
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sources = [source / VERILOG_FILE]
    if simulator == "verilator":
        arguments = cocotb_build_arguments(waves=waves)
    else:
        arguments = list(ICARUS_ARGUMENTS)
        if waves:
            # cocotb's own needs SystemVerilog.
            sources.append(folder / "waves.v")
            sources[-1].write_text(ICARUS_WAVES.format(top=manifest.top))
            arguments += ["-s", "waves"]
    runner = get_runner(simulator)
    with prepared_environment():
        runner.build(
            sources=sources,
            hdl_toplevel=manifest.top,
            build_dir=folder,
            build_args=arguments,
            timescale=("1ns", "1ps"),
            waves=waves and simulator == "verilator",
            log_file=folder / "build.log",
        )
        results = folder / "results.xml"
        with contextlib.suppress(SystemExit):  # under pytest the runner exits if a test fails
            runner.test(
                test_module=STREAM_TEST_MODULE if manifest.window else TEST_MODULE,
                hdl_toplevel=manifest.top,
                build_dir=folder,
                test_dir=folder,
                plusargs=[f"+core={source}"],
                waves=waves,
                seed=1,
                test_filter=test_filter,
                extra_env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                results_xml=str(results),
                log_file=folder / "test.log",
            )
    num_tests, num_failed = get_results(results) if results.exists() else (0, 0)
    if num_failed or not num_tests:
        raise BenchError(
            f"{num_failed} of {num_tests} tests failed on {simulator}; see {folder / 'test.log'}"
        )
    return num_tests
