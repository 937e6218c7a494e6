"""Count the mesh's cycles: its registers, cycle by cycle, compiled by numba.

In: flat arrays of a graph and an image, bit-packed shots.   Out: cycles, growth steps, passes.
Next: `quantacore.golden.decode.mesh_cycles`.
Hardware twins: `quantacore.hdl.controller`, `quantacore.hdl.detector_node`,
`quantacore.hdl.edge_unit`.

A twin of docs/decoder.md section 5, not an estimate: every register that decides when something
happens has its value in every cycle. Two things keep it fast. A detector without a defect and
without a fused edge never changes, so only the others are stepped. And sums that the mesh makes in
every cycle are made here only in the cycles whose reports are heard: a report of a mesh at rest is
the same one cycle later.

Indices are signed here: -1 is no edge, and every test for it is written out.
"""

from typing import NamedTuple

import numpy as np

from quantacore.golden.decode.kernel import ABSENT, compiled, inlined

NO_EDGE = -1
FORGOTTEN = 1 << 30
"""Root of a detector that builds its place in the forest anew: above any other."""
START_CYCLES = 2
"""Taking the shot, and the register of the outputs."""
MOST_CYCLES = 65535


class Mesh(NamedTuple):
    """Registers of the mesh; all are at rest between shots but those of untouched detectors."""

    left: np.ndarray
    """``int32``, per edge: steps to go; `ABSENT` for an absent edge."""
    root: np.ndarray
    """``int32``, per detector: 0 is the boundary, 1 + v detector v."""
    parent: np.ndarray
    """``int32``, parent edge or `NO_EDGE`; never that to the boundary."""
    at_boundary: np.ndarray
    """``bool``, per detector, as all that follow: the boundary is the parent."""
    parity: np.ndarray
    told_active: np.ndarray
    is_root: np.ndarray
    defect: np.ndarray
    moved: np.ndarray
    """Root or parent changed at the end of the cycle before."""
    last_parity: np.ndarray
    last_told: np.ndarray
    is_touched: np.ndarray
    next_root: np.ndarray
    next_parent: np.ndarray
    moves: np.ndarray
    """The root becomes lower at the end of this cycle."""
    next_parity: np.ndarray
    next_told: np.ndarray
    touched: np.ndarray
    """``int32``, the detectors that are stepped."""


def new_mesh(num_detectors: int, num_edges: int) -> Mesh:
    """Return a mesh at rest."""
    size = num_detectors + 1
    flags = {
        name: np.zeros(size, np.bool_)
        for name in Mesh._fields
        if name not in ("left", "root", "parent", "next_root", "next_parent", "touched")
    }
    return Mesh(
        left=np.zeros(num_edges, np.int32),
        root=np.zeros(size, np.int32),
        parent=np.full(size, NO_EDGE, np.int32),
        next_root=np.zeros(size, np.int32),
        next_parent=np.full(size, NO_EDGE, np.int32),
        touched=np.zeros(size, np.int32),
        **flags,
    )


@inlined
def _reset_node(mesh, v):
    mesh.root[v] = v + 1
    mesh.parent[v] = NO_EDGE
    mesh.at_boundary[v] = False
    mesh.is_root[v] = True
    mesh.told_active[v] = False
    mesh.parity[v] = mesh.defect[v]
    mesh.moved[v] = False
    mesh.last_parity[v] = mesh.defect[v]
    mesh.last_told[v] = False


@inlined
def _touch(mesh, num_touched, v):
    """Step this detector from now on."""
    if mesh.is_touched[v]:
        return num_touched
    mesh.is_touched[v] = True
    mesh.touched[num_touched] = v
    _reset_node(mesh, v)
    return num_touched + 1


@inlined
def _is_active(mesh, v):
    return mesh.parity[v] if mesh.is_root[v] else mesh.told_active[v]


@inlined
def _other_end(ends, edge, v):
    return ends[edge, 0] + ends[edge, 1] - v


