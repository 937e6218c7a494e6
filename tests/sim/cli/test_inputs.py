"""Bad input of every kind: one line that says what, where and how to mend it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import stim

from quantacore.golden.source.dem import graph_from_dem
from quantacore.golden.spec.graph_json import graph_to_json
from quantacore.golden.spec.image import build_image
from quantacore.golden.spec.image_json import image_to_json
from tests.sim.cli.conftest import Answer

Refused = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a text to a file and return its path."""

    def to_file(text: str) -> Path:
        path = tmp_path / "bad"
        path.write_text(text)
        return path

    return to_file


@pytest.mark.parametrize("flag", ["--circuit", "--dem", "--graph"])
def test_source_rejects_missing_file(refused: Refused, tmp_path: Path, flag: str) -> None:
    path = tmp_path / "nothing"
    assert f"{path}: No such file or directory" in refused("graph", flag, path)


@pytest.mark.parametrize("flag", ["--circuit", "--dem", "--graph"])
def test_source_rejects_folder(refused: Refused, tmp_path: Path, flag: str) -> None:
    assert f"{tmp_path}: Is a directory" in refused("graph", flag, tmp_path)


@pytest.mark.parametrize("flag", ["--circuit", "--dem", "--graph"])
def test_source_rejects_binary_file(refused: Refused, tmp_path: Path, flag: str) -> None:
    (tmp_path / "bad").write_bytes(b"\xff\xfe\x00")
    assert "must be UTF-8 text" in refused("graph", flag, tmp_path / "bad")
    (tmp_path / "bad").write_bytes(b"H 0\n\0M 0\n")
    assert "not binary: NUL byte at offset 4" in refused("graph", flag, tmp_path / "bad")


@pytest.mark.parametrize(
    ("flag", "text", "message"),
    [
        ("--circuit", "FOO 1", "Circuit must be in stim's format: Gate not found: 'FOO'"),
        ("--circuit", "X_ERROR(1.5) 0", "Circuit must be in stim's format"),
        ("--circuit", "REPEAT 3 {\nH 0", "Circuit must be in stim's format"),
        ("--circuit", "H 0\nM 0\nDETECTOR rec[-1]", "non-deterministic detectors. D0"),
        (
            "--circuit",
            "X_ERROR(0.1) 0\nM 0\nDETECTOR rec[-1]\nDETECTOR rec[-1]\nDETECTOR rec[-1]",
            "failed to decompose is 'D0, D1, D2'",
        ),
        ("--dem", "hello", "Model must be in stim's DEM format: Unrecognized"),
        ("--dem", "error(0.1", "Model must be in stim's DEM format"),
        ("--dem", "error(0.1) D0 D1 D2", "not 3, in 'error(0.1) D0 D1 D2': decompose it"),
        ("--dem", "error(0.1) D0 ^ D1 D2 D3", "in 'error(0.1) D0 ^ D1 D2 D3'"),
        ("--dem", "error(0.6) D0", "at most 0.5, not 0.6, in 'error(0.6) D0'"),
        ("--dem", "error(0.1) L0", "at least one detector"),
        ("--dem", "", "at least one detector"),
        ("--dem", "error(0.1) D0 L64", "at most 64 observables, not 65"),
        ("--graph", "hello", "must be JSON"),
        ("--graph", '{"format": "quantacore-graph", "version": 1', "must be JSON"),
        ("--graph", "[]", "Format must be 'quantacore-graph', not 'list'"),
        ("--graph", '{"format": "quantacore-graph", "version": 99}', "must be 1, not 99"),
        ("--graph", '{"format": "quantacore-graph", "version": 1}', "every field"),
    ],
)
def test_source_rejects_bad_text(
    refused: Refused, write: Callable[[str], Path], flag: str, text: str, message: str
) -> None:
    path = write(text)
    answer = refused("graph", flag, path)
    assert str(path) in answer
    assert message in answer


