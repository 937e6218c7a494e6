"""Windows of one shot whose rounds do not repeat: images that follow one another.

In: `stim.Circuit` of an episode, window.   Out: `EpisodeWindows`: members, and whose image is in
force in each window.
Next: `quantacore.golden.family.code_family` (the core), `quantacore.golden.decode.window`.

Every window is cut out of the model of the whole shot. Those that are alike share an image; where
one differs from what the image in force says of windows of its kind, a new image begins. Each image
is a member of a family, alone or with those of other episodes: the core's graph is the union, and
what an image lacks is absent in it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import stim

from quantacore.golden.family.member import Member
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.window import (
    DIGITS,
    Cut,
    Ends,
    Place,
    PlacedEdge,
    assembled_plan,
    placed_model,
)
from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.window import check_window

NUM_STARTS = 2
"""A shot's first window, and all others: what else differs has an image of its own."""


class EpisodeCircuit:
    """One shot with detectors in layers: the last coordinate is the layer.

    Parameters
    ----------
    circuit : stim.Circuit
        Without a need for REPEAT blocks.

    Raises
    ------
    ValueError
        If detectors lack coordinates, two share place and layer, or there are no layers.
    """

    def __init__(self, circuit: stim.Circuit) -> None:
        self.circuit = circuit
        self.detector_graph = graph_from_circuit(circuit)
        coordinates = circuit.get_detector_coordinates()
        if not coordinates or min(map(len, coordinates.values())) < 2:
            raise ValueError("Detectors must have coordinates, the last one their layer")
        spots = {d: (int(c[-1]), tuple(c[:-1])) for d, c in coordinates.items()}
        if len(set(spots.values())) < len(spots):
            raise ValueError("Detectors of a layer must have different coordinates")
        self.slots = tuple(sorted({place for _, place in spots.values()}))
        index = {place: slot for slot, place in enumerate(self.slots)}
        self.places: list[Place] = [
            (spots[d][0], index[spots[d][1]]) for d in range(len(coordinates))
        ]
        self.num_slots = len(self.slots)
        self.least_rounds = 1 + max(layer for layer, _ in self.places)

    def graph(self, num_rounds: int) -> DecodingGraph:
        """Return the graph of the whole shot, whose length is what it is."""
        return self.detector_graph

    def model(self, num_rounds: int) -> dict[Ends, PlacedEdge]:
        """Return the edges of the whole shot by the places of their ends."""
        return self._model

    @cached_property
    def _model(self) -> dict[Ends, PlacedEdge]:
        ends = [
            tuple(sorted(self.places[detector] for detector in edge.detectors))
            for edge in self.detector_graph.edges
        ]
        return placed_model(self.detector_graph, ends)

    def rounds(self, detection_events: np.ndarray) -> np.ndarray:
        """Sort detectors into layers.

        Parameters
        ----------
        detection_events : uint8, shape ``(num_shots, ceil(num_detectors / 8))``, little-endian

        Returns
        -------
        bool, shape ``(num_shots, num_layers, num_slots)``
        """
        events = unpack_bits(detection_events, num_bits=len(self.places))
        found = np.zeros((len(events), self.least_rounds, self.num_slots), np.bool_)
        layers, slots = np.array(self.places).T
        found[:, layers, slots] = events
        return found


@dataclass(frozen=True, kw_only=True)
class EpisodeWindows:
    """The windows of an episode, as parts of a family."""

    source: EpisodeCircuit
    members: tuple[Member, ...]
    """One for each image, in order."""
    names: tuple[str, ...]
    """The image in force in each window, by the name of its member."""

    def first_window(self, name: str) -> int:
        """Return the first window in which an image must be in force."""
        return self.names.index(name)


def episode_windows(
    circuit: stim.Circuit, *, commit_rounds: int, buffer_rounds: int, name: str = "image"
) -> EpisodeWindows:
    """Cut an episode into windows, and find the images that they need.

    Parameters
    ----------
    circuit : stim.Circuit
        See `EpisodeCircuit`.
    commit_rounds, buffer_rounds : int
        At least 1 each; the buffer at least as many layers as the farthest edge spans.
    name : str
        Members are called so, with a number: episodes of one family must differ in it.

    Raises
    ------
    ValueError
        If the window does not suit the episode, or as `EpisodeCircuit`.
    """
    check_window(commit_rounds=commit_rounds, buffer_rounds=buffer_rounds)
    source = EpisodeCircuit(circuit)
    size, num_layers = commit_rounds + buffer_rounds, source.least_rounds
    num_windows = 1 + max(0, -(-(num_layers - size) // commit_rounds))
    span = max(ends[-1][0] - ends[0][0] for ends in source.model(num_layers))
    if buffer_rounds < span:
        raise ValueError(f"Buffer must be at least {span} rounds here, not {buffer_rounds}")
    groups: list[dict[int, Cut]] = []
    names: list[str] = []
    for window in range(num_windows):
        base = window * commit_rounds
        end = num_layers - base if window == num_windows - 1 else 0
        kind = min(window, NUM_STARTS - 1) * (size + 1) + end
        cut = Cut(source, num_layers, base, size)
        if not groups or (kind in groups[-1] and not _alike(groups[-1][kind], cut)):
            groups.append({})
        groups[-1].setdefault(kind, cut)
        names.append(f"{name} {len(groups) - 1}")
    steady = (NUM_STARTS - 1) * (size + 1)
    members = []
    for number, cuts in enumerate(groups):
        # A plan needs windows of the steady kind: of an image without any, the first one stands in.
        whole = {steady: next(iter(cuts.values())), **cuts}
        plan = assembled_plan(source, whole, commit_rounds, buffer_rounds, NUM_STARTS)
        members.append(Member(name=f"{name} {number}", plan=plan, slots=source.slots))
    return EpisodeWindows(source=source, members=tuple(members), names=tuple(names))


def _alike(one: Cut, other: Cut) -> bool:
    """Tell whether windows have the same edges, weights and links."""
    if one.edges.keys() != other.edges.keys() or one.joint.keys() != other.joint.keys():
        return False
    rounded = f".{DIGITS}e"
    return all(
        edge.observables == other.edges[ends].observables
        and f"{edge.prior:{rounded}}" == f"{other.edges[ends].prior:{rounded}}"
        and f"{edge.explained:{rounded}}" == f"{other.edges[ends].explained:{rounded}}"
        for ends, edge in one.edges.items()
    ) and all(f"{j:{rounded}}" == f"{other.joint[pair]:{rounded}}" for pair, j in one.joint.items())
