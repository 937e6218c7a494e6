"""Check what policies have in common that must not flap.

In: margin, dwell, smoothing.   Out: nothing, or an error.
Next: `quantacore.golden.adapt.switching`, `quantacore.golden.adapt.code_choice`.
"""


def check_hysteresis(*, margin: float, dwell_epochs: int, smoothing: float) -> None:
    """Raise `ValueError` unless a policy can work with these.

    Parameters
    ----------
    margin : float
        How many times better another choice must be, at least 1.
    dwell_epochs : int
        Epochs that a choice stays, at least 1.
    smoothing : float
        Weight of a new log rate against the average before, in (0, 1].
    """
    if not margin >= 1:
        raise ValueError(f"Margin must be at least 1, not {margin!r}")
    if dwell_epochs < 1:
        raise ValueError(f"Dwell must be at least 1 epoch, not {dwell_epochs!r}")
    if not 0 < smoothing <= 1:
        raise ValueError(f"Smoothing must be in (0, 1], not {smoothing!r}")
