"""The package, as far as open tools can tell: Tcl, FuseSoC, Verilator."""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from quantacore.hdl.vendor.boards import BOARDS
from quantacore.hdl.vendor.package import TEMPLATES, package_files
from quantacore.hdl.vendor.template import NOT_RUN
from quantacore.sim.verilator import verilator_environment

PART = BOARDS["zcu216"].part
SCRIPTS = [name for name in TEMPLATES if name.endswith(".tcl")]
VLNV = "quantacore:decoder:quantacore_axi"

VIVADO_COMMANDS = """
create_project read_verilog read_xdc add_files set_property update_compile_order synth_design
opt_design place_design phys_opt_design route_design write_checkpoint report_utilization
report_timing_summary report_drc close_project ipx::package_project ipx::create_xgui_files
ipx::update_checksums ipx::check_integrity ipx::save_core
"""
VIVADO_QUESTIONS = {
    "current_fileset": "sources_1",
    "get_runs": "synth_1",
    "ipx::current_core": "core_1",
    "get_timing_paths": "$::env(PATHS)",
    "get_property": "$::env(SLACK)",
}
DRY_RUN = "\n".join(
    [
        "namespace eval ipx {}",
        *(f'proc {name} args {{ puts "{name} $args" }}' for name in VIVADO_COMMANDS.split()),
        *(f'proc {name} args {{ return "{said}" }}' for name, said in VIVADO_QUESTIONS.items()),
        "set script [lindex $argv 0]",
        "set argv [lrange $argv 1 end]",
        "source $script",
    ]
)
"""Commands of Vivado that only say how they were called; any other one is an error."""


def test_package_holds_what_its_users_need(manifest):
    files = package_files(manifest, part=PART)
    assert set(files) == {
        "quantacore.core",
        "quantacore.xdc",
        "quantacore_axi.v",
        "quantacore_registers.h",
        "lint.vlt",
        "vivado_implement.tcl",
        "vivado_out_of_context.tcl",
        "vivado_package_ip.tcl",
    }
    for name, text in files.items():
        assert "@" not in text, name
        # The list of waivers is read by Verilator only, which has read it.
        assert (NOT_RUN in "".join(text.splitlines(True)[:4])) == (name != "lint.vlt"), name


def test_package_aims_at_part_and_period(manifest):
    files = package_files(manifest, part="xc7z020clg400-1", period_ns=6.25)
    assert "-period 6.250 " in files["quantacore.xdc"]
    for name in ("quantacore.core", "vivado_implement.tcl", "vivado_package_ip.tcl"):
        assert "xc7z020clg400-1" in files[name]


@pytest.mark.parametrize("period_ns", [0, -1, 0.1, 1e9, float("nan")])
def test_package_rejects_period(manifest, period_ns):
    with pytest.raises(ValueError, match=r"Clock period must be in 0\.5 \.\. 1000\.0 ns, not"):
        package_files(manifest, part=PART, period_ns=period_ns)


def test_package_rejects_core_of_whole_shots(manifest):
    with pytest.raises(ValueError, match="Core must be one for streams"):
        package_files(dataclasses.replace(manifest, window=None), part=PART)


@pytest.fixture
def tclsh():
    program = shutil.which("tclsh")
    if program is None:
        pytest.skip("tclsh is missing")
    return program


def run_tcl(tclsh, text, *arguments, folder, slack="0.5", paths="path_1"):
    (folder / "run.tcl").write_text(text)
    return subprocess.run(
        [tclsh, "run.tcl", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "SLACK": slack, "PATHS": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", [*SCRIPTS, "quantacore.xdc"])
def test_tcl_is_complete(tclsh, package, name, tmp_path):
    question = "puts [info complete [read [open [lindex $argv 0]]]]"
    assert run_tcl(tclsh, question, package / name, folder=tmp_path).stdout == "1\n"


@pytest.mark.parametrize("name", SCRIPTS)
def test_tcl_runs_with_stubs_for_the_commands_of_vivado(tclsh, package, name, tmp_path):
    answer = run_tcl(tclsh, DRY_RUN, package / name, folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    for line in answer.stdout.splitlines():
        for word in line.replace("{", " ").replace("}", " ").split():
            if word.startswith(str(package)):
                assert Path(word).exists(), word


def test_implementation_goes_from_verilog_to_reports(tclsh, package, tmp_path):
    arguments = (package / "vivado_implement.tcl", "xc7z020clg400-1", tmp_path / "out")
    answer = run_tcl(tclsh, DRY_RUN, *arguments, folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    called = [line.split()[0] for line in answer.stdout.splitlines()]
    steps = ("create_project", "read_verilog", "read_xdc", "synth_design", "opt_design")
    steps += ("place_design", "phys_opt_design", "route_design", "report_timing_summary")
    assert [name for name in called if name in steps] == list(steps)
    assert "create_project -in_memory -part xc7z020clg400-1" in answer.stdout
    assert "-mode out_of_context" in answer.stdout
    assert str(tmp_path / "out") in answer.stdout


@pytest.mark.parametrize(("slack", "paths"), [("-0.01", "path_1"), ("", "")])
def test_implementation_fails_when_timing_does(tclsh, package, tmp_path, slack, paths):
    script = package / "vivado_implement.tcl"
    answer = run_tcl(tclsh, DRY_RUN, script, folder=tmp_path, slack=slack, paths=paths)
    assert answer.returncode == 1


def test_core_file_names_files_that_exist(package):
    text = (package / "quantacore.core").read_text()
    assert text.splitlines()[0] == "CAPI=2:"
    core = yaml.safe_load(text.partition("\n")[2])
    named = {name for fileset in core["filesets"].values() for name in fileset["files"]}
    assert all((package / name).is_file() for name in named)
    assert named == {path.name for path in package.iterdir()} - {
        "quantacore.core",
        "vivado_implement.tcl",
        "vivado_package_ip.tcl",
    }
    assert set(core["targets"]) == {"default", "lint", "synth", "vivado"}


def fusesoc(*words, package, folder):
    """Run FuseSoC with all of its own files in a folder."""
    homes = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "DATA", "CACHE")}
    program = Path(sys.executable).with_name("fusesoc")
    answer = subprocess.run(
        [str(program), "--cores-root", str(package), *words],
        cwd=folder,
        env={**verilator_environment(), **homes},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.mark.slow
@pytest.mark.verilator
def test_fusesoc_sets_up_every_target_and_lints(package, tmp_path):
    assert "vivado" in fusesoc("core-info", VLNV, package=package, folder=tmp_path)
    for target in ("synth", "vivado"):
        words = ("run", "--setup", "--target", target, VLNV)
        fusesoc(*words, package=package, folder=tmp_path)
    (script,) = [
        path
        for path in tmp_path.glob("build/*/vivado/*.tcl")
        if "create_project" in path.read_text()
    ]
    text = script.read_text()
    assert f"set_property part {PART} " in text
    for name in ("core.v", "quantacore_axi.v", "quantacore.xdc", "vivado_out_of_context.tcl"):
        assert name in text
    fusesoc("run", "--target", "lint", VLNV, package=package, folder=tmp_path)
