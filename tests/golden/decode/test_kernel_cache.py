"""The golden kernel works where numba can keep no compiled code: simulation needs it there too."""

import inspect
import subprocess
import sys

import pytest

# As root may write anywhere, numba itself is told that it cannot.
PROGRAM = """
from numba.core import caching

def refuse(locator):
    raise PermissionError("planted")

if {refused}:
    caching._CacheLocator.ensure_cache_path = refuse
import numpy as np
from quantacore.golden.decode import kernel
print(kernel._find(np.array([1, 1], np.uint32), 0), type(kernel._find._cache).__name__)
"""


@pytest.mark.parametrize(("refused", "cache"), [(True, "NullCache"), (False, "FunctionCache")])
def test_kernel_does_without_cache_only_where_it_must(refused, cache):
    program = inspect.cleandoc(PROGRAM).format(refused=refused)
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout.split() == ["1", cache], result.stderr
