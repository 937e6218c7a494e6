"""Tables of whatever records there are."""

from quantacore.sim.report.records import MOST_ROWS, record_table, text_of


def test_ends_of_intervals_go_into_one_column() -> None:
    rows: list[dict[str, object]] = [
        {"d": 3, "rate": 0.5, "rate_low": 0.25, "rate_high": 0.75, "list": [1]},
        {"d": 5, "rate": None, "rate_low": None, "rate_high": None, "list": [2]},
    ]
    table = record_table("x", rows)
    assert table is not None
    assert table.head == ["d", "rate"]
    assert table.rows == [["3", "0.5 [0.25, 0.75]"], ["5", "?"]]


def test_records_of_intervals_are_read() -> None:
    table = record_table("x", [{"r": {"value": 1.0, "low": 0.5, "high": None}}])
    assert table is not None
    assert table.rows == [["1 [0.5, ?]"]]


def test_nothing_to_show_is_no_table() -> None:
    assert record_table("x", []) is None
    assert record_table("x", [{"a": [1, 2]}]) is None
    assert record_table("x", ["text"]) is None  # type: ignore[list-item]


def test_long_tables_are_cut_and_say_so() -> None:
    table = record_table("x", [{"a": k} for k in range(MOST_ROWS + 1)])
    assert table is not None
    assert len(table.rows) == MOST_ROWS
    assert table.title == f"x (the first {MOST_ROWS} of {MOST_ROWS + 1} rows)"


def test_values_read_well() -> None:
    values = (True, None, 1 / 3, float("inf"), 7, "x")
    assert [text_of(value) for value in values] == ["yes", "?", "0.3333", "?", "7", "x"]


def test_wide_tables_say_once_what_is_the_same_in_all_rows() -> None:
    rows = [{"name": name, **{f"k_{k}": k for k in range(10)}, "none": None} for name in "ab"]
    table = record_table("x", rows)
    assert table is not None
    assert table.title == "x; all rows: " + ", ".join(f"k {k} {k}" for k in range(10))
    assert (table.head, table.rows) == (["name"], [["a"], ["b"]])
    one = record_table("x", rows[:1])
    assert one is not None and len(one.head) == 11
