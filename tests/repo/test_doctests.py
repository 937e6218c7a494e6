"""The examples in docstrings and documents give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.repo.sources import ROOT, module_files

WITH_EXAMPLES = [m for m, path in module_files().items() if ">>> " in path.read_text()]
DOCUMENTS = [path for path in sorted((ROOT / "docs").glob("*.md")) if ">>> " in path.read_text()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_examples_of_documents_hold(path: Path) -> None:
    result = doctest.testfile(str(path), module_relative=False, verbose=False)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_hold(module: str) -> None:
    import numpy as np

    result = doctest.testmod(
        importlib.import_module(f"quantacore.{module}"), extraglobs={"np": np}, verbose=False
    )
    assert result.attempted > 0
    assert result.failed == 0
