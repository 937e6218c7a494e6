"""Write each kind of unit to Verilog once, however often the mesh uses it.

In: units as the mesh places them.   Out: instances, and the Verilog of one module per kind.
Next: `quantacore.hdl.generate`.

Amaranth writes one module per object. A mesh has thousands of units of a few dozen kinds; sharing
their modules makes the Verilog some ten times smaller and generation as much faster.
"""

from amaranth.hdl import ClockSignal, Instance, ResetSignal, Value
from amaranth.lib.wiring import In

from quantacore.hdl.verilog import component_verilog


class UnitLibrary:
    """Platform that turns shared units into instances.

    Pass it as ``platform`` to `quantacore.hdl.verilog.component_verilog`. A component that is
    placed with `place` has an attribute ``kind``, its module's name: units of equal kind are equal
    hardware.
    """

    def __init__(self):
        self._units = {}

    def instance(self, unit):
        """Return an instance with the unit's ports."""
        self._units.setdefault(unit.kind, unit)
        ports = {"i_clk": ClockSignal(), "i_rst": ResetSignal()}
        for path, member, value in unit.signature.flatten(unit):
            value = Value.cast(value)
            if len(value):
                direction = "i" if member.flow == In else "o"
                ports[f"{direction}_{'__'.join(map(str, path))}"] = value
        return Instance(unit.kind, **ports)

    def verilog(self):
        """Return the modules of all units that were placed, sorted by name."""
        return "\n".join(
            component_verilog(unit, name) for name, unit in sorted(self._units.items())
        )


def place(m, name, unit, platform):
    """Add a unit to a module: as an instance for a `UnitLibrary`, as itself for anything else."""
    m.submodules[name] = platform.instance(unit) if isinstance(platform, UnitLibrary) else unit
