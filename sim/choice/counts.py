"""Count the errors of one code in one basis, in a process of its own; keep what was counted.

In: `Point`, shots.   Out: `Counts`, a file of them.
Next: `quantacore.sim.choice.law`.

All decoders get the same shots and the same graph; those of GKP modes with perfect gates are
decoded once more with what each shot's shifts told (`quantacore.golden.codes.gkp_analog`). Shots
come in chunks with seeds of their own, so a point goes on where it stopped, and no machine or
number of processes changes a count.
"""

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import quantacore.golden.codes
import quantacore.golden.decode
import quantacore.golden.source
import quantacore.golden.spec
from quantacore.golden.codes.families import family_named
from quantacore.golden.codes.family import Distances
from quantacore.golden.codes.gkp import GkpNoise
from quantacore.golden.codes.gkp_analog import AnalogSampler, AnalogShots
from quantacore.golden.decode.matching import MatchingDecoder
from quantacore.golden.decode.union_find import UnionFindDecoder
from quantacore.golden.metrics import PairedErrors, wrong_shots
from quantacore.golden.source.dem import graph_from_circuit
from quantacore.golden.source.graph_model import model_from_graph
from quantacore.golden.source.sampling import sample_shots
from quantacore.golden.spec.bits import pack_bits, pack_masks
from quantacore.golden.spec.graph import DecodingGraph
from quantacore.golden.spec.image import WeightImage, build_image
from quantacore.golden.spec.lengths import longest_length, quantise_weights
from quantacore.sim.choice.cost import effort

CHUNK_SHOTS = 5_000
FORMAT = "quantacore-code-counts"
VERSION = 1
COUNTS_FILE = "counts.jsonl"

ONE_PASS, OURS, MATCHING = "one pass", "quantacore", "PyMatching"
"""The golden decoder with one pass and with `MOST_PASSES`; the yardstick."""
DECODERS = (ONE_PASS, OURS, MATCHING)
ANALOG = "analog"
"""The golden decoder with one pass and lengths of each shot's own, where modes tell them."""
MOST_PASSES = 3


