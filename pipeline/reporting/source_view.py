"""Source view (原文对照): one page a bulletin, its clean text with the items marked in it.

The address `<bulletin_id>.html#<start>-<end>` leads to these characters of the clean text and marks them, whatever was
read there; the id is the text's own hash, so such an address never comes to mean another place.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import pandas as pd

from pipeline.analysis.bulletins import name_bulletins
from pipeline.analysis.findings import records
from pipeline.ledger.files import remove_leftovers, write_bytes
from pipeline.ledger.schema import BULLETINS, STATUSES
from pipeline.ledger.store import Ledger
from pipeline.ledger.write import CONTENTS
from pipeline.lexicon import read_table
from pipeline.reporting.page import FONT, embed_font

Progress = Callable[[str, int, int], None]  # stage in Chinese, done, of how many
Span = tuple[int, int, str, str]  # first character, the one after the last, classes, words of the tooltip

HERE = Path(__file__).parent
MADE_OF = ("source_view.py", "source.html", "source.css", "source.js")
STAMP = ".made-from"  # of which ledger and program the pages are; written when all are there
STAGE = "原文对照"

# Background of each part of an item, light enough for any ink; the name stands in the legend and in a tooltip.
FIELDS = {
    "statement": ("问题", "#ffd39b"),
    "description": ("具体表现", "#fff0b3"),
    "cause": ("原因", "#efdcc8"),
    "target": ("整改目标", "#dfdcf8"),
    "measures": ("整改措施", "#cfe5fb"),
    "outcome": ("整改成效", "#cdeccf"),
    "incomplete_reason": ("未完成原因", "#ffcdc6"),
    "next_steps": ("下步打算", "#cdeeee"),
    "deadline": ("整改时限", "#f8d3ec"),
    "responsible": ("责任人与单位", "#e1e5ea"),
}
HEADINGS = {"aspect": "方面", "category": "分类", "unit": "单位"}
TINTS = (  # background and underline of a theme, by its rank
    ("#cfe0fb", "#0b4f8a"), ("#ffe0b5", "#a15c00"), ("#c9edcd", "#1f7a33"), ("#fbd0d6", "#b3262f"),
    ("#e4d6f7", "#6a3fb0"), ("#fdf0ad", "#857000"), ("#c9efef", "#0f7474"), ("#f9d3ec", "#a8327f"),
    ("#e3e6ea", "#59616c"), ("#efd9c6", "#8a5a2b"), ("#dfeebd", "#58761a"), ("#d8d9fa", "#4747b3"),
)  # fmt: skip


def write_source(ledger: Ledger, folder: Path, progress: Progress) -> int:
    """Write the page of every bulletin that has none, or another one; return how many were written.

    Pages of bulletins that are no longer in the ledger stay: earlier runs lead to them.

    Parameters
    ----------
    ledger
        Open.
    folder
        Made if it is not there.
    progress
        Called with stage, done and total.
    """
    stamp = folder / STAMP
    made_from = _fingerprint(ledger)
    if stamp.is_file() and stamp.read_text() == made_from:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder)
    written = 0
    for done, (bulletin, page) in enumerate(make_pages(ledger), start=1):
        path = folder / f"{bulletin}.html"
        if not _is_there(path, page):
            write_bytes(path, embed_font(page).encode())
            written += 1
        progress(STAGE, done, ledger.rows["bulletins"])
    write_bytes(stamp, made_from.encode())
    return written


def make_pages(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Make the pages of all bulletins, one by one: id, and HTML that still wants its font (`page.embed_font`)."""
    names = name_bulletins(ledger.bulletins)
    issues = dict(list(ledger.issues.groupby("bulletin_id")))
    promises = dict(list(ledger.commitments.groupby("bulletin_id")))
    for row in records(ledger.bulletins):
        text = ledger.text(row.bulletin_id)
        items = issues.get(row.bulletin_id, ledger.issues.head(0))
        promised = promises.get(row.bulletin_id, ledger.commitments.head(0))
        yield row.bulletin_id, make_page(text, names[row.bulletin_id], row, items, promised)


def make_page(text: str, name: str, bulletin: Any, items: pd.DataFrame, promised: pd.DataFrame) -> str:  # noqa: ANN401
    """Make the page of one bulletin.

    Parameters
    ----------
    text
        Its clean text.
    name
        How it is called.
    bulletin
        Its row.
    items, promised
        Its rows of `issues` and `commitments`.
    """
    ranks = _ranks()
    script = (HERE / "source.js").read_text("utf-8")
    page = Template((HERE / "source.html").read_text("utf-8")).substitute(
        title=escape(name),
        about=escape(_about(bulletin, items)),
        css=(HERE / "source.css").read_text("utf-8"),
        colours=_colours(),
        font=FONT,
        fields="".join(f'<li class="f-{field}">{label}' for field, (label, _) in FIELDS.items()),
        themes="".join(f'<li class="t{ranks[t]}">{escape(t)}' for t in ranks if t in set(items["primary"])),
        items="".join(_entry(item) for item in records(items)),
        text=_lines(text, _spans(bulletin, items, promised), _anchors(items)),
        script=script,
        script_hash=b64encode(sha256(script.encode()).digest()).decode("ascii"),
    )
    return page.replace("<html", f"<!-- {sha256(page.encode()).hexdigest()} -->\n<html", 1)


