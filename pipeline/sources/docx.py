"""DOCX → raw text: paragraphs and tables in the order of the body, numbers counted, tracked changes as accepted.

Read from the XML itself (ECMA-376, part 1): of the package only the parts with text, styles and numbers are opened, so that
macros, pictures and embedded files are never touched.
"""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.sources.docx_numbers import Numbers, child, local, value
from pipeline.sources.package import Package, damaged, encrypted
from pipeline.sources.raw import Cell, Raw, join_lines, table_lines

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .doc begins, and .docx with a password
# Name of the stream that holds a DOCX with a password.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DELETED = {"del", "moveFrom"}  # what a tracked change took away
_ASIDE = {"pPr", "rPr", "instrText", "delText", "delInstrText", "rt", "Fallback", "pict", "object"}
_TURN = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-", "softHyphen": ""}
_ON = {None, "1", "true", "on"}
_TARGETS = {
    "numbering": "numbering.xml",
    "styles": "styles.xml",
    "footnotes": "footnotes.xml",
    "endnotes": "endnotes.xml",
}


def read_docx(data: bytes) -> Raw:
    """Read the document; footnotes stand at the end as 注1：….

    Raises SourceError with code encrypted, damaged or too_large.
    """
    if data.startswith(OLE):
        raise encrypted() if ENCRYPTED in data else damaged()
    package = Package(data)
    name = _main_part(package)
    document = package.read(name)
    body = child(document, "body")
    if body is None:
        raise damaged()
    parts = {kind: package.read(path) for kind, path in _related(package, name).items()}
    lines = _Reader(Numbers(parts.get("numbering"), parts.get("styles")), _hidden_styles(parts.get("styles")), parts)
    text = "\n".join([*lines.blocks(body), *lines.notes()])
    return Raw(text, "utf-8", paragraphs=True)


def _main_part(package: Package) -> str:
    relations = package.read("_rels/.rels")
    for relation in relations if relations is not None else ():
        if (value(relation, "Type") or "").endswith("/officeDocument"):
            return value(relation, "Target") or "word/document.xml"
    return "word/document.xml"


def _related(package: Package, name: str) -> dict[str, str]:
    """Give the paths of the parts that belong to the main one; only inside the package."""
    folder, _, file = name.lstrip("/").rpartition("/")
    relations = package.read(f"{folder}/_rels/{file}.rels")
    paths = {kind: f"{folder}/{target}" for kind, target in _TARGETS.items()}
    for relation in relations if relations is not None else ():
        kind = (value(relation, "Type") or "").rpartition("/")[2]
        target = value(relation, "Target") or ""
        if kind in paths and value(relation, "TargetMode") != "External":
            paths[kind] = target if target.startswith("/") else f"{folder}/{target}"
    return paths


def _hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    return frozenset(
        value(style, "styleId") or ""
        for style in (styles if styles is not None else ())
        if local(style) == "style" and _is_hidden(child(style, "rPr"))
    )


def _is_hidden(properties: etree._Element | None) -> bool:
    vanish = child(properties, "vanish")
    return vanish is not None and value(vanish) in _ON


class _Reader:
    """Walks through the document once, in order, since its numbers are counted on the way."""

    def __init__(self, numbers: Numbers, hidden: frozenset[str], parts: dict[str, etree._Element | None]) -> None:
        self._numbers = numbers
        self._hidden = hidden
        self._parts = parts
        self._noted: list[tuple[str, str]] = []  # part and id of the notes referred to
        self._boxes: list[str] = []  # lines of the text boxes met in a paragraph
        self._open = ""  # a paragraph whose end was deleted: the next goes on with it

    def blocks(self, parent: etree._Element) -> Iterator[str]:
        """Give the lines of body, cell, note or text box."""
        for element in parent:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from table_lines(list(self._rows(element)))
            elif name == "AlternateContent":
                chosen = child(element, "Choice")
                yield from self.blocks(chosen if chosen is not None else element)
            elif name not in _DELETED and name not in {"sdtPr", "sdtEndPr", "tcPr", "pPr", "sectPr"}:
                yield from self.blocks(element)  # content controls, custom XML
        if self._open and local(parent) in {"body", "tc", "footnote", "endnote", "txbxContent"}:
            yield self._open
            self._open = ""

    def notes(self) -> Iterator[str]:
        """Give the notes that the text refers to, in order."""
        for number, (part, identity) in enumerate(list(self._noted), start=1):
            notes = self._parts.get(part)
            for note in notes if notes is not None else ():
                if value(note, "id") == identity:
                    text = join_lines(self.blocks(note))
                    if text:
                        yield f"注{number}：{text}"

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        properties = child(paragraph, "pPr")
        text = "".join(self._text(paragraph))
        ended = child(properties, "rPr", "del") is None
        # What goes on with a paragraph, or is deleted altogether, is not counted.
        uncounted = bool(self._open) or (not ended and not text.strip())
        number = "" if uncounted else self._numbers.next(properties)
        boxes, self._boxes = self._boxes, []
        whole = self._open + (number + text if text.strip() else "")
        self._open = "" if ended else whole
        if ended:
            yield from whole.split("\n")
        yield from boxes

    def _text(self, parent: etree._Element) -> Iterator[str]:  # noqa: C901  one kind of element a branch
        for element in parent:
            name = local(element)
            if name == "t":
                yield (element.text or "").replace("\n", " ").replace("\t", " ")
            elif name in _TURN:
                yield "" if name == "br" and value(element, "type") in {"page", "column"} else _TURN[name]
            elif name == "txbxContent":
                self._add_box(element)
            elif name in {"footnoteReference", "endnoteReference"}:
                self._noted.append((f"{name[:-9]}s", value(element, "id") or ""))
            elif name == "r" and self._is_unseen(element):
                continue
            elif name == "AlternateContent":
                chosen = child(element, "Choice")
                yield from self._text(chosen if chosen is not None else element)
            elif name == "pict":
                for box in element.iter():
                    if local(box) == "txbxContent":
                        self._add_box(box)
            elif name and name not in _DELETED and name not in _ASIDE:
                yield from self._text(element)

    def _add_box(self, box: etree._Element) -> None:
        """Keep the lines of a text box for the end of the paragraph that it hangs on; in it another may hang."""
        outer, self._boxes = self._boxes, []
        lines = list(self.blocks(box))
        self._boxes = [*outer, *lines]

    def _is_unseen(self, run: etree._Element) -> bool:
        properties = child(run, "rPr")
        if properties is None:
            return False
        return _is_hidden(properties) or value(child(properties, "rStyle")) in self._hidden

    def _rows(self, table: etree._Element) -> Iterator[list[Cell]]:
        for row in _inside(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            cells = [Cell("")] * _whole(child(properties, "gridBefore"))
            for cell in _inside(row, "tc"):
                about = child(cell, "tcPr")
                merged = child(about, "vMerge")
                text = join_lines(self.blocks(cell))
                goes_on = merged is not None and value(merged) != "restart"
                sideways = child(about, "hMerge")
                goes_on |= sideways is not None and value(sideways) != "restart"
                cells.append(Cell("" if goes_on else text.replace("\t", " "), max(1, _whole(child(about, "gridSpan")))))
            yield cells


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Give the rows of a table or the cells of a row, also those in a content control."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _inside(element, name)


def _whole(element: etree._Element | None) -> int:
    digits = re.fullmatch(r"\d{1,3}", value(element) or "")
    return int(digits[0]) if digits else 0
