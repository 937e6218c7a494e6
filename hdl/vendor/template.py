"""Fill in the text files of this package.

In: the name of a template, and values.   Out: its text.
Next: `quantacore.hdl.vendor.package`.

Templates are the files themselves, with ``@NAME@`` where a value goes, so that editors and linters
know them; Tcl and XDC use nearly every other sign.
"""

import re
from importlib.resources import files

NOT_RUN = (
    "We have not run this file in Vivado, nor on a board: docs/integration.md says what we did."
)
"""In the head of every file that is written for a vendor's tool."""

FIELD = re.compile(r"@([A-Z_]+)@")


def fill_template(name: str, **values: object) -> str:
    """Return a template with ``@NAME@`` replaced by the value of ``name``.

    Raises
    ------
    KeyError
        If a value is missing.
    """
    text = files(__package__).joinpath(name).read_text()
    given = {"not_run": NOT_RUN, **values}
    return FIELD.sub(lambda match: str(given[match[1].lower()]), text)
