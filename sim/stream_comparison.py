"""Compare what a streaming core answered with what the golden model says, window by window.

In: rounds that were sent, `StreamedWindows`.   Out: which windows differ, and in what.
Next: `quantacore.sim.experiments.streaming`, `quantacore.sim.experiments.soak`.

The golden model is told what the core says it did not decide: which windows it gave up, and which
image was in force. Everything else must be equal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.decode.window import WindowDecoder
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.config import INDEX_BITS
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage
from quantacore.sim.comparison import MOST_GROWTH_STEPS
from quantacore.sim.stream_batch import StreamedWindows

ANSWERS = {
    "growth_steps": "growth_steps",
    "passes": "passes",
    "volume": "volumes",
    "contested": "contested",
    "unmatched": "unmatched",
}
"""Fields of the prediction word that an abandoned window does not give -> those of golden."""


@dataclass(frozen=True, kw_only=True)
class StreamComparison:
    """Result for a run of a core."""

    mismatching: np.ndarray
    """``bool``, shape ``(num_windows,)``: the window differs in at least one field."""
    first: tuple[str, ...]
    """The first few, in words."""
    lost: tuple[int, int]
    """The fewest and the most lost rounds that explain the answers; 0 without ``may_lose``."""


def compare_stream(
    streamed: StreamedWindows,
    shots: Sequence[np.ndarray],
    images: Mapping[int, WindowImage],
    *,
    passes: int,
    damaged: np.ndarray | None = None,
    may_lose: bool = False,
    most: int = 10,
) -> StreamComparison:
    """Compare every field of every window, and the corrections if the core gives them.

    Parameters
    ----------
    streamed : StreamedWindows
    shots : sequence of bool arrays of shape ``(num_rounds, num_slots)``
        As sent.
    images : mapping of int to WindowImage
        Number of an image, as predictions say it (1: the first after reset) -> image. All that
        were in force in a window of this run.
    passes : int
        Most passes per window.
    damaged : bool, shape ``(number of all rounds,)``, optional
        Rounds that were sent in packets of a wrong length: the core must take them as empty.
    may_lose : bool
        The core was not allowed to wait. Shots with damaged windows that ``damaged`` does not
        explain are searched for lost rounds that do: a window that no choice explains differs.
    most : int
        How many mismatches to describe.

    Raises
    ------
    ValueError
        If a window names an image that ``images`` does not hold.
    """
    return _Check(streamed, shots, images, passes, damaged, may_lose).run(most)


class _Check:
    def __init__(
        self,
        streamed: StreamedWindows,
        shots: Sequence[np.ndarray],
        images: Mapping[int, WindowImage],
        passes: int,
        damaged: np.ndarray | None,
        may_lose: bool,
    ) -> None:
        self.streamed = streamed
        self.shots = shots
        self.may_lose = may_lose
        numbers = sorted(images)
        self.decoder = WindowDecoder(*(images[number] for number in numbers), passes=passes)
        self.plan: WindowPlan = self.decoder.plan
        found = streamed.fields["image"].astype(np.int64)
        unknown = sorted(set(found.tolist()) - set(numbers))
        if unknown:
            raise ValueError(f"Images must be known of all windows, not {unknown} unknown")
        self.images = np.searchsorted(numbers, found)
        lengths = np.array([len(shot) for shot in shots])
        self.first_round = np.concatenate([[0], np.cumsum(lengths)])
        counts = [self.plan.num_windows(int(length)) for length in lengths]
        self.first_window = np.concatenate([[0], np.cumsum(counts)])
        self.damaged = (
            np.zeros(self.first_round[-1], np.bool_) if damaged is None else np.asarray(damaged)
        )
        self.lengths = lengths
        self.wrong: dict[str, np.ndarray] = {}
        self.lost = [0, 0]

    def run(self, most: int) -> StreamComparison:
        num_windows = int(self.first_window[-1])
        for field in ("shot", "round", "frame", "damaged", "shot_end", "corrections", *ANSWERS):
            self.wrong[field] = np.zeros(num_windows, np.bool_)
        for length in np.unique(self.lengths).tolist():
            self._check_shots(np.flatnonzero(self.lengths == length), length)
        mismatching = np.logical_or.reduce(list(self.wrong.values()))
        first = []
        for window in np.flatnonzero(mismatching)[:most].tolist():
            shot = int(np.searchsorted(self.first_window, window, side="right")) - 1
            fields = ", ".join(name for name, wrong in self.wrong.items() if wrong[window])
            inside = window - int(self.first_window[shot])
            first.append(f"shot {shot}, window {inside}: golden says otherwise about {fields}")
        return StreamComparison(
            mismatching=mismatching, first=tuple(first), lost=(self.lost[0], self.lost[1])
        )

    def _check_shots(self, shots: np.ndarray, length: int) -> None:
        """Compare all shots of one length."""
        fields, plan = self.streamed.fields, self.plan
        num_windows = plan.num_windows(length)
        windows = self.first_window[shots][:, None] + np.arange(num_windows)
        rounds = np.stack([self.shots[shot] for shot in shots])
        damaged = self.damaged[self.first_round[shots][:, None] + np.arange(length)]
        rounds = rounds & ~damaged[:, :, None]
        abandoned = fields["abandoned"][windows].astype(bool)
        expected = self.decoder.decode_shots(
            rounds,
            with_corrections=self.streamed.corrections is not None,
            abandoned=abandoned,
            images=self.images[windows],
        )
        reaches = [
            damaged[:, base : base + plan.num_rounds].any(axis=1)
            for base in range(0, num_windows * plan.commit_rounds, plan.commit_rounds)
        ]
        is_damaged = np.stack(reaches, axis=1)
        first_shot = int(fields["shot"][0])
        self._note(windows, "shot", (first_shot + shots)[:, None] & ((1 << INDEX_BITS) - 1), "shot")
        self._note(windows, "round", expected.rounds, "round")
        self._note(windows, "frame", expected.frames, "observables")
        self._note(windows, "damaged", is_damaged, "damaged")
        self._note(windows, "shot_end", np.arange(num_windows) == num_windows - 1, "shot_end")
        for name, golden in ANSWERS.items():
            value = getattr(expected, golden)
            if name == "growth_steps":
                value = np.minimum(value, MOST_GROWTH_STEPS)
            self._note(windows, name, value, name, unless=abandoned)
        if expected.corrections is not None:
            assert self.streamed.corrections is not None
            differs = (self.streamed.corrections[windows] != expected.corrections).any(axis=2)
            self.wrong["corrections"][windows] = differs
        if self.may_lose:
            losses = (fields["damaged"][windows].astype(bool) & ~is_damaged).any(axis=1)
            for row in np.flatnonzero(losses).tolist():
                self._search(windows[row], rounds[row], damaged[row])

    def _note(
        self,
        windows: np.ndarray,
        name: str,
        expected: np.ndarray,
        field: str,
        *,
        unless: np.ndarray | None = None,
    ) -> None:
        differs = self.streamed.fields[field][windows] != expected
        self.wrong[name][windows] = differs if unless is None else differs & ~unless

    def _search(self, windows: np.ndarray, rounds: np.ndarray, damaged: np.ndarray) -> None:
        """Look for lost rounds of one shot that explain all its windows, and count them."""
        plan, fields = self.plan, self.streamed.fields
        frame = np.uint64(0)
        # What may have been so far: rounds lost in the present window, all lost, and the carry.
        lost = np.zeros((1, plan.num_rounds), np.bool_)
        totals = np.zeros((1, 2), np.int64)
        carried = np.zeros((1, plan.graph.num_detectors), np.bool_)
        known = 0
        for number, window in enumerate(windows.tolist()):
            base = number * plan.commit_rounds
            inside = rounds[base : base + plan.num_rounds]
            lost, totals, carried = _with_new_rounds(lost, totals, carried, known, len(inside))
            known = len(inside)
            is_damaged = (lost | _padded(damaged[base:], plan.num_rounds)).any(axis=1)
            fits = is_damaged == bool(fields["damaged"][window])
            lost, totals, carried = lost[fits], totals[fits], carried[fits]
            defects = carried.copy()
            kept = inside[None] & ~lost[:, : len(inside), None]
            defects[:, : inside.size] ^= kept.reshape(len(lost), -1)
            final = number == len(windows) - 1
            step = self.decoder.decode_window(
                defects,
                kind=plan.kind(window=number, end=len(inside) if final else 0),
                abandoned=bool(fields["abandoned"][window]),
                image=int(self.images[window]),
            )
            fits = frame ^ step.flips == fields["observables"][window]
            if self.streamed.corrections is not None:
                sent = self.streamed.corrections[window]
                fits &= (pack_bits(step.committed) == sent).all(axis=1)
            if not fields["abandoned"][window]:
                for name, golden in ANSWERS.items():
                    fits &= getattr(step.shots, golden) == fields[name][window]
            for name in ("frame", "damaged", "corrections", *ANSWERS):
                self.wrong[name][window] = not fits.any()
            if not fits.any():
                return
            frame = fields["observables"][window]
            step_over = plan.commit_rounds
            totals = totals[fits]
            lost = np.pad(lost[fits][:, step_over:], ((0, 0), (0, step_over)))
            known = max(0, known - step_over)
            lost, totals, carried = _merged(lost, totals, step.carried[fits])
        self.lost[0] += int(totals[:, 0].min())
        self.lost[1] += int(totals[:, 1].max())


def _padded(damaged: np.ndarray, size: int) -> np.ndarray:
    return np.pad(damaged[:size], (0, max(0, size - len(damaged))))


def _with_new_rounds(
    lost: np.ndarray, totals: np.ndarray, carried: np.ndarray, known: int, present: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return every way in which the rounds that are new in a window may have been lost."""
    for index in range(known, present):
        one = lost.copy()
        one[:, index] = True
        lost = np.concatenate([lost, one])
        totals = np.concatenate([totals, totals + 1])
        carried = np.concatenate([carried, carried])
    return lost, totals, carried


def _merged(
    lost: np.ndarray, totals: np.ndarray, carried: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the different ways to go on, each with the fewest and most rounds lost so far."""
    keys, inverse = np.unique(np.hstack([lost, carried]), axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    least = np.full(len(keys), np.iinfo(np.int64).max)
    most = np.zeros(len(keys), np.int64)
    np.minimum.at(least, inverse, totals[:, 0])
    np.maximum.at(most, inverse, totals[:, 1])
    size = lost.shape[1]
    return keys[:, :size], np.stack([least, most], axis=1), keys[:, size:]
