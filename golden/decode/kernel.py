"""Decode batches fast: the same bits as `quantacore.golden.decode.passes`, compiled by numba.

In: flat arrays of a graph and an image, bit-packed shots.   Out: flat arrays of answers.
Next: `quantacore.golden.decode.union_find`.

Two observations make it sparse. Every edge at a detector grows in the same steps, so an edge's
growth is ``reach[u] + reach[v]``, where ``reach[v]`` counts the steps in which v lay in an active
cluster; fused edges need no flag. And between two fusions nothing changes, so growth jumps by
the smallest number of steps that fuses an edge. Only detectors near defects are ever touched.

Indices are unsigned and functions are inlined by force: numba then leaves out its tests for
negative indices and the passing of array headers, which together took half of the time.
"""

from typing import NamedTuple

import numba
import numpy as np

from quantacore.golden.spec.config import MOST_VOLUME

NONE = 0xFFFFFFFF
"""No detector or no edge, in arrays of indices."""

ABSENT = 1 << 30
"""Length of an absent edge here: so long that growth never gets there."""


class Adjacency(NamedTuple):
    """The graph by detector: slots ``starts[v] .. starts[v + 1]`` are the edges at v, in order."""

    starts: np.ndarray
    """``uint32``, shape ``(num_detectors + 1,)``."""
    neighbours: np.ndarray
    """``uint32``, one per slot: the other end; ``num_detectors`` is the boundary."""
    edges: np.ndarray
    """``uint32``, one per slot: the edge's index."""
    ends: np.ndarray
    """``uint32``, shape ``(num_edges, 2)``: both ends; ``num_detectors`` is the boundary."""
    components: np.ndarray
    """``uint32``, per detector: its component."""


class Lengths(NamedTuple):
    """The weight image in the form that the kernel reads."""

    first: np.ndarray
    """``int32``, per edge: length in pass 1; `ABSENT` for an absent edge."""
    later: np.ndarray
    """``int32``, per edge: length that later passes start from; `ABSENT` likewise."""
    has_fused: bool
    """Some edge has length 0."""
    link_starts: np.ndarray
    """``uint32``, shape ``(num_edges + 1,)``: links of edge e are ``[e] .. [e + 1]``."""
    link_targets: np.ndarray
    """``uint32``, per link: the edge that is lowered."""
    link_lengths: np.ndarray
    """``int32``, per link: the length that it is lowered to."""
    observables: np.ndarray
    """``uint64``, per edge: observable mask."""


class Workspace(NamedTuple):
    """Per-shot state; every array is back at its rest value when a pass has ended."""

    reach: np.ndarray
    """``int32``, per detector and boundary; rests at 0. The boundary's stays 0."""
    active: np.ndarray
    """``int32``, 1 if the detector's cluster is active; rests at 0."""
    leader: np.ndarray
    """``uint32``, union-find parent; rests at `NONE`: not touched."""
    odd: np.ndarray
    """``bool``, per leader: odd number of defects."""
    bounded: np.ndarray
    """``bool``, per leader: touches the boundary."""
    touched: np.ndarray
    """``uint32``, detectors of clusters that hold defects, in order of touching."""
    lowest: np.ndarray
    """``uint32``, per leader: lowest detector of the cluster; rests at `NONE`."""
    queue: np.ndarray
    """``uint32``, breadth-first order of the forest; also the list of active detectors."""
    fusing: np.ndarray
    """``uint32``, pairs (detector, neighbour) whose edge fuses next."""
    hops: np.ndarray
    """``int32``, rests at -1: not reached."""
    parent: np.ndarray
    """``uint32``, parent edge; rests at `NONE`."""
    parity: np.ndarray
    """``bool``, subtree parity; rests at False."""
    volumes: np.ndarray
    """``int64``, per component: growth volume of this pass."""
    least_volumes: np.ndarray
    """``int64``, per component: least volume of the passes that compete."""
    chosen_passes: np.ndarray
    """``int64``, per component: the pass that had it."""


