"""What goes wrong between a computer and a core, one exception for each.

In: what registers and links say.   Out: exceptions that name it.
Next: `quantacore.host.driver` (raises them).
"""

from typing import Any

from quantacore.golden.spec.registers import FAULTS, REGISTER_BY_NAME

FAULT_DOCS = {fault.name: fault.doc for fault in FAULTS}


class DriverError(RuntimeError):
    """Any of the errors below."""


class WrongCoreError(DriverError):
    """The core that answers is not the one that the driver was made for."""


class LinkError(DriverError):
    """The link is closed, was lost, or says what no core says."""


class LinkTimeoutError(LinkError):
    """The core did not answer in time."""


class RefusedError(DriverError):
    """The core refused an access to a register; it changed nothing."""


class ImageRejectedError(DriverError):
    """The core did not take an image; the one in force stays."""


class WrongImageError(DriverError):
    """Windows were decoded with another image than that of their member."""


class HardwareFaultError(DriverError):
    """Sticky bits of the register ``faults`` are set.

    Attributes
    ----------
    faults : dict of str to int
        Fault -> how often since it was cleared; counts stop at 65535.
    register : int
        What ``faults`` read.
    predictions : Predictions or None
        What was decoded nevertheless.
    """

    predictions: Any = None

    def __init__(self, register: int, faults: dict[str, int]) -> None:
        self.register = register
        self.faults = faults
        told = "; ".join(
            f"{name} {count} times ({FAULT_DOCS[name]})" for name, count in faults.items()
        )
        super().__init__(
            f"Register faults (0x{REGISTER_BY_NAME['faults'].address:02x}) must be 0, "
            f"not 0x{register:08x}: {told}"
        )