@inlined
def _touch_fused(mesh, ends, boundary, num_touched, edge):
    """Step the ends of an edge that is fused."""
    for side in range(2):
        if ends[edge, side] != boundary:
            num_touched = _touch(mesh, num_touched, ends[edge, side])
    return num_touched


@inlined
def _relax(adjacency, ends, mesh, num_touched, grown):
    """Step all registers of the detectors by one cycle."""
    starts, neighbours, edges = adjacency.starts, adjacency.neighbours, adjacency.edges
    boundary = len(starts) - 1
    for i in range(num_touched):
        v = mesh.touched[i]
        to_boundary = False
        taken = NO_EDGE
        lowest_root = 0
        for slot in range(starts[v], starts[v + 1]):
            edge = np.int64(edges[slot])
            if mesh.left[edge] != 0:
                continue
            u = np.int64(neighbours[slot])
            if u == boundary:
                to_boundary = not mesh.at_boundary[v]
            elif mesh.root[u] < mesh.root[v] and (taken == NO_EDGE or edge < taken):
                taken = edge
                lowest_root = mesh.root[u]
        moves = taken != NO_EDGE
        mesh.moves[v] = moves or to_boundary
        mesh.next_root[v] = mesh.root[v]
        mesh.next_parent[v] = mesh.parent[v]
        if to_boundary:  # goes before all offers
            mesh.next_root[v] = 0
            mesh.next_parent[v] = NO_EDGE
        elif moves:
            mesh.next_root[v] = lowest_root
            mesh.next_parent[v] = taken
        told = False
        if mesh.next_parent[v] != NO_EDGE:
            told = _is_active(mesh, _other_end(ends, mesh.next_parent[v], v))
        if moves:
            told = (told != (grown and _is_active(mesh, v))) and mesh.next_root[v] != 0
        mesh.next_told[v] = told and not to_boundary
        mesh.next_parity[v] = mesh.defect[v]
    for i in range(num_touched):
        v = mesh.touched[i]
        if mesh.parity[v] and mesh.next_parent[v] != NO_EDGE:
            mesh.next_parity[_other_end(ends, mesh.next_parent[v], v)] ^= True
    for i in range(num_touched):
        v = mesh.touched[i]
        mesh.last_parity[v] = mesh.parity[v]
        mesh.last_told[v] = mesh.told_active[v]
        mesh.moved[v] = mesh.moves[v]
        if mesh.moves[v]:
            mesh.at_boundary[v] = mesh.next_root[v] == 0 and mesh.next_parent[v] == NO_EDGE
            mesh.is_root[v] = False
        mesh.root[v] = mesh.next_root[v]
        mesh.parent[v] = mesh.next_parent[v]
        mesh.parity[v] = mesh.next_parity[v]
        mesh.told_active[v] = mesh.next_told[v]


@inlined
def _forget(mesh, num_touched):
    """Let all but the roots forget their place, at the end of a cycle that rebuilds."""
    for i in range(num_touched):
        v = mesh.touched[i]
        mesh.parity[v] = mesh.defect[v]
        mesh.told_active[v] = False
        if not mesh.is_root[v]:
            mesh.root[v] = FORGOTTEN
            mesh.parent[v] = NO_EDGE
            mesh.at_boundary[v] = False


@inlined
def _reports(mesh, num_touched):
    """Return (settled, decoded), of a cycle that is not the one after a strobe."""
    settled = True
    decoded = True
    for i in range(num_touched):
        v = mesh.touched[i]
        relaxing = mesh.moved[v] or mesh.parity[v] != mesh.last_parity[v]
        if relaxing or (mesh.is_root[v] and mesh.parity[v]):
            decoded = False
        if relaxing or mesh.told_active[v] != mesh.last_told[v]:
            settled = False
            if not decoded:
                break
    return settled, decoded