@dataclass(frozen=True, kw_only=True)
class Point:
    """One memory experiment."""

    family: str
    distances: Distances
    rounds: int
    basis: str
    noise: Any
    """Of the family; scaled already."""
    seed: int = 1

    @property
    def key(self) -> str:
        """What it is, for the file: the same experiment has the same key."""
        d_x, d_z = self.distances
        name = f"{self.family} {d_x}x{d_z} r{self.rounds} {self.basis} seed {self.seed}"
        return f"{name} {self.noise}"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What has been counted at a point; adds up."""

    shots: int = 0
    errors: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DECODERS, 0))
    """Decoder -> wrong shots, any observable; `ANALOG` only where it was counted."""
    both: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DECODERS, 0))
    """Decoder -> shots that it and `OURS` got wrong."""
    effort: dict[str, float] = field(default_factory=lambda: dict.fromkeys(DECODERS[:2], 0.0))
    """Golden decoder -> `quantacore.sim.choice.cost.effort`, summed over the shots."""
    nodes: int = 0
    edges: int = 0
    links: int = 0
    """Of the graph: correlations that a later pass can use."""

    def paired(self, decoder: str) -> PairedErrors:
        """Return the errors of a decoder, with those of `OURS` as reference."""
        return PairedErrors(
            shots=self.shots,
            errors=self.errors[decoder],
            reference_errors=self.errors[OURS],
            both=self.both[decoder],
        )


def count_errors(job: tuple[Point, Counts], shots: int, errors: int) -> Counts:
    """Count until there are so many shots, or so many errors of `OURS`.

    Parameters
    ----------
    job : (Point, Counts)
        The point, and what was counted before.
    shots : int
        Most shots, earlier ones included.
    errors : int
        Errors that are enough.
    """
    point, counts = job
    family = family_named(point.family)
    circuit = family.circuit(
        point.distances, rounds=point.rounds, noise=point.noise, basis=point.basis
    )
    graph = graph_from_circuit(circuit)
    image = build_image(graph)
    # Without links a second pass is the first again: one pass, and nothing decoded twice.
    golden = {
        name: UnionFindDecoder(graph, image, passes=passes)
        for name, passes in ((ONE_PASS, 1), (OURS, MOST_PASSES))
        if passes == 1 or image.num_links
    }
    matching = MatchingDecoder(model_from_graph(graph))
    counts = dataclasses.replace(
        counts, nodes=graph.num_detectors, edges=graph.num_edges, links=image.num_links
    )
    analog = _analog_of(point, graph)
    while counts.shots < shots and counts.errors[OURS] < errors:
        seed = _seed(point.key, counts.shots // CHUNK_SHOTS)
        if analog is None:
            events, flips = sample_shots(circuit, num_shots=CHUNK_SHOTS, seed=seed)
        else:
            modes = analog.sample(CHUNK_SHOTS, seed=seed)
            events = pack_bits(modes.events)
            flips = pack_masks(modes.observables, num_bits=graph.num_observables)
        decoded = {name: decoder.decode_shots(events) for name, decoder in golden.items()}
        decoded.setdefault(OURS, decoded[ONE_PASS])
        decoded[MATCHING] = matching.decode_shots(events)
        wrong = {
            name: wrong_shots(found.predictions, flips, unmatched=found.unmatched)
            for name, found in decoded.items()
        }
        if analog is not None:
            found = _decode_analog(graph, image, analog, modes)
            wrong[ANALOG] = wrong_shots(found, flips)
        counts = dataclasses.replace(
            counts,
            shots=counts.shots + len(events),
            errors=_plus(counts.errors, {n: int(w.sum()) for n, w in wrong.items()}),
            both=_plus(counts.both, {n: int((w & wrong[OURS]).sum()) for n, w in wrong.items()}),
            effort={n: old + effort(events, decoded[n]) for n, old in counts.effort.items()},
        )
    return counts


def _analog_of(point: Point, graph: DecodingGraph) -> AnalogSampler | None:
    """Return what makes analog shots of a point, if its modes tell how sure each shift is."""
    noise = point.noise
    if not isinstance(noise, GkpNoise) or noise.gate_sigma:
        return None
    return AnalogSampler(graph, noise)


def _decode_analog(
    graph: DecodingGraph, image: WeightImage, sampler: AnalogSampler, modes: AnalogShots
) -> np.ndarray:
    """Return predictions with the lengths of each shot: one unit for all, that of a sure shift."""
    plain = dataclasses.replace(image, first=image.first, later=image.first)
    unit = sampler.most_weight / longest_length(image.length_bits)
    lengths = quantise_weights(modes.weights, unit=unit, length_bits=image.length_bits)
    decoder = UnionFindDecoder(graph, plain, passes=1)
    packed = pack_bits(modes.events)
    found = []
    for shot, own in enumerate(lengths):
        decoder.load_image(dataclasses.replace(plain, first=own, later=own))
        found.append(decoder.decode_shots(packed[shot : shot + 1]).predictions)
    return np.concatenate(found)


class CountsFile:
    """What has been counted, a line a point; a later line of a point replaces the earlier.

    Lines of earlier versions of codes or decoders stay in the file and are not used.

    Raises
    ------
    ValueError
        If the file is not of this kind.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / COUNTS_FILE
        self._known: dict[str, Counts] = {}
        if self._path is not None and self._path.exists():
            self._read(self._path)

    def counted(self, point: Point) -> Counts:
        """Return what is known of a point; nothing: no shots."""
        return self._known.get(point.key, Counts())

    def save(self, point: Point, counts: Counts) -> None:
        """Add a line."""
        self._known[point.key] = counts
        if self._path is None:
            return
        record = {"version": golden_version(), "point": point.key, **dataclasses.asdict(counts)}
        with open(self._path, "a") as file:
            if not file.tell():
                file.write(json.dumps({"format": FORMAT, "version": VERSION}) + "\n")
            file.write(json.dumps(record) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, path: Path) -> None:
        text = path.read_text()
        lines = text.splitlines()
        header = json.dumps({"format": FORMAT, "version": VERSION})
        if lines and lines[0] != header:
            raise ValueError(
                f"{path}: must be counts of codes of this version: choose another --out"
            )
        if text and not text.endswith("\n"):  # cut while it was written: that point is done again
            lines.pop()
            whole = text[: text.rfind("\n") + 1]
            unfinished = path.with_name(f".{path.name}")
            unfinished.write_text(whole)
            unfinished.replace(path)
        for number, line in enumerate(lines[1:], start=2):
            try:
                record = json.loads(line)
                key, version = record.pop("point"), record.pop("version")
                counts = Counts(**record)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ValueError(
                    f"{path}: line {number} is damaged: remove it, or choose another --out"
                ) from None
            if version == golden_version():
                self._known[key] = counts


def _plus(old: dict[str, int], new: dict[str, int]) -> dict[str, int]:
    return {name: old.get(name, 0) + count for name, count in new.items()}


def _seed(key: str, number: int) -> int:
    digest = hashlib.sha256(f"{key} chunk {number}".encode()).digest()
    return int.from_bytes(digest[:6], "little")


@cache
def golden_version() -> str:
    """Return a digest of all that makes the shots and decodes them."""
    packages = ("codes", "decode", "source", "spec")
    digest = hashlib.sha256()
    for name in packages:
        for source in sorted(Path(getattr(quantacore.golden, name).__path__[0]).glob("*.py")):
            digest.update(f"{name}/{source.name}\n".encode() + source.read_bytes())
    return digest.hexdigest()[:12]
