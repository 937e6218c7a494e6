"""Let the weights of a running core follow its noise: counters -> estimate -> image -> swap.

In: `Driver` of a core with counters, the image of its model.   Out: images, loaded; `LoopStep`.
Next: `quantacore.host.driver` (the core), `quantacore.golden.adapt.estimate` (the estimate).

An image goes live only if the counts contradict the live weights by more than their uncertainty.
"""

from dataclasses import dataclass

import numpy as np

from quantacore.golden.adapt.estimate import CorrectionCounts, Estimate, helps
from quantacore.golden.adapt.like_edges import like_edges
from quantacore.golden.adapt.reweight import reweighted_plan
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import WindowImage, build_window_image
from quantacore.host.driver import Driver

SPOILING_FAULTS = (
    *("short_packet", "long_packet", "lost_round", "lost_shot", "shot_length"),
    *("unmatched", "abandoned", "image_parity"),
)
"""Faults after which corrections do not say what the noise is."""


@dataclass(frozen=True, kw_only=True)
class LoopStep:
    """What one look at the counters led to."""

    counts: StreamCounts
    """Since the look before."""
    estimate: Estimate | None
    """None if nothing was learned: no window was counted, or faults spoiled some."""
    image_number: int | None
    """Of the image that was loaded; None: the live one stays."""


class AdaptiveLoop:
    """Weights of one core that follow what it counts.

    Parameters
    ----------
    driver : Driver
        Open. The core must have counters.
    image : WindowImage
        Of the model; what the core starts with.
    expected : float, shape ``(num_edges,)``
        Corrections per window on shots of the model:
        `quantacore.golden.decode.correction_rates.window_correction_rates`.
    expected_doubled : float, shape ``(num_edges,)``, optional
        The same with the noise of the whole model doubled: without it, images change for nothing
        when all rates do.
    expected_windows : float
        Windows that they were counted on.
    memory_windows : float
        Windows after which a count is worth 1/e; infinite: nothing is forgotten. Several thousand
        at least, or estimates are noise.

    Attributes
    ----------
    live : WindowImage
        The image in force.
    ratios : float64, shape ``(num_edges,)``
        Its priors relative to the model's, by edge of the plan's graph.
    counts : CorrectionCounts
        What the loop knows.

    Raises
    ------
    ValueError
        If image, expected corrections or memory do not fit the core.
    """

    def __init__(
        self,
        driver: Driver,
        image: WindowImage,
        *,
        expected: np.ndarray,
        expected_windows: float,
        expected_doubled: np.ndarray | None = None,
        memory_windows: float = float("inf"),
    ) -> None:
        driver.core.check_image(image)
        self.driver = driver
        self.model = image
        self.live = image
        graph = image.plan.graph
        self.ratios = np.ones(graph.num_edges)
        self._faults_told = 0
        self._faults_waiting = 0
        self.counts = CorrectionCounts(
            expected=expected,
            expected_doubled=expected_doubled,
            groups=like_edges(graph),
            expected_shots=expected_windows,
            memory_shots=memory_windows,
        )

    async def start(self) -> int:
        """Load the live image, and begin to count; return the image's number."""
        number = await self.driver.load_image(self.live)
        await self.driver.take_counts()
        await self._was_spoiled()
        return number

    async def step(self) -> LoopStep:
        """Look at the counters once; load an image if it will help. Rounds may go on meanwhile.

        Nothing is learned from counts in whose time the core reported a fault: rounds that are
        lost or damaged look like other noise.
        """
        counts = await self.driver.take_counts()
        if not counts.windows or await self._was_spoiled():
            return LoopStep(counts=counts, estimate=None, image_number=None)
        self.counts.add(counts.corrections, shots=counts.windows)
        estimate = self.counts.estimate(live=self.ratios)
        number = None
        if helps(estimate) and not np.array_equal(estimate.ratios, self.ratios):
            image = self._image(estimate.ratios)
            number = await self.driver.load_image(image)
            self.live, self.ratios = image, estimate.ratios
        return LoopStep(counts=counts, estimate=estimate, image_number=number)

    async def _was_spoiled(self) -> bool:
        """Tell whether a fault has come since the last look, cleared or not."""
        told = self.driver.faults_told
        waiting = sum([await self.driver.read(f"{name}_count") for name in SPOILING_FAULTS])
        # After `check` the counters begin at 0 again.
        spoiled = told != self._faults_told or waiting > self._faults_waiting
        self._faults_told, self._faults_waiting = told, waiting
        return spoiled

    def restore(self, *, counts: np.ndarray, windows: np.ndarray, ratios: np.ndarray) -> None:
        """Go on where another loop was; then `start`.

        Parameters
        ----------
        counts : float, shape ``(num_edges,)``
            Its ``counts.counts``.
        windows : float, shape ``(num_edges,)``
            Its ``counts.shots``.
        ratios : float, shape ``(num_edges,)``
            Its ``ratios``.

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        for name, values in (("Counts", counts), ("Windows", windows), ("Ratios", ratios)):
            if np.shape(values) != self.ratios.shape:
                raise ValueError(
                    f"{name} must be of shape {self.ratios.shape}, not {np.shape(values)}"
                )
        self.live = self._image(ratios)
        self.ratios = np.array(ratios, np.float64)
        self.counts.counts[:] = counts
        self.counts.shots[:] = windows

    def _image(self, ratios: np.ndarray) -> WindowImage:
        model = self.model
        return build_window_image(
            reweighted_plan(model.plan, ratios),
            length_bits=model.length_bits,
            nu=model.nu,
            with_links=model.num_links > 0,
        )
