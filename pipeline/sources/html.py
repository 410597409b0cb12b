"""HTML → raw text: title, information block, and the paragraphs and tables of the element that holds the text.

That element is known by the names that content managers give it, else found by trafilatura, else by where the sentences are.
Nothing is run and nothing is fetched; what a script would have written is not there.
"""
# ruff: noqa: PLC0415  # trafilatura takes long to load and is seldom needed

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html

from pipeline.errors import SourceError
from pipeline.lexicon import read_lines
from pipeline.numbering import read_marker
from pipeline.sources.decode import BOMS, decode
from pipeline.sources.page import information, is_title, text_bounds, without_site
from pipeline.sources.raw import Cell, Raw, join_lines, table_lines

Element: TypeAlias = etree._Element  # noqa: SLF001  lxml's own name for the type
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
CHARSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "head", "iframe", "object", "embed", "applet", "svg", "math", "canvas"}
    | {"audio", "video", "select", "option", "button", "textarea", "input", "map", "nav", "footer"}
)
_CELLS = frozenset({"td", "th", "dd"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_BLOCKS = (
    frozenset(
        {"address", "article", "aside", "blockquote", "body", "caption", "center", "dir", "div", "dl", "dt", "form"}
    )
    | {
        "details",
        "fieldset",
        "figcaption",
        "figure",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
    }
    | {"ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"}
    | _CELLS
    | _HEADINGS
)
_WIDE = "\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’…—·①-⑳"
_SOURCE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t\r]*\n[ \t\r\n]*(?=[{_WIDE}])")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NO_NUMBER = re.compile(r"list-style(?:-type)?\s*:[^;]*none", re.IGNORECASE)
_WORDS = re.compile("巡[视察]|整改")
_SENTENCES = re.compile("[，。；]")
FEWEST = 100  # characters that the content of a page has at least
NEARLY = 0.95  # of the text: what the element that holds it must hold
_TABLE_COLUMNS = 3
_MOST_SPAN = 1000  # as browsers have it


def read_html(data: bytes) -> Raw:
    """Read a saved page.

    Raises SourceError with code empty, binary, encoding or too_deep.
    """
    return read_page(*decode_page(data))


def decode_page(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """Give the text of the bytes and its encoding: by byte-order mark, UTF-8 where it is valid, what is declared, content."""
    declared = _CHARSET.search(data[:8192])
    name = charset or (declared[1].decode("ascii").lower() if declared else "")
    if not any(data.startswith(mark) for mark in BOMS):
        for encoding in ("utf-8", CHARSETS.get(name.lower(), "")):
            try:
                if encoding:
                    return data.decode(encoding), encoding
            except UnicodeDecodeError:
                continue
    return decode(data)


def read_page(text: str, encoding: str) -> Raw:
    """Read the text of a page."""
    root = _parse(text)
    content = _named_content(root)
    if content is None:
        content = _found_content(root, text)
    found = _lines(content)
    body = [line.text for line in found][slice(*text_bounds([line.text for line in found]))]
    soft = sum(line.soft for line in found)
    outside = _strings_outside(root, content)
    head = information(outside)
    title = [] if any(map(is_title, body[:6])) else _title(root, content)
    lines = [*[line for line in head if line not in body], *title, *body]
    return Raw("\n".join(lines), encoding, paragraphs=soft * 2 < len(found))


def _parse(text: str) -> Element:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\x00", ""))
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise SourceError("empty", "网页里没有文字") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise SourceError("too_deep", "网页嵌套过深，不像正常网页；请用浏览器打开后另存为文本再读")
    return root


# The element that holds the text


def _named_content(root: Element) -> Element | None:
    """Find the content by id or class; of several with one name the longest, and none that tells of no inspection."""
    names = {name.lower(): rank for rank, name in reversed(list(enumerate(read_lines("page_content"))))}
    best: tuple[int, int, Element] | None = None
    for element in root.iter(etree.Element):
        said = f"{element.get('id', '')} {element.get('class', '')}".lower().split()
        ranks = [names[name] for name in said if name in names]
        if not ranks:
            continue
        words = "".join(element.itertext())
        if len(words) < FEWEST or not _WORDS.search(words):
            continue
        if best is None or (min(ranks), -len(words)) < best[:2]:
            best = min(ranks), -len(words), element
    return _with_brothers(best[2]) if best else None


def _with_brothers(element: Element) -> Element:
    """Take the element above where the text goes on in brothers of the same name: an editor's block for every paragraph."""
    above = element.getparent()
    name = (element.get("id"), element.get("class"))
    if above is not None and sum((e.get("id"), e.get("class")) == name for e in above) > 1:
        return above
    return element


def _found_content(root: Element, text: str) -> Element:
    """Go down from the body as long as one child holds nearly all of what trafilatura takes for the text, or all sentences."""
    body = root.find("body")
    place = body if body is not None else root
    wanted = _main_sentences(text)
    here = _held(place, wanted)
    while here:
        held = ((e, _held(e, wanted)) for e in place if isinstance(e.tag, str) and e.tag not in _SILENT)
        child, inside = next(((e, count) for e, count in held if count >= NEARLY * here), (None, 0))
        if child is None or child.tag in {"p", "ul", "ol"} or (child.tag == "table" and _is_data(child)):
            return place
        place, here = child, inside
    return place


def _main_sentences(text: str) -> list[str]:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read is read without it
    try:
        main = trafilatura.extract(
            text, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False
        )
    except (RecursionError, ValueError, AttributeError, etree.LxmlError):  # it was made for well-behaved pages
        main = None
    squeezed = ["".join(line.split()) for line in re.split(r"[\n|]", main or "")]
    return [line for line in squeezed if len(line) >= 12][:2000] if main and _WORDS.search(main) else []


def _held(element: Element, wanted: list[str]) -> int:
    """Count the characters of the wanted sentences that the element holds; without any, those of all sentences in it."""
    if not wanted:
        return sum(len(words) for words in _texts(element) if _SENTENCES.search(words))
    words = "".join("".join(_texts(element)).split())
    return sum(len(line) for line in wanted if line in words)


def _texts(element: Element) -> Iterator[str]:
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, node in walker:
        if event == "start" and node.tag in _SILENT:
            walker.skip_subtree()
        elif event == "start":
            yield node.text or ""
        if event == "end" and node is not element:
            yield node.tail or ""


# Lines


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    soft: bool = False  # it begins after a <br>, not with an element of its own


class _Lines:
    """The lines gathered so far, and the pieces of the one that is open."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.pieces: list[str] = []
        self._soft = False

    def end(self, *, soft: bool = False) -> None:
        words = _BLANK.sub(" ", _SOURCE_BREAK.sub("", "".join(self.pieces))).strip(" ")
        self.pieces.clear()
        if words.strip():
            self.lines.append(_Line(words, self._soft))
        self._soft = soft


def _lines(content: Element) -> list[_Line]:
    """Give the paragraphs and rows of the content; without recursion, since pages nest as deep as they like."""
    made = _Lines()
    walker = etree.iterwalk(content, events=("start", "end"))
    for event, node in walker:
        if node.tag == "br":
            made.end(soft=True)
        elif node.tag in _BLOCKS:
            made.end()
        if event == "end":
            made.pieces.append((node.tail or "") if node is not content else "")
        elif node.tag in _SILENT or (node is not content and _is_hidden(node)):
            walker.skip_subtree()
        elif node.tag == "table" and _is_data(node):
            made.lines += map(_Line, table_lines(_rows(node)))
            walker.skip_subtree()
        else:
            made.pieces += [_list_number(node) if node.tag == "li" else "", node.text or ""]
    made.end()
    return made.lines


def _is_hidden(node: Element) -> bool:
    return node.get("hidden") is not None or bool(_HIDDEN.search(node.get("style") or ""))


def _list_number(entry: Element) -> str:
    """Count an entry of a numbered list as a browser does; nothing where the text has its own number."""
    above = entry.getparent()
    style = f"{above.get('style') or ''};{entry.get('style') or ''}" if above is not None else ""
    if above is None or above.tag != "ol" or _NO_NUMBER.search(style):
        return ""
    words = "".join(entry.itertext()).strip()
    if not words or read_marker(words):
        return ""
    number = _whole(above.get("start"), 1)
    for brother in above.iterchildren("li"):
        number = _whole(brother.get("value"), number)
        if brother is entry:
            break
        number += 1
    kind = above.get("type") or "1"
    return f"{chr(ord(kind) + number - 1)}. " if kind in "aA" and 0 < number <= 26 else f"{number}. "


def _whole(words: str | None, otherwise: int) -> int:
    found = re.fullmatch(r"\s*(-?\d{1,6})\s*", words or "")
    return int(found[1]) if found else otherwise


# Tables


def _is_data(table: Element) -> bool:
    """Whether a table holds data: no other table in it, and most rows have several cells; else it lays out the page."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    widths = [sum(max(1, min(_whole(c.get("colspan"), 1), 100)) for c in _cells(row)) for row in table.iter("tr")]
    return (
        len(widths) > 1
        and max(widths) >= _TABLE_COLUMNS
        and sum(len(list(_cells(r))) > 1 for r in table.iter("tr")) * 2 >= len(widths)
    )


def _cells(row: Element) -> Iterator[Element]:
    yield from row.iterchildren("td", "th")


def _rows(table: Element) -> list[list[Cell]]:
    rows = [list(_cells(row)) for row in table.iter("tr") if not _is_hidden(row)]
    return [
        [
            Cell(
                join_lines(line.text for line in _lines(cell)),
                max(1, min(_whole(cell.get("colspan"), 1), _MOST_SPAN)),
                max(1, min(_whole(cell.get("rowspan"), 1) or len(rows), _MOST_SPAN)),
            )
            for cell in row
        ]
        for row in rows
    ]


# Around the text


def _strings_outside(root: Element, content: Element) -> list[str]:
    """Give the lines of the page outside its content; a cell is one even where it is empty."""
    lines: list[str] = []
    pieces: list[str] = []
    before: list[int] = []  # how many lines there were when each open cell began
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in _BLOCKS or tag == "br" or node is content:
            words = _BLANK.sub(" ", "".join(pieces)).strip(" ")
            pieces.clear()
            is_empty = tag in _CELLS and event == "end" and len(lines) == before.pop()
            if words.strip() or is_empty:
                lines.append(words)
            if tag in _CELLS and event == "start":
                before.append(len(lines))
        if event == "start" and (tag in _SILENT or node is content):
            walker.skip_subtree()
        elif event == "start":
            pieces.append(node.text or "")
        else:
            pieces.append(node.tail or "")
    return lines


def _title(root: Element, content: Element) -> list[str]:
    """Find the title above the content: the element that says what the head of the page says, else a heading, else the head."""
    named = [e.get("content") or "" for e in root.iter("meta") if (e.get("name") or "").lower() == "articletitle"]
    head = next((without_site(w) for w in [*named, root.findtext(".//title") or ""] if without_site(w)), "")
    best: tuple[int, list[str]] | None = None
    around = set(content.iterancestors())  # they say all that the content does, which is more than a title
    for element in root.iter(etree.Element):
        if element is content:
            break
        if element in around or element.tag in _SILENT or element.tag not in _BLOCKS | {"span", "strong", "b", "font"}:
            continue
        words = "".join("".join(element.itertext()).split())
        if len(words) > 120 or not is_title(words):
            continue
        rank = 2 if head and words == "".join(head.split()) else int(element.tag in _HEADINGS)
        if best is None or rank > best[0]:
            best = rank, [line.text for line in _lines(element)]
    if best and (best[0] or not head):
        return best[1]
    return [head] if head else []
