"""Read stim's circuit and detector error model formats, with errors that fit on one line.

In: text of a `.stim` or `.dem` file.   Out: `stim.Circuit`, `stim.DetectorErrorModel`.
Next: `quantacore.golden.source.dem`.
"""

import stim

Circuit = stim.Circuit
Model = stim.DetectorErrorModel
"""Names for annotations outside `golden`, where stim is not imported."""


def circuit_from_text(text: str) -> stim.Circuit:
    """Parse a circuit.

    Raises
    ------
    ValueError
        If stim does not understand the text.
    """
    try:
        return stim.Circuit(text)
    except (ValueError, IndexError) as error:
        raise ValueError(f"Circuit must be in stim's format: {_first_line(error)}") from None


def model_from_text(text: str) -> stim.DetectorErrorModel:
    """Parse a detector error model.

    Raises
    ------
    ValueError
        If stim does not understand the text.
    """
    try:
        return stim.DetectorErrorModel(text)
    except (ValueError, IndexError) as error:
        raise ValueError(f"Model must be in stim's DEM format: {_first_line(error)}") from None


def model_from_circuit(circuit: stim.Circuit) -> stim.DetectorErrorModel:
    """Return the decomposed detector error model of a circuit.

    Disjoint errors (``PAULI_CHANNEL_1``, ``HERALDED_ERASE``) are taken as independent ones, as
    sinter does.

    Raises
    ------
    ValueError
        If a detector is random without noise, or an error does not decompose into parts with at
        most two detectors (the error is named).
    """
    try:
        return circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
    except ValueError as error:
        lines = [line for line in str(error).splitlines() if line]
        detail = lines[0]
        if len(lines) > 1 and lines[0].startswith("Failed to decompose"):
            detail = f"{lines[0]} {lines[1]}"
        elif "non-deterministic" in lines[0]:
            # stim names the culprits at the end: '    D0'.
            names = [line.strip() for line in lines if line.startswith("    D")][:1]
            detail = " ".join([lines[0], *names])
        raise ValueError(f"Circuit must have a decomposed error model: {detail}") from None


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
