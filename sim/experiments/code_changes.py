"""What a change of code in flight is worth: whole episodes beside doing nothing.

In: scenarios.   Out: `ChangeRow` records.
Next: `quantacore.sim.cli.bench_changes`; `docs/changes.md` shows its output.

A scenario is a noise that changes in some round, and a change of code at about that time. Doing
nothing is as many rounds of the code before; "after alone" is as many of the code after, where it
is another set of qubits. Weights are those of the true noise; for isolation doing nothing is also
tried with weights made before the qubit went bad.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from quantacore.golden.codes.cat import CatNoise
from quantacore.golden.codes.changes.episode import Change, episode_of
from quantacore.golden.codes.changes.kinds import Geometry, change_of, stay
from quantacore.golden.codes.changes.phases import NoiseFrom
from quantacore.golden.codes.check_memory import Place
from quantacore.golden.codes.pauli_noise import BiasedNoise, PlaceNoise
from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import Interval, error_rate, wrong_shots
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.image import build_image
from quantacore.sim.experiments.episode_core import EpisodeFamily

BASES = ("z", "x")
STAY, STALE, CHANGE, STREAM, AFTER = "stay", "stay, stale", "change", "change, streaming", "after"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Noise that changes, and a change of code."""

    kind: str
    geometry: Geometry
    rounds: tuple[int, int]
    """Before and after the switch."""
    before: PlaceNoise
    after: PlaceNoise
    noise_round: int
    """Round from which on the noise is the second one."""
    hot: Mapping[Place, PlaceNoise] = field(default_factory=dict)
    """Qubits that are bad from then on."""
    stays: PlaceNoise | None = None
    """Second noise if nothing is done, where the change is one of noise."""
    window: tuple[int, int] = (3, 3)
    after_alone: bool = False
    """Also measure the code after the switch from the beginning."""

    def change(self, basis: str) -> Change:
        """Return the change that carries the observable of a basis."""
        return change_of(self.kind, self.geometry, rounds=self.rounds, basis=basis)

    def noises(self, *, stays: bool = False, stale: bool = False) -> list[NoiseFrom]:
        """Return the noise by round; ``stale``: without the bad qubits."""
        second = self.stays if stays and self.stays else self.after
        hot = {} if stale else self.hot
        return [
            NoiseFrom(first_round=0, noise=self.before),
            NoiseFrom(first_round=self.noise_round, noise=second, hot=hot),
        ]


def _scenarios() -> dict[str, Scenario]:
    calm, rough = BiasedNoise(p=0.002), BiasedNoise(p=0.006)
    usual = BiasedNoise(p=0.003)
    grow = {
        "kind": "grow",
        "geometry": Geometry(distances=(3, 5)),
        "rounds": (6, 18),
        "noise_round": 9,
        "after_alone": True,
    }
    found = {
        "grow 3 to 5, noise triples": Scenario(**grow, before=calm, after=rough),  # type: ignore[arg-type]
        "grow 3 to 5, noise above threshold": Scenario(
            **grow,  # type: ignore[arg-type]
            before=calm,
            after=BiasedNoise(p=0.012),
        ),
        "grow 3 to 5 right, phase noise": Scenario(
            kind="grow",
            geometry=Geometry(distances=(3, 5), sides=("right",)),
            rounds=(6, 18),
            before=calm,
            after=BiasedNoise(p=0.006, eta=10),
            noise_round=9,
            after_alone=True,
        ),
        "shrink 5 to 3, noise falls": Scenario(
            kind="shrink",
            geometry=Geometry(distances=(5, 3)),
            rounds=(9, 15),
            before=rough,
            after=BiasedNoise(p=0.001),
            noise_round=6,
        ),
    }
    for distance in (3, 5):
        found[f"css to xzzx, d = {distance}, bias 0.5 to 100"] = Scenario(
            kind="frame",
            geometry=Geometry(distances=(distance,)),
            rounds=(6, 18),
            before=rough,
            after=BiasedNoise(p=0.006, eta=100),
            noise_round=6,
        )
    for what, bad in (("data qubit", (5, 5)), ("ancilla", (4, 4))):
        for text, p in (("10 times", 0.03), ("30 times", 0.09), ("50 %", 0.5)):
            found[f"isolate {what} of d = 5, {text}"] = Scenario(
                kind="isolate",
                geometry=Geometry(distances=(5,), bad=bad),
                rounds=(6, 18),
                before=usual,
                after=usual,
                noise_round=6,
                hot={bad: BiasedNoise(p=p)},
            )
    found["cat, d = 5: losses rise, 8 to 5 photons"] = Scenario(
        kind="photons",
        geometry=Geometry(distances=(5,)),
        rounds=(6, 18),
        before=CatNoise(n=8, k=1e-4),
        after=CatNoise(n=5, k=1e-3),
        stays=CatNoise(n=8, k=1e-3),
        noise_round=6,
    )
    return found


