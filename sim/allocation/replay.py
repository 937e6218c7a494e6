"""Decode streams again, one window after another, with the tiers that a hybrid run used.

In: rounds of each qubit, who decoded each window and what it answered.   Out: `Replay`.
Next: `quantacore.sim.allocation.hybrid_records`.

Cores are replayed by the golden decoder, CPUs by a new PyMatching. Streams that only cores decoded
are also given whole to the streaming golden decoder, which knows nothing of single windows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quantacore.golden.decode.window import WindowDecoder, window_of_rounds
from quantacore.golden.decode.window_matching import WindowMatching
from quantacore.host.scheduling import CORE
from quantacore.sim.allocation.streamed import Memory


@dataclass(frozen=True, kw_only=True)
class Replay:
    """How a run compares with the same streams without workers."""

    mismatches: int
    """Windows whose answer differs: what they flip, or what they carry over."""
    carrying: int
    """Windows that carry something over."""
    moves: int
    """Windows that another server decoded than the one before of that qubit."""
    carried_moves: int
    """Of those: windows that got something from the other server."""
    core_streams: int
    """Qubits of which cores decoded all windows."""
    core_stream_mismatches: int
    """Of those: windows whose frame differs from that of the streaming golden decoder."""
    errors: int
    """Qubits whose frame at the end is not what the observable did."""


def replay(
    watched: Memory,
    rounds: np.ndarray,
    flips: np.ndarray,
    done: Mapping[tuple[int, int], tuple[str, int, int]],
    *,
    passes: int,
) -> Replay:
    """Decode streams again and compare.

    Parameters
    ----------
    watched : Memory
    rounds : bool, shape ``(num_qubits, num_rounds, num_slots)``
    flips : uint64, shape ``(num_qubits,)``
        Of the observables, truly.
    done : mapping
        (qubit, window) -> tier, server, answer; of every window.
    passes : int
        Most passes of a core.
    """
    plan = watched.plan
    golden, matching = WindowDecoder(watched.image, passes=passes), WindowMatching(plan)
    num_windows = plan.num_windows(rounds.shape[1])
    streamed = golden.decode_shots(rounds).frames
    found = dict.fromkeys(Replay.__dataclass_fields__, 0)
    for qubit, shot in enumerate(rounds[:, None]):
        carried = np.zeros((1, plan.graph.num_detectors), np.bool_)
        frame = 0
        frames: list[int] = []
        servers: list[int] = []
        for window in range(num_windows):
            tier, server, answer = done[qubit, window]
            moved = bool(servers) and server != servers[-1]
            found["moves"] += moved
            found["carried_moves"] += moved and bool(carried.any())
            servers.append(server)
            defects, kind = window_of_rounds(plan, shot, window=window, carried=carried)
            if tier == CORE:
                step = golden.decode_window(defects, kind=kind)
                own, carried = int(step.flips[0]), step.carried
            else:
                mask = matching.decode_window(defects[0].astype(np.uint8), kind=kind)
                own, after = matching.windows.split(mask)
                carried = after[None]
            told, told_carried = matching.windows.split(answer)
            found["mismatches"] += told != own or not np.array_equal(told_carried, carried[0])
            found["carrying"] += bool(carried.any())
            frame ^= told
            frames.append(frame)
        found["errors"] += bool(frame != flips[qubit])
        if all(done[qubit, window][0] == CORE for window in range(num_windows)):
            found["core_streams"] += 1
            found["core_stream_mismatches"] += int((streamed[qubit] != frames).sum())
    return Replay(**found)
