"""The wrapper: the core's ports, and attributes that group them."""

import dataclasses
import re

import pytest

from quantacore.golden.spec.core_folder import VERILOG_FILE
from quantacore.golden.spec.manifest import Port
from quantacore.hdl.vendor.axi_wrapper import WRAPPER, axi_wrapper
from tests.verilator_lint import lint
from tests.yosys import check_verilog

PORT = re.compile(
    r'\(\* X_INTERFACE_INFO = "xilinx\.com:(\S+) (\w+) (\w+)" \*\)\s+'
    r'(?:\(\* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME (\w+), ([^"]*)" \*\)\s+)?'
    r"(in|out)put wire (?:\[(\d+):0\] )?(\w+)"
)


def ports(text):
    return {match[8]: match for match in PORT.finditer(text)}


def parameters(match):
    return dict(item.split(" ") for item in match[5].split(", "))


def test_wrapper_has_the_ports_of_the_core(manifest):
    found = ports(axi_wrapper(manifest))
    assert list(found) == [port.name for port in manifest.ports]
    for port in manifest.ports:
        assert found[port.name][6] == port.direction
        assert int(found[port.name][7] or 0) + 1 == port.width


def test_wrapper_groups_the_ports_into_interfaces(manifest):
    found = ports(axi_wrapper(manifest))
    kinds = {}
    for name, match in found.items():
        kinds[match[2]] = match[1]
        # Name of the interface and of the signal in it are those of the port.
        assert name in (match[2], f"{match[2]}_{match[3].lower()}")
    assert kinds == {
        "aclk": "signal:clock:1.0",
        "aresetn": "signal:reset:1.0",
        "irq": "signal:interrupt:1.0",
        "s_axis_rounds": "interface:axis:1.0",
        "m_axis_predictions": "interface:axis:1.0",
        "m_axis_corrections": "interface:axis:1.0",
        "s_axil": "interface:aximm:1.0",
    }
    told = [match for match in found.values() if match[4]]
    assert [match[4] for match in told] == list(kinds)
    clock = parameters(found["aclk"])
    assert clock["ASSOCIATED_RESET"] == "aresetn"
    assert set(clock["ASSOCIATED_BUSIF"].split(":")) == set(kinds) - {"aclk", "aresetn", "irq"}
    assert "FREQ_HZ" not in clock
    assert parameters(found["aresetn"]) == {"POLARITY": "ACTIVE_LOW"}
    rounds = parameters(found["s_axis_rounds_tdata"])
    assert (rounds["TDATA_NUM_BYTES"], rounds["TUSER_WIDTH"], rounds["HAS_TLAST"]) == (
        "4",
        "1",
        "1",
    )
    assert parameters(found["m_axis_predictions_tdata"])["TUSER_WIDTH"] == "0"


def test_wrapper_leaves_out_corrections_that_the_core_lacks(manifest):
    kept = tuple(port for port in manifest.ports if "corrections" not in port.name)
    assert "corrections" not in axi_wrapper(dataclasses.replace(manifest, ports=kept))


def test_wrapper_rejects_a_port_of_no_interface(manifest):
    other = Port(name="debug", direction="out", width=1, doc="none")
    with pytest.raises(ValueError, match="Port must belong to a known interface, not 'debug'"):
        axi_wrapper(dataclasses.replace(manifest, ports=(*manifest.ports, other)))


@pytest.mark.synth
@pytest.mark.slow
def test_yosys_elaborates_wrapper_and_core(package):
    answer = check_verilog(VERILOG_FILE, f"{WRAPPER}.v", folder=package, top=WRAPPER)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.verilator
@pytest.mark.slow
def test_verilator_has_nothing_to_say_of_wrapper_and_core(package):
    files = ("lint.vlt", VERILOG_FILE, f"{WRAPPER}.v")
    assert lint(*(package / name for name in files), top=WRAPPER) == []
