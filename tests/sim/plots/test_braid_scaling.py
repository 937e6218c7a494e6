"""Picture of braids."""

from pathlib import Path

from quantacore.sim.experiments.braid_scaling import BraidRow
from quantacore.sim.plots.braid_scaling import plot_braid_scaling


def test_picture_is_a_png(tmp_path: Path) -> None:
    rows = [
        BraidRow(gate="T", method=method, asked="", length=length, error=error, seconds=0)
        for method in ("mitm", "nt")
        for length, error in ((5, 0.1), (20, 0.01))
    ]
    path = tmp_path / "p.png"
    plot_braid_scaling(rows, path)
    assert path.read_bytes().startswith(b"\x89PNG")