SCENARIOS = _scenarios()


def small_circuits(p: float = 0.01, *, bases: Sequence[str] = BASES) -> dict[str, Circuit]:
    """Return one small episode of each change of a surface code: one core decodes them all.

    Parameters
    ----------
    p : float
        Noise strength.
    bases : sequence of {"z", "x"}
        An episode in each: its name ends with it.
    """
    changes = {
        "grow": ("grow", Geometry(distances=(2, 3))),
        "shrink": ("shrink", Geometry(distances=(3, 2), sides=("left",))),
        "frame": ("frame", Geometry(distances=(3,))),
        "data": ("isolate", Geometry(distances=(3,), bad=(3, 3))),
        "ancilla": ("isolate", Geometry(distances=(3,), bad=(6, 2))),
    }
    noises = [NoiseFrom(first_round=0, noise=BiasedNoise(p=p))]
    return {
        f"{name} {basis}": episode_of(
            change_of(kind, geometry, rounds=(5, 6), basis=basis), basis=basis, noises=noises
        ).circuit
        for name, (kind, geometry) in changes.items()
        for basis in bases
    }


@dataclass(frozen=True, kw_only=True)
class ChangeRow:
    """One scenario."""

    name: str
    shots: int
    """In each basis."""
    errors: dict[str, dict[str, int]]
    """Contender -> basis -> wrong shots."""
    fewest_faults: dict[str, dict[str, int]]
    """Contender (those that differ in it) -> basis -> graphlike faults that flip the observable."""
    qubit_rounds: dict[str, int]
    num_images: int
    """That the streaming decoder goes through, of basis z."""

    def rate(self, contender: str) -> Interval:
        """Return the wrong shots of both bases together, per shot, 95 %."""
        counts = self.errors[contender]
        return error_rate(errors=sum(counts.values()), shots=len(counts) * self.shots)


def measure_change(
    name: str,
    scenario: Scenario,
    *,
    shots: int,
    passes: int = DEFAULT_PASSES,
    seed: int = 1,
    progress: Callable[[], object] = lambda: None,
) -> ChangeRow:
    """Decode episodes with and without the change, in both bases.

    Parameters
    ----------
    name : str
    scenario : Scenario
    shots : int
        In each basis, of each contender: circuits differ, so shots do too.
    passes, seed : int
    progress : callable
        Called after each basis.
    """
    errors: dict[str, dict[str, int]] = {}
    faults: dict[str, dict[str, int]] = {}
    qubit_rounds: dict[str, int] = {}
    num_images = 0
    for number, basis in enumerate(BASES):
        change = scenario.change(basis)
        made = {STAY: (stay(change), scenario.noises(stays=True))}
        made[CHANGE] = (change, scenario.noises())
        if scenario.after_alone:
            made[AFTER] = (stay(change, with_phase=1), scenario.noises())
        for offset, (contender, (contents, noises)) in enumerate(made.items()):
            circuit = episode_of(contents, basis=basis, noises=noises).circuit
            faults.setdefault(contender, {})[basis] = len(
                circuit.shortest_graphlike_error(ignore_ungraphlike_errors=True)
            )
            qubit_rounds[contender] = contents.qubit_rounds
            decoded = {contender: circuit}
            if contender == STAY and scenario.hot:
                stale = scenario.noises(stale=True)
                decoded[STALE] = episode_of(contents, basis=basis, noises=stale).circuit
            events, flips = sample_shots(
                circuit, num_shots=shots, seed=100 * seed + 10 * offset + number
            )
            for way, model in decoded.items():
                graph = graph_from_circuit(model)
                decoder = UnionFindDecoder(graph, build_image(graph), passes=passes)
                result = decoder.decode_shots(events)
                wrong = wrong_shots(result.predictions, flips, unmatched=result.unmatched)
                errors.setdefault(way, {})[basis] = int(wrong.sum())
            if contender == CHANGE:
                family = EpisodeFamily({name: circuit}, window=scenario.window, passes=passes)
                episode = family.episodes[name]
                rounds = family.family.rounds(episode.names[0], episode.source.rounds(events))
                streamed = family.stream(name, rounds)
                errors.setdefault(STREAM, {})[basis] = int((streamed != flips[:, 0]).sum())
                if basis == BASES[0]:
                    num_images = len(episode.members)
        progress()
    return ChangeRow(
        name=name,
        shots=shots,
        errors=errors,
        fewest_faults=faults,
        qubit_rounds=qubit_rounds,
        num_images=num_images,
    )
