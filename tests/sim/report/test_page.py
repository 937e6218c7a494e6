"""The page needs nothing else, and shows what it is given as text."""

import base64
import re
from html.parser import HTMLParser

from quantacore.sim.experiments.run_manifest import RunRecord
from quantacore.sim.report.page import NOT_KEPT, to_html
from quantacore.sim.report.section import ACCURACY, AREA, SCALING, Picture, Section
from quantacore.sim.synthesis.report import Table

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SECTION = Section(
    subject=ACCURACY,
    title="Counts <of> a & b",
    source="folder",
    tables=(Table(title="T", head=["d", "name"], rows=[["3", "<script>x</script>"]]),),
    pictures=(Picture(png=PNG, caption='a "picture"'),),
    commands=(RunRecord(command="quantacore bench accuracy --out 'a b'", files=(), exit_code=1),),
)
VOID = {"meta", "img"}
OPTIONAL = {"li", "p"}


class Tags(HTMLParser):
    """Check that what is opened is closed; gather what is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    return tags


def test_page_loads_nothing_and_runs_nothing() -> None:
    page = to_html([SECTION], title="Results", warnings=["cut"])
    tags = parsed(page)
    assert all(load.startswith(("data:image/png;base64,", "#s")) for load in tags.loads)
    assert "script" not in tags.seen
    assert not re.search(r"url\(|@import|https?://", page)


def test_text_is_escaped() -> None:
    page = to_html([SECTION], title="<b>", warnings=["<i>"])
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<title>&lt;b&gt;</title>" in page
    assert "&lt;i&gt;" in page
    assert "alt='a &quot;picture&quot;'" in page


def test_commands_stand_with_what_they_made() -> None:
    page = to_html([SECTION, Section(subject=AREA, title="x", source="y")], title="R")
    assert "quantacore bench accuracy --out &#x27;a b&#x27;   # exit code 1" in page
    assert page.count(NOT_KEPT) == 1


def test_sections_are_sorted_by_subject() -> None:
    first = Section(subject=SCALING, title="first", source="")
    page = to_html([SECTION, first], title="R")
    assert page.index("<h2>Scaling</h2>") < page.index("<h2>Accuracy</h2>")
    assert "href='#s1'>first<" in page


def test_numbers_are_set_to_the_right() -> None:
    page = to_html([SECTION], title="R")
    assert "<td class='n'>3</td><td>&lt;script" in page
