"""Windows of a stream one at a time, so that each may go to another decoder.

In: `WindowPlan`, `WindowImage`.   Out: plan and images of a streaming core that gets every window
as a shot of its own, and what it answers.
Next: `quantacore.golden.decode.window_matching`, `quantacore.sim.allocation.workers`.

A streaming core keeps what a window carries over to the next one inside, where no other decoder can
get it. Here it is told instead: each detector of the next window that a committed edge may flip is
one more observable. So the core is the usual one, with a wider prediction and a graph whose edges
are entries of their own: the image, not the plan, says of which kind the window is.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from quantacore.golden.spec.graph import MAX_OBSERVABLES
from quantacore.golden.spec.window import NO_ENTRY, WindowPlan
from quantacore.golden.spec.window_image import WindowImage


@dataclass(frozen=True, kw_only=True, eq=False)
class SingleWindows:
    """The windows of a plan, detached from each other.

    An **answer** is a mask: the observables that the window flips, then one bit for each of
    ``carried_detectors``, the first in the lowest bit.
    """

    plan: WindowPlan

    @cached_property
    def carried_detectors(self) -> np.ndarray:
        """``int32``: detectors of a window that the one before may flip, increasing."""
        return np.unique(self.plan.carries[self.plan.carries >= 0])

    @property
    def num_answer_bits(self) -> int:
        return self._num_observables + len(self.carried_detectors)

    @property
    def _num_observables(self) -> int:
        return self.plan.graph.num_observables

    def masks(self, kind: int, observables: np.ndarray) -> list[int]:
        """Return what each edge does to the answer of a window of a kind.

        Parameters
        ----------
        kind : int
            See `WindowPlan`.
        observables : uint64, shape ``(num_edges,)``
            That edges flip.

        Returns
        -------
        list of int
            By edge; 0 for those that windows of the kind lack or do not commit.
        """
        plan = self.plan
        exists = plan.tables[kind] != NO_ENTRY
        if plan.is_final(kind):
            return np.where(exists, observables, 0).tolist()
        masks: list[int] = np.where(exists & plan.committed, observables, 0).tolist()
        for edge in np.flatnonzero(exists & (plan.carries >= 0)).tolist():
            index = int(np.searchsorted(self.carried_detectors, plan.carries[edge]))
            masks[edge] |= 1 << (self._num_observables + index)
        return masks

    def split(self, answer: int) -> tuple[int, np.ndarray]:
        """Return which observables an answer flips, and what it carries over.

        Returns
        -------
        (int, ``bool``, shape ``(num_detectors,)``)
            The second goes into the next window, by exclusive or.
        """
        carried = np.zeros(self.plan.graph.num_detectors, np.bool_)
        bits = answer >> self._num_observables
        carried[self.carried_detectors] = [
            bits >> index & 1 for index in range(len(self.carried_detectors))
        ]
        return answer & ((1 << self._num_observables) - 1), carried

    @cached_property
    def core_plan(self) -> WindowPlan:
        """Plan of the core: one window a shot, with as many rounds as the window has.

        Every edge is an entry and a link source of its own in windows of any length.

        Raises
        ------
        ValueError
            If an answer has more bits than the mask of a prediction.
        """
        plan = self.plan
        if self.num_answer_bits > MAX_OBSERVABLES:
            raise ValueError(
                f"Windows must carry over at most {MAX_OBSERVABLES - self._num_observables} "
                f"detectors to be decoded one at a time, not {len(self.carried_detectors)}"
            )
        steady = (plan.num_starts - 1) * (plan.num_rounds + 1)
        masks = self.masks(steady, plan.entry_observables[plan.tables[steady]])
        edges = tuple(
            replace(edge, observables=mask)
            for edge, mask in zip(plan.graph.edges, masks, strict=True)
        )
        every = np.tile(np.arange(len(edges), dtype=np.int32), (plan.num_rounds + 1, 1))
        return WindowPlan(
            graph=replace(plan.graph, num_observables=self.num_answer_bits, edges=edges),
            num_slots=plan.num_slots,
            commit_rounds=plan.commit_rounds,
            buffer_rounds=plan.buffer_rounds,
            num_starts=1,
            least_rounds=1,
            entry_priors=np.array([edge.prior for edge in edges]),
            entry_explained=np.zeros(len(edges)),
            entry_observables=np.array(masks, np.uint64),
            tables=every,
            sources=every.copy(),
            links=np.zeros((0, 2), np.int32),
            link_conditionals=np.zeros(0),
        )

    def core_image(self, image: WindowImage, kind: int) -> WindowImage:
        """Return the core's image for windows of a kind; its links are loaded with it.

        Parameters
        ----------
        image : WindowImage
            Of the plan.
        kind : int
        """
        image.check_plan(self.plan)
        own = image.of_kind(kind)
        return WindowImage(
            plan=self.core_plan,
            length_bits=own.length_bits,
            unit=own.unit,
            nu=own.nu,
            first=own.first,
            later=own.later,
            observables=np.array(self.masks(kind, own.observables), np.uint64),
            links=np.column_stack([own.link_sources, own.link_targets]).astype(np.int32),
            link_lengths=own.link_lengths,
        )
