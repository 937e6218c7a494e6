"""Run a streaming core for long under everything that can go wrong, and account for all of it.

In: distance, number of rounds, seed.   Out: `SoakResult`.
Next: `quantacore.sim.cli.bench_soak`.

Each run of the simulator is a chapter with a lot of its own: gaps, stalls, packets of wrong
lengths, budgets, rounds that find no room, refused accesses, images that are good, cut or wrong.
Every window is compared with the golden model; every fault counter must have counted what was done.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.window import rounds_of_events
from quantacore.golden.source.default_window import default_window
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec.bits import packed_bytes
from quantacore.golden.spec.config import CoreConfig, num_words
from quantacore.golden.spec.registers import REGISTERS
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.sim.core_cache import cached_stream_core
from quantacore.sim.stream_batch import (
    OKAY,
    RegisterWrite,
    StreamBatch,
    StreamedWindows,
    Traffic,
)
from quantacore.sim.stream_comparison import compare_stream

NOISE = 0.005
CHAPTER_ROUNDS = 1_000
LAST_ADDRESS = 0xFC
KINDS = ("calm", "busy", "packets", "budget", "unmatched", "lengths", "overrun", "images")
"""Chapters, in turn."""


@dataclass(frozen=True, kw_only=True)
class SoakResult:
    """What was sent, and what did not come out as it should."""

    rounds: int
    windows: int
    mismatches: int
    """Windows that differ from golden."""
    swaps: int
    """Images that came into force while rounds were streaming."""
    transactions: int
    """Words of rounds, predictions and register accesses that moved."""
    faults: dict[str, int]
    """Events of each kind that came."""
    complaints: tuple[str, ...]
    """What was not accounted for, in words; empty if all was well."""


@dataclass
class _Chapter:
    """What happens in one run of the simulator."""

    shots: list[np.ndarray]
    traffic: Traffic
    passes: int
    extra_words: np.ndarray
    writes: list[RegisterWrite] = field(default_factory=list)
    refused: int = 0
    """Of the writes."""
    new_image: WindowImage | None = None
    broken_images: int = 0
    no_wait: bool = False
    expected_rounds: int = 0


class SoakTest:
    """A core and what has happened to it so far.

    Parameters
    ----------
    distance : int
        The first use builds the core: minutes for 5.
    seed : int
        Everything that happens follows from it.
    """

    def __init__(self, *, distance: int, seed: int = 1) -> None:
        self.rng = random.Random(f"soak/{distance}/{seed}")
        self.source = RepeatingCircuit(rotated_memory(distance=distance, p=NOISE))
        commit, buffer = default_window(self.source)
        self.plan = window_plan(self.source, commit_rounds=commit, buffer_rounds=buffer)
        # Narrow words: a round takes several, so that packets can be too short.
        self.config = CoreConfig(links="baked", word_bits=4 if distance == 3 else 8)
        image = build_window_image(self.plan)
        # Other weights, the links that are baked into the core.
        other = build_window_image(self.plan, unit=1.4 * image.unit)
        other = replace(other, links=image.links, link_lengths=image.link_lengths)
        self.images = (image, other)
        self.core = StreamBatch(cached_stream_core(image, self.config, buffer_depth=16))
        self.core.load_image(image)
        self.in_force = image
        self.words_per_round = num_words(self.plan.num_slots, word_bits=self.config.word_bits)
        self.totals: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.complaints: list[str] = []

    @property
    def result(self) -> SoakResult:
        """What has happened so far."""
        return SoakResult(
            rounds=self.totals["rounds"],
            windows=self.totals["windows"],
            mismatches=self.totals["mismatches"],
            swaps=self.totals["swaps"],
            transactions=self.totals["transactions"],
            faults=dict(self.faults),
            complaints=tuple(self.complaints),
        )

    def run(
        self, num_rounds: int, *, progress: Callable[[int], object] = lambda rounds: None
    ) -> None:
        """Stream at least so many rounds, in chapters of all kinds.

        Parameters
        ----------
        num_rounds : int
        progress : callable
            Called with the number of rounds done.
        """
        number = 0
        while self.totals["rounds"] < num_rounds:
            kind = KINDS[number % len(KINDS)]
            self._run_chapter(f"chapter {number} ({kind})", self._chapter(kind))
            number += 1
            progress(self.totals["rounds"])

    def fuzz(self, num_writes: int) -> None:
        """Write random values to random registers under load, then see that the core is well.

        Parameters
        ----------
        num_writes : int
            In chapters with as many rounds; `control` is left alone, as rounds may get lost then.
        """
        self.core.write("control", 0)
        safe = [address for address in range(0, LAST_ADDRESS + 1, 4) if address != _CONTROL]
        while num_writes > 0:
            shots = self._sampled(CHAPTER_ROUNDS)
            total = sum(map(len, shots))
            writes = [
                RegisterWrite(
                    after_rounds=self.rng.randrange(total + 1),
                    address=self.rng.choice(safe) | self.rng.choice((0, 0, 0, 1, 2, 3)),
                    value=self.rng.choice((self.rng.getrandbits(32), self.rng.getrandbits(4))),
                )
                for _ in range(min(num_writes, 4 * total))
            ]
            writes.sort(key=lambda write: write.after_rounds)
            extra = self._wrong_lengths(total, share=0.2)
            streamed = self.core.run(
                shots, traffic=self._traffic(), extra_words=extra, writes=writes
            )
            self._count(streamed, total)
            num_writes -= len(writes)
            for address in safe:
                self.core.read(address)
            self.totals["transactions"] += len(safe)
        for name, value in (("expected_rounds", 0), ("fault_enable", 0)):
            self.core.write(name, value)
        self.core.load_image(self.images[0])
        self.in_force = self.images[0]
        self._run_chapter("after random writes", self._chapter("busy"))

    def _chapter(self, kind: str) -> _Chapter:
        rng = self.rng
        shots = self._sampled(CHAPTER_ROUNDS, longest=200 if kind == "overrun" else 30)
        if kind == "overrun":  # a lost shot would leave no trace that could be compared
            shots = [np.concatenate(shots)]
        total = sum(map(len, shots))
        chapter = _Chapter(
            shots=shots,
            traffic=Traffic(seed=rng.randrange(1 << 20)) if kind == "calm" else self._traffic(),
            passes=rng.randint(1, 7),
            extra_words=np.zeros(total, np.int32),
        )
        if kind == "packets":
            chapter.extra_words = self._wrong_lengths(total, share=0.05)
        elif kind == "budget":
            chapter.traffic = replace(chapter.traffic, cycle_budget=rng.randint(5, 40))
        elif kind == "unmatched":
            for shot in shots:
                shot ^= np.random.default_rng(rng.getrandbits(32)).random(shot.shape) < 0.01
        elif kind == "lengths":
            chapter.expected_rounds = rng.randint(3, 12)
        elif kind == "overrun":
            chapter.no_wait = True
            chapter.traffic = Traffic(
                period=rng.randint(6, 12), stall_percent=rng.randint(60, 90), seed=rng.randrange(99)
            )
        elif kind == "images":
            self._add_images(chapter, total)
        return chapter

    def _traffic(self) -> Traffic:
        rng = self.rng
        return Traffic(
            period=rng.choice((0, 0, 5, 20)),
            gap_percent=rng.choice((0, 10, 60)),
            stall_percent=rng.choice((0, 20, 80)),
            seed=rng.randrange(1 << 20),
        )

    def _sampled(self, num_rounds: int, *, longest: int = 30) -> list[np.ndarray]:
        """Return shots of random lengths, with at least so many rounds."""
        least = self.source.least_rounds
        shots: list[np.ndarray] = []
        while sum(map(len, shots)) < num_rounds:
            length = self.rng.randint(least, longest)
            count = self.rng.randint(1, 5)
            seed = self.rng.getrandbits(31)
            events, _ = sample_shots(self.source.circuit(length), num_shots=count, seed=seed)
            places = self.source.places(length)
            shots += list(rounds_of_events(events, places, num_slots=self.plan.num_slots))
        self.rng.shuffle(shots)
        return shots

    def _wrong_lengths(self, total: int, *, share: float) -> np.ndarray:
        choices = [1, 2, 5, -1]
        extra = [self.rng.choice(choices) if self.rng.random() < share else 0 for _ in range(total)]
        return np.array(extra, np.int32)

    def _add_images(self, chapter: _Chapter, total: int) -> None:
        """Add refused accesses, a cut image, a wrong one and a good one."""
        rng = self.rng
        later = self.images[self.in_force is self.images[0]]
        good = self.core.image_writes(later)
        cut = good[: rng.randrange(2, len(good) - 1)]
        wrong = [*good[:-1], replace(good[-1], value=good[-1].value ^ 1 << rng.randrange(32))]
        refused = [
            RegisterWrite(after_rounds=0, address=rng.choice(_NOT_WRITABLE), value=1)
            for _ in range(rng.randint(1, 9))
        ]
        # The cut image ends when the next one begins.
        writes = [*refused, *cut, *wrong, *good]
        at = sorted(rng.randrange(total) for _ in writes)
        chapter.writes = [
            replace(write, after_rounds=when) for write, when in zip(writes, at, strict=True)
        ]
        chapter.refused = len(refused)
        chapter.broken_images = 2
        chapter.new_image = later

    def _run_chapter(self, name: str, chapter: _Chapter) -> None:
        core = self.core
        core.write("control", int(chapter.no_wait))
        core.write("expected_rounds", chapter.expected_rounds)
        counted = {what: core.read(what) for what in ("rounds_accepted", "windows", "shots")}
        number = core.read("image_count")
        streamed = core.run(
            chapter.shots,
            passes=chapter.passes,
            traffic=chapter.traffic,
            extra_words=chapter.extra_words,
            writes=chapter.writes,
        )
        images = {number: self.in_force}
        if chapter.new_image is not None:
            self.in_force = images[number + 1] = chapter.new_image
            self.totals["swaps"] += int((streamed.fields["image"] == number + 1).any())
        comparison = compare_stream(
            streamed,
            chapter.shots,
            images,
            passes=chapter.passes,
            damaged=chapter.extra_words != 0,
            may_lose=chapter.no_wait,
        )
        self.complaints += [f"{name}: {text}" for text in comparison.first]
        total = sum(map(len, chapter.shots))
        self._count(streamed, total)
        self.totals["mismatches"] += int(comparison.mismatching.sum())

        least, most = comparison.lost
        lost = streamed.faults["lost_round"]
        if not least <= lost <= most:
            self.complaints.append(f"{name}: {lost} rounds lost, {least} to {most} are missing")
        expected = {
            "short_packet": int((chapter.extra_words < 0).sum()),
            "long_packet": int((chapter.extra_words > 0).sum()),
            "lost_round": lost,
            "shot_length": sum(
                len(shot) != chapter.expected_rounds
                for shot in chapter.shots
                if chapter.expected_rounds
            ),
            "unmatched": int((streamed.flag("unmatched") & ~streamed.flag("abandoned")).sum()),
            "abandoned": int(streamed.flag("abandoned").sum()),
            "image_checksum": chapter.broken_images,
            "bad_access": chapter.refused,
        }
        for fault, count in streamed.faults.items():
            # An image that is dropped in the middle may leave the core with words of it, or not.
            if fault != "image_words" and count != expected.get(fault, 0):
                self.complaints.append(
                    f"{name}: {fault} counted {count}, must be {expected.get(fault, 0)}"
                )
        refused = int((streamed.responses != OKAY).sum())
        if refused != chapter.refused:
            self.complaints.append(f"{name}: {refused} accesses refused, not {chapter.refused}")
        sent = (total, len(streamed.frames), len(chapter.shots))
        for (what, before), count in zip(counted.items(), sent, strict=True):
            found = (core.read(what) - before) & 0xFFFFFFFF
            if found != count:
                self.complaints.append(f"{name}: {what} counted {found}, must be {count}")

    def _count(self, streamed: StreamedWindows, num_rounds: int) -> None:
        windows = len(streamed.frames)
        edges = packed_bytes(self.plan.graph.num_edges) * 8 // self.config.word_bits
        self.totals["rounds"] += num_rounds
        self.totals["windows"] += windows
        self.totals["transactions"] += (
            num_rounds * self.words_per_round + windows * (1 + edges) + len(streamed.responses)
        )
        self.faults.update({name: count for name, count in streamed.faults.items() if count})


_CONTROL = next(register.address for register in REGISTERS if register.name == "control")
_NOT_WRITABLE = [
    *(register.address for register in REGISTERS if not register.access.writable),
    0xF0,
    LAST_ADDRESS,
]
