"""Sizes of cores, kept as soon as they are known."""

from pathlib import Path

import pytest

from quantacore.sim.scale import cores
from quantacore.sim.scale.cores import CORES_FILE, CoresFile, measure_cores


def test_sizes_are_those_of_the_documents(tmp_path: Path) -> None:
    file = CoresFile(tmp_path)
    measure_cores(file, [3])
    row = file.rows[3]
    assert (row.detectors, row.edges, row.links) == (24, 78, 282)
    # docs/decoder.md, section 6: 78 words of 9 bits, and a cycle for the swap.
    assert (row.image_words, row.image_bits, row.image_bytes, row.load_cycles) == (78, 702, 88, 79)
    assert row.lut4 is None
    assert CoresFile(tmp_path).rows == file.rows


def test_kept_figures_are_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure_cores(CoresFile(tmp_path), [3])
    monkeypatch.setattr(cores, "_sizes", lambda distance: pytest.fail("measured again"))
    measure_cores(CoresFile(tmp_path), [3])


def test_figures_of_another_generator_are_out_of_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure_cores(CoresFile(tmp_path), [3])
    monkeypatch.setattr(cores, "generator_digest", lambda: "another digest")
    assert CoresFile(tmp_path).rows == {}


@pytest.mark.parametrize("cut", [10, 200])
def test_cut_file_is_refused(tmp_path: Path, cut: int) -> None:
    measure_cores(CoresFile(tmp_path), [3])
    path = tmp_path / CORES_FILE
    path.write_text(path.read_text()[:cut])
    with pytest.raises(ValueError, match=r"cores.json: must be a file of `quantacore scale`"):
        CoresFile(tmp_path)
