"""Dynamic selection of codes under drift: static, chosen in flight, and with foresight.

In: drift regime, target.   Out: `ChoiceRow` records.
Next: `quantacore.sim.cli.bench_changes`; `docs/changes.md` shows its output.

An epoch is many shots under one noise. Options are distance 3, distance 5, and distance 5 without
its hottest data qubit inside, when there is a hot one. The policy is there three times: *qubits*
and *counted* see only what was measured and corrected under its own code in the epochs before, and
have the first two options; *informed* sees the noise of the epoch before, as a perfect estimator
would. The oracle sees that
of the epoch itself. Every decoder has the weights of the true noise: what is measured is the
choice. In the epoch of a switch in flight every shot has the switch inside it; it is not counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from quantacore.golden.adapt.code_choice import CodeChoice, cheap_and_best
from quantacore.golden.adapt.member_rates import MOST_RATE, logical_bound
from quantacore.golden.codes.changes.episode import Change, episode_of, qubits_of
from quantacore.golden.codes.changes.kinds import Geometry, change_of, stay
from quantacore.golden.codes.changes.phases import NoiseFrom
from quantacore.golden.codes.check_memory import Place
from quantacore.golden.codes.patches import Patch
from quantacore.golden.codes.pauli_noise import DepolarizingNoise
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import wrong_shots
from quantacore.golden.noise.drift import DriftSimulator
from quantacore.golden.noise.regimes import drift_regime
from quantacore.golden.noise.scaled import with_factors
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import build_image
from quantacore.sim.experiments.choice_totals import ChoiceRow, HistoryTotal, row_of_histories
from quantacore.sim.experiments.counted_options import CountedOptions, Known
from quantacore.sim.experiments.sampled_options import KnownQubits, SampledOptions

BASES = ("z", "x")
SMALL, LARGE, HOLE = "d3", "d5", "d5 without"
ROUNDS = (4, 8)
"""Of a shot: before the switch, if there is one in it, and after."""
HOT_FACTOR = 8.0
"""From which on a data qubit is worth a thought."""
EPOCH_ROUNDS = 1000
CALIBRATION_SHOTS = 100_000
STATIC_SMALL, STATIC_LARGE = "static d3", "static d5"
COUNTED, QUBITS, INFORMED, ORACLE = "counted", "qubits", "informed", "oracle"
CONTENDERS = (STATIC_SMALL, STATIC_LARGE, COUNTED, QUBITS, INFORMED, ORACLE)


@dataclass(frozen=True, kw_only=True)
class Option:
    """A code, or a change from one to another in the shot."""

    name: str
    before: str = ""
    """Name of the code before, if the shot has the switch in it."""
    hole: Place | None = None

    def change(self, basis: str) -> Change:
        """Return what is measured in a shot."""
        grow = change_of("grow", Geometry(distances=(3, 5)), rounds=ROUNDS, basis=basis)
        if self.name == HOLE:
            geometry = Geometry(distances=(5,), bad=self.hole)
            isolate = change_of("isolate", geometry, rounds=ROUNDS, basis=basis)
            return isolate if self.before else stay(isolate, with_phase=1)
        if not self.before:
            return stay(grow, with_phase=int(self.name == LARGE))
        if self.name == LARGE:
            return grow
        return change_of("shrink", Geometry(distances=(5, 3)), rounds=ROUNDS, basis=basis)

    @property
    def qubits(self) -> int:
        """Data qubits and ancillas, after the switch."""
        return qubits_of(self.change("z").phases[-1])


def moved(now: Option, then: Option) -> Option:
    """Return the option of an epoch, with the switch in its shots if there is one in flight.

    There are circuits for growing, shrinking, and leaving a qubit of the whole patch; any other
    move is made between two shots.
    """
    in_flight = {(SMALL, LARGE), (LARGE, SMALL), (LARGE, HOLE)}
    return replace(then, before=now.name) if (now.name, then.name) in in_flight else then


class _Made(NamedTuple):
    """An option under the noise of an epoch."""

    circuit: Circuit
    graph: DecodingGraph
    qubit_rounds: int


class ChoiceBench:
    """Measured rates without drift, from which those under drift are predicted.

    Parameters
    ----------
    p : float
        Noise strength before any drift.
    target : float
        Logical errors per shot that are good enough.
    shots : int
        In each basis of each epoch.
    seed : int
    """

    def __init__(self, *, p: float, target: float, shots: int, seed: int = 1) -> None:
        CodeChoice(start=SMALL, target=target)  # Refuses a target before anything is measured.
        self.p, self.target, self.shots, self.seed = p, target, shots, seed
        self._still = Patch(width=5, height=5).memory(p=p, rounds=4)
        self._places = {
            (place[0], place[1]): qubit
            for qubit, place in self._still.get_final_qubit_coordinates().items()
        }
        calm = np.ones(self._still.num_qubits)
        self._bounds: dict[tuple[Option, str], float] = {}
        self._epochs: dict[bytes, dict[tuple[Option, str], _Made]] = {}
        self.rates: dict[str, float] = {}
        for option in (Option(name=SMALL), Option(name=LARGE), Option(name=HOLE, hole=(5, 5))):
            wrong = self._shots(option, calm, shots=CALIBRATION_SHOTS, seed=seed).errors
            self.rates[option.name] = max(wrong, 1) / (2 * CALIBRATION_SHOTS)
        grown = Option(name=LARGE, before=SMALL)
        wrong = self._shots(grown, calm, shots=CALIBRATION_SHOTS, seed=seed).errors
        # The switch makes the shot worse than one of distance 5 is.
        self.switch_cost = max(0.0, wrong / (2 * CALIBRATION_SHOTS) - self.rates[LARGE])
        circuits = {
            basis: {
                name: self._make(Option(name=name), basis, calm).circuit for name in (SMALL, LARGE)
            }
            for basis in BASES
        }
        self._books: dict[str, CountedOptions | SampledOptions] = {
            COUNTED: CountedOptions(circuits, num_shots=CALIBRATION_SHOTS),
            QUBITS: SampledOptions(circuits, rates=self.rates),
        }

    def measure(
        self,
        regime: str,
        *,
        epochs: int,
        histories: int = 1,
        contenders: Sequence[str] = CONTENDERS,
        progress: Callable[[], object] = lambda: None,
    ) -> list[ChoiceRow]:
        """Run all contenders through the same histories.

        Parameters
        ----------
        regime : str
            One of `quantacore.golden.noise.regimes.REGIMES`.
        epochs : int
            Of a history.
        histories : int
            With seeds from the bench's own on.
        contenders : sequence of str
            Of `CONTENDERS`.
        progress : function
            Called after each epoch.
        """
        runs = [
            self._history(
                regime,
                epochs=epochs,
                seed=self.seed + number,
                contenders=contenders,
                progress=progress,
            )
            for number in range(histories)
        ]
        return [row_of_histories(regime, name, [run[name] for run in runs]) for name in contenders]

    def _history(
        self,
        regime: str,
        *,
        epochs: int,
        seed: int,
        contenders: Sequence[str],
        progress: Callable[[], object],
    ) -> dict[str, HistoryTotal]:
        epoch_s = EPOCH_ROUNDS * 1e-6
        config = drift_regime(regime, self._still, epoch_s=epoch_s)
        drift = DriftSimulator(self._still, config, seed=seed)
        informed, *others = (
            CodeChoice(start=SMALL, target=self.target, switch_cost=self.switch_cost)
            for _ in range(3)
        )
        blind: dict[str, tuple[CodeChoice, Known | KnownQubits]] = {
            name: (policy, book.begin(least_shots=0.9 * self.shots))
            for (name, book), policy in zip(self._books.items(), others, strict=True)
            if name in contenders
        }
        small, large = Option(name=SMALL), Option(name=LARGE)
        now = dict.fromkeys(CONTENDERS, small) | {STATIC_LARGE: large}
        totals = {name: HistoryTotal() for name in contenders}
        known: np.ndarray | None = None
        for epoch in range(epochs):
            factors = drift.advance(EPOCH_ROUNDS).factors
            chosen = dict(now)
            if known is not None:
                options, rates = self._predicted(known, now[INFORMED])
                qubits = {name: option.qubits for name, option in options.items()}
                chosen[INFORMED] = options[informed.decide(rates, qubits).option]
            chosen |= {name: Option(name=policy.option) for name, (policy, _) in blind.items()}
            options, rates = self._predicted(factors, now[ORACLE])
            chosen[ORACLE] = options[self._foreseen(options, rates)]
            done: dict[Option, _Shots] = {}
            for name in contenders:
                option = chosen[name] if epoch == 0 else moved(now[name], chosen[name])
                if option not in done:
                    done[option] = self._shots(
                        option, factors, shots=self.shots, seed=1000 * seed + epoch
                    )
                totals[name].add(
                    option.name,
                    shots=2 * self.shots,
                    errors=done[option].errors,
                    qubit_rounds=done[option].qubit_rounds,
                    switched=epoch > 0 and chosen[name] != now[name],
                    in_flight=bool(option.before),
                )
                if name in blind and not option.before:
                    policy, book = blind[name]
                    if book.add(option.name, done[option].events):
                        policy.decide(book.rates(), {SMALL: small.qubits, LARGE: large.qubits})
            now, known = chosen, factors
            progress()
        return totals

    def _foreseen(self, options: dict[str, Option], rates: dict[str, float]) -> str:
        """Return the cheapest option that is good enough, or else the best one."""
        enough = [name for name, rate in rates.items() if rate <= self.target]
        qubits = {name: options[name].qubits for name in enough}
        return cheap_and_best(enough or list(rates), rates, qubits)

    def _predicted(
        self, factors: np.ndarray, now: Option
    ) -> tuple[dict[str, Option], dict[str, float]]:
        """Return the options under some noise and what their rates would be."""
        options = {SMALL: Option(name=SMALL), LARGE: Option(name=LARGE)}
        inside = {
            place: float(factors[qubit])
            for place, qubit in self._places.items()
            if place[0] % 2 and 1 < place[0] < 9 and 1 < place[1] < 9
        }
        hottest = max(inside, key=inside.__getitem__)
        if now.name == HOLE:
            # A hole stays where it is until the patch is whole again.
            options[HOLE] = replace(now, before="")
        elif inside[hottest] >= HOT_FACTOR:
            options[HOLE] = Option(name=HOLE, hole=hottest)
        rates = {}
        for name, option in options.items():
            ratios = [
                logical_bound(self._made(option, basis, factors).graph)
                / self._reference(option, basis)
                for basis in BASES
            ]
            rates[name] = min(MOST_RATE, self.rates[name] * float(np.mean(ratios)))
        return options, rates

    def _reference(self, option: Option, basis: str) -> float:
        """Return the bound of an option without drift."""
        if (option, basis) not in self._bounds:
            calm = np.ones(self._still.num_qubits)
            graph = self._make(option, basis, calm).graph
            self._bounds[option, basis] = logical_bound(graph)
        return self._bounds[option, basis]

    def _made(self, option: Option, basis: str, factors: np.ndarray) -> _Made:
        """Return what was made for an epoch, whose noise is asked for several times."""
        key = factors.tobytes()
        if key not in self._epochs:
            self._epochs = dict(list(self._epochs.items())[-1:]) | {key: {}}
        epoch = self._epochs[key]
        if (option, basis) not in epoch:
            epoch[option, basis] = self._make(option, basis, factors)
        return epoch[option, basis]

    def _make(self, option: Option, basis: str, factors: np.ndarray) -> _Made:
        change = option.change(basis)
        noises = [NoiseFrom(first_round=0, noise=DepolarizingNoise(p=self.p))]
        circuit = episode_of(change, basis=basis, noises=noises).circuit
        at = circuit.get_final_qubit_coordinates()
        own = np.array([factors[self._places[at[q][0], at[q][1]]] for q in range(len(at))])
        noisy = with_factors(circuit, own)
        return _Made(noisy, graph_from_circuit(noisy), change.qubit_rounds)

    def _shots(self, option: Option, factors: np.ndarray, *, shots: int, seed: int) -> "_Shots":
        """Decode shots of both bases."""
        wrong, seen = 0, {}
        for number, basis in enumerate(BASES):
            made = self._made(option, basis, factors)
            seen[basis], flips = sample_shots(made.circuit, num_shots=shots, seed=2 * seed + number)
            decoder = UnionFindDecoder(made.graph, build_image(made.graph))
            found = decoder.decode_shots(seen[basis])
            wrong += int(wrong_shots(found.predictions, flips, unmatched=found.unmatched).sum())
        return _Shots(events=seen, errors=wrong, qubit_rounds=made.qubit_rounds)


class _Shots(NamedTuple):
    """Of an option in an epoch."""

    events: dict[str, np.ndarray]
    """By basis, bit-packed."""
    errors: int
    """Of both bases."""
    qubit_rounds: int
    """Of one shot."""
