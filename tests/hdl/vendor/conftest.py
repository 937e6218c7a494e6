"""A small streaming core and its package, for all tests of this folder."""

import shutil

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import MANIFEST_FILE, VERILOG_FILE
from quantacore.golden.spec.manifest import manifest_from_json
from quantacore.golden.spec.window_image import build_window_image
from quantacore.hdl.vendor.boards import BOARDS
from quantacore.hdl.vendor.package import package_files
from quantacore.sim.core_cache import cached_stream_core


@pytest.fixture(scope="session")
def stream_core():
    """Folder of the core; do not write into it."""
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.005))
    plan = window_plan(memory, commit_rounds=1, buffer_rounds=1)
    image = build_window_image(plan, with_links=False)
    return cached_stream_core(image, CoreConfig(word_bits=32))


@pytest.fixture(scope="session")
def manifest(stream_core):
    return manifest_from_json((stream_core / MANIFEST_FILE).read_text())


@pytest.fixture(scope="session")
def package(stream_core, manifest, tmp_path_factory):
    """Folder with the core's Verilog and all files of its package; do not write into it."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copy(stream_core / VERILOG_FILE, folder)
    files = package_files(manifest, part=BOARDS["zcu216"].part, period_ns=4)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder
