"""An executed notebook as one page: no file beside it, no address outside, no script."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from html import escape
from html.parser import HTMLParser
from io import BytesIO
from itertools import count
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from pipeline.reporting.style import font_file

TEMPLATE = Path(__file__).with_name("report.html.j2")
CSS = Path(__file__).with_name("report.css")
UNUSED = (b"GPOS", b"GSUB", b"BASE", b"VORG", b"vhea", b"vmtx")  # tables for typesetting that a page does without
FONT = "@font@"  # where the font goes, once it is known which characters the page has
CONTENTS = "@contents@"  # where the table of contents goes, once it is known which headings there are


def render(notebook: NotebookNode, about: Mapping[str, str], since: str = "") -> str:
    """Write a notebook as HTML: prose, findings, tables and figures; the code is hidden behind one switch.

    What a library printed to stderr is left out, and stays in the notebook. The characters of the page are embedded as
    a font that is used where the reader's machine has no Chinese one (a server that prints to PDF, say).

    Parameters
    ----------
    notebook
        Executed.
    about
        What the foot of the page says, by name: versions, parameters, inputs.
    since
        HTML that follows title and question: what changed since the last run. The table of contents comes after it.
    """
    exporter = HTMLExporter(
        template_name="basic",
        template_file=str(TEMPLATE),
        exclude_anchor_links=True,
        embed_images=True,
        config=Config({"NbConvertBase": {"display_data_priority": ["text/html", "image/png", "text/plain"]}}),
    )
    page = {"title": title(notebook), "about": dict(about), "css": CSS.read_text("utf-8"), "font": FONT}
    html, _ = exporter.from_notebook_node(notebook, {"page": page | {"since": since, "contents": CONTENTS}})
    html = number_headings(str(html))
    return embed_font(html.replace(CONTENTS, list_contents(html), 1))


def embed_font(html: str) -> str:
    """Put a font with the characters of the page where `FONT` stands in it."""
    return html.replace(FONT, b64encode(cut_font(characters(html))).decode("ascii"), 1)


def number_headings(html: str) -> str:
    """Give the headings of a page, but those that have one, an id for the table of contents.

    >>> number_headings('<h1>完成率</h1><h2 id="since">与上次相比</h2><h2>总体</h2><h3>按单位</h3>')
    '<h1>完成率</h1><h2 id="since">与上次相比</h2><h2 id="part-1">总体</h2><h3 id="part-2">按单位</h3>'
    """
    numbers = count(1)
    return re.sub("<(h[23])>", lambda found: f'<{found[1]} id="part-{next(numbers)}">', html)


def list_contents(html: str) -> str:
    """List the numbered headings of a page, each with a link.

    >>> list_contents('<h1>完成率</h1><h2 id="part-1">总体</h2><h3 id="part-2">按 <em>单位</em></h3>').split("<li")
    ['<nav><ol>', ' class="h2"><a href="#part-1">总体</a>', ' class="h3"><a href="#part-2">按 单位</a></ol></nav>']
    """
    reader = _Headings()
    reader.feed(html)
    entries = (f'<li class="{tag}"><a href="#{escape(name)}">{escape(words)}</a>' for tag, name, words in reader.found)
    return f"<nav><ol>{''.join(entries)}</ol></nav>" if reader.found else ""


def title(notebook: NotebookNode) -> str:
    r"""Find the first heading of a notebook.

    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> title(new_notebook(cells=[new_markdown_cell("# 整改完成率\n各单位做完了多少？")]))
    '整改完成率'
    """
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), "报告")


def characters(html: str) -> str:
    """Collect the characters that a page shows.

    >>> characters('<p class="x">完成 16/19</p>')
    ' /169完成'
    """
    reader = _Reader()
    reader.feed(html)
    return "".join(sorted(reader.seen))


def cut_font(text: str) -> bytes:
    """Cut the house font down to the characters of a text, as WOFF; those it does not have are left out.

    HarfBuzz does it in a fortieth of the time that fontTools takes, which counts where there is a page a bulletin.
    """
    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(map(ord, text))
    wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(int.from_bytes(tag) for tag in UNUSED)
    file = BytesIO()
    with TTFont(BytesIO(uharfbuzz.subset(_face(font_file()), wanted).blob.data), lazy=True) as font:
        font.flavor = "woff"
        font.save(file)
    return file.getvalue()


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


class _Headings(HTMLParser):
    """Gathers the numbered headings: tag, id, words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("id")
        if tag in {"h2", "h3"} and name and name.startswith("part-"):
            self.found.append((tag, name, ""))
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in {"h2", "h3"}

    def handle_data(self, data: str) -> None:
        if self.inside:
            tag, name, words = self.found[-1]
            self.found[-1] = (tag, name, words + data)


class _Reader(HTMLParser):
    """Gathers the characters between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden = tag in {"style", "script"}
        self.seen.update(value for name, value in attrs if name == "alt" and value for value in value)

    def handle_endtag(self, tag: str) -> None:
        self.hidden = self.hidden and tag not in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.seen.update(data)
