"""Learn to prepare a state by reinforcement: MaskablePPO of sb3-contrib plays the game.

In: a `Target` and a device.   Out: the best circuit of all episodes.   Needs the extra `search`.
Next: `quantacore.golden.search.environment`.

Source: proximal policy optimisation, Schulman et al., arXiv:1707.06347; masks of illegal moves:
Huang & Ontanon, arXiv:2006.14171.
"""

import time
from typing import Any

from quantacore.golden.search.circuit import Circuit
from quantacore.golden.search.faults import check_faults
from quantacore.golden.search.targets import Target

MISSING = "Learning needs gymnasium, torch and sb3-contrib: pip install '.[search]'"


def learned(
    target: Target, connectivity: str = "all", *, seconds: float, seed: int = 1
) -> tuple[Circuit | None, float]:
    """Return the cheapest certified circuit of all episodes, and the seconds until it came.

    Parameters
    ----------
    target : Target
    connectivity : str
    seconds : float
        Of learning. The same seed gives the same episodes; how many depends on the machine.
    seed : int

    Raises
    ------
    ModuleNotFoundError
        If the extra `search` is not installed.
    """
    try:
        from sb3_contrib import MaskablePPO
    except ImportError:
        raise ModuleNotFoundError(MISSING) from None
    from quantacore.golden.search.environment import ANCILLA_PRICE, PreparationGame

    game = PreparationGame(target, connectivity)
    model = MaskablePPO(
        "MlpPolicy", game, seed=seed, n_steps=512, batch_size=128, gamma=0.99, ent_coef=0.02,
        learning_rate=1e-3, device="cpu",
    )  # fmt: skip
    start = time.monotonic()
    best: tuple[float, Circuit, float] | None = None

    def look(names: dict[str, Any], _: dict[str, Any]) -> bool:
        nonlocal best
        gone = time.monotonic() - start
        for info in names["infos"]:
            circuit = info.get("circuit")
            if circuit is None:
                continue
            cost = circuit.num_cnots + ANCILLA_PRICE * circuit.num_ancillas
            if (best is None or cost < best[0]) and check_faults(circuit, target).is_fault_tolerant:
                best = cost, circuit, gone
        return gone < seconds

    model.learn(10**9, callback=look)
    return (best[1], best[2]) if best else (None, 0.0)
