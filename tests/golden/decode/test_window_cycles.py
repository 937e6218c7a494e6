"""Windows take the cycles of the shots that they are, with what the window before has flipped."""

import numpy as np

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.decode.mesh_cycles import MeshCycles
from quantacore.golden.decode.window import WindowDecoder, rounds_of_events
from quantacore.golden.decode.window_cycles import WindowCycles
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.source.steady_window import steady_plan
from quantacore.golden.source.window import RepeatingCircuit
from quantacore.golden.spec.bits import pack_bits
from quantacore.golden.spec.window_image import build_window_image


def test_cycles_are_of_each_window_with_its_own_weights() -> None:
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    plan = steady_plan(source, commit_rounds=3, buffer_rounds=3)
    image = build_window_image(plan)
    events, _ = sample_shots(source.circuit(12), num_shots=300, seed=1)
    rounds = rounds_of_events(events, source.places(12), num_slots=plan.num_slots)
    counted = WindowCycles(image, passes=3)
    cycles = counted.count_shots(rounds)
    assert cycles.shape == (300, 3)

    first = pack_bits(rounds[:, :6].reshape(300, -1))
    expected = MeshCycles(plan.graph, image.of_kind(0), passes=3).count_shots(first).cycles
    np.testing.assert_array_equal(cycles[:, 0], expected)

    steady = plan.num_rounds + 1
    carried = (
        WindowDecoder(image, passes=3).decode_window(rounds[:, :6].reshape(300, -1), kind=0).carried
    )
    defects = carried ^ rounds[:, 3:9].reshape(300, -1)
    mesh = MeshCycles(plan.graph, image.of_kind(steady), passes=3)
    np.testing.assert_array_equal(cycles[:, 1], mesh.count_shots(pack_bits(defects)).cycles)
    assert carried.any()

    np.testing.assert_array_equal(counted.count_shots(rounds[:10]), cycles[:10])
