"""A member knows where its slots and qubits lie."""

from quantacore.golden.codes.patches import Patch
from quantacore.golden.source.member import member_of_circuit

PATCH = Patch(width=3, height=2, corner=(1, 1))


def test_member_has_places_of_slots_and_qubits() -> None:
    circuit = PATCH.memory(p=0.01, rounds=3)
    member = member_of_circuit("small", circuit, commit_rounds=2, buffer_rounds=1)
    assert member.name == "small"
    assert list(member.slots) == list(PATCH.checks)
    assert member.qubits == PATCH.qubits
    assert (member.plan.commit_rounds, member.plan.buffer_rounds) == (2, 1)