@inlined
def _tangled(adjacency, mesh, num_touched):
    """Tell whether some fused edge leads to no parent."""
    starts, neighbours, edges = adjacency.starts, adjacency.neighbours, adjacency.edges
    boundary = len(starts) - 1
    for i in range(num_touched):
        v = mesh.touched[i]
        for slot in range(starts[v], starts[v + 1]):
            edge = np.int64(edges[slot])
            u = np.int64(neighbours[slot])
            if mesh.left[edge] != 0 or u == boundary:
                continue
            if mesh.parent[v] != edge and mesh.parent[u] != edge:  # fused: both are stepped
                return True
    return False


@inlined
def _steps(adjacency, mesh, num_touched, most_steps):
    """Return (some cluster is active, steps to grow by or 0 if no edge can grow)."""
    starts, neighbours, edges = adjacency.starts, adjacency.neighbours, adjacency.edges
    boundary = len(starts) - 1
    any_active = False
    any_growable = False
    steps = most_steps
    for i in range(num_touched):
        v = mesh.touched[i]
        if not _is_active(mesh, v):
            continue
        any_active = True
        for slot in range(starts[v], starts[v + 1]):
            left = mesh.left[edges[slot]]
            if left == 0 or left >= ABSENT:
                continue
            any_growable = True
            u = np.int64(neighbours[slot])
            if u != boundary and mesh.is_touched[u] and _is_active(mesh, u):
                left = (left + 1) >> 1
            steps = min(steps, left)
    return any_active, steps if any_growable else 0


@inlined
def _grow(adjacency, mesh, was_active, num_touched, steps):
    """Grow all edges of detectors that were active in the cycle of the strobe."""
    starts, neighbours, edges = adjacency.starts, adjacency.neighbours, adjacency.edges
    boundary = len(starts) - 1
    stepped = num_touched
    for i in range(stepped):
        if not was_active[i]:
            continue
        v = mesh.touched[i]
        for slot in range(starts[v], starts[v + 1]):
            edge = np.int64(edges[slot])
            left = mesh.left[edge]
            if left == 0 or left >= ABSENT:
                continue
            # An edge with two active ends is met twice: each end takes its own steps.
            mesh.left[edge] = max(left - steps, 0)
            if mesh.left[edge] == 0:
                u = np.int64(neighbours[slot])
                if u != boundary:
                    num_touched = _touch(mesh, num_touched, u)
    return num_touched


@inlined
def _correction(mesh, adjacency, num_touched, correction):
    """Write the correction of a decoded mesh, return its size."""
    starts, neighbours, edges = adjacency.starts, adjacency.neighbours, adjacency.edges
    boundary = len(starts) - 1
    size = 0
    for i in range(num_touched):
        v = mesh.touched[i]
        if not mesh.parity[v]:
            continue
        if mesh.parent[v] != NO_EDGE:
            correction[size] = mesh.parent[v]
            size += 1
        elif mesh.at_boundary[v]:
            for slot in range(starts[v], starts[v + 1]):
                if neighbours[slot] == boundary:
                    correction[size] = edges[slot]
                    size += 1
    return size


