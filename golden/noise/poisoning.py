"""Quasiparticle poisoning of tetrons, as the noise of a honeycomb code of them.

In: electrons per step, flips of results.   Out: `stim.Circuit`.
Next: `quantacore.sim.experiments.poisoning`.

A data qubit is a tetron with modes g_0 .. g_3; ``X = i g_1 g_2``, ``Y = i g_0 g_2`` and
``Z = i g_0 g_1`` up to sign: the hardware measures these pairs and never needs g_3. Then an
electron through g_0, g_1, g_2 or g_3 does what X, Y, Z or nothing does, though the tetron's
parity is odd after it: poisoning does not leak. Through a mode at random that is complete
depolarisation, and so are several. While two tetrons are coupled for a measurement an electron may
also cross between them; through random modes that depolarises both completely.

Source: Knapp, Beverland, Pikulin & Karzig, arXiv:1806.01275 (noise of Majorana qubits); Karzig et
al., arXiv:1610.05289 (tetrons).
"""

import math
from dataclasses import dataclass

import stim

from quantacore.golden.codes.honeycomb import PairNoise, honeycomb_circuit


@dataclass(frozen=True, kw_only=True)
class Poisoning:
    """What happens to tetrons in one step, the measurement of one colour of pairs.

    Raises
    ------
    ValueError
        If a number is out of range.
    """

    electrons: float = 0.002
    """Mean number of electrons from outside, per tetron: rate times time of a step. At least 0."""
    crossings: float = 0.0
    """Mean number of electrons between the two tetrons of a measured pair. At least 0."""
    flips: float = 0.002
    """Probability of a wrong result of a pair, and of one tetron at the end. In [0, 0.5]."""

    def __post_init__(self) -> None:
        for name in ("electrons", "crossings"):
            value = getattr(self, name)
            if not (value >= 0 and math.isfinite(value)):
                raise ValueError(f"Mean number of {name} must be at least 0, not {value!r}")
        if not 0 <= self.flips <= 0.5:
            raise ValueError(f"Probability of flips must be in [0, 0.5], not {self.flips!r}")

    @property
    def single(self) -> float:
        """Argument of ``DEPOLARIZE1``: three of four modes matter, if there was an electron."""
        return -math.expm1(-self.electrons) * 3 / 4

    @property
    def paired(self) -> float:
        """Argument of ``DEPOLARIZE2``."""
        return -math.expm1(-self.crossings) * 15 / 16


def poisoned_honeycomb(size: int, noise: Poisoning, *, rounds: int) -> stim.Circuit:
    """Return the memory experiment of `honeycomb_circuit` with tetrons as data qubits.

    Parameters
    ----------
    size : int
        Hexagons in a row and in a column; a multiple of 3.
    noise : Poisoning
    rounds : int
        Of three steps each, at least 1.
    """
    clean = honeycomb_circuit(size, PairNoise(p=0), rounds=rounds)
    return _poisoned(clean, noise, range(clean.num_qubits))


def _poisoned(circuit: stim.Circuit, noise: Poisoning, data: range) -> stim.Circuit:
    made = stim.Circuit()
    for number, instruction in enumerate(circuit):
        if isinstance(instruction, stim.CircuitRepeatBlock):
            body = _poisoned(instruction.body_copy(), noise, data)
            made.append(stim.CircuitRepeatBlock(instruction.repeat_count, body))
            continue
        if instruction.name == "TICK":  # a step begins
            made.append(instruction)
            if noise.single:
                made.append("DEPOLARIZE1", data, noise.single)
            if noise.paired:
                made.append("DEPOLARIZE2", _pairs_of_step(circuit, number), noise.paired)
        elif instruction.name in ("MPP", "M", "MX") and noise.flips:
            made.append(instruction.name, instruction.targets_copy(), noise.flips)
        else:
            made.append(instruction)
    return made


def _pairs_of_step(circuit: stim.Circuit, tick: int) -> list[int]:
    """Return the qubits that are measured in pairs before the next step, pair after pair."""
    qubits: list[int] = []
    for instruction in circuit[tick + 1 :]:
        if instruction.name == "TICK":
            break
        if instruction.name == "MPP":
            targets = instruction.targets_copy()
            qubits += [target.value for target in targets if not target.is_combiner]
    return qubits
