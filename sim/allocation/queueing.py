"""Mean waiting times of queues that have a formula: what the simulation is checked against.

In: arrival rate, moments of the service time.   Out: mean waiting time.
Next: `quantacore.sim.allocation.machine`.

Source: Pollaczek, Math. Z. 32 (1930) 64, and Khinchine, Mat. Sbornik 39 (1932) 73: one server,
Poisson arrivals, first come first served, independent service times of any distribution (M/G/1).
"""


def pollaczek_khinchine_wait(rate: float, mean: float, second_moment: float) -> float:
    """Return the mean time from arrival to begin of service in M/G/1.

    Parameters
    ----------
    rate : float
        Arrivals per unit of time, at least 0.
    mean, second_moment : float
        Of the service time and of its square.

    Raises
    ------
    ValueError
        If the server cannot keep up: ``rate * mean`` must be below 1.

    Examples
    --------
    Constant service (M/D/1) waits half as long as an exponential one with the same mean (M/M/1).

    >>> pollaczek_khinchine_wait(0.5, 1.0, 1.0), pollaczek_khinchine_wait(0.5, 1.0, 2.0)
    (0.5, 1.0)
    """
    load = rate * mean
    if not 0 <= load < 1:
        raise ValueError(f"Load must be in [0, 1), not {load!r}")
    return rate * second_moment / (2 * (1 - load))