def test_source_rejects_graph_that_was_changed(
    refused: Refused, experiment: Path, write: Callable[[str], Path]
) -> None:
    data = json.loads((experiment / "g.json").read_text())
    data["edges"][0]["prior"] *= 2
    assert "the file was changed or cut" in refused("graph", "--graph", write(json.dumps(data)))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("detectors", [[]]),
        ("detectors", [3]),
        ("edges", [{"detectors": ["a"], "prior": 0.1, "observables": []}]),
        ("edges", [{"detectors": [0], "prior": "much", "observables": []}]),
        ("edges", [{"detectors": [0], "prior": 0.1, "observables": [-1]}]),
        ("edges", 7),
        ("num_observables", "many"),
        ("correlations", [{"edges": [0], "joint": 0.1}]),
        ("report", []),
    ],
)
def test_source_rejects_graph_with_wrong_types(
    refused: Refused, experiment: Path, write: Callable[[str], Path], key: str, value: object
) -> None:
    data = json.loads((experiment / "g.json").read_text())
    data[key] = value
    refused("graph", "--graph", write(json.dumps(data)))


def test_source_leaves_out_mechanisms_of_probability_0(
    quantacore: Callable[..., Answer], write: Callable[[str], Path]
) -> None:
    answer = quantacore("graph", "--json", "--dem", write("error(0) D0 D1\nerror(0.1) D0"))
    report = json.loads(answer.out)
    assert answer.code == 0
    assert (report["edges"], report["zero_probability"]) == (1, 1)


def test_source_takes_disjoint_errors_as_independent(
    quantacore: Callable[..., Answer], write: Callable[[str], Path]
) -> None:
    path = write("R 0\nPAULI_CHANNEL_1(0.1, 0.1, 0) 0\nM 0\nDETECTOR rec[-1]")
    assert quantacore("graph", "--circuit", path).code == 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--length_bits", "1"], "not 1"),
        (["--length_bits", "9"], "not 9"),
        (["--length_bits", "four"], "invalid int value"),
        (["--nu", "1.5"], "nu must be in [0, 1], not 1.5"),
        (["--nu", "nan"], "nu must be in [0, 1], not nan"),
    ],
)
def test_image_of_rejects_values_out_of_range(
    refused: Refused, experiment: Path, flags: list[str], message: str
) -> None:
    assert message in refused("graph", "--dem", experiment / "m.dem", *flags)


def bad_image(experiment: Path, key: str, value: object) -> str:
    graph = graph_from_dem(stim.DetectorErrorModel.from_file(experiment / "m.dem"))
    data = json.loads(image_to_json(build_image(graph)))
    if isinstance(value, int) and isinstance(data[key], list):
        data[key][0] = value
    else:
        data[key] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("first", 16, "must be 0 to 15 (4 bits), not 16"),
        ("first", 256, "integer 0 to 255, not 256"),
        ("later", -1, "integer 0 to 255, not -1"),
        ("link_lengths", 15, "must be 1 to 14, not 15"),
        ("link_lengths", 0, "Link lengths must be 1 to 14"),
        ("link_targets", 9999, "must join edges below"),
        ("observables", 2, "mask of 1 bits"),
        ("first", [1, 2], "must have 2 entries"),
        ("first", "abc", "must be a list"),
        ("unit", "wide", "'unit' must be float"),
        ("topology_hash", "0" * 64, "must be made for the graph"),
    ],
)
def test_image_of_rejects_bad_images(
    refused: Refused,
    experiment: Path,
    write: Callable[[str], Path],
    key: str,
    value: object,
    message: str,
) -> None:
    path = write(bad_image(experiment, key, value))
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    answer = refused("decode", *files, "--image", path)
    assert str(path) in answer
    assert message in answer


def test_image_of_rejects_flags_that_the_image_decides(refused: Refused, experiment: Path) -> None:
    flags = ["--image", experiment / "i.json", "--nu", "0.5"]
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    assert "must be left out with --image" in refused("decode", *files, *flags)


def test_source_rejects_graph_of_other_model_as_image(
    refused: Refused, experiment: Path, write: Callable[[str], Path]
) -> None:
    other = graph_from_dem(stim.DetectorErrorModel("error(0.1) D0"))
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    path = write(graph_to_json(other))
    assert "must be 'quantacore-image'" in refused("decode", *files, "--image", path)
