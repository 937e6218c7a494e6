"""Write a component as Verilog that lint tools have nothing to say about.

In: an Amaranth component.   Out: Verilog text.
Next: `quantacore.hdl.plain_rtlil` (what it does on the way), `quantacore.hdl.generate`.

In place of `amaranth.back.verilog.convert`, which leaves no room for a step before Yosys.
"""

import re

from amaranth.back import rtlil
from amaranth.back.verilog import find_yosys  # what `convert` itself uses; we pin 0.5

from quantacore.hdl.plain_rtlil import plain_rtlil

OLDEST_YOSYS = (0, 40)
"""As `amaranth.back.verilog` wants it."""
SCRIPT = """\
read_rtlil <<rtlil
{}
rtlil
proc -noopt -nomux -norom
memory_collect
attrmap -remove generator -remove top -remove src
attrmap -modattr -remove generator -remove top -remove src
write_verilog -norename
"""
INITIAL_VALUE = re.compile(
    r"^(  (?:\(\*.*\*\) )?(?:output )?reg (?:\[\d+:0\] )?(\S+ ?)) = ([^;]+);$", re.M
)


def component_verilog(component, name, platform=None):
    """Return the Verilog of a component: one module, and those of its submodules.

    Parameters
    ----------
    component : amaranth.lib.wiring.Component
    name : str
        Of the module.
    platform : object, optional
        Passed to ``elaborate``.
    """
    text = plain_rtlil(rtlil.convert(component, name=name, platform=platform, emit_src=False))
    yosys = find_yosys(lambda version: version >= OLDEST_YOSYS)
    # Yosys always warns that not all processes can be Verilog; Amaranth only writes those that can.
    verilog = yosys.run(["-q", "-"], SCRIPT.format(text), ignore_warnings=True)
    # A value where a register is declared, and a process that assigns it, look like two drivers.
    return INITIAL_VALUE.sub(r"\1;\n  initial \2 = \3;", verilog)
