"""Switch a core between the members of a family, check every window, and count the cost.

In: patches of a lattice, noise strength.   Out: `MemberRow`, `SwitchRow` records.
Next: `quantacore.sim.cli.bench_switching`; `docs/switching.md` shows its output.

Two ways to switch at the edge of a shot. *Waiting*: rounds are held back until the last window of
the old shot is predicted and the new image in force. *Paced*: rounds come without pause; the image
is sent during the old shot, and its checksum some rounds into the new one, when the last window of
the old one has ended and the first of the new one is not complete.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from quantacore.golden.codes.patches import Patch
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.source.member import member_of_circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.experiments.cycle_histogram import CycleHistogram
from quantacore.sim.stream_batch import RegisterWrite, StreamBatch, Traffic
from quantacore.sim.stream_comparison import compare_stream

LATTICE = {
    "d5": Patch(width=5, height=5),
    "d3_nw": Patch(width=3, height=3),
    "d3_ne": Patch(width=3, height=3, corner=(2, 0)),
    "d3_sw": Patch(width=3, height=3, corner=(0, 2)),
    "d3_se": Patch(width=3, height=3, corner=(2, 2)),
    "w4_west": Patch(width=4, height=5),
    "w4_east": Patch(width=4, height=5, corner=(1, 0)),
    "h4_north": Patch(width=5, height=4),
    "h4_south": Patch(width=5, height=4, corner=(0, 1)),
    "repetition": Patch(width=1, height=5, corner=(2, 0)),
}
"""Members on 5 x 5 data qubits: all of them, corners, without one column or row, a column."""

FAMILY_CONFIG = CoreConfig(links="runtime")
"""Of its core: links differ from member to member."""
BATCH_SHOTS = 200
CYCLES_PER_WRITE = 3
"""Of a register, through AXI4-Lite."""


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    """One member on the family's core, beside its own golden decoder."""

    name: str
    own_edges: int
    shots: int
    windows: int
    mismatches: int
    """Windows that differ from the stand-alone golden decoder, corrections mapped back."""
    load_cycles: int
    """From the first write of the image to the state that says it is in force."""


@dataclass(frozen=True, kw_only=True)
class SwitchRow:
    """Many switches, one after another."""

    way: str
    """``waiting`` or ``paced``."""
    switches: int
    shots: int
    windows: int
    mismatches: int
    """Windows that differ from golden in any field, or were decoded with another member's image."""
    faults: int
    cost: CycleHistogram
    """Cycles by which a switch delays the first round of the next shot."""


