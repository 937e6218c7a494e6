"""Verb `decode`: the same bytes from every decoder of the same contract."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pymatching
import pytest
import stim

from quantacore.golden.spec.bits import unpack_bits
from quantacore.golden.spec.graph_json import graph_from_json
from tests.sim.cli.conftest import NUM_SHOTS, Answer

Run = Callable[..., Answer]
Refused = Callable[..., str]


@pytest.fixture
def decode(quantacore: Run, experiment: Path, tmp_path: Path) -> Callable[..., bytes]:
    """Decode the experiment's shots with more flags and return the bytes of all outputs."""

    def run(*words: object, source: str = "--dem m.dem") -> bytes:
        flag, name = source.split()
        outputs = [tmp_path / name for name in ("p", "c", "s")]
        answer = quantacore(
            "decode", flag, experiment / name, "--in", experiment / "s.b8", "--in_format", "b8",
            "--out", outputs[0], "--out_format", "b8", "--corrections_out", outputs[1],
            "--steps_out", outputs[2], *words,
        )  # fmt: skip
        assert (answer.code, answer.out, answer.err) == (0, "", "")
        return b"".join(path.read_bytes() for path in outputs)

    return run


@pytest.mark.parametrize("passes", [1, 3])
def test_decode_golden_matches_reference(decode: Callable[..., bytes], passes: int) -> None:
    golden = decode("--passes", passes)
    assert decode("--passes", passes, "--decoder", "reference") == golden


def test_decode_runs_three_passes_with_the_documented_defaults(
    decode: Callable[..., bytes],
) -> None:
    flags = ["--passes", 3, "--length_bits", 4, "--nu", 0.65, "--decoder", "golden"]
    assert decode() == decode(*flags)
    assert decode() != decode("--passes", 1)


@pytest.mark.parametrize("source", ["--circuit c.stim", "--graph g.json"])
def test_decode_takes_every_source(decode: Callable[..., bytes], source: str) -> None:
    assert decode(source=source) == decode()


def test_decode_takes_an_image(
    decode: Callable[..., bytes], quantacore: Run, experiment: Path, tmp_path: Path
) -> None:
    path = tmp_path / "i.json"
    flags = ["--length_bits", 6, "--nu", 0.2]
    quantacore("graph", "--dem", experiment / "m.dem", "--image_out", path, *flags)
    assert decode("--image", path) == decode(*flags)


@pytest.mark.verilator
@pytest.mark.parametrize("passes", [1, 3])
def test_decode_rtl_matches_golden(decode: Callable[..., bytes], passes: int) -> None:
    assert decode("--decoder", "rtl", "--passes", passes) == decode("--passes", passes)


@pytest.mark.verilator
def test_decode_rtl_with_runtime_links_matches_golden(decode: Callable[..., bytes]) -> None:
    flags = ["--decoder", "rtl", "--links", "runtime", "--lanes", 3]
    assert decode(*flags) == decode()


def test_decode_corrections_explain_every_defect(
    decode: Callable[..., bytes], experiment: Path, tmp_path: Path
) -> None:
    decode()
    graph = graph_from_json((experiment / "g.json").read_text())
    packed = np.fromfile(tmp_path / "c", np.uint8).reshape(NUM_SHOTS, -1)
    corrections = unpack_bits(packed, num_bits=graph.num_edges)
    incidence = np.zeros((graph.num_edges, graph.num_detectors), np.int64)
    for index, edge in enumerate(graph.edges):
        incidence[index, list(edge.detectors)] = 1
    defects = stim.read_shot_data_file(
        path=experiment / "s.01", format="01", num_detectors=graph.num_detectors
    )
    np.testing.assert_array_equal(corrections @ incidence % 2, defects)


@pytest.mark.parametrize("correlated", [False, True])
def test_decode_pymatching_predicts_what_pymatching_predicts(
    quantacore: Run, experiment: Path, correlated: bool
) -> None:
    name = "pymatching_correlated" if correlated else "pymatching"
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    answer = quantacore("decode", *files, "--decoder", name)
    matching = pymatching.Matching.from_detector_error_model(
        stim.DetectorErrorModel.from_file(experiment / "m.dem"), enable_correlations=correlated
    )
    defects = stim.read_shot_data_file(
        path=experiment / "s.01", format="01", num_detectors=matching.num_detectors
    )
    predictions = matching.decode_batch(defects, enable_correlations=correlated)
    assert answer.out.split() == [str(row[0]) for row in predictions.astype(int)]


def test_decode_formats_hold_the_same_shots(
    quantacore: Run, experiment: Path, tmp_path: Path
) -> None:
    answers = {}
    for in_format in ("01", "b8"):
        for out_format in ("01", "b8"):
            path = tmp_path / "p"
            quantacore(
                "decode", "--dem", experiment / "m.dem", "--in", experiment / f"s.{in_format}",
                "--in_format", in_format, "--out", path, "--out_format", out_format,
            )  # fmt: skip
            bits = stim.read_shot_data_file(path=path, format=out_format, num_observables=1)
            answers[in_format, out_format] = bits.tolist()
    assert all(answer == answers["01", "01"] for answer in answers.values())


def test_decode_passes_through_standard_streams(quantacore: Run, experiment: Path) -> None:
    dem = ["--dem", experiment / "m.dem"]
    whole = quantacore("decode", *dem, "--in", experiment / "s.01")
    piped = quantacore("decode", *dem, stdin=(experiment / "s.01").read_bytes())
    assert piped == whole
    assert whole.out.count("\n") == NUM_SHOTS


