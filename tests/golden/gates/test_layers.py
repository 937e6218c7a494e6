"""Gates are put as early, and resets as late, as order allows."""

from quantacore.golden.gates.layers import layered_circuit


def test_layered_circuit_orders_gates() -> None:
    gates = [("R", [0]), ("R", [1]), ("R", [2]), ("H", [0]), ("CX", (0, 1)), ("CX", (1, 2))]
    layers = [sorted(layer.split("\n")) for layer in str(layered_circuit(gates)).split("\nTICK\n")]
    assert layers == [["R 0"], ["H 0", "R 1"], ["CX 0 1", "R 2"], ["CX 1 2"]]


def test_layered_circuit_keeps_the_order_of_records() -> None:
    gates = [("R", [0]), ("R", [1]), ("H", [0]), ("H", [0]), ("M", [0]), ("H", [1]), ("M", [1])]
    measured = [
        target.value
        for instruction in layered_circuit(gates)
        if instruction.name == "M"
        for target in instruction.targets_copy()
    ]
    assert measured == [0, 1]  # qubit 1 could be measured earlier


def test_layered_circuit_keeps_tags_and_unused_resets() -> None:
    made = layered_circuit([("R", [0]), ("S[T]", [1])])
    assert made.flattened()[0].name in ("R", "S")
    assert {instruction.tag for instruction in made} == {"", "T"}
