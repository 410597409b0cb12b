"""An executed notebook as one page: no file beside it, no address outside, no script."""

from base64 import b64encode
from collections.abc import Mapping
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from fontTools import subset
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from pipeline.reporting.style import font_file

TEMPLATE = Path(__file__).with_name("report.html.j2")
CSS = Path(__file__).with_name("report.css")
FONT = "@font@"  # where the font goes, once it is known which characters the page has


def render(notebook: NotebookNode, about: Mapping[str, str]) -> str:
    """Write a notebook as HTML: prose, findings, tables and figures; the code is hidden behind one switch.

    What a library printed to stderr is left out, and stays in the notebook. The characters of the page are embedded as
    a font that is used where the reader's machine has no Chinese one (a server that prints to PDF, say).

    Parameters
    ----------
    notebook
        Executed.
    about
        What the foot of the page says, by name: versions, parameters, inputs.
    """
    exporter = HTMLExporter(
        template_name="basic",
        template_file=str(TEMPLATE),
        exclude_anchor_links=True,
        embed_images=True,
        config=Config({"NbConvertBase": {"display_data_priority": ["text/html", "image/png", "text/plain"]}}),
    )
    page = {"title": title(notebook), "about": dict(about), "css": CSS.read_text("utf-8"), "font": FONT}
    html, _ = exporter.from_notebook_node(notebook, {"page": page})
    return str(html).replace(FONT, b64encode(cut_font(characters(html))).decode("ascii"))


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
    """Cut the house font down to the characters of a text, as WOFF; those it does not have are left out."""
    options = subset.Options(
        flavor="woff", layout_features=[], hinting=False, drop_tables=["GPOS", "GSUB", "BASE", "VORG", "vhea", "vmtx"]
    )
    file = BytesIO()
    with subset.load_font(str(font_file()), options, lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(font)
        subset.save_font(font, file, options)
    return file.getvalue()


class _Reader(HTMLParser):
    """Gathers the characters between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden = tag == "style"
        self.seen.update(value for name, value in attrs if name == "alt" and value for value in value)

    def handle_endtag(self, tag: str) -> None:
        self.hidden = self.hidden and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.seen.update(data)
