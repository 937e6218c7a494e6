"""Models of cost follow the record that they were fitted to."""

import json

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.image import build_image
from quantacore.hdl.platform.boards import BOARDS
from quantacore.sim.choice.cost import (
    FILL,
    LUTS_OF_PART,
    board_lut_estimate,
    cycles_of_effort,
    effort,
    fitting_board,
    lut_estimate,
)
from tests.repo.sources import ROOT

RECORD = json.loads((ROOT / "docs/synthesis.json").read_text())
PASSES = {"one_pass": 1, "baked": 3}


@pytest.mark.parametrize("row", RECORD["rows"], ids=lambda r: f"{r['problem']}-{r['distance']}")
def test_luts_are_near_the_record(row: dict) -> None:
    core = row["core"]
    found = lut_estimate(
        nodes=core["detectors"],
        edges=core["edges"],
        links=core["links"],
        length_bits=core["length_bits"],
    )
    assert found == pytest.approx(row["cells"]["LUT4"], rel=0.05)


@pytest.mark.parametrize(
    "row",
    [r for r in RECORD["cycles"] if r["problem"] in PASSES and r["distance"] < 7],
    ids=lambda r: f"{r['problem']}-{r['distance']}-{r['p']}",
)
def test_cycles_are_near_the_record(row: dict) -> None:
    circuit = rotated_memory(distance=row["distance"], p=row["p"])
    graph = graph_from_circuit(circuit)
    events, _ = sample_shots(circuit, num_shots=5000, seed=1)
    decoder = UnionFindDecoder(graph, build_image(graph), passes=PASSES[row["problem"]])
    found = cycles_of_effort(effort(events, decoder.decode_shots(events)) / len(events))
    assert found == pytest.approx(row["mean"], rel=0.25)


def test_effort_of_hand_made_shots() -> None:
    graph = graph_from_circuit(rotated_memory(distance=3, p=0.01))
    decoder = UnionFindDecoder(graph, build_image(graph), passes=1)
    events = np.zeros((2, graph.num_detectors), np.bool_)
    events[1, 0] = True
    packed = pack_bits(events)
    decoded = decoder.decode_shots(packed)
    assert effort(packed, decoded) == decoded.growth_steps[1] > 0  # log2(1 + 1) of one defect
    assert cycles_of_effort(0) == 2


def test_smallest_board_that_fits() -> None:
    assert fitting_board(10_000) == "orangecrab_r0_2_25f"
    middle = fitting_board(round(FILL * LUTS_OF_PART[25]) + 1)
    assert middle is not None
    assert "45" in middle
    assert "85" in (fitting_board(round(FILL * LUTS_OF_PART[85])) or "")
    assert fitting_board(round(FILL * LUTS_OF_PART[85]) + 1) is None
    assert all(any(str(size) in name for size in LUTS_OF_PART) for name in BOARDS)


def test_links_and_boards_cost_more() -> None:
    sizes = {"nodes": 24, "edges": 78}
    none, baked, runtime = (lut_estimate(**sizes, links=kind) for kind in LINKS)
    assert none < baked < runtime
    assert board_lut_estimate(**sizes, links="none") > 2 * none


LINKS = ("none", "baked", "runtime")
