"""What a closed loop can be around, by name.

In: nothing.   Out: `CORES`.
Next: `quantacore.sim.experiments.closed_loop`.
"""

RTL, GOLDEN = "rtl", "golden"
CORES = {
    RTL: "the generated Verilog, in Verilator",
    GOLDEN: "golden in its place, for many seeds: the same errors, in less time",
}