def new_workspace(num_detectors: int, num_slots: int, num_components: int) -> Workspace:
    """Return a workspace at rest."""
    size = num_detectors + 1
    return Workspace(
        reach=np.zeros(size, np.int32),
        active=np.zeros(size, np.int32),
        leader=np.full(size, NONE, np.uint32),
        odd=np.zeros(size, np.bool_),
        bounded=np.zeros(size, np.bool_),
        lowest=np.full(size, NONE, np.uint32),
        touched=np.zeros(size, np.uint32),
        queue=np.zeros(size, np.uint32),
        fusing=np.zeros((num_slots + 1, 2), np.uint32),
        hops=np.full(size, -1, np.int32),
        parent=np.full(size, NONE, np.uint32),
        parity=np.zeros(size, np.bool_),
        volumes=np.zeros(num_components, np.int64),
        least_volumes=np.zeros(num_components, np.int64),
        chosen_passes=np.zeros(num_components, np.int64),
    )


def compiled(**options):
    """Return ``numba.njit(cache=True, **options)``, without the cache where there is none."""

    def compile_function(function):
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:
            # Neither `__pycache__` nor the user's cache can be written: compile in every process.
            return numba.njit(**options)(function)

    return compile_function


inlined = compiled(forceinline=True)


@inlined
def _find(leader, v):
    while leader[v] != v:
        leader[v] = leader[leader[v]]
        v = leader[v]
    return v


@inlined
def _touch(adjacency, lengths, has_fused, work, num_touched, v):
    """Make v a cluster of its own, with all that edges fused from the start tie to it."""
    work.leader[v] = v
    work.odd[v] = False
    work.bounded[v] = False
    work.touched[num_touched] = v
    scan = num_touched
    num_touched += 1
    if not has_fused:
        return num_touched
    boundary = len(adjacency.starts) - 1
    while scan < num_touched:
        x = work.touched[scan]
        scan += 1
        for slot in range(adjacency.starts[x], adjacency.starts[x + 1]):
            if lengths[adjacency.edges[slot]] == 0:
                y = adjacency.neighbours[slot]
                if y == boundary:
                    work.bounded[v] = True
                elif work.leader[y] == NONE:
                    work.leader[y] = v
                    work.touched[num_touched] = y
                    num_touched += 1
    return num_touched


@inlined
def _grow(adjacency, lengths, has_fused, work, defects, num_defects):
    """Grow until no cluster is active: (touched detectors, growth steps, unmatched)."""
    starts, neighbours, edges, _, components = adjacency
    reach, active, leader = work.reach, work.active, work.leader
    work.volumes[:] = 0
    boundary = len(starts) - 1
    num_touched = 0
    for i in range(num_defects):
        if leader[defects[i]] == NONE:
            num_touched = _touch(adjacency, lengths, has_fused, work, num_touched, defects[i])
    for i in range(num_defects):
        root = _find(leader, defects[i])
        work.odd[root] = not work.odd[root]
    steps = 0
    while True:
        num_active = 0
        for i in range(num_touched):
            v = work.touched[i]
            root = _find(leader, v)
            active[v] = 1 if work.odd[root] and not work.bounded[root] else 0
            if active[v]:
                work.queue[num_active] = v
                num_active += 1
        if num_active == 0:
            return num_touched, steps, False
        # Steps to the next fusion, and the edges that fuse then.
        jump = ABSENT >> 2  # below the slack of an absent edge, above that of any other
        num_fusing = 0
        for i in range(num_active):
            v = work.queue[i]
            reach_v = reach[v]
            for slot in range(starts[v], starts[v + 1]):
                u = neighbours[slot]
                slack = lengths[edges[slot]] - reach_v - reach[u]
                if slack <= 0:
                    continue
                slack = (slack + active[u]) >> active[u]  # two active ends: half, rounded up
                if slack > jump:
                    continue
                if slack < jump:
                    jump = slack
                    num_fusing = 0
                work.fusing[num_fusing, 0] = v
                work.fusing[num_fusing, 1] = u
                num_fusing += 1
        if num_fusing == 0:
            return num_touched, steps, True
        steps += jump
        for i in range(num_active):
            v = work.queue[i]
            reach[v] += jump
            work.volumes[components[v]] += jump
        for i in range(num_fusing):
            v = _find(leader, work.fusing[i, 0])
            u = work.fusing[i, 1]
            if u == boundary:
                work.bounded[v] = True
                continue
            if leader[u] == NONE:
                num_touched = _touch(adjacency, lengths, has_fused, work, num_touched, u)
            u = _find(leader, u)
            if u != v:
                leader[u] = v
                work.odd[v] ^= work.odd[u]
                work.bounded[v] |= work.bounded[u]