@compiled(nogil=True)
def count_batch(
    adjacency, image, mesh, rows, passes, most_steps, events, cycles, growth_steps, passes_used
):
    """Count the cycles of shots ``events`` (b8 rows), each on an idle core, into the arrays.

    ``rows`` are each edge's rows of run-time links; of length 0: links are baked in. The mesh grows
    by at most ``most_steps`` in a cycle.
    """
    num_detectors = len(adjacency.starts) - 1
    num_edges = len(image.first)
    ends = adjacency.ends.astype(np.int64)
    found = np.empty(num_edges, np.int32)
    chosen_in = np.zeros(num_edges, np.int64)
    was_active = np.zeros(num_detectors + 1, np.bool_)
    fused_first = np.flatnonzero(image.first == 0)
    fused_later = np.flatnonzero(image.later == 0)
    has_links = len(image.link_targets) > 0
    stamp = 0
    for shot in range(len(events)):
        mesh.left[:] = image.first
        num_touched = 0
        num_defects = 0
        for byte in range(events.shape[1]):
            bits = events[shot, byte]
            index = byte * 8
            while bits:
                if bits & 1:
                    mesh.defect[index] = True
                    num_touched = _touch(mesh, num_touched, index)
                    num_defects += 1
                bits >>= 1
                index += 1
        cycles[shot] = START_CYCLES
        if num_defects == 0:
            growth_steps[shot] = 0
            passes_used[shot] = 0
            continue
        for edge in fused_first:
            num_touched = _touch_fused(mesh, ends, num_detectors, num_touched, edge)
        count = START_CYCLES
        steps_taken = 0
        used = 1
        size = 0
        stale = 1  # cycles for which reports are of what was before a strobe
        grown = False
        rebuilt = False
        was_decoded = False
        was_stuck = False
        while count < MOST_CYCLES:
            if was_stuck:
                break
            if was_decoded:
                last_size = size
                size = _correction(mesh, adjacency, num_touched, found)
                repeated = used > 1 and size == last_size
                if repeated:
                    for i in range(size):
                        repeated = repeated and chosen_in[found[i]] == stamp
                if repeated or used == passes or not has_links:
                    break
                stamp += 1
                for i in range(size):
                    chosen_in[found[i]] = stamp
                # The next pass starts in this cycle, or when its links have been read.
                count += 1
                if len(rows):
                    count += 1
                    for i in range(size):
                        count += rows[found[i]]
                mesh.left[:] = image.later
                for i in range(num_touched):
                    mesh.is_touched[mesh.touched[i]] = False
                stepped = num_touched
                num_touched = 0
                for i in range(stepped):
                    v = mesh.touched[i]
                    if mesh.defect[v]:
                        num_touched = _touch(mesh, num_touched, v)
                for edge in fused_later:
                    num_touched = _touch_fused(mesh, ends, num_detectors, num_touched, edge)
                for i in range(size):
                    source = found[i]
                    for link in range(image.link_starts[source], image.link_starts[source + 1]):
                        target = np.int64(image.link_targets[link])
                        length = image.link_lengths[link]
                        if mesh.left[target] != ABSENT and length < mesh.left[target]:
                            mesh.left[target] = length
                            if length == 0:
                                num_touched = _touch_fused(
                                    mesh, ends, num_detectors, num_touched, target
                                )
                used += 1
                stale, grown, rebuilt, was_decoded = 1, False, False, False
                continue
            count += 1
            settled, decoded = False, False
            if stale == 0:
                settled, decoded = _reports(mesh, num_touched)
            else:
                stale -= 1
            was_grown, grown = grown, False
            if decoded:
                canonical = rebuilt or not _tangled(adjacency, mesh, num_touched)
                was_decoded = canonical
                if not canonical:
                    # The decision waits for a register.
                    count += 1
                    _relax(adjacency, ends, mesh, num_touched, was_grown)
                    _relax(adjacency, ends, mesh, num_touched, False)
                    _forget(mesh, num_touched)
                    rebuilt, stale = True, 1
                    continue
            if settled:
                any_active, steps = _steps(adjacency, mesh, num_touched, most_steps)
                was_stuck = any_active and steps == 0
                if steps > 0:
                    for i in range(num_touched):
                        was_active[i] = _is_active(mesh, mesh.touched[i])
                    _relax(adjacency, ends, mesh, num_touched, was_grown)
                    num_touched = _grow(adjacency, mesh, was_active, num_touched, steps)
                    steps_taken += steps
                    grown, stale = True, 2
                    continue
            _relax(adjacency, ends, mesh, num_touched, was_grown)
        for i in range(num_touched):
            v = mesh.touched[i]
            mesh.is_touched[v] = False
            mesh.defect[v] = False
        cycles[shot] = count
        growth_steps[shot] = steps_taken
        passes_used[shot] = used
