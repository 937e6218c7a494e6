"""Epochs of a loop, made up, for tests of what becomes of them."""

from quantacore.sim.experiments.closed_loop import Look, LoopEpoch


def loop_epoch(index=0, *, swaps=(), changed=False, shots=1000, **fields):
    """Return an epoch; only what is given matters."""
    return LoopEpoch(
        **{
            "index": index,
            "shots": shots,
            "errors": {"core": 12, "static": 20, "oracle": 10, "matching": 14},
            "both_wrong": {"core": 12, "static": 11, "oracle": 9, "matching": 8},
            "mismatches": 0,
            "rounds_lost": 0,
            "swaps": tuple(swaps),
            "changed": changed,
            "truth": {"factors": [1.0, 2.0]},
            "looks": (
                Look(corrections=(3, 0, 5), events=(7, 8), windows=shots, rounds=5, learned=True),
                Look(corrections=(1, 1, 1), events=(2, 3), windows=shots, rounds=5, learned=False),
            ),
            **fields,
        }
    )
