"""The picture of a training."""

from quantacore.host.predict.gru_training import CurvePoint, Trained
from quantacore.host.predict.recurrent_weights import load_weights
from quantacore.sim.plots.training_curve import plot_curve


def test_plot_curve_writes_a_picture(tmp_path):
    curve = tuple(CurvePoint(number=n, train=5.0 - n, validation=5.0 - n / 2) for n in range(3))
    trained = Trained(weights=load_weights(), curve=curve, best=curve[2])
    plot_curve(trained, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
