"""Joint windows of a lattice-surgery gate, cut out of the model of its own circuit.

In: name of a gate.   Out: `Gate`: shape for a workload, shots for `Stream`.
Next: `quantacore.sim.allocation.measured`.

The gate is an episode (`quantacore.golden.source.episode`): its windows are of one size, those of a
memory, and hold the rounds of all its patches. Where models of windows differ, so do their images.
"""

from functools import cached_property

from quantacore.golden.gates.catalogue import gate_named
from quantacore.golden.gates.noise import uniform_noise
from quantacore.golden.spec.window import WindowPlan
from quantacore.sim.allocation.streamed import PASSES, Stream
from quantacore.sim.allocation.workload import GateShape
from quantacore.sim.experiments.episode_core import EpisodeFamily


class Gate:
    """A gate's experiment, and the windows that span all its patches.

    Parameters
    ----------
    name : str
        Of the gate library.
    distance : int
    p : float
        Noise strength of the experiment in basis z.
    commit_rounds, buffer_rounds : int
        Of its windows.

    Raises
    ------
    ValueError
        If there is no such gate, it does not exist at the distance, or it has no rounds.
    """

    def __init__(
        self, name: str, distance: int, p: float, *, commit_rounds: int, buffer_rounds: int
    ) -> None:
        built = gate_named(name).build(distance)
        if "z" not in built.experiments:
            raise ValueError(f"Gate must be made of rounds, such as merge-zz; {name} is not")
        self.name, self.distance, self.p = name, distance, p
        self._family = EpisodeFamily(
            {name: uniform_noise(built.experiments["z"], p)},
            window=(commit_rounds, buffer_rounds),
            passes=PASSES,
        )

    @property
    def plan(self) -> WindowPlan:
        """What a core is generated from: all windows of the gate."""
        return self._family.family.plan

    @property
    def has_one_image(self) -> bool:
        """Tell whether all windows can be decoded by a core with baked links."""
        return len(self._family.images) == 1

    @cached_property
    def shape(self) -> GateShape:
        """What a workload needs to know."""
        plan = self.plan
        rounds = self._family.episodes[self.name].source.least_rounds
        ready = [
            min(window * plan.commit_rounds + plan.num_rounds, rounds)
            for window in range(plan.num_windows(rounds))
        ]
        return GateShape(name=self.name, rounds=rounds, ready_rounds=tuple(ready))

    def stream(self, *, num_shots: int, seed: int) -> Stream:
        """Return shots of the gate."""
        family = self._family
        names = family.episodes[self.name].names
        rounds, _ = family.sample(self.name, num_shots=num_shots, seed=seed)
        members = family.family.members
        return Stream(
            rounds,
            tuple(family.images[name] for name in names),
            tuple(members[name].plan for name in names),
        )