def test_decode_counts_errors_against_actual_observables(quantacore: Run, experiment: Path) -> None:
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    predicted = quantacore("decode", *files).out.split()
    actual = (experiment / "o.01").read_text().split()
    errors = sum(p != a for p, a in zip(predicted, actual, strict=True))
    for format in ("01", "b8"):
        obs = ["--obs_in", experiment / f"o.{format}", "--obs_in_format", format]
        report = json.loads(quantacore("decode", *files, *obs, "--json").out)
        assert (report["shots"], report["errors"]) == (NUM_SHOTS, errors)
        interval = report["error_rate"]
        assert interval["low"] < errors / NUM_SHOTS < interval["high"]
    text = quantacore("decode", *files, "--obs_in", experiment / "o.01").out
    assert text.startswith(f"{errors} errors in {NUM_SHOTS} shots, rate ")


def test_decode_says_which_shots_are_unmatched(quantacore: Run, tmp_path: Path) -> None:
    # Detectors 1 and 2 share an edge and see no boundary: one defect there has no explanation.
    (tmp_path / "m.dem").write_text("error(0.1) D0 L0\nerror(0.1) D1 D2 L0\n")
    shots = b"100\n010\n011\n000\n"
    flags = ["--dem", tmp_path / "m.dem", "--steps_out", tmp_path / "s"]
    answer = quantacore("decode", *flags, stdin=shots)
    assert answer.code == 0
    assert answer.out == "1\n0\n1\n0\n"
    assert answer.err.count("\n") == 1
    assert "warning: 1 of 4 shots are unmatched" in answer.err
    rows = (tmp_path / "s").read_text().split()
    assert rows[0] == "growth_steps,passes,unmatched,volume,contested"
    assert [row.split(",")[2] for row in rows[1:]] == ["0", "1", "0", "0"]
    (tmp_path / "o").write_text("1\n0\n1\n0\n")  # right by chance: still an error
    report = json.loads(
        quantacore("decode", *flags[:2], "--obs_in", tmp_path / "o", "--json", stdin=shots).out
    )
    assert (report["unmatched"], report["errors"]) == (1, 1)


def test_decode_takes_a_model_without_observables(quantacore: Run, tmp_path: Path) -> None:
    (tmp_path / "m.dem").write_text("error(0.1) D0\n")
    assert quantacore("decode", "--dem", tmp_path / "m.dem", stdin=b"1\n0\n").out == "\n\n"


def test_decode_takes_no_shots(quantacore: Run, experiment: Path) -> None:
    answer = quantacore("decode", "--dem", experiment / "m.dem")
    assert (answer.code, answer.out) == (0, "")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--passes", "0"], "must be 1 to 7, not 0"),
        (["--passes", "8"], "must be 1 to 7, not 8"),
        (["--decoder", "pymatching", "--passes", "2"], "--passes must be left out"),
        (["--decoder", "pymatching", "--corrections_out", "x"], "--corrections_out must be left"),
        (["--decoder", "oracle"], "invalid choice: 'oracle'"),
        (["--in_format", "hits"], "invalid choice: 'hits'"),
        (["--json"], "twice standard output"),
        (["--out", "no/such/folder"], "folder of the output does not exist"),
        (["--obs_in", "no-such-file"], "no-such-file: No such file"),
    ],
)
def test_decode_rejects_flags(
    refused: Refused, experiment: Path, flags: list[str], message: str
) -> None:
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    assert message in refused("decode", *files, *flags)


def test_decode_pymatching_rejects_a_graph(refused: Refused, experiment: Path) -> None:
    files = ["--graph", experiment / "g.json", "--in", experiment / "s.01"]
    message = refused("decode", *files, "--decoder", "pymatching")
    assert "must be given --circuit or --dem" in message


@pytest.mark.parametrize("decoder", ["golden", "pymatching"])
def test_decode_rejects_shots_of_another_size(
    refused: Refused, experiment: Path, tmp_path: Path, decoder: str
) -> None:
    (tmp_path / "s.b8").write_bytes(bytes(100))
    words = ["decode", "--dem", experiment / "m.dem", "--decoder", decoder, "--in_format", "b8"]
    out = ["--out", tmp_path / "p"]
    expected = "whole shots of 3 bytes (24 detectors, format b8), not 100 bytes: 1 too many"
    assert expected in refused(*words, "--in", tmp_path / "s.b8", *out)
    assert expected in refused(*words, *out, stdin=bytes(100))
    assert os.listdir(tmp_path) == ["s.b8"]


def test_decode_rejects_late_garbage_without_a_trace(
    refused: Refused, experiment: Path, tmp_path: Path
) -> None:
    shots = (experiment / "s.01").read_bytes() * 100
    outputs = ["--out", tmp_path / "p", "--steps_out", tmp_path / "s"]
    message = refused("decode", "--dem", experiment / "m.dem", *outputs, stdin=shots + b"01\n")
    assert f"Shot {100 * NUM_SHOTS} must be a line of 24 characters" in message
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("observables", ["0\n" * (NUM_SHOTS - 1), "0\n" * (NUM_SHOTS + 1)])
def test_decode_rejects_another_number_of_observables(
    refused: Refused, experiment: Path, tmp_path: Path, observables: str
) -> None:
    (tmp_path / "o").write_text(observables)
    files = ["--dem", experiment / "m.dem", "--in", experiment / "s.01"]
    assert "must hold" in refused("decode", *files, "--obs_in", tmp_path / "o")


def test_decode_rejects_counting_errors_without_observables(
    refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "m.dem").write_text("error(0.1) D0\n")
    (tmp_path / "o").touch()
    message = refused("decode", "--dem", tmp_path / "m.dem", "--obs_in", tmp_path / "o")
    assert "must have observables" in message
