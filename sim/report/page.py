"""Write one page that needs no other file and no network.

In: `Section` records, warnings.   Out: HTML.
Next: `quantacore.sim.cli.report`.

Pictures are inside, as PNG; there is no script. Colours are those of
`quantacore.sim.plots.style`, and nothing is told by colour alone.
"""

import base64
import html
from collections.abc import Iterator, Sequence

from quantacore.sim.report.section import SUBJECTS, Section
from quantacore.sim.synthesis.report import Table

STYLE = """\
:root{--ink:#1a1a1a;--pale:#f3f4f6;--line:#d5d8dd;--accent:#0072B2;--warn:#D55E00}
*{box-sizing:border-box}
body{font:15px/1.55 system-ui,"Segoe UI",sans-serif;margin:0;color:var(--ink);background:#fff}
header,main,nav,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.75rem}h1{font-size:1.7rem;margin:0 0 .25rem}
h2{font-size:1.3rem;margin:2.5rem 0 .5rem;padding-bottom:.25rem;border-bottom:2px solid var(--ink)}
h3{font-size:1.08rem;margin:1.75rem 0 .25rem}h4{font-size:.95rem;margin:1.25rem 0 .35rem}
p{margin:.35rem 0;max-width:60rem}.source{color:#555;font-size:.88rem}
nav ul{list-style:none;padding:0;margin:.75rem 0;display:flex;flex-wrap:wrap;gap:.4rem .6rem}
nav a{display:block;padding:.15rem .6rem;border:1px solid var(--line);border-radius:1rem;
color:var(--accent);text-decoration:none;font-size:.9rem}nav a:hover{background:var(--pale)}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:.35rem;max-height:32rem}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:.28rem .65rem;border-bottom:1px solid #e6e8eb;text-align:left;white-space:nowrap}
td.n,th.n{text-align:right}tr:last-child td{border-bottom:0}tbody tr:hover{background:#f8fafc}
th{background:var(--pale);position:sticky;top:0;font-weight:600;white-space:normal;
vertical-align:bottom}
figure{margin:1rem 0;max-width:62rem}figure img{max-width:100%;height:auto;display:block}
figcaption{color:#555;font-size:.88rem;margin-top:.25rem}
pre,code{font:.85rem/1.45 ui-monospace,Menlo,Consolas,monospace}
pre{background:var(--pale);padding:.5rem .75rem;border-left:3px solid var(--accent);margin:.4rem 0;
white-space:pre-wrap;overflow-wrap:anywhere}
.warnings{border:2px solid var(--warn);border-radius:.35rem;padding:.5rem 1rem;margin:1rem 0}
footer{color:#555;font-size:.85rem;padding-top:2rem;padding-bottom:2rem}
th:first-child,td:first-child{position:sticky;left:0;background:#fff;border-right:1px solid #e6e8eb}
thead th:first-child{background:var(--pale);z-index:1}
@media print{.wide{max-height:none;overflow:visible}th{position:static}nav{display:none}}
"""
NOT_KEPT = "The command that made this was not kept."
NUMERIC = set("0123456789")


def to_html(sections: Sequence[Section], *, title: str, warnings: Sequence[str] = ()) -> str:
    """Return the page.

    Parameters
    ----------
    sections : sequence of Section
        In any order: the page sorts them by subject.
    title : str
    warnings : sequence of str
        What could not be shown, and why.
    """
    numbered = [
        (f"s{number}", section)
        for number, section in enumerate(
            sorted(sections, key=lambda section: SUBJECTS.index(section.subject)), start=1
        )
    ]
    return "\n".join(_lines(numbered, html.escape(title), warnings)) + "\n"


def _lines(
    sections: Sequence[tuple[str, Section]], title: str, warnings: Sequence[str]
) -> Iterator[str]:
    yield "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
    yield "<meta name='viewport' content='width=device-width, initial-scale=1'>"
    yield f"<title>{title}</title><style>{STYLE}</style></head><body>"
    yield f"<header><h1>{title}</h1>"
    yield "<p class='source'>Nothing here was measured on an FPGA unless it says so: cycles are of "
    yield "simulated Verilog or of the cycle model, clocks and areas are estimates of tools. "
    yield "[low, high] are 95 % intervals.</p>"
    if warnings:
        items = "".join(f"<li>{html.escape(each)}</li>" for each in warnings)
        yield f"<div class='warnings' role='note'><b>Not shown</b><ul>{items}</ul></div>"
    yield "</header><nav aria-label='Contents'><ul>"
    for anchor, section in sections:
        yield f"<li><a href='#{anchor}'>{html.escape(section.title)}</a></li>"
    yield "</ul></nav><main>"
    subject = None
    for anchor, section in sections:
        if section.subject != subject:
            subject = section.subject
            yield f"<h2>{html.escape(subject)}</h2>"
        yield from _section(anchor, section)
    yield "</main><footer>Made by <code>quantacore report</code>. This page needs no other file."
    yield "</footer></body></html>"


def _section(anchor: str, section: Section) -> Iterator[str]:
    yield f"<section id='{anchor}'><h3>{html.escape(section.title)}</h3>"
    yield f"<p class='source'>From {html.escape(section.source)}</p>"
    for text in section.text:
        yield f"<p>{html.escape(text)}</p>"
    for picture in section.pictures:
        data = base64.b64encode(picture.png).decode()
        caption = html.escape(picture.caption, quote=True)
        yield f"<figure><img alt='{caption}' src='data:image/png;base64,{data}'>"
        yield f"<figcaption>{caption}</figcaption></figure>"
    for table in section.tables:
        yield from _table(table)
    yield "<h4>Made by</h4>"
    if not section.commands:
        yield f"<p class='source'>{NOT_KEPT}</p>"
    for run in section.commands:
        failed = "" if run.exit_code == 0 else f"   # exit code {run.exit_code}"
        yield f"<pre>{html.escape(run.command + failed)}</pre>"
    yield "</section>"


def _table(table: Table) -> Iterator[str]:
    numeric = [
        all(_is_number(row[column]) for row in table.rows) for column in range(len(table.head))
    ]
    yield f"<h4>{html.escape(table.title)}</h4>"
    yield "<div class='wide' tabindex='0'><table><thead><tr>"
    yield "".join(_cell("th", name, numeric[k]) for k, name in enumerate(table.head))
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = "".join(_cell("td", cell, numeric[k]) for k, cell in enumerate(row))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"


def _is_number(text: str) -> bool:
    return not text or text == "?" or text[0] in NUMERIC or (text[0] in "+-" and len(text) > 1)


def _cell(tag: str, text: str, numeric: bool) -> str:
    kind = " class='n'" if numeric else ""
    return f"<{tag}{kind}>{html.escape(text)}</{tag}>"
