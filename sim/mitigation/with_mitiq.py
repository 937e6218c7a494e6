"""Mitigate logical counts with mitiq, in an environment of its own.

In: a file of `quantacore bench mitigation --out`.   Out: what mitiq makes of it, as JSON.
Next: `quantacore.sim.mitigation.estimators`, which does the same without mitiq.

mitiq needs an older numpy than the project. So this file imports nothing of ours, and runs by its
path: ``make test-mitigation``, or ``.venv-mitigation/bin/python sim/mitigation/with_mitiq.py
counts.json``. The executor that mitiq calls answers from the decoded logical error rates.
"""

import argparse
import json
from pathlib import Path
from typing import Any


def mitigate(record: dict[str, Any], *, steps: int, samples: int, seed: int) -> dict[str, Any]:
    """Return the expectations that mitiq finds, and its costs of the test channels.

    Parameters
    ----------
    record : dict
        Of `count_logical_errors`.
    steps : int
        Logical steps of the circuit.
    samples : int
        Circuits that probabilistic error cancellation samples.
    seed : int
    """
    import cirq
    import mitiq
    from mitiq import pec, zne

    points = {(q["distance"], q["scale"]): q["errors"] / q["shots"] for q in record["points"]}
    distances = sorted({d for d, scale in points if scale == 1.0})
    least, most = distances[0], distances[-1]
    scales = sorted(scale for d, scale in points if d == least)
    noisy = [(1 - 2 * points[least, s]) ** steps for s in scales]
    by_distance = [(1 - 2 * points[d, 1.0]) ** steps for d in distances]
    relative = [points[d, 1.0] / points[most, 1.0] for d in distances]

    flip_rate = points[least, 1.0]
    gamma = 1 / (1 - 2 * flip_rate)
    qubit = cirq.LineQubit(0)
    step, flip = cirq.Circuit(cirq.I(qubit)), cirq.Circuit(cirq.X(qubit))
    representation = pec.OperationRepresentation(
        step,
        [pec.NoisyOperation(step), pec.NoisyOperation(flip)],
        [gamma * (1 - flip_rate), -gamma * flip_rate],
    )

    def answer(circuit: Any) -> float:
        gates = [operation.gate for operation in circuit.all_operations()]
        value: float = (1 - 2 * flip_rate) ** len(gates) * (-1) ** gates.count(cirq.X)
        return value

    cancelled = pec.execute_with_pec(
        cirq.Circuit([cirq.I(qubit)] * steps),
        answer,
        representations=[representation],
        num_samples=samples,
        random_state=seed,
    )
    depolarised = pec.represent_operation_with_local_depolarizing_noise(flip, 0.05)
    return {
        "mitiq": mitiq.__version__,
        "unmitigated": noisy[0],
        "noise scaling, linear": zne.inference.LinearFactory.extrapolate(scales, noisy),
        "noise scaling, Richardson": zne.inference.RichardsonFactory.extrapolate(scales, noisy),
        "noise scaling, exponential": zne.inference.ExpFactory.extrapolate(
            scales, noisy, asymptote=0.0
        ),
        "distance scaling, linear": zne.inference.LinearFactory.extrapolate(relative, by_distance),
        "cancellation": cancelled,
        "gamma_flip": representation.norm,
        "gamma_flip_expected": gamma,
        "gamma_depolarising_0.05": depolarised.norm,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("counts", help="counts.json of `quantacore bench mitigation --out`")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    content = json.loads(Path(args.counts).read_text())
    result = mitigate(content, steps=args.steps, samples=args.samples, seed=args.seed)
    print(json.dumps({k: v if isinstance(v, str) else float(v) for k, v in result.items()}))
