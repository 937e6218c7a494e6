"""Descriptions of hardware to begin with.

In: a name.   Out: TOML.
Next: `quantacore.sim.choice.hardware`.

They are round figures to show the format and the trade-offs, not claims on anyone's device.
"""

TRANSMON = """\
# Transmon-like qubits: no bias, readout is the worst operation.
name = "transmon"
budget = 200              # qubits or modes, ancillas included

[qubits]                  # families rotated, xzzx, xzzx_planar
gate = 0.003              # error of a two-qubit gate
idle = 0.003              # error of a data qubit while others are measured, once a round
prepare = 0.002           # wrong state after a reset
measure = 0.005           # wrong result
eta = 0.5                 # bias p_Z / (p_X + p_Y): 0.5 is depolarising, inf is Z alone
cycle_us = 1.0            # time of a round

[pairs]                   # family honeycomb, if pairs can be measured directly
p = 0.003
cycle_us = 1.0
"""

BIASED = """\
# Bosonic qubits whose phase flips more often than their bit: cats in a repetition code, or
# two-level qubits of the same bias in a surface code.
name = "biased"
budget = 100

[qubits]
gate = 0.006
idle = 0.006
prepare = 0.006
measure = 0.006
eta = 100.0
cycle_us = 1.0

[cat]                     # family cat
kappa1_per_s = 1.0e3      # photon loss
kappa2_per_s = 5.0e6      # two-photon dissipation: a round takes 5 time / kappa2
time = 1.0                # of a step, in units of 1 / kappa2
# photons = 8             # left out: the best number is found
most_photons = 20
"""

GKP = """\
# GKP modes: squeezing says how large the shifts are.
name = "gkp"
budget = 200

[gkp]                     # families gkp_surface, gkp_toric
squeezing_db = 9.0        # of data and ancilla modes
photon_loss = 0.002       # share lost in a round
gate_squeezing_db = 14.0  # shift that a gate adds; left out: perfect gates
cycle_us = 2.0
"""

WILLOW = """\
# Round figures of ours for a 105-qubit transmon device with rounds of 1.1 us. Google's of that
# size has Lambda 2.14 and 0.143 % errors a round at d = 7 (arXiv:2408.13687); see docs/codes.md.
name = "willow-like"
budget = 105

[qubits]
gate = 0.0035
idle = 0.009
prepare = 0.0015
measure = 0.008
cycle_us = 1.1
"""

EXAMPLES = {"transmon": TRANSMON, "biased": BIASED, "gkp": GKP, "willow": WILLOW}
"""Name -> text of the file."""


def example(name: str) -> str:
    """Return a description.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name not in EXAMPLES:
        raise ValueError(f"Example must be one of {', '.join(EXAMPLES)}, not {name!r}")
    return EXAMPLES[name]
