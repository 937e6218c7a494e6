"""Write a weight image as JSON, and read one back, checked.

In: `WeightImage`.   Out: JSON text with ``format`` and ``version`` keys.
Next: `quantacore.sim.batch` (who loads an image into a core).
"""

import json

import numpy as np

from quantacore.golden.spec.graph_json import parse_json
from quantacore.golden.spec.image import WeightImage

FORMAT = "quantacore-image"
VERSION = 1

_ARRAYS = {
    "first": np.uint8,
    "later": np.uint8,
    "link_sources": np.int32,
    "link_targets": np.int32,
    "link_lengths": np.uint8,
    "observables": np.uint64,
}
_SCALARS = {
    "topology_hash": str,
    "num_observables": int,
    "length_bits": int,
    "unit": float,
    "nu": float,
}


def image_to_json(image: WeightImage) -> str:
    """Return the image as JSON text; `image_from_json` gives an equal image back."""
    data: dict[str, object] = {"format": FORMAT, "version": VERSION}
    data |= {name: getattr(image, name) for name in _SCALARS}
    data |= {name: getattr(image, name).tolist() for name in _ARRAYS}
    lines = (
        f" {json.dumps(name)}: {json.dumps(data[name], allow_nan=False)}" for name in sorted(data)
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def image_from_json(text: str) -> WeightImage:
    """Read what `image_to_json` wrote.

    Raises
    ------
    ValueError
        If the text is not such an image or a value is out of range.
    """
    data = parse_json(text, format=FORMAT, version=VERSION)
    fields: dict[str, object] = {}
    try:
        for name, kind in _SCALARS.items():
            if not isinstance(data[name], (kind, int) if kind is float else kind):
                raise ValueError(
                    f"Image field {name!r} must be {kind.__name__}, not {data[name]!r}"
                )
            fields[name] = data[name]
        for name, dtype in _ARRAYS.items():
            fields[name] = _integers(data[name], name=name, dtype=dtype)
    except KeyError as error:
        raise ValueError(f"Image JSON must have the field {error}") from None
    return WeightImage(**fields)  # type: ignore[arg-type]  # checked above, field by field


def _integers(values: object, *, name: str, dtype: type) -> np.ndarray:
    limits = np.iinfo(dtype)
    if not isinstance(values, list):
        raise ValueError(f"Image field {name!r} must be a list, not {type(values).__name__}")
    for index, value in enumerate(values):
        if type(value) is not int or not limits.min <= value <= limits.max:
            raise ValueError(
                f"Entry {index} of {name!r} must be an integer {limits.min} to {limits.max}, "
                f"not {value!r}"
            )
    return np.array(values, dtype=dtype)
