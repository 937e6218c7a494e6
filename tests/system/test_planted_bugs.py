"""The comparison with the golden model can fail: planted bugs in the Verilog are caught.

Each bug is one edit in the text of a generated core. A test that lets one pass proves nothing.
"""

import dataclasses
import hashlib
import random
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.core_folder import MANIFEST_FILE, VERILOG_FILE, read_any_manifest
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.manifest import manifest_to_json
from quantacore.sim.batch import BatchCore, CoreError
from quantacore.sim.core_cache import cached_core
from tests.random_graphs import random_events, random_graph, random_image, with_random_links
from tests.system.core_checks import check_core

pytestmark = [pytest.mark.verilator, pytest.mark.slow]


class Bug(NamedTuple):
    """An edit of the Verilog: what to look for, and what to write instead."""

    pattern: str
    replacement: str


BUGS = {
    "two-offers-taken": Bug(
        r"= \| offers\[0\];",
        "= 1'h0;",
    ),
    "forest-of-growth-kept": Bug(
        r"tangled <= \S+ ;",
        "tangled <= 1'h0 ;",
    ),
    "forest-not-forgotten": Bug(
        r"= \d+'h[1-9a-f]+;(\s+end\s+end\s+if \(\\\$\d+ \) begin\s+\\\$\d+  = \{ 1'h1, label \};)",
        r"= root;\1",
    ),
    "roots-compared-by-low-bits": Bug(
        r"(assign \\less_a\$\d+ ) = \\less_a\$\d+  \| ",
        r"\1 = ",
    ),
    "parity-or-instead-of-xor": Bug(
        r"= \^ next_child_parity;",
        "= | next_child_parity;",
    ),
    "two-ends-grow-as-one": Bug(
        r"= \{ 1'h0, last_steps \} << 1'h1;",
        "= { 1'h0, last_steps };",
    ),
    "jump-too-far": Bug(
        r"away\[2:0\] < 3'h5;",
        "away[2:0] < 3'h4;",
    ),
    "unsettled-parity": Bug(
        r"assign relaxing = moved \| \\\$\d+ ;",
        "assign relaxing = moved ;",
    ),
    "guessed-activity": Bug(
        r"assign changed = relaxing \| \\\$\d+ ;",
        "assign changed = relaxing ;",
    ),
    "report-of-the-cycle-before": Bug(
        r"= ~ stale;",
        "= 1'h1;",
    ),
    "root-not-told-its-parity": Bug(
        r"= is_root \? parity : told_active;",
        "= told_active;",
    ),
    "answer-without-defects": Bug(
        r"any_defect <= \S+",
        "any_defect <= 1'h1",
    ),
    "observables-or-instead-of-xor": Bug(
        r"= \^ (\\\$\d+ ;)",
        r"= | \1",
    ),
    "first-word-lost": Bug(
        r"word_0 <= \\\$\d+ ;",
        "word_0 <= word_0 ;",
    ),
}


LINK_BUGS = {
    "banks-swapped": Bug(
        r"\{ read_index, bank \}",
        "{ read_index, ~bank }",
    ),
    "further-rows-missed": Bug(
        r"assign goes_on = .*;",
        "assign goes_on = 1'h0;",
    ),
    "last-links-missed": Bug(
        r"\? told : heard;",
        "? heard : heard;",
    ),
    "links-of-earlier-passes-kept": Bug(
        r"= clear \? \S+ :",
        "= 1'h0 ? 5'h1f :",
    ),
    "images-without-links-ignored": Bug(
        r"any_link <= .*;",
        "any_link <= 1'h1;",
    ),
    "first-pass-competes": Bug(
        r"pass_index <= 3'h2;",
        "pass_index <= 3'h1;",
    ),
    "last-pass-counts": Bug(
        r"= volume < least;",
        "= 1'h1;",
    ),
    "volume-of-earlier-passes-kept": Bug(
        r"if \(restarted\)",
        "if (1'h0)",
    ),
    "volume-of-single-steps": Bug(
        r" \* \{ \d+'h0+, steps \};",
        ";",
    ),
    "contest-forgotten": Bug(
        r"= differed \| ",
        "= 1'h0 | ",
    ),
}
"""Bugs of cores with run-time links, and of the choice among passes."""


def mutated_core(source: Path, target: Path, bug: Bug) -> None:
    """Copy a core with an edit, and a manifest that vouches for it."""
    shutil.copytree(source, target)
    text, found = re.subn(bug.pattern, bug.replacement, (source / VERILOG_FILE).read_text())
    assert found, f"Planted bug must find {bug.pattern!r} in the Verilog: adapt the pattern"
    (target / VERILOG_FILE).write_text(text)
    manifest = read_any_manifest(source)
    digest = hashlib.sha256(text.encode()).hexdigest()
    manifest = dataclasses.replace(manifest, files={**manifest.files, VERILOG_FILE: digest})
    (target / MANIFEST_FILE).write_text(manifest_to_json(manifest))


@pytest.mark.parametrize("name", ["none", *BUGS])
def test_comparison_catches_planted_bug(tmp_path, name):
    circuit = rotated_memory(distance=3, p=0.02)
    graph = graph_from_circuit(circuit)
    events, _ = sample_shots(circuit, num_shots=2_000, seed=3)
    folder = cached_core(graph, CoreConfig(word_bits=16))  # two words a shot
    if name != "none":
        mutated_core(folder, tmp_path / "core", BUGS[name])
        folder = tmp_path / "core"
    # Random lengths reach combinations that those of a code do not.
    rng = random.Random("planted_bugs")
    images = [build_image(graph), random_image(rng, graph), random_image(rng, graph, fused=0.0)]
    caught = ""
    with BatchCore(folder) as core:
        try:
            for image in images:
                check_core(core, graph, image, events)
        except (AssertionError, CoreError) as error:
            caught = str(error)
    print(f"{name}: {caught}")
    assert bool(caught) == (name != "none")


@pytest.mark.parametrize("name", ["none", *LINK_BUGS])
def test_comparison_catches_planted_bug_in_links(tmp_path, name):
    rng = random.Random("planted_bugs/links")
    graph = random_graph(rng, num_detectors=12, num_edges=30, correlations=40)
    folder = cached_core(graph, CoreConfig(links="runtime", lanes=2))
    if name != "none":
        mutated_core(folder, tmp_path / "core", LINK_BUGS[name])
        folder = tmp_path / "core"
    caught = ""
    with BatchCore(folder) as core:
        try:
            for kept in (1, 0.5, 0):
                image = with_random_links(rng, random_image(rng, graph, absent=0), kept=kept)
                events = random_events(rng, graph, num_shots=500, density=0.3)
                check_core(core, graph, image, events, passes=4)
        except (AssertionError, CoreError) as error:
            caught = str(error)
    print(f"{name}: {caught}")
    assert bool(caught) == (name != "none")