def _fingerprint(ledger: Ledger) -> str:
    """Tell one ledger and one way of making pages from another."""
    digest = sha256((ledger.path / CONTENTS).read_bytes())
    for name in MADE_OF:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def _is_there(path: Path, page: str) -> bool:
    """Whether the file holds this page: its second line tells."""
    try:
        with path.open("rb") as file:
            return file.read(100).decode("utf-8", "replace").splitlines()[1] == page.split("\n", 2)[1]
    except (OSError, IndexError):
        return False


def _about(bulletin: Any, items: pd.DataFrame) -> str:  # noqa: ANN401  a row
    parts = [
        None if pd.isna(bulletin.title) else bulletin.title,
        f"文件 {bulletin.path}",
        None if pd.isna(bulletin.feedback_date) else f"反馈日期 {str(bulletin.feedback_date)[:10]}",
        f"{len(items)} 条",
        "以下为台账所存的正文；标记是程序读出的，状态为单位自报",
    ]
    return " · ".join(part for part in parts if part)


def _entry(item: Any) -> str:  # noqa: ANN401  a row
    """One line of the list beside the text."""
    doubt = " · 待复核" if item.review else ""
    return (
        f'<li class="t{_ranks().get(item.primary, 0)}"><a href="#{item.statement_start}-{item.statement_end}"'
        f' data-issue="{escape(item.issue_id)}">{escape(item.n)}. {escape(item.statement)}'
        f"<small>{escape(item.primary)} · {STATUSES[item.status]}{doubt}</small></a>"
    )


def _ranks() -> dict[str, int]:
    """Rank of each theme."""
    return {row["theme"]: int(row["rank"]) for row in read_table("themes", ("theme", "rank", "core", "definition"))}


def _colours() -> str:
    """Rules for the colours of parts and themes, each in force with its switch."""
    fields = (f"body:has(#by-field:checked) .f-{f} {{ background: {c}; }}" for f, (_, c) in FIELDS.items())
    themes = []
    for rank in _ranks().values():
        ground, line = TINTS[(rank - 1) % len(TINTS)]
        themes.append(f"body:has(#by-theme:checked) .t{rank} {{ background: {ground}; }}")
        themes.append(f".w{rank} {{ text-decoration-color: {line}; }}")
    return "\n".join([*fields, *themes])


def _spans(bulletin: Any, items: pd.DataFrame, promised: pd.DataFrame) -> Iterator[Span]:  # noqa: ANN401
    """Give everything that is marked in the text."""
    labels = {column.name: column.label for column in BULLETINS.columns}
    for fact, (start, end) in json.loads(bulletin.facts).items():
        if fact != "title":
            yield start, end, "fact", labels.get(fact, fact)
    ranks = _ranks()
    for item in records(items):
        theme = f"t{ranks.get(item.primary, 0)}"
        yield item.statement_start, item.statement_end, f"f-statement {theme}", f"问题 · {item.primary}"
        for field, places in json.loads(item.spans).items():
            for start, end in places:
                if field in HEADINGS:
                    yield start, end, "heading", HEADINGS[field]
                else:
                    yield start, end, f"f-{field} {theme}", FIELDS[field][0]
        for found in json.loads(item.evidence):
            start, end = found["span"] or (0, 0)
            yield start, end, f"word w{ranks.get(found['theme'], 0)}", f"主题依据：{found['theme']}"
    for row in records(promised):
        yield row.sentence_start, row.sentence_end, "commitment", "承诺时限"


def _anchors(items: pd.DataFrame) -> dict[int, str]:
    """What stands before the first character of a statement, so that an address works without the script too."""
    return {
        int(
            item.statement_start
        ): f'<a id="{item.statement_start}-{item.statement_end}"></a><a id="{escape(item.issue_id)}"></a>'
        for item in records(items)
    }


def _lines(text: str, spans: Iterable[Span], anchors: Mapping[int, str]) -> str:
    """Write the text line by line, cut wherever a span begins or ends: spans may overlap in any way."""
    opening: dict[int, list[Span]] = {}
    closing: dict[int, list[Span]] = {}
    for span in dict.fromkeys(spans):
        if span[0] < span[1]:
            opening.setdefault(span[0], []).append(span)
            closing.setdefault(span[1], []).append(span)
    cuts = sorted(opening.keys() | closing.keys() | anchors.keys())
    lines: list[str] = []
    active: list[Span] = []
    start = cut = 0
    for line in text.split("\n"):
        end, at, pieces = start + len(line), start, []
        while at <= end:
            while cut < len(cuts) and cuts[cut] <= at:
                active = [span for span in active if span not in closing.get(cuts[cut], ())]
                active += opening.get(cuts[cut], ())
                pieces.append(anchors.get(cuts[cut], ""))
                cut += 1
            until = min(end, cuts[cut]) if cut < len(cuts) else end
            pieces.append(_piece(text[at:until], active))
            if until == end:
                break
            at = until
        lines.append(f'<p data-at="{start}">{"".join(pieces)}</p>')
        start = end + 1
    return "\n".join(lines)


def _piece(words: str, active: list[Span]) -> str:
    if not active or not words:
        return escape(words)
    classes = " ".join(dict.fromkeys(name for span in active for name in span[2].split()))
    told = "；".join(dict.fromkeys(span[3] for span in active))
    return f'<span class="{classes}" title="{escape(told)}">{escape(words)}</span>'
