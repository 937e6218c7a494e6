"""Tell Vivado's IP integrator which ports of a streaming core belong together.

In: the manifest of a streaming core.   Out: Verilog of a module with the same ports and attributes.
Next: `quantacore.hdl.vendor.package`.

The attributes are comments to every other tool. They are in a wrapper of their own because the core
is the same for all vendors.
"""

import re

from quantacore.golden.spec.manifest import Manifest, Port
from quantacore.golden.spec.registers import ADDRESS_BITS, REGISTER_BITS
from quantacore.hdl.vendor.template import NOT_RUN

WRAPPER = "quantacore_axi"
"""The module, and its file without ``.v``."""

SIGNALS = {
    "aclk": ("signal:clock:1.0", "CLK"),
    "aresetn": ("signal:reset:1.0", "RST"),
    "irq": ("signal:interrupt:1.0", "INTERRUPT"),
}
"""Port that is an interface of its own -> its kind, its name in that kind."""

BUS = re.compile(r"(s_axil|[ms]_axis_[a-z]+)_([a-z]+)")

LITE = {
    "PROTOCOL": "AXI4LITE",
    "DATA_WIDTH": REGISTER_BITS,
    "ADDR_WIDTH": ADDRESS_BITS,
    "ID_WIDTH": 0,
    "READ_WRITE_MODE": "READ_WRITE",
    "HAS_BURST": 0,
    "HAS_LOCK": 0,
    "HAS_PROT": 1,
    "HAS_CACHE": 0,
    "HAS_QOS": 0,
    "HAS_REGION": 0,
    "HAS_WSTRB": 1,
    "HAS_BRESP": 1,
    "HAS_RRESP": 1,
    "SUPPORTS_NARROW_BURST": 0,
    "NUM_READ_OUTSTANDING": 1,
    "NUM_WRITE_OUTSTANDING": 1,
    "MAX_BURST_LENGTH": 1,
}


def axi_wrapper(manifest: Manifest) -> str:
    """Return the wrapper's Verilog.

    Raises
    ------
    ValueError
        If a port belongs to no interface that is known here.
    """
    buses: dict[str, list[Port]] = {}
    for port in manifest.ports:
        buses.setdefault(_interface(port)[1], []).append(port)
    told = set()
    ports = []
    for port in manifest.ports:
        kind, bus, role = _interface(port)
        attributes = [("X_INTERFACE_INFO", f"xilinx.com:{kind} {bus} {role}")]
        if bus not in told:  # once for each interface, on its first port
            parameters = ", ".join(f"{k} {v}" for k, v in _parameters(bus, buses).items())
            attributes.append(("X_INTERFACE_PARAMETER", f"XIL_INTERFACENAME {bus}, {parameters}"))
            told.add(bus)
        width = f" [{port.width - 1}:0]" if port.width > 1 else ""
        ports.append(
            "".join(f'  (* {name} = "{value}" *)\n' for name, value in attributes)
            + f"  {port.direction}put wire{width} {port.name}"
        )
    connections = ",\n".join(f"    .{port.name}({port.name})" for port in manifest.ports)
    return (
        f"// {WRAPPER}: {manifest.top} with the attributes that Vivado's IP integrator reads.\n"
        f"// {NOT_RUN}\n\n"
        f"module {WRAPPER} (\n" + ",\n".join(ports) + "\n);\n\n"
        f"  {manifest.top} core (\n{connections}\n  );\n\nendmodule\n"
    )


def _interface(port: Port) -> tuple[str, str, str]:
    """Return kind, name and role of the interface that a port belongs to."""
    if port.name in SIGNALS:
        kind, role = SIGNALS[port.name]
        return kind, port.name, role
    match = BUS.fullmatch(port.name)
    if match is None:
        raise ValueError(f"Port must belong to a known interface, not {port.name!r}")
    kind = "interface:aximm:1.0" if match[1] == "s_axil" else "interface:axis:1.0"
    return kind, match[1], match[2].upper()


def _parameters(bus: str, buses: dict[str, list[Port]]) -> dict[str, object]:
    """Return the properties of an interface; no frequency, which is that of the user's clock."""
    if bus == "aclk":
        associated = ":".join(name for name in buses if name not in SIGNALS)
        return {"ASSOCIATED_BUSIF": associated, "ASSOCIATED_RESET": "aresetn"}
    if bus == "aresetn":
        return {"POLARITY": "ACTIVE_LOW"}
    if bus == "irq":
        return {"SENSITIVITY": "LEVEL_HIGH", "PORTWIDTH": 1}
    if bus == "s_axil":
        return dict(LITE)
    widths = {port.name.removeprefix(f"{bus}_"): port.width for port in buses[bus]}
    return {
        "TDATA_NUM_BYTES": widths["tdata"] // 8,
        "TDEST_WIDTH": 0,
        "TID_WIDTH": 0,
        "TUSER_WIDTH": widths.get("tuser", 0),
        "HAS_TREADY": 1,
        "HAS_TSTRB": 0,
        "HAS_TKEEP": 0,
        "HAS_TLAST": 1,
    }
