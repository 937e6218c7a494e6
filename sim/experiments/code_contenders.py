"""What a loop over codes did, beside each code all the time and the best of each epoch.

In: `CodeEpoch` records.   Out: `Contender` records.
Next: `quantacore.sim.cli.run_codes`, `quantacore.sim.report.loop_folder`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from quantacore.golden.metrics import Interval, error_rate
from quantacore.sim.experiments.code_loop import CodeEpoch
from quantacore.sim.experiments.code_loop_settings import CodeLoopSettings


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way to choose codes, after the calm epochs."""

    name: str
    """``core`` (the loop), ``oracle`` (the best of each epoch), ``static`` and a code."""
    shots: int
    errors: int
    qubit_rounds: int
    """Qubits that were in use, added up over all rounds."""
    switches: int

    @property
    def rate(self) -> Interval | None:
        """Logical errors per shot; None if there were no shots."""
        return error_rate(errors=self.errors, shots=self.shots) if self.shots else None


def contenders(
    epochs: Sequence[CodeEpoch], settings: CodeLoopSettings, *, qubits: Mapping[str, int]
) -> list[Contender]:
    """Return the loop, the oracle and each code alone, in this order.

    Parameters
    ----------
    epochs : sequence of CodeEpoch
    settings : CodeLoopSettings
    qubits : mapping of str to int
        Code -> data qubits and checks.
    """
    disturbed = [epoch for epoch in epochs if epoch.index >= settings.calm_epochs]
    shots = sum(epoch.shots for epoch in disturbed)
    held = {
        "core": [(look.code, look.shots) for epoch in disturbed for look in epoch.looks],
        "oracle": [(epoch.oracle, epoch.shots) for epoch in disturbed],
    } | {f"static {name}": [(name, shots)] for name in settings.codes}
    errors = {
        "core": sum(epoch.core_errors for epoch in disturbed),
        "oracle": sum(epoch.errors[epoch.oracle] for epoch in disturbed),
    } | {f"static {name}": sum(e.errors[name] for e in disturbed) for name in settings.codes}
    return [
        Contender(
            name=name,
            shots=shots,
            errors=errors[name],
            qubit_rounds=sum(qubits[code] * count * settings.rounds for code, count in spans),
            switches=sum(a[0] != b[0] for a, b in pairwise(spans)),
        )
        for name, spans in held.items()
    ]
