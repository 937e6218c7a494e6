"""Let the weights of a running core follow its noise: counters -> estimate -> image -> swap.

In: `Driver` of a core with counters, the image of its model.   Out: images, loaded; `LoopStep`.
Next: `quantacore.host.driver` (the core), `quantacore.golden.adapt.estimate` (the estimate).

An image goes live only if the counts contradict the live weights by more than their uncertainty.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from quantacore.golden.adapt.estimate import Estimate, Estimator, helps
from quantacore.golden.adapt.reweight import reweighted_image
from quantacore.golden.spec.stream_counts import StreamCounts
from quantacore.golden.spec.window_image import WindowImage
from quantacore.host.fault_watch import FaultReporter, FaultWatch


class CheckedCore(Protocol):
    """Of which it is known what images fit it."""

    def check_image(self, image: WindowImage) -> None:
        """Raise ValueError unless an image fits."""


class LoopDriver(FaultReporter, Protocol):
    """What a loop asks of a core: `quantacore.host.driver.Driver`, or what stands in for it."""

    @property
    def core(self) -> CheckedCore:
        """Of this core."""

    async def load_image(self, image: WindowImage) -> int:
        """Put an image into force; return its number."""

    async def take_counts(self) -> StreamCounts:
        """Return the counts since those that were returned last."""


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
    driver : LoopDriver
        Open. The core must have counters.
    image : WindowImage
        Of the model; what the core starts with.
    estimator : Estimator
        Of that model, told of windows as shots:
        `quantacore.golden.adapt.estimate.CorrectionCounts`, or a predictor.

    Attributes
    ----------
    live : WindowImage
        The image in force.
    ratios : float64, shape ``(num_edges,)``
        Its priors relative to the model's, by edge of the plan's graph.
    estimator : Estimator
        What the loop knows.

    Raises
    ------
    ValueError
        If image or estimator do not fit the core.
    """

    def __init__(self, driver: LoopDriver, image: WindowImage, estimator: Estimator) -> None:
        driver.core.check_image(image)
        num_edges = image.plan.graph.num_edges
        if estimator.num_edges != num_edges:
            raise ValueError(
                f"Estimator must be of the core's {num_edges} edges, not {estimator.num_edges}"
            )
        self.driver = driver
        self.model = image
        self.live = image
        self.ratios = np.ones(num_edges)
        self.estimator = estimator
        self._faults = FaultWatch(driver)

    async def start(self) -> int:
        """Load the live image, and begin to count; return the image's number."""
        number = await self.driver.load_image(self.live)
        await self.driver.take_counts()
        await self._faults.was_spoiled()
        return number

    async def step(self) -> LoopStep:
        """Look at the counters once; load an image if it will help. Rounds may go on meanwhile.

        Nothing is learned from counts in whose time the core reported a fault: rounds that are
        lost or damaged look like other noise.
        """
        counts = await self.driver.take_counts()
        if not counts.windows or await self._faults.was_spoiled():
            return LoopStep(counts=counts, estimate=None, image_number=None)
        estimate, image = self._proposal(counts)
        number = None
        if image is not None:
            number = await self.driver.load_image(image)
            self.live, self.ratios = image, estimate.ratios
        return LoopStep(counts=counts, estimate=estimate, image_number=number)

    def replay(self, counts: StreamCounts) -> None:
        """Do as `step` did with these counts, but load nothing.

        To go on where another loop was, replay all that it learned from, in its order; then
        `start`.
        """
        estimate, image = self._proposal(counts)
        if image is not None:
            self.live, self.ratios = image, estimate.ratios

    def _proposal(self, counts: StreamCounts) -> tuple[Estimate, WindowImage | None]:
        """Learn from counts; return what they say, and the image that should be loaded."""
        self.estimator.add(counts.corrections, shots=counts.windows, live=self.ratios)
        estimate = self.estimator.estimate(live=self.ratios)
        opens = helps(estimate, significance=self.estimator.gates(live=self.ratios))
        if not opens or np.array_equal(estimate.ratios, self.ratios):
            return estimate, None
        return estimate, reweighted_image(self.model, estimate.ratios)
