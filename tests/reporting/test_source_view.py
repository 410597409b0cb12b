"""The source view: every mark is what the ledger says of these characters, and nothing is lost or run."""

# ruff: noqa: SLF001  (what lines and colours are made of)

import json
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from offline import Page
from sample import copy_raw

from pipeline import open_ledger
from pipeline.flow import build
from pipeline.reporting import source_view
from pipeline.reporting.source_view import HEADINGS, make_pages, write_source


class View(HTMLParser):
    """Reads a page: its lines with where they begin, and the text of every class by where it stands."""

    def __init__(self, html):
        super().__init__()
        self.lines: list[tuple[int, str]] = []
        self.marks: list[tuple[int, str, set[str]]] = []
        self.ids: list[str] = []
        self.links: list[dict[str, str]] = []
        self._classes: list[set[str]] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "article":
            self._inside = True
        if tag == "a":
            (self.ids.append(named["id"]) if "id" in named else self.links.append(named))
        if self._inside and tag == "p":
            self.lines.append((int(named["data-at"]), ""))
        if self._inside and tag == "span":
            self._classes.append(set(named["class"].split()))

    def handle_endtag(self, tag):
        if tag == "article":
            self._inside = False
        if self._inside and tag == "span":
            self._classes.pop()

    def handle_data(self, data):
        if self._inside and self.lines and data != "\n":
            start, text = self.lines[-1]
            self.marks.append((start + len(text), data, set().union(*self._classes)))
            self.lines[-1] = (start, text + data)

    def classes_of(self, start, end):
        """The classes that all characters of a span have."""
        found = [classes for at, words, classes in self.marks if at < end and at + len(words) > start]
        return set.intersection(*found) if found else set()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    made = tmp_path_factory.mktemp("sample")
    out = made / "ledger"
    build(copy_raw(made / "raw"), out)
    return open_ledger(out)


@pytest.fixture(scope="module")
def pages(ledger):
    return dict(make_pages(ledger))


def test_the_text_is_all_there_and_nothing_else(ledger, pages):
    assert pages.keys() == set(ledger.bulletins["bulletin_id"])
    for bulletin, page in pages.items():
        text = ledger.text(bulletin)
        view = View(page)
        assert "\n".join(line for _, line in view.lines) == text
        assert all(text.startswith(line, start) for start, line in view.lines)


def test_every_field_and_theme_is_marked_at_its_characters(ledger, pages):
    ranks = source_view._ranks()
    for bulletin, items in ledger.issues.groupby("bulletin_id"):
        view = View(pages[bulletin])
        for item in items.itertuples():
            theme = f"t{ranks[item.primary]}"
            assert {"f-statement", theme} <= view.classes_of(item.statement_start, item.statement_end)
            assert ledger.text(bulletin)[item.statement_start : item.statement_end]
            for field, spans in json.loads(item.spans).items():
                wanted = {"heading"} if field in HEADINGS else {f"f-{field}", theme}
                for start, end in spans:
                    assert wanted <= view.classes_of(start, end), (item.issue_id, field)
            assert {item.issue_id, f"{item.statement_start}-{item.statement_end}"} <= set(view.ids)


def test_the_list_leads_to_every_item_in_order(ledger, pages):
    for bulletin, items in ledger.issues.groupby("bulletin_id"):
        links = View(pages[bulletin]).links
        assert [link["data-issue"] for link in links] == items["issue_id"].tolist()
        assert [link["href"] for link in links] == [
            f"#{start}-{end}" for start, end in zip(items["statement_start"], items["statement_end"], strict=True)
        ]


def test_nothing_is_fetched_and_only_our_script_may_run(pages):
    for page in pages.values():
        read = Page(page)
        assert read.addresses == []
        assert "default-src 'none'" in read.policy
        assert "script-src 'sha256-" in read.policy
        assert "unsafe-inline" not in read.policy.partition("script-src")[2]


def test_hostile_words_stay_words(small_ledger):
    pages = "".join(page for _, page in make_pages(open_ledger(small_ledger)))
    assert "<script>alert" not in pages
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages


def test_spans_may_overlap_end_at_a_line_and_cross_it():
    spans = [(0, 3, "a", "甲"), (2, 6, "b", "乙"), (3, 4, "c", "丙"), (2, 2, "d", "empty")]
    lines = source_view._lines("零一二\n三四五\n", spans, {4: '<a id="x"></a>'})
    assert lines.split("\n") == [
        '<p data-at="0"><span class="a" title="甲">零一</span><span class="a b" title="甲；乙">二</span></p>',
        '<p data-at="4"><a id="x"></a><span class="b" title="乙">三四</span>五</p>',
        '<p data-at="8"></p>',
    ]


def test_only_pages_that_change_are_written_and_old_ones_stay(ledgers, tmp_path):
    def write(*bulletins):
        made = sorted((ledgers.bulletin(*each) for each in bulletins), key=lambda b: b["bulletins"]["bulletin_id"])
        opened = open_ledger(ledgers.join(tmp_path / "ledger", made))
        return write_source(opened, tmp_path / "source", lambda *_: None)

    assert write(("甲", 2024, "dp"), ("乙", 2025, "d")) == 2
    assert write(("甲", 2024, "dp"), ("乙", 2025, "d")) == 0
    assert write(("甲", 2024, "dp"), ("丙", 2025, "d")) == 1
    assert write(("甲", 2024, "dd")) == 1  # the status stands in the list
    assert len(list((tmp_path / "source").glob("b*.html"))) == 3
    (tmp_path / "source" / source_view.STAMP).unlink()  # killed before the end
    assert write(("甲", 2024, "dd")) == 0


def test_every_character_has_a_glyph(ledgers, tmp_path):
    opened = open_ledger(ledgers.join(tmp_path / "ledger", [ledgers.bulletin("甲", 2024, "dp")]))
    write_source(opened, tmp_path / "source", lambda *_: None)
    (path,) = (tmp_path / "source").glob("b*.html")
    page = Page(path.read_text("utf-8"))
    with TTFont(BytesIO(b64decode(page.font))) as font:
        cmap = font.getBestCmap()
    shown = "".join(text for _, text in View(path.read_text("utf-8")).lines) + page.title
    assert not {c for c in shown if ord(c) not in cmap and not c.isspace()}


def test_every_field_of_an_item_has_a_colour():
    fields = {"description", "cause", "outcome", "incomplete_reason", "next_steps", "target", "deadline", "responsible"}
    assert {*fields, "statement", "measures"} == source_view.FIELDS.keys()
    colours = [colour for _, colour in source_view.FIELDS.values()]
    assert len(set(colours)) == len(colours)
    assert len(source_view.TINTS) >= len(source_view._ranks())
