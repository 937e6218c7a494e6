"""Window plans survive the way through JSON; anything else is refused."""

import hashlib
import json
from typing import Any

import numpy as np
import pytest

from quantacore.golden.codes.surface import rotated_memory
from quantacore.golden.source.window import RepeatingCircuit, window_plan
from quantacore.golden.spec import window_json
from quantacore.golden.spec.window import WindowPlan
from quantacore.golden.spec.window_json import plan_from_json, plan_to_json


@pytest.fixture(scope="module")
def plan() -> WindowPlan:
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.01))
    return window_plan(source, commit_rounds=2, buffer_rounds=1)


def test_window_plan_round_trips(plan: WindowPlan) -> None:
    text = plan_to_json(plan)
    again = plan_from_json(text, plan.graph)
    assert again.plan_hash == plan.plan_hash
    for name in window_json._SIZES:
        assert getattr(again, name) == getattr(plan, name)
    for name, dtype in window_json._ARRAYS.items():
        assert getattr(again, name).dtype == dtype
        np.testing.assert_array_equal(getattr(again, name), getattr(plan, name))
    assert plan_to_json(again) == text
    data = json.loads(text)
    assert list(data) == sorted(data)


def test_window_plan_of_another_graph_is_refused(plan: WindowPlan) -> None:
    source = RepeatingCircuit(rotated_memory(distance=3, p=0.02))
    other = window_plan(source, commit_rounds=2, buffer_rounds=1)
    with pytest.raises(ValueError, match="must be that of graph"):
        plan_from_json(plan_to_json(plan), other.graph)


def test_window_plan_must_be_as_it_was_written(plan: WindowPlan) -> None:
    data = json.loads(plan_to_json(plan))
    data["entry_priors"][0] /= 2
    with pytest.raises(ValueError, match="changed or cut"):
        plan_from_json(json.dumps(data), plan.graph)
    del data["tables"]
    with pytest.raises(ValueError, match="every field of version 2: 'tables'"):
        plan_from_json(json.dumps(data), plan.graph)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("tables", lambda rows: rows[:-1], r"tables of a window plan must have shape"),
        ("links", lambda rows: [[0, 10**6], *rows[1:]], r"links of a window plan must be in 0"),
        ("num_slots", lambda count: count + 1, r"must have \d+ detectors"),
        ("buffer_rounds", lambda _: 0, "Buffer must be at least 1"),
    ],
)
def test_parts_of_a_window_plan_must_fit(
    plan: WindowPlan, name: str, change: Any, message: str
) -> None:
    data = json.loads(plan_to_json(plan))
    data[name] = change(data[name])
    body = {key: data[key] for key in (*window_json._SIZES, *window_json._ARRAYS)}
    text = json.dumps(body, sort_keys=True)
    data["content_hash"] = hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(ValueError, match=message):
        plan_from_json(json.dumps(data), plan.graph)
