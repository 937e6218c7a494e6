"""What the page shows of a log."""

import json

import pytest

from quantacore.golden.metrics import error_rate
from quantacore.sim.dashboard.live_state import MOST_EVENTS, MOST_POINTS, LiveState
from tests.sim.dashboard.live_logs import HEADER, PLACES, event_record, look_record

WEIGHTS = {"kind": "weights", "t_s": 1.0, "priors": [0.1, 0.2], "lengths": [3, 0]}
ERRORS = {"kind": "errors", "t_s": 1.0, "shots": 50, "errors": {"core": 2, "static": 5}}


def state_of(*records):
    state = LiveState(HEADER)
    for record in records:
        state.add(record)
    return state


def test_state_before_any_record():
    page = state_of().snapshot()
    assert page["records"] == 0
    assert page["lattice"] == {
        "places": [list(map(float, place)) for place in PLACES],
        "rates": None,
        "rounds": 0,
    }
    assert page["weights"] is None


def test_look_gives_rates_cycles_and_buffer():
    page = state_of(look_record(), look_record(peak_rounds=7, buffer_depth=64)).snapshot()
    assert page["lattice"]["rates"] == pytest.approx([k / 100 for k in range(1, 9)])
    assert (page["shots"], page["rounds"], page["windows"]) == (200, 1800, 400)
    assert (page["cycles"]["p50"], page["cycles"]["max"]) == (5, 40)
    assert page["buffer"] == {
        "shots": [100, 200],
        "peaks": [3, 7],
        "last": 7,
        "depth": 64,
        "full_from": 62,
        "full_looks": 0,
    }


def test_names_stay_few_and_short():
    records = [
        ERRORS | {"errors": {f"{kind}{k}" * 30: 1 for k in range(40)}} for kind in ("a", "b")
    ]
    totals = state_of(*records).snapshot()["errors"]["totals"]
    assert len(totals) == 32
    assert max(map(len, totals)) == 40


def test_full_buffer_is_told_until_it_empties():
    full, empty = (look_record(peak_rounds=peak, buffer_depth=64) for peak in (62, 61))
    page = state_of(full, look_record(peak_rounds=64, buffer_depth=64), empty).snapshot()["buffer"]
    assert (page["full_looks"], page["last"]) == (2, 61)
    # Without a depth nobody knows whether it is full; that of the look before still holds.
    assert state_of(look_record(peak_rounds=99)).snapshot()["buffer"]["full_looks"] == 0
    assert state_of(full, look_record(peak_rounds=63)).snapshot()["buffer"]["full_looks"] == 2


def test_rates_follow_what_is_new():
    calm, hot = (
        look_record(rounds=100_000, events=[1000] * 8),
        look_record(rounds=100_000, events=[9000] * 8),
    )
    (rate, *_) = state_of(*[calm] * 50, hot).snapshot()["lattice"]["rates"]
    assert 0.07 < rate < 0.09


def test_errors_have_their_intervals():
    page = state_of(ERRORS, ERRORS).snapshot()["errors"]
    rate = error_rate(errors=4, shots=100)
    assert page["totals"]["core"]["errors"] == 4
    assert page["totals"]["core"]["rate"] == pytest.approx(
        [rate.value, rate.low, rate.high], rel=1e-4
    )
    assert page["first_shot"] == [0, 50]
    assert page["decoders"]["static"][1][0] == 0.1


def test_weights_with_and_without_truth():
    page = state_of(WEIGHTS).snapshot()["weights"]
    assert page["priors"] == [0.1, 0.2]
    assert page["true_priors"] is None
    assert page["length_counts"] == [1, 0, 0, 1]
    assert page["length_pairs"] is None
    known = state_of(WEIGHTS | {"true_priors": [0.1, 0.1], "true_lengths": [2, 0]})
    pairs = known.snapshot()["weights"]["length_pairs"]
    assert (pairs[3][2], pairs[0][0], sum(map(sum, pairs))) == (1, 1, 2)


