"""Runs with a known truth: Poisson counts around wander and telegraph noise, made in memory."""

import numpy as np

from quantacore.host.predict.series import CountSeries


def synthetic_run(
    *,
    seed: int,
    regime: str = "synthetic",
    num_epochs: int = 100,
    num_groups: int = 20,
    exposure: float = 20.0,
    epoch_s: float = 10.0,
    wander: float = 0.0,
    wander_epochs: float = 10.0,
    jumps_per_epoch: float = 0.0,
    jump: float = 2.0,
) -> CountSeries:
    """Return a run; log ratios are an Ornstein-Uhlenbeck process plus one that is on or off."""
    rng = np.random.default_rng([seed, 7])
    kept = np.exp(-1 / wander_epochs)
    level = wander * rng.standard_normal(num_groups)
    on = (rng.random(num_groups) < 0.3) & (jumps_per_epoch > 0)
    logs = np.empty((num_epochs, num_groups))
    for epoch in range(num_epochs):
        level = kept * level + wander * np.sqrt(1 - kept**2) * rng.standard_normal(num_groups)
        on = on ^ (rng.random(num_groups) < jumps_per_epoch)
        logs[epoch] = level + jump * on
    exposures = np.full_like(logs, exposure)
    return CountSeries(
        name=f"{regime}-{seed}",
        regime=regime,
        times=epoch_s * np.arange(1.0, num_epochs + 1),
        counts=rng.poisson(exposures * np.exp(logs)).astype(float),
        exposures=exposures,
        environment=np.zeros((num_epochs, 0)),
        log_ratios=logs,
    )