@inlined
def _reach_out(adjacency, lengths, work, head, tail):
    """Reach breadth-first from ``queue[head:tail]``; lowest edge wins among equal hops.

    Clusters do not meet, so it is enough that each cluster's own seeds have equal hops.
    """
    starts, neighbours, edges, _, _ = adjacency
    boundary = len(starts) - 1
    reach, hops = work.reach, work.hops
    while head < tail:
        v = work.queue[head]
        head += 1
        reach_v = reach[v]
        hops_u = hops[v] + 1
        for slot in range(starts[v], starts[v + 1]):
            u = neighbours[slot]
            edge = edges[slot]
            if reach_v + reach[u] < lengths[edge] or u == boundary:
                continue
            if hops[u] < 0:
                hops[u] = hops_u
                work.parent[u] = edge
                work.queue[tail] = u
                tail += 1
            elif hops[u] == hops_u and edge < work.parent[u]:
                work.parent[u] = edge
    return tail


@inlined
def _peel(adjacency, lengths, work, num_touched, defects, num_defects, correction):
    """Write the correction of the canonical forest, return its size."""
    starts, neighbours, edges, ends, _ = adjacency
    boundary = len(starts) - 1
    tail = 0
    for i in range(num_touched):
        v = work.touched[i]
        root = _find(work.leader, v)
        if not work.bounded[root]:
            if v < work.lowest[root]:
                work.lowest[root] = v
        elif starts[v] < starts[v + 1]:
            # Edges at v are sorted with the boundary edge last, and there is at most one.
            slot = starts[v + 1] - 1
            if neighbours[slot] == boundary and work.reach[v] >= lengths[edges[slot]]:
                work.hops[v] = 1
                work.parent[v] = edges[slot]
                work.queue[tail] = v
                tail += 1
    for i in range(num_touched):
        v = work.touched[i]
        if work.leader[v] == v and not work.bounded[v]:
            root = work.lowest[v]
            work.hops[root] = 0
            work.queue[tail] = root
            tail += 1
    tail = _reach_out(adjacency, lengths, work, 0, tail)
    for i in range(num_defects):
        work.parity[defects[i]] = True
    size = 0
    for i in range(tail - 1, -1, -1):
        v = work.queue[i]
        edge = work.parent[v]
        if work.parity[v] and edge != NONE:
            correction[size] = edge
            size += 1
            other = ends[edge, 0] + ends[edge, 1] - v
            if other != boundary:
                work.parity[other] ^= True
    return size


@inlined
def _rest(work, num_touched):
    for i in range(num_touched):
        v = work.touched[i]
        work.reach[v] = 0
        work.active[v] = 0
        work.leader[v] = NONE
        work.lowest[v] = NONE
        work.hops[v] = -1
        work.parent[v] = NONE
        work.parity[v] = False


@inlined
def _lower(image, lengths, correction, size):
    """Lower the lengths that the correction's links point at."""
    for i in range(size):
        edge = correction[i]
        for link in range(image.link_starts[edge], image.link_starts[edge + 1]):
            target = image.link_targets[link]
            length = lengths[target]
            if length != ABSENT and image.link_lengths[link] < length:
                lengths[target] = image.link_lengths[link]


@inlined
def _restore(image, lengths, correction, size):
    for i in range(size):
        edge = correction[i]
        for link in range(image.link_starts[edge], image.link_starts[edge + 1]):
            target = image.link_targets[link]
            lengths[target] = image.later[target]