def test_faults_are_counted_and_told():
    page = state_of(look_record(faults={"lost_round": 4}), event_record(what="code")).snapshot()
    assert page["faults"] == {"lost_round": 4}
    assert [event["what"] for event in page["events"]] == ["fault", "code"]
    assert page["event_totals"] == {"fault": 1, "code": 1}
    assert page["events"][1]["shot"] == 100


def test_end_is_taken_back_when_the_loop_goes_on():
    state = state_of(look_record(), {"kind": "end", "t_s": 2.0, "text": "done"})
    assert state.ended == "done"
    state.add(look_record())
    assert state.ended is None


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"kind": "dance", "t_s": 1.0}, "must be of a known kind, not 'dance'"),
        ({}, "must be of a known kind"),
        (look_record(events=[1, 2]), "Events must be of 8 slots"),
        (look_record(shots=-1), "whole number from 0 on, not -1"),
        (look_record(cycles=[[1.5, 2]]), "whole number from 0 on, not 1.5"),
        (look_record(buffered_rounds="many"), "not 'many'"),
        (look_record(peak_rounds=-1), "not -1"),
        (look_record(buffer_depth=None), "not None"),
        (look_record(faults=[3]), "must have its fields"),
        ({"kind": "look", "t_s": 1.0}, "must have its fields"),
        (ERRORS | {"errors": {"core": 51}}, "Errors must be of shots"),
        (ERRORS | {"shots": 0}, "Errors must be of shots"),
        (WEIGHTS | {"lengths": [1]}, "of the same entries"),
        (WEIGHTS | {"lengths": [1, 300]}, "Lengths must be in 0 .. 255"),
        (WEIGHTS | {"priors": [float("nan"), 0.1]}, "Priors must be above 0"),
        ({"kind": "event", "t_s": 1.0}, "must have its fields"),
        ({"kind": "event", "what": "image", "text": "x"}, "must have its fields"),
        (event_record(t_s=float("nan")), "Number must be finite, not nan"),
        # Each of these once ended the page, or what reads the log.
        (look_record(events=[float("nan")] * 8), "Events must be numbers from 0 on"),
        (look_record(events=[-1] * 8), "Events must be numbers from 0 on"),
        (WEIGHTS | {"lengths": [-1, 3]}, "Lengths must be in 0 .. 255"),
        (WEIGHTS | {"true_lengths": [1, float("nan")]}, "Lengths must be in 0 .. 255"),
        (
            WEIGHTS | {"lengths": [], "true_lengths": [1, 2]},
            "True lengths must be beside those in force",
        ),
    ],
)
def test_state_rejects_a_record_that_is_wrong(record, message):
    state = state_of(look_record())
    before = json.dumps(state.snapshot())
    with pytest.raises(ValueError, match=message):
        state.add(record)
    assert json.dumps(state.snapshot()) == before


@pytest.mark.parametrize("header", [{}, {"title": "x", "slots": 3, "settings": {}}, []])
def test_state_rejects_a_header_that_is_wrong(header):
    with pytest.raises(ValueError, match="Header must have title, slots and settings"):
        LiveState(header)


def test_snapshot_does_not_grow_with_the_log():
    state = LiveState(HEADER)
    sizes = []
    for k in range(12_000):
        state.add(look_record(t_s=k, cycles=[[k * 7, 1]], faults={f"fault {k % 50}": 1}))
        state.add(event_record(t_s=k, what=f"kind {k}", text="x" * 1000))
        if k % 10 == 0:
            state.add(ERRORS | {"errors": {f"decoder {k % 9}": 1}})
        if k in (6_000, 11_999):
            sizes.append(len(json.dumps(state.snapshot())))
    page = state.snapshot()
    assert len(page["events"]) == MOST_EVENTS
    assert len(page["errors"]["shots"]) <= MOST_POINTS
    assert sum(page["errors"]["shots"]) == 1200 * 50
    assert page["cycles"]["total"] == 12_000
    assert max(sizes) < 250_000
    assert sizes[1] < 1.3 * sizes[0]
