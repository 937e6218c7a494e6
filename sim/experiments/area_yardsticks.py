"""Area and clock of Helios, the published decoder that our figures stand beside.

In: nothing.   Out: `HELIOS_AREA`.   Next: `quantacore.sim.experiments.area_section`.

Source: the Verilog that Liyanage et al. (arXiv:2301.08419) published, as it is: one basis, every
edge of the same length. We ran it through yosys and nextpnr as our cores (85k, speed grade 6), with
one seed, and with the default of synth_ecp5, which joins LUT4s to wider ones. Ours are mapped
without, which makes them a third smaller; what that would do to Helios was not measured. Its mean
core cycles are constants of `quantacore.sim.experiments.latency`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HeliosArea:
    """One core of Helios."""

    num_detectors: int
    lut4: int
    combs: int
    """TRELLIS_COMB after routing."""
    flip_flops: int
    fmax_mhz: int
    lut6: int
    """Generic 6-input LUTs, not placed."""


HELIOS_AREA = {
    3: HeliosArea(num_detectors=12, lut4=1945, combs=2145, flip_flops=550, fmax_mhz=88, lut6=1380),
    5: HeliosArea(
        num_detectors=60, lut4=12218, combs=15320, flip_flops=2404, fmax_mhz=59, lut6=8667
    ),
    7: HeliosArea(
        num_detectors=168, lut4=30966, combs=41586, flip_flops=6558, fmax_mhz=55, lut6=26426
    ),
}
"""Distance -> figures."""
