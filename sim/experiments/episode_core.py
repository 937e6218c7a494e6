"""Changes of code in flight on one family: streaming golden decoder, and core with switched images.

In: circuits of episodes.   Out: predictions, `CoreRow` records.
Next: `quantacore.sim.experiments.code_changes`, `quantacore.sim.cli.bench_changes`.

On the core, the next image is sent while rounds come, and its checksum is written when the last
window of the image before has ended and the first of its own is not complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.family.code_family import CodeFamily
from quantacore.golden.source.episode import EpisodeWindows, episode_windows
from quantacore.golden.source.model_text import Circuit
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.config import CoreConfig
from quantacore.golden.spec.window_image import WindowImage
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.stream_batch import RegisterWrite, StreamBatch, Traffic
from quantacore.sim.stream_comparison import compare_stream

CYCLES_PER_WRITE = 3


@dataclass(frozen=True, kw_only=True)
class CoreRow:
    """An episode on the core, its images switched in each shot."""

    name: str
    shots: int
    windows: int
    switches: int
    mismatches: int
    """Windows that differ from golden in any field, or had another image than they should."""
    faults: int
    errors: int
    """Shots with a wrong prediction."""
    golden_errors: int
    period_cycles: int
    """Between rounds: so many that an image can be sent within the rounds a window commits."""


class EpisodeFamily:
    """Episodes that share a streaming core.

    Parameters
    ----------
    circuits : mapping of str to stim.Circuit
        With windows of one size.
    window : (commit, buffer)
        In rounds.
    passes : int
        Most passes per window. With one the core has no links, and is much smaller.

    Attributes
    ----------
    episodes : dict of str to EpisodeWindows
    family : CodeFamily
    images : dict of str to WindowImage
    """

    def __init__(
        self,
        circuits: Mapping[str, Circuit],
        *,
        window: tuple[int, int],
        passes: int = DEFAULT_PASSES,
    ) -> None:
        commit, buffer = window
        self.passes = passes
        self.episodes: dict[str, EpisodeWindows] = {
            name: episode_windows(circuit, commit_rounds=commit, buffer_rounds=buffer, name=name)
            for name, circuit in circuits.items()
        }
        self.family = CodeFamily(
            [member for episode in self.episodes.values() for member in episode.members]
        )
        config = CoreConfig(links="none" if passes == 1 else "runtime")
        self.config = self.family.config(config)
        self.images: dict[str, WindowImage] = self.family.images(self.config)

    def sample(self, name: str, *, num_shots: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return shots of an episode: rounds as the core takes them, and observable flips."""
        source = self.episodes[name].source
        events, flips = sample_shots(source.circuit, num_shots=num_shots, seed=seed)
        member = self.episodes[name].names[0]
        return self.family.rounds(member, source.rounds(events)), flips[:, 0]

    def stream(self, name: str, rounds: np.ndarray) -> np.ndarray:
        """Return the predictions of the streaming golden decoder: uint64, ``(num_shots,)``."""
        names = self.episodes[name].names
        own = list(dict.fromkeys(names))
        decoder = WindowDecoder(*(self.images[image] for image in own), passes=self.passes)
        images = np.tile([own.index(image) for image in names], (len(rounds), 1))
        return decoder.decode_shots(rounds, images=images).predictions


class EpisodeCore:
    """The Verilated core of a family of episodes. Building takes half a minute (d = 3)."""

    def __init__(self, episodes: EpisodeFamily) -> None:
        self.episodes = episodes
        first = next(iter(episodes.images.values()))
        self.core = StreamBatch(cached_stream_core(first, episodes.config))
        self.num_images = 0

    @property
    def period(self) -> int:
        """Cycles between rounds in which an image can be sent while a window commits."""
        image = next(iter(self.episodes.images.values()))
        cycles = CYCLES_PER_WRITE * len(self.core.image_writes(image))
        return 2 * -(-cycles // self.core.plan.commit_rounds)

    def measure(self, name: str, *, shots: int, seed: int = 1, lag: int = 0) -> CoreRow:
        """Send shots of an episode, with its images switched in each, and compare every window.

        Parameters
        ----------
        name : str
        shots : int
        seed : int
        lag : int
            Rounds by which the switches come too late: what the comparison must notice.
        """
        episodes, core, plan = self.episodes, self.core, self.core.plan
        names = episodes.episodes[name].names
        rounds, flips = episodes.sample(name, num_shots=shots, seed=seed)
        golden = episodes.stream(name, rounds)
        length = rounds.shape[1]
        core.load_image(episodes.images[names[0]])
        number = core.read("image_count")
        wanted = [number]
        writes: list[RegisterWrite] = []
        images = {number: episodes.images[names[0]]}
        in_force = names[0]
        for shot in range(shots):
            for window, image in enumerate(names):
                if image != in_force:
                    in_force = image
                    number += 1
                    images[number] = episodes.images[image]
                    # Complete when its last round has come; the window before is decoded by then.
                    complete = shot * length + window * plan.commit_rounds + plan.num_rounds
                    if window == 0:
                        complete = shot * length + plan.num_rounds
                    made = core.image_writes(
                        images[number], after_rounds=max(0, complete - plan.commit_rounds)
                    )
                    writes += [*made[:-1], replace(made[-1], after_rounds=complete - 1 + lag)]
                wanted.append(number)
        streamed = core.run(
            list(rounds),
            passes=episodes.passes,
            traffic=Traffic(period=self.period),
            writes=writes,
        )
        found = compare_stream(streamed, list(rounds), images, passes=episodes.passes)
        wrong = found.mismatching | (streamed.fields["image"] != np.array(wanted[1:]))
        predictions = streamed.frames.reshape(shots, len(names))[:, -1]
        return CoreRow(
            name=name,
            shots=shots,
            windows=len(wrong),
            switches=len(images) - 1,
            mismatches=int(wrong.sum()),
            faults=sum(streamed.faults.values()),
            errors=int((predictions != flips).sum()),
            golden_errors=int((golden != flips).sum()),
            period_cycles=self.period,
        )
