"""Templates are filled, whole."""

import pytest

from quantacore.hdl.vendor.template import NOT_RUN, fill_template


def test_fill_template_replaces_every_field():
    text = fill_template("quantacore.xdc", top="anything", period_ns="2.500")
    assert "@" not in text
    assert NOT_RUN in text
    assert "create_clock -name aclk -period 2.500 [get_ports aclk]" in text


def test_fill_template_rejects_a_missing_value():
    with pytest.raises(KeyError, match="period_ns"):
        fill_template("quantacore.xdc", top="anything")