class SwitchBench:
    """A family of patches, and its simulated core.

    Parameters
    ----------
    patches : mapping of str to Patch
    p : float
        Noise strength.
    window : (commit, buffer)
        In rounds.
    passes : int
        Most passes per window. The first use builds the core: minutes for `LATTICE`.
    seed : int
        Of the shots.

    Attributes
    ----------
    family : CodeFamily
    core : StreamBatch
    """

    def __init__(
        self,
        patches: Mapping[str, Patch],
        *,
        p: float,
        window: tuple[int, int],
        passes: int = 3,
        seed: int = 1,
    ) -> None:
        commit, buffer = window
        self.passes = passes
        self.seed = seed
        self.sources = {
            name: RepeatingCircuit(patch.memory(p=p, rounds=4)) for name, patch in patches.items()
        }
        self.family = CodeFamily(
            [
                member_of_circuit(name, source, commit_rounds=commit, buffer_rounds=buffer)
                for name, source in self.sources.items()
            ]
        )
        config = self.family.config(FAMILY_CONFIG)
        self.images = self.family.images(config)
        first = next(iter(self.images.values()))
        self.core = StreamBatch(cached_stream_core(first, config))

    def sample(self, name: str, *, num_rounds: int, shots: int, seed: int) -> np.ndarray:
        """Return shots of a member: bool, ``(shots, num_rounds, number of its slots)``."""
        source = self.sources[name]
        events, _ = sample_shots(source.circuit(num_rounds), num_shots=shots, seed=seed)
        return rounds_of_events(events, source.places(num_rounds), num_slots=source.num_slots)

    def rounds_to_send(self, period: int) -> int:
        """Return the rounds of a shot that is long enough to send an image meanwhile."""
        image = next(iter(self.images.values()))
        cycles = CYCLES_PER_WRITE * len(self.core.image_writes(image))
        return -(-cycles // period) + 2 * self.family.plan.num_rounds

    def measure_member(self, name: str, *, num_rounds: int, shots: int) -> MemberRow:
        """Decode shots of a member, and compare with its stand-alone golden decoder."""
        own = self.family.members[name].plan
        before = self.core.total_cycles
        self.core.load_image(self.images[name])
        load_cycles = self.core.total_cycles - before
        number = self.core.read("image_count")
        # A member that may have no links in the family is compared with itself without them.
        own_image = build_window_image(own, with_links=self.images[name].num_links > 0)
        mismatches = 0
        for start in range(0, shots, BATCH_SHOTS):
            rounds = self.sample(
                name,
                num_rounds=num_rounds,
                shots=min(BATCH_SHOTS, shots - start),
                seed=self.seed + start,
            )
            streamed = self.core.run(list(self.family.rounds(name, rounds)), passes=self.passes)
            assert streamed.corrections is not None
            streamed = replace(
                streamed, corrections=self.family.corrections(name, streamed.corrections)
            )
            images = {number: own_image}
            found = compare_stream(streamed, list(rounds), images, passes=self.passes)
            mismatches += int(found.mismatching.sum())
        return MemberRow(
            name=name,
            own_edges=own.graph.num_edges,
            shots=shots,
            windows=shots * own.num_windows(num_rounds),
            mismatches=mismatches,
            load_cycles=load_cycles,
        )

    def measure_waiting(
        self,
        *,
        switches: int,
        period: int = 100,
        progress: Callable[[int], object] = lambda switches: None,
    ) -> SwitchRow:
        """Switch after every shot, holding rounds back until the new image is in force.

        The image was sent before: what is counted is from the last word of the old shot to the
        state that says that the new image is in force.
        """
        num_rounds = self.rounds_to_send(period)
        names = self._rotation(switches + 1)
        totals: Counter[str] = Counter()
        costs: Counter[int] = Counter()
        self.core.load_image(self.images[names[0]])
        for number, name in enumerate(names):
            rounds = self.sample(name, num_rounds=num_rounds, shots=1, seed=self.seed + number)
            shots = list(self.family.rounds(name, rounds))
            image = self.core.read("image_count")
            following = names[number + 1] if number + 1 < len(names) else None
            writes = self.core.image_writes(self.images[following]) if following else []
            # Sent while the shot is decoded: it takes no time of its own.
            streamed = self.core.run(
                shots, passes=self.passes, traffic=Traffic(period=period), writes=writes[:-1]
            )
            if writes:
                self.core.write(writes[-1].address, writes[-1].value)
                while self.core.read("image_count") == image:
                    pass
                costs[self.core.total_cycles - int(streamed.accepted_at[-1])] += 1
            found = compare_stream(streamed, shots, {image: self.images[name]}, passes=self.passes)
            totals["mismatches"] += int(found.mismatching.sum())
            totals["windows"] += len(streamed.frames)
            totals["faults"] += sum(streamed.faults.values())
            progress(number)
        return SwitchRow(
            way="waiting",
            switches=switches,
            shots=len(names),
            windows=totals["windows"],
            mismatches=totals["mismatches"],
            faults=totals["faults"],
            cost=CycleHistogram(costs),
        )

    def measure_paced(
        self, *, switches: int, guard_rounds: int = 2, period: int = 100
    ) -> SwitchRow:
        """Switch after every shot while rounds come without pause.

        Parameters
        ----------
        switches : int
        guard_rounds : int
            Rounds of the new shot after which the checksum is written: the last window of the old
            shot must have ended, and the first one of the new shot must not be complete.
        period : int
            Cycles between rounds.
        """
        num_rounds = self.rounds_to_send(period)
        names = self._rotation(switches + 1)
        self.core.load_image(self.images[names[0]])
        first = self.core.read("image_count")
        shots: list[np.ndarray] = []
        writes: list[RegisterWrite] = []
        for number, name in enumerate(names):
            rounds = self.sample(name, num_rounds=num_rounds, shots=1, seed=self.seed + number)
            shots += list(self.family.rounds(name, rounds))
            if number:
                begins = number * num_rounds
                made = self.core.image_writes(
                    self.images[name], after_rounds=begins - num_rounds + guard_rounds + 1
                )
                writes += [*made[:-1], replace(made[-1], after_rounds=begins + guard_rounds)]
        streamed = self.core.run(
            shots, passes=self.passes, traffic=Traffic(period=period), writes=writes
        )
        wanted: dict[int, WindowImage] = {
            first + number: self.images[name] for number, name in enumerate(names)
        }
        found = compare_stream(streamed, shots, wanted, passes=self.passes)
        per_shot = self.family.plan.num_windows(num_rounds)
        right = np.repeat(first + np.arange(len(names)), per_shot)
        wrong = found.mismatching | (streamed.fields["image"] != right)
        accepted = streamed.accepted_at.reshape(len(names), num_rounds).astype(np.int64)
        delays = accepted[1:, 0] - accepted[:-1, -1] - period
        return SwitchRow(
            way="paced",
            switches=switches,
            shots=len(names),
            windows=len(right),
            mismatches=int(wrong.sum()),
            faults=sum(streamed.faults.values()),
            cost=CycleHistogram(Counter(np.maximum(delays, 0).tolist())),
        )

    def _rotation(self, count: int) -> list[str]:
        """Return members in turn, each after every other one."""
        names = list(self.images)
        # Steps of 1, 2, ... between members: not only neighbours in the list follow each other.
        steps = np.arange(count) + np.arange(count) // len(names)
        return [names[step % len(names)] for step in steps]
