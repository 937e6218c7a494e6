"""Skip tests of simulated cores where Verilator cannot work, with the name of what is missing."""

import pytest

from quantacore.sim.verilator import VerilatorError, verilator_environment


@pytest.fixture(autouse=True)
def _verilator(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("verilator"):
        try:
            verilator_environment()
        except VerilatorError as error:
            pytest.skip(str(error))
