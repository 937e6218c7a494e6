"""Write the registers and the prediction word for drivers in C.

In: manifest of a streaming core, map of `quantacore.golden.spec.registers`.   Out: a header.
Next: `quantacore.hdl.vendor.package`.
"""

from collections.abc import Iterator

from quantacore.golden.spec.manifest import Manifest
from quantacore.golden.spec.prediction_word import prediction_bits, prediction_fields
from quantacore.golden.spec.registers import (
    ADDRESS_BITS,
    FAULTS,
    ID_VALUE,
    MAP_VERSION,
    REGISTERS,
)
from quantacore.hdl.vendor.template import NOT_RUN

HEADER_FILE = "quantacore_registers.h"
PREFIX = "QUANTACORE_"


def c_constants(manifest: Manifest) -> dict[str, dict[str, int]]:
    """Return all constants of the header: heading -> name without `PREFIX` -> value.

    Raises
    ------
    ValueError
        If the core is one of whole shots, which has no registers.
    """
    window = manifest.window
    if window is None:
        raise ValueError("Core must be one for streams to have registers, not one of whole shots")
    return {
        "Addresses of the registers, in bytes from the start of s_axil": {
            f"{register.name.upper()}_ADDRESS": register.address for register in REGISTERS
        },
        "Fields of the registers": dict(_register_fields()),
        "Values that the registers answer with": {
            "ID_VALUE": ID_VALUE,
            "VERSION_VALUE": MAP_VERSION,
            "NUM_FAULTS": len(FAULTS),
            "ADDRESS_BITS": ADDRESS_BITS,
        },
        "Of this core; a driver compares with the registers of these names": {
            "CORE_GRAPH_HASH": int(manifest.topology_hash[:8], 16),
            "CORE_NUM_SLOTS": window.num_slots,
            "CORE_COMMIT_ROUNDS": window.commit_rounds,
            "CORE_BUFFER_ROUNDS": window.buffer_rounds,
            "CORE_NUM_OBSERVABLES": manifest.num_observables,
            "CORE_IMAGE_CHUNKS": window.image_chunks,
        },
        "Of this core's streams": {
            "CORE_BUFFER_DEPTH": window.buffer_depth,
            "CORE_NUM_EDGES": manifest.num_edges,
            "CORE_WORD_BITS": manifest.config.word_bits,
            "PREDICTION_BITS": prediction_bits(manifest.num_observables),
        },
        "Fields of a word of m_axis_predictions": {
            f"PREDICTION_{field.name.upper()}_{what}": value
            for field in prediction_fields(manifest.num_observables)
            for what, value in (("LSB", field.lsb), ("WIDTH", field.width))
        },
    }


def _register_fields() -> Iterator[tuple[str, int]]:
    for register in REGISTERS:
        for field in register.fields:
            words = [register.name] if field.name == register.name else [register.name, field.name]
            name = "_".join(words).upper()
            yield f"{name}_LSB", field.lsb
            yield f"{name}_MASK", field.mask


def c_header(manifest: Manifest) -> str:
    """Return the header; plain constants, for C and C++."""
    lines = [
        "/* Registers of a QuantaCore streaming core: docs/registers.md says what they do.",
        f" * {NOT_RUN}",
        " */",
        f"#ifndef {PREFIX}REGISTERS_H",
        f"#define {PREFIX}REGISTERS_H",
    ]
    for heading, constants in c_constants(manifest).items():
        lines += ["", f"/* {heading}. */"]
        for name, value in constants.items():
            text = f"0x{value:08x}u" if name.endswith(("_MASK", "_VALUE", "_HASH")) else f"{value}u"
            text = f"0x{value:02x}u" if name.endswith("_ADDRESS") else text
            lines.append(f"#define {PREFIX}{name} {text}")
    return "\n".join([*lines, "", "#endif", ""])
