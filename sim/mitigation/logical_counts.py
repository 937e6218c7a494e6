"""Count logical errors for mitigation: distances, noise scales, and what post-selection keeps.

In: distances, p, scales, shots.   Out: a record for JSON, which other environments read.
Next: `quantacore.sim.mitigation.estimators`, `quantacore.sim.mitigation.with_mitiq`.

A logical step is a memory experiment of d rounds, decoded by union-find; a step flips the logical
qubit with probability p_L. Steps of one circuit are taken as independent.
"""

from collections.abc import Callable, Sequence
from typing import Any

from quantacore.sim.experiments.confidence import measure_confidence
from quantacore.sim.experiments.point import Point

FORMAT = "quantacore-logical-counts"
CONFIDENCE = "contested, then volume"
DISCARDED = (0.01, 0.1)


def count_logical_errors(
    *,
    distances: Sequence[int],
    p: float,
    scales: Sequence[float],
    shots: int,
    seed: int,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Measure each distance at ``p``, and the smallest one at ``p`` times each scale.

    Parameters
    ----------
    distances : sequence of int
    p : float
        Circuit noise, in (0, 0.5).
    scales : sequence of float
        At least 1; 1 is always measured.
    shots : int
        At each point.
    seed : int
    progress : callable, optional
        Called with the name of each point before it is measured.

    Returns
    -------
    dict
        ``format``, ``version``, ``p``, ``points``: each with ``distance``, ``scale``, ``shots``,
        ``errors`` and ``kept``, a list of ``[share discarded, shots kept, errors among them]``.
    """
    least = min(distances)
    wanted = [(d, 1.0) for d in distances] + [(least, s) for s in scales if s != 1.0]
    points = []
    for distance, scale in wanted:
        if progress is not None:
            progress(f"d={distance} p={p * scale:g}")
        point = Point(distance=distance, p=p * scale, basis="Z", shots=shots)
        rows = measure_confidence(point, passes=4, length_bits=4, seed=seed)
        curve = next(row.curve for row in rows if row.label == CONFIDENCE)
        points.append(
            {
                "distance": distance,
                "scale": scale,
                "shots": curve.num_shots,
                "errors": curve.num_errors,
                "kept": [
                    [share, curve.num_kept(share), float(curve.errors_left(share))]
                    for share in DISCARDED
                ],
            }
        )
    return {"format": FORMAT, "version": 1, "p": p, "points": points}