@inlined
def _compete(work, pass_index):
    """Let the pass that has ended compete for every component."""
    for component in range(len(work.volumes)):
        volume = min(work.volumes[component], MOST_VOLUME)
        # The first pass counts only if there is no other.
        if pass_index <= 2 or volume < work.least_volumes[component]:
            work.least_volumes[component] = volume
            work.chosen_passes[component] = pass_index


@inlined
def _mask_of(image, correction, size):
    mask = np.uint64(0)
    for i in range(size):
        mask ^= image.observables[correction[i]]
    return mask


@inlined
def _take(adjacency, work, corrections, sizes, used):
    """Gather in row 0 what the chosen passes, rows 1 .. used, say of their components."""
    size = 0
    for pass_index in range(1, used + 1):
        for i in range(sizes[pass_index]):
            edge = corrections[pass_index, i]
            component = adjacency.components[adjacency.ends[edge, 0]]
            if work.chosen_passes[component] == pass_index:
                corrections[0, size] = edge
                size += 1
    return size


@compiled(nogil=True)
def decode_batch(
    adjacency,
    image,
    work,
    passes,
    events,
    predictions,
    corrections,
    growth_steps,
    passes_used,
    unmatched,
    volumes,
    contested,
):
    """Decode shots ``events`` (b8 rows) into the output arrays.

    ``predictions`` is ``uint64`` masks; ``corrections`` b8 rows, or of width 0 if not wanted.
    The answers are those of `quantacore.golden.decode.passes.decode_shot`, bit for bit.
    """
    num_edges = len(image.first)
    num_detectors = len(adjacency.starts) - 1
    lengths = image.later.copy()
    found = np.empty((passes + 1, num_edges), np.uint32)
    sizes = np.zeros(passes + 1, np.int64)
    chosen_in = np.zeros(num_edges, np.int64)
    defects = np.empty(num_detectors, np.uint32)
    stamp = 0
    for shot in range(len(events)):
        num_defects = 0
        for byte in range(events.shape[1]):
            bits = events[shot, byte]
            index = byte * 8
            while bits:
                if bits & 1:
                    defects[num_defects] = index
                    num_defects += 1
                bits >>= 1
                index += 1
        used = 0
        steps = 0
        failed = False
        first_mask = np.uint64(0)
        while num_defects > 0 and used < passes:
            in_force = image.first
            if used > 0:
                _lower(image, lengths, found[used], sizes[used])
                in_force = lengths
            num_touched, pass_steps, failed = _grow(
                adjacency, in_force, image.has_fused, work, defects, num_defects
            )
            steps += pass_steps
            size = 0
            if not failed:
                size = _peel(
                    adjacency,
                    in_force,
                    work,
                    num_touched,
                    defects,
                    num_defects,
                    found[used + 1],
                )
            _rest(work, num_touched)
            if used > 0:
                _restore(image, lengths, found[used], sizes[used])
            same = used > 0 and size == sizes[used]
            used += 1
            sizes[used] = size
            _compete(work, used)
            mask = _mask_of(image, found[used], size)
            if used == 1:
                first_mask = mask
            contested[shot] |= mask != first_mask
            if same:
                for i in range(size):
                    same = same and chosen_in[found[used, i]] == stamp
            stamp += 1
            for i in range(size):
                chosen_in[found[used, i]] = stamp
            if failed or same or len(image.link_targets) == 0:
                break
        growth_steps[shot] = steps
        passes_used[shot] = used
        unmatched[shot] = failed
        if failed or used == 0:
            continue
        size = _take(adjacency, work, found, sizes, used)
        predictions[shot] = _mask_of(image, found[0], size)
        volumes[shot] = min(work.least_volumes.sum(), MOST_VOLUME)
        if corrections.shape[1]:
            for i in range(size):
                edge = found[0, i]
                corrections[shot, edge >> 3] |= np.uint8(1 << (edge & 7))
