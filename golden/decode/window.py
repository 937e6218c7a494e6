"""Decode streams in sliding windows: what the streaming core is compared with.

In: rounds of shots, `WindowImage`.   Out: `DecodedWindows`.
Next: `quantacore.hdl.window_core` (the hardware twin).

Each window is one shot of the golden decoder on the plan's graph, with the image of the window's
kind. What it commits goes into the frame and flips detectors of the rounds that stay.

Source: Skoric et al., arXiv:2209.08552. Here a window begins where the last one has committed to,
and commits every edge with an end in its first rounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantacore.golden.decode.passes import DEFAULT_PASSES
from quantacore.golden.decode.union_find import UnionFindDecoder, check_passes
from quantacore.golden.spec.bits import pack_bits, unpack_bits, unpack_masks
from quantacore.golden.spec.results import DecodedShots
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_image import WindowImage


@dataclass(frozen=True, kw_only=True)
class DecodedWindows:
    """Answers for all windows of some shots of equal length, shape ``(num_shots, num_windows)``."""

    frames: np.ndarray
    """``uint64``: running Pauli frame of the shot, this window included. In the last window of
    a shot it is the prediction for the shot."""
    rounds: np.ndarray
    """``uint32``: index of the last round that is committed."""
    growth_steps: np.ndarray
    """``uint32``: growth steps of all passes together."""
    passes: np.ndarray
    """``uint8``: passes that ran; 0 for a window without defects."""
    volumes: np.ndarray
    """``uint32``: growth volume, up to 65535; 0 for unmatched windows."""
    contested: np.ndarray
    """``bool``: passes did not all commit the same observables."""
    unmatched: np.ndarray
    """``bool``: no correction exists; nothing is committed and nothing is flipped."""
    corrections: np.ndarray | None = None
    """``uint8``, shape ``(num_shots, num_windows, ceil(num_edges / 8))``: committed edges."""

    @property
    def predictions(self) -> np.ndarray:
        """``uint64``, shape ``(num_shots,)``: the frames at the end of the shots."""
        return self.frames[:, -1]


@dataclass(frozen=True, kw_only=True)
class DecodedWindow:
    """One window of each of some shots, and what it does to the next one."""

    shots: DecodedShots
    """As the decoder of whole shots says it."""
    flips: np.ndarray
    """``uint64``, shape ``(num_shots,)``: observables that the committed edges flip."""
    committed: np.ndarray
    """``bool``, shape ``(num_shots, num_edges)``."""
    carried: np.ndarray
    """``bool``, shape ``(num_shots, num_detectors)``: detectors that they flip in the next one;
    none if the window is the final one of its shot."""


class WindowDecoder:
    """Golden decoder of streams.

    Not safe to share between threads: make one for each.

    Parameters
    ----------
    *images : WindowImage
        Of one plan; more than one for streams in which the image is swapped.
    passes : int
        Most passes per window, 1 .. 7.

    Raises
    ------
    ValueError
        If there is no image, the images are of different plans, or ``passes`` is out of range.
    """

    def __init__(self, *images: WindowImage, passes: int = DEFAULT_PASSES) -> None:
        check_passes(passes)
        if len({image.plan.plan_hash for image in images}) != 1:
            raise ValueError("Images must be of one plan")
        self.plan: WindowPlan = images[0].plan
        self.images = images
        self.passes = passes
        self._decoders: dict[tuple[int, int], UnionFindDecoder] = {}
        plan = self.plan
        self._carrying = np.flatnonzero(plan.carries >= 0)
        # One row per edge that carries a flip over, one column per detector that it can flip.
        self._flips = np.zeros((len(self._carrying), plan.graph.num_detectors), np.float32)
        self._flips[np.arange(len(self._carrying)), plan.carries[self._carrying]] = 1

    def decode_shots(
        self,
        rounds: np.ndarray,
        *,
        with_corrections: bool = False,
        abandoned: np.ndarray | None = None,
        images: np.ndarray | None = None,
    ) -> DecodedWindows:
        """Decode shots of equal length.

        Parameters
        ----------
        rounds : bool, shape ``(num_shots, num_rounds, num_slots)``
            Defects by round and slot; empty slots of first and last rounds are False.
        with_corrections : bool
            Also return which edges were committed.
        abandoned : bool, shape ``(num_shots, num_windows)``, optional
            Windows that were given up: they commit nothing, as unmatched ones.
        images : int, shape ``(num_shots, num_windows)``, optional
            Which of the decoder's images is in force in each window; else its first one.

        Raises
        ------
        ValueError
            If the array has another shape.
        """
        plan = self.plan
        rounds = np.asarray(rounds)
        if rounds.ndim != 3 or rounds.shape[2] != plan.num_slots or rounds.dtype != np.bool_:
            raise ValueError(
                f"Rounds must be bool of shape (num_shots, num_rounds, {plan.num_slots}), "
                f"not {rounds.dtype} of shape {rounds.shape}"
            )
        num_shots, num_rounds, num_slots = rounds.shape
        num_windows = plan.num_windows(num_rounds)
        if abandoned is None:
            abandoned = np.zeros((num_shots, num_windows), np.bool_)
        if images is None:
            images = np.zeros((num_shots, num_windows), np.int64)
        frame = np.zeros(num_shots, np.uint64)
        decoded = _empty(num_shots, num_windows)
        corrections: list[np.ndarray] = []
        carried = np.zeros((num_shots, plan.num_rounds * num_slots), np.bool_)
        for window in range(num_windows):
            base = window * plan.commit_rounds
            is_final = window == num_windows - 1
            defects, kind = window_of_rounds(plan, rounds, window=window, carried=carried)
            for index in np.unique(images[:, window]).tolist():
                chosen = images[:, window] == index
                step = self.decode_window(
                    defects[chosen], kind=kind, abandoned=abandoned[chosen, window], image=index
                )
                frame[chosen] ^= step.flips
                carried[chosen] = step.carried
                for name in ("growth_steps", "passes", "volumes", "contested", "unmatched"):
                    getattr(decoded, name)[chosen, window] = getattr(step.shots, name)
                if with_corrections:
                    packed = pack_bits(step.committed)
                    if len(corrections) == window:
                        corrections.append(np.zeros((num_shots, packed.shape[1]), np.uint8))
                    corrections[window][chosen] = packed
            decoded.frames[:, window] = frame
            decoded.rounds[:, window] = (
                num_rounds - 1 if is_final else base + plan.commit_rounds - 1
            )
        if not with_corrections:
            return decoded
        return DecodedWindows(**{**vars(decoded), "corrections": np.stack(corrections, axis=1)})

    def decode_window(
        self,
        defects: np.ndarray,
        *,
        kind: int,
        abandoned: np.ndarray | bool = False,
        image: int = 0,
    ) -> DecodedWindow:
        """Decode one window of each of some shots.

        Parameters
        ----------
        defects : bool, shape ``(num_shots, num_detectors)``
            What the window before has flipped included.
        kind : int
            See `WindowPlan`.
        abandoned : bool, shape ``(num_shots,)``, optional
        image : int
            Which of the decoder's images is in force.
        """
        plan = self.plan
        shots = self._decoder(kind, image).decode_shots(pack_bits(defects), with_corrections=True)
        assert shots.corrections is not None
        gives = ~(shots.unmatched | abandoned)
        committed = unpack_bits(shots.corrections, num_bits=plan.graph.num_edges)
        if not plan.is_final(kind):
            committed &= plan.committed
        committed &= gives[:, None]
        crossing = committed[:, self._carrying] & (not plan.is_final(kind))
        return DecodedWindow(
            shots=shots,
            flips=np.where(gives, unpack_masks(shots.predictions), 0).astype(np.uint64),
            committed=committed,
            carried=(crossing.astype(np.float32) @ self._flips) % 2 == 1,
        )

    def _decoder(self, kind: int, image: int) -> UnionFindDecoder:
        if (kind, image) not in self._decoders:
            self._decoders[kind, image] = UnionFindDecoder(
                self.plan.graph, self.images[image].of_kind(kind), passes=self.passes
            )
        return self._decoders[kind, image]


def window_of_rounds(
    plan: WindowPlan, rounds: np.ndarray, *, window: int, carried: np.ndarray
) -> tuple[np.ndarray, int]:
    """Return the defects of a window of each of some shots, and its kind.

    Parameters
    ----------
    plan : WindowPlan
    rounds : bool, shape ``(num_shots, num_rounds, num_slots)``
        Of whole shots.
    window : int
        0 .. ``plan.num_windows(num_rounds) - 1``.
    carried : bool, shape ``(num_shots, num_detectors)``
        What the window before has flipped; all False for the first one.

    Returns
    -------
    (bool, shape ``(num_shots, num_detectors)``; int)
    """
    num_shots, num_rounds, _ = rounds.shape
    base = window * plan.commit_rounds
    is_final = window == plan.num_windows(num_rounds) - 1
    inside = rounds[:, base : base + plan.num_rounds].reshape(num_shots, -1)
    defects = carried.copy()
    defects[:, : inside.shape[1]] ^= inside
    return defects, plan.kind(window=window, end=num_rounds - base if is_final else 0)


def rounds_of_events(
    detection_events: np.ndarray, places: Sequence[tuple[int, int]], *, num_slots: int
) -> np.ndarray:
    """Sort a circuit's detectors into rounds.

    Parameters
    ----------
    detection_events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``
        Little-endian bits, as stim samples them.
    places : sequence of (round, slot)
        One per detector; `quantacore.golden.source.window.RepeatingCircuit.places`.
    num_slots : int

    Returns
    -------
    bool, shape ``(num_shots, num_rounds, num_slots)``
    """
    events = unpack_bits(detection_events, num_bits=len(places))
    rounds, slots = np.array(places).T
    sorted_events = np.zeros((len(events), rounds.max() + 1, num_slots), np.bool_)
    sorted_events[:, rounds, slots] = events
    return sorted_events


def _empty(num_shots: int, num_windows: int) -> DecodedWindows:
    def zeros(dtype: type) -> np.ndarray:
        return np.zeros((num_shots, num_windows), dtype)

    return DecodedWindows(
        frames=zeros(np.uint64),
        rounds=zeros(np.uint32),
        growth_steps=zeros(np.uint32),
        passes=zeros(np.uint8),
        volumes=zeros(np.uint32),
        contested=zeros(np.bool_),
        unmatched=zeros(np.bool_),
    )
