"""Compiling and certificates."""

import json

import pytest

from quantacore.golden.anyons.compile import (
    METHODS,
    check_certificate,
    compile_to_error,
    compile_to_length,
)
from quantacore.golden.anyons.target import Target


@pytest.mark.parametrize("method", METHODS)
def test_every_method_reaches_its_error(method: str) -> None:
    compiled = compile_to_error(Target("T"), 0.02, method=method)
    assert compiled.below <= compiled.above <= 0.02
    assert check_certificate(compiled.to_json()) == compiled


def test_mitm_is_the_shortest() -> None:
    lengths = {m: len(compile_to_error(Target("H"), 0.02, method=m).word) for m in METHODS}
    assert lengths["mitm"] == min(lengths.values()) == 19


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("length", 11, "length must be 12, not 11"),
        ("error", 0.01, "error must be at least"),
        ("gate", "T", "error must be at least"),
        ("gate", "Q", "Gate must be"),
        ("gate", 3, "gate must be a str"),
        ("word", "s1 s2", "length must be 2, not 12"),
        ("word", "s9", "Braid word must be made of"),
        ("matrix", {"u": ["1", "0", "0", "0"]}, "matrix must be the product"),
        ("version", 2, "version 1"),
        ("format", "x", "format 'quantacore-braid'"),
    ],
)
def test_certificate_with_a_lie_is_refused(name: str, value: object, message: str) -> None:
    content = json.loads(compile_to_length(Target("H"), 12).to_json())
    with pytest.raises(ValueError, match=message):
        check_certificate(json.dumps({**content, name: value}))


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_certificate_rejects_other_text(text: str) -> None:
    with pytest.raises(ValueError, match="Certificate must"):
        check_certificate(text)


@pytest.mark.parametrize(
    ("error", "method", "message"),
    [
        (0.1, "x", "Method must be one of"),
        (1e-9, "mitm", "use --method nt"),
        (-1, "mitm", "must be"),
    ],
)
def test_compile_rejects(error: float, method: str, message: str, monkeypatch) -> None:
    # The longest braids take seconds: shorter ones refuse the same way.
    monkeypatch.setattr("quantacore.golden.anyons.compile.LONGEST_BEST", 12)
    with pytest.raises(ValueError, match=message):
        compile_to_error(Target("H"), error, method=method)
