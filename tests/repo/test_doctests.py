"""The examples in docstrings give what they say."""

import doctest
import importlib

import pytest

from tests.repo.sources import module_files

WITH_EXAMPLES = [m for m, path in module_files().items() if ">>> " in path.read_text()]


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_hold(module: str) -> None:
    import numpy as np

    result = doctest.testmod(
        importlib.import_module(f"quantacore.{module}"), extraglobs={"np": np}, verbose=False
    )
    assert result.attempted > 0
    assert result.failed == 0
