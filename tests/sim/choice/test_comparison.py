"""The comparison: what is counted, what is predicted, and that it agrees with others."""

import math
from pathlib import Path

import numpy as np
import pymatching
import pytest
import stim

from quantacore.golden.codes.families import FAMILIES
from quantacore.golden.metrics import error_rate, rate_per_round
from quantacore.sim.choice.comparison import Effort, compare, rate_interval
from quantacore.sim.choice.counts import COUNTS_FILE, MATCHING, CountsFile
from quantacore.sim.choice.row import COUNTED, EXACT, EXTRAPOLATED, Row
from tests.sim.choice.machines import CATS, QUBITS, QUICK, machine


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.code.name: row for row in compare(machine(budget=97), QUICK)}


def test_small_codes_are_counted_and_large_ones_predicted(rows: dict[str, Row]) -> None:
    assert set(rows) == {
        *("rotated 3", "rotated 5", "rotated 7", "xzzx 3", "xzzx 5", "xzzx 7"),
        *("xzzx_planar 3", "xzzx_planar 5"),
    }
    for name, row in rows.items():
        assert row.kind == (EXTRAPOLATED if name.endswith("7") else COUNTED)
        rate = row.per_round
        assert 0 < rate.low < rate.value < rate.high < 0.5
        assert row.per_us.value == rate.value  # a microsecond a round
    assert rows["rotated 3"].matching_ratio is not None
    assert rows["rotated 7"].matching_ratio is None


def test_rate_agrees_with_stim_and_pymatching(rows: dict[str, Row]) -> None:
    row, shots = rows["rotated 3"], 20_000
    noise = machine().noise(FAMILIES["rotated"])
    for basis in "zx":
        circuit = FAMILIES["rotated"].circuit(3, noise=noise, basis=basis)
        found = rate_interval(row.counts[basis], MATCHING, rounds=3)
        model = circuit.detector_error_model(
            decompose_errors=True, approximate_disjoint_errors=True
        )
        sampler = circuit.compile_detector_sampler(seed=5)
        events, flips = sampler.sample(shots, separate_observables=True)
        predicted = pymatching.Matching(model).decode_batch(events)
        direct = error_rate(errors=int(np.sum(predicted != flips)), shots=shots)
        assert found.low < rate_per_round(direct.high, rounds=3)
        assert found.high > rate_per_round(direct.low, rounds=3)
    assert isinstance(circuit, stim.Circuit)


def test_prediction_agrees_with_what_is_counted(rows: dict[str, Row]) -> None:
    work = Effort(shots=5_000, errors=5_000, largest=7)
    (counted,) = (
        row
        for row in compare(machine(budget=97), work, families=("rotated",))
        if row.code.distances == (7, 7)
    )
    assert counted.kind == COUNTED
    assert counted.per_round.overlaps(rows["rotated 7"].per_round)


def test_counts_are_found_again(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    first, second = (
        compare(
            machine(),
            QUICK,
            folder=tmp_path,
            families=("xzzx",),
            progress=lambda done, total: told.append((done, total)),
        )
        for _ in range(2)
    )
    assert [row.per_round for row in first] == [row.per_round for row in second]
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)
    lines = (tmp_path / COUNTS_FILE).read_text().splitlines()
    assert len({line.split('"point": ')[1].split(",")[0] for line in lines[1:]}) == len(lines) - 1


def test_interrupted_comparison_goes_on(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise StopError

    with pytest.raises(StopError):
        compare(machine(), QUICK, folder=tmp_path, families=("xzzx",), progress=stop)
    assert len((tmp_path / COUNTS_FILE).read_text().splitlines()) == 3
    told: list[int] = []
    compare(
        machine(),
        QUICK,
        folder=tmp_path,
        families=("xzzx",),
        progress=lambda done, total: told.append(done),
    )
    assert told[0] == 2


def test_cats_get_their_best_number_of_photons() -> None:
    work = Effort(shots=10_000, errors=10_000, largest=5)
    found = compare(machine(CATS), work)
    assert [row.code.distances[0] for row in found] == [3, 5, 7, 9]
    photons = [row.code.photons or 0 for row in found]
    assert photons == sorted(photons)
    given = compare(machine(CATS + "photons = 2"), work)
    for best, fixed in zip(found, given, strict=True):
        assert best.rank <= fixed.rank
        assert best.rates["z"].kind == EXACT


def test_bias_makes_the_long_rectangle_better() -> None:
    text = QUBITS + "eta = 10"
    found = {row.code.size: row for row in compare(machine(text), QUICK, families=("xzzx_planar",))}
    assert found["3 x 5"].per_round.high < found["3"].per_round.low


def test_too_good_a_machine_is_made_noisier_for_the_fit(tmp_path: Path) -> None:
    text = QUBITS.replace("0.008", "0.0005")
    found = compare(machine(text), QUICK, folder=tmp_path, families=("rotated",))
    assert {row.kind for row in found} == {EXTRAPOLATED}
    small, large = found
    assert large.per_round.value < small.per_round.value / 3
    assert "noise up to" in small.rates["z"].reason
    assert math.isfinite(large.rank)
    # A hundred times the shots, without stronger noise, say the same of the smaller code.
    assert CountsFile(tmp_path) is not None
    sure = compare(
        machine(text), Effort(shots=200_000, errors=30, largest=3), families=("rotated",)
    )
    assert sure[0].kind == COUNTED
    assert sure[0].per_round.overlaps(small.per_round)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"shots": 0}, "shots must be at least 1, not 0"),
        ({"errors": 0}, "errors must be at least 1, not 0"),
        ({"largest": 2}, "largest must be at least 3, not 2"),
        ({"clock_mhz": 0}, "clock_mhz must be above 0, not 0"),
        ({"clock_mhz": math.nan}, "clock_mhz must be above 0, not nan"),
        ({"seed": -1}, "seed must be at least 0, not -1"),
    ],
)
def test_effort_rejects(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Effort(**settings)


def test_comparison_rejects() -> None:
    with pytest.raises(ValueError, match="workers must be left out with a scheduler"):
        compare(machine(), QUICK, scheduler="tcp://nowhere:1", workers=1)
