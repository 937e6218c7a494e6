"""What contenders of a choice of codes did, history by history, and all together.

In: epochs of each contender.   Out: `ChoiceRow`.
Next: `quantacore.sim.experiments.code_choice`, `quantacore.sim.cli.bench_changes`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from quantacore.golden.metrics import Interval, error_rate
from quantacore.sim.experiments.run_bootstrap import ratio_over_runs


@dataclass(frozen=True, kw_only=True)
class ChoiceRow:
    """One contender in one regime."""

    regime: str
    contender: str
    shots: int
    """Of both bases together."""
    errors: int
    qubit_rounds: int
    """Of one shot in each epoch."""
    switches: int
    in_flight: int
    epochs: dict[str, int]
    """Option -> epochs."""
    history_errors: tuple[int, ...]
    """Of each history."""
    history_qubit_rounds: tuple[int, ...]

    @property
    def rate(self) -> Interval:
        """Wrong shots per shot, 95 %: of one history by shots, of several over histories."""
        num = len(self.history_errors)
        if num == 1:
            return error_rate(errors=self.errors, shots=self.shots)
        return ratio_over_runs(self.history_errors, [self.shots / num] * num)

    def per_error_of(self, other: "ChoiceRow") -> Interval:
        """Return errors per error of another contender in the same histories, 95 % over them."""
        return ratio_over_runs(self.history_errors, other.history_errors)

    def qubits_per_qubit_of(self, other: "ChoiceRow") -> Interval:
        """Return qubit-rounds per qubit-round of another contender, 95 % over histories."""
        return ratio_over_runs(self.history_qubit_rounds, other.history_qubit_rounds)


@dataclass(kw_only=True)
class HistoryTotal:
    """Of a contender in one history."""

    shots: int = 0
    errors: int = 0
    qubit_rounds: int = 0
    switches: int = 0
    in_flight: int = 0
    epochs: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        option: str,
        *,
        shots: int,
        errors: int,
        qubit_rounds: int,
        switched: bool,
        in_flight: bool,
    ) -> None:
        """Add an epoch."""
        self.shots += shots
        self.errors += errors
        self.qubit_rounds += qubit_rounds
        self.switches += switched
        self.in_flight += in_flight
        self.epochs[option] += 1


def row_of_histories(regime: str, contender: str, histories: Sequence[HistoryTotal]) -> ChoiceRow:
    """Return the sum of a contender's histories."""
    return ChoiceRow(
        regime=regime,
        contender=contender,
        shots=sum(each.shots for each in histories),
        errors=sum(each.errors for each in histories),
        qubit_rounds=sum(each.qubit_rounds for each in histories),
        switches=sum(each.switches for each in histories),
        in_flight=sum(each.in_flight for each in histories),
        epochs=dict(sum((each.epochs for each in histories), Counter[str]())),
        history_errors=tuple(each.errors for each in histories),
        history_qubit_rounds=tuple(each.qubit_rounds for each in histories),
    )
