"""Reset is enough: a core whose registers and memories hold anything before it decodes right.

FPGAs load registers with initial values, so a register that the reset forgets goes unnoticed there
until the core is reset in the middle of its work. Here the initial values are taken out of the
Verilog, and the simulator fills what has none with random bits.
"""

import dataclasses
import hashlib
import random
import re

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import MANIFEST_FILE, VERILOG_FILE
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.manifest import manifest_from_json, manifest_to_json
from quantacore.golden.spec.window_image import build_window_image
from quantacore.hdl.generate import generate_core
from quantacore.sim.batch import BatchCore, CoreError
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.stream_batch import StreamBatch, Traffic
from quantacore.sim.stream_comparison import compare_stream
from tests.random_graphs import random_events, random_graph
from tests.system.core_checks import check_core

pytestmark = [pytest.mark.verilator, pytest.mark.slow]

SEEDS = (1, 2, 3, 4, 5)
INITIAL = re.compile(r"^  initial (?:begin$.*?^  end|[^;]*;)$", re.M | re.S)
RESET = re.compile(
    r"^    if \((?:rst|port\$\d+\$\d+)\) begin\n      (\S+) +=[^;]*;\n    end\n", re.M
)
"""What the last lines of each process say: the register's value after a reset."""


def rewrite(source, target, pattern):
    """Copy a core without what matches; return how often it did."""
    target.mkdir()
    manifest = manifest_from_json((source / MANIFEST_FILE).read_text())
    for name in manifest.files:
        (target / name).write_bytes((source / name).read_bytes())
    text, count = pattern.subn("", (source / VERILOG_FILE).read_text())
    (target / VERILOG_FILE).write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    changed = dataclasses.replace(manifest, files={**manifest.files, VERILOG_FILE: digest})
    (target / MANIFEST_FILE).write_text(manifest_to_json(changed))
    return count


@pytest.fixture(scope="module")
def shots():
    rng = random.Random("reset/shots")
    graph = random_graph(rng, num_detectors=10, num_edges=20, num_observables=2, correlations=12)
    return graph, build_image(graph), random_events(rng, graph, num_shots=200, density=0.3)


@pytest.fixture(scope="module")
def uninitialised(shots, tmp_path_factory):
    folder = tmp_path_factory.mktemp("uninitialised")
    graph, image, _ = shots
    generate_core(graph, folder / "core", config=CoreConfig(links="runtime"), image=image)
    assert rewrite(folder / "core", folder / "bare", INITIAL) > 50
    assert "initial" not in (folder / "bare" / VERILOG_FILE).read_text()
    return folder / "bare"


def test_shot_core_decodes_after_reset_whatever_it_held(uninitialised, shots):
    for seed in SEEDS:
        with BatchCore(uninitialised, seed=seed) as core:
            check_core(core, *shots, passes=3, seed=seed)


def test_shot_core_without_reset_is_found_out(uninitialised, shots, tmp_path):
    """The bits are random indeed, and the test would see a reset that forgets."""
    assert rewrite(uninitialised, tmp_path / "bare", RESET) > 25
    failures = 0
    for seed in SEEDS:
        try:
            with BatchCore(tmp_path / "bare", seed=seed) as core:
                check_core(core, *shots, passes=3, seed=seed)
        except (AssertionError, CoreError):
            failures += 1
    assert failures == len(SEEDS)


def test_stream_core_decodes_after_reset_whatever_it_held(tmp_path):
    memory = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    plan = window_plan(memory, commit_rounds=1, buffer_rounds=1)
    image = build_window_image(plan)
    source = cached_stream_core(image, CoreConfig(links="runtime", word_bits=8))
    assert rewrite(source, tmp_path / "bare", INITIAL) > 50
    sampler = memory.circuit(9).compile_detector_sampler(seed=9)
    events = sampler.sample(40, bit_packed=True)
    shots = list(rounds_of_events(events, memory.places(9), num_slots=plan.num_slots))
    traffic = Traffic(gap_percent=20, stall_percent=20)
    for seed in SEEDS:
        core = StreamBatch(tmp_path / "bare", seed=seed)
        assert core.read("faults") == core.read("windows") == core.read("image_count") == 0
        core.load_image(image)
        streamed = core.run(shots, passes=3, traffic=traffic)
        comparison = compare_stream(streamed, shots, {1: image}, passes=3)
        assert not comparison.mismatching.any(), (seed, comparison.first)
        assert not any(streamed.faults.values()), (seed, streamed.faults)
