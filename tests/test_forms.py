"""The bulletins in other forms say what their twins say, and are the kind of file that they are called."""

import html
import re
import sys
import zipfile
from html.parser import HTMLParser

import pypdfium2
import pytest
from truth import RAW, path_of, text_of, truth

from pipeline.bulletins import parse
from pipeline.errors import SourceError
from pipeline.flow import find_documents
from pipeline.ledger.contract import DECLARED, FACTS, INFORMATION, value
from pipeline.sources import read
from pipeline.sources.scan import load_engine

FORMS = truth("register").query("form != 'text'")


class Said(HTMLParser):
    """What a page says, scripts and styles included."""

    def __init__(self):
        super().__init__()
        self.pieces = []

    def handle_data(self, data):
        self.pieces.append(data)


def said_by_page(path):
    content = path.read_bytes()
    charset = "gb18030" if b"charset=gb2312" in content else "utf-8"
    parser = Said()
    parser.feed(content.decode(charset))
    return "".join(parser.pieces)


def said_by_document(path):
    with zipfile.ZipFile(path) as file:
        return html.unescape(re.sub("<[^>]+>", "", file.read("word/document.xml").decode()))


def said_by_pdf(path):
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


SAID = {"HTML": said_by_page, "DOCX": said_by_document, "PDF": said_by_pdf}


def pieces(file):
    """Paragraphs and cells of the twin, without blanks."""
    lines = text_of(file).read_text(encoding="utf-8").splitlines()
    return ["".join(cell.split()) for line in lines for cell in line.split("\t") if cell.strip()]


def unsaid(file, form):
    """The pieces that the form does not say in the order of the twin."""
    said, missing, place = "".join(SAID[form](path_of(file)).split()), [], 0
    for piece in pieces(file):
        found = said.find(piece, place)
        place = max(place, found)
        missing += [piece] if found < 0 else []
    return missing


@pytest.mark.parametrize("file", FORMS.query("form in ('HTML', 'DOCX')")["file"])
def test_pages_and_documents_say_what_their_twins_say(file):
    missing = unsaid(file, path_of(file).suffix[1:].upper())
    if file == "tingnan-wangchun-2022":  # its numbers are made by the word processor
        said = "".join(said_by_document(path_of(file)).split())
        missing = [p for p in missing if re.sub(r"^([一二三]、|（[一二三四五六]）|\d\.)", "", p) not in said]
    assert missing == []


@pytest.mark.parametrize("file", FORMS.query("form == 'PDF'")["file"])
def test_pdfs_say_it_but_for_what_a_page_cuts(file):
    assert len(unsaid(file, "PDF")) < len(pieces(file)) / 20


def test_the_scan_is_pictures_alone():
    (file,) = FORMS.loc[FORMS["form"] == "scan", "file"]
    assert said_by_pdf(path_of(file)) == ""
    assert path_of(file).stat().st_size < 1_500_000


def test_the_numbers_of_one_document_are_in_no_text():
    with zipfile.ZipFile(RAW / "tingnan-wangchun-2022.docx") as file:
        document, numbering = (file.read(f"word/{part}.xml").decode() for part in ("document", "numbering"))
    assert document.count("<w:numPr>") == 3 + 6 + 22  # （一） of the first part, of the second, and the issues
    assert "%2" in numbering


def test_tables_are_merged_and_their_headers_repeated():
    with zipfile.ZipFile(RAW / "wangchuan-school-2024.docx") as file:
        document = file.read("word/document.xml").decode()
    assert "<w:tblHeader/>" in document
    assert 'w:vMerge w:val="restart"' in document
    assert 'rowspan="' in (RAW / "linting-museum-2024.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(RAW.glob("*.html")), ids=lambda path: path.stem)
def test_a_page_asks_for_nothing_from_outside(path):
    page = path.read_text(encoding="gb18030" if "digest" in path.stem else "utf-8")
    assert not re.search(r"<(?:link|img|iframe)\b|\bsrc\s*=|@import|url\(", page, re.IGNORECASE)
    for address in re.findall(r"https?://([^/\"\s]+)", page):
        assert address.endswith(("example.com", "example.org", "example.net", "www.w3.org"))


def test_no_form_is_passed_over_in_silence(tmp_path):
    found = {document.path for document in find_documents(RAW, tmp_path)}
    assert {path_of(file).name for file in FORMS["file"]} <= found


# Read as their twins


def reading(path):
    """Facts, totals, and every field of every item: what must not depend on the form."""
    bulletin = parse(read(path).text)
    fields = (
        "n",
        "kind",
        "unit",
        "aspect",
        "category",
        "statement",
        "description",
        "cause",
        "measures_text",
        "outcome",
    )
    more = (
        "incomplete_reason",
        "next_steps",
        "target",
        "deadline",
        "responsible",
        "status",
        "status_from",
        "status_text",
    )
    return (
        {key: value(bulletin.facts.get(key)) for key in FACTS},
        {key: value(bulletin.declared.get(key)) for key in DECLARED},
        [
            {key: getattr(item, key) for key in fields + more}
            | {"measures": [m.text for m in item.measures], "due": [c.due for c in item.commitments]}
            for item in bulletin.items
        ],
    )


@pytest.mark.parametrize("file", FORMS.query("form != 'scan'")["file"])
def test_every_form_is_read_as_its_twin(file):
    assert reading(path_of(file)) == reading(text_of(file))


@pytest.mark.parametrize("file", FORMS.query("form == 'HTML'")["file"])
def test_a_page_gives_its_information_block_and_the_lines_of_its_twin(file):
    information, twin = [], read(text_of(file)).text.split("\n")
    lines = read(path_of(file)).text.split("\n")
    while lines[0] != twin[0]:
        information.append(lines.pop(0).partition("：")[0])
    assert lines == twin
    assert (
        {"索引号", "发布机构", "成文日期"}
        <= set(information)
        <= {"索引号", "发布机构", "成文日期", "信息分类", "主题分类"}
    )


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("linting-hospital-2020", ("LTZYY/2020-00112", "院党委办公室", "2020-12-25")),
        ("linting-museum-2024", ("ltwb-2024-0126", "综合办公室", "2024-12-06")),
        ("tingnan-digest-2019", ("TN0003-05-2019-0187", "区委巡察办", "2019-10-28")),
        ("tingnan-wangchun-2025", ("TN0021/2025-00264", "望春街道", "2025-11-14")),
        ("wangchuan-school-2021", (None, None, None)),
    ],
)
def test_the_information_block_is_read_as_facts_where_it_stands(file, expected):
    text = read(path_of(file)).text
    facts = parse(text).facts
    assert tuple(value(facts.get(key)) for key in INFORMATION) == expected
    for key, words in zip(INFORMATION[:2], expected, strict=False):
        assert words is None or text[slice(*facts[key].span)] == words


@pytest.mark.parametrize("file", [*FORMS.query("form == 'DOCX'")["file"], "linting-hospital-2023"])
def test_a_document_gives_the_lines_of_its_twin(file):
    assert read(path_of(file)).text == read(text_of(file)).text


def test_a_scan_says_that_it_is_one_where_recognition_is_not_installed(monkeypatch):
    (file,) = FORMS.loc[FORMS["form"] == "scan", "file"]
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    load_engine.cache_clear()
    with pytest.raises(SourceError, match=r"扫描件.*pip install") as error:
        read(path_of(file))
    assert error.value.code == "no_text_layer"


# The same pages without any id or class: the text is to be found by what it says.


@pytest.mark.parametrize("file", FORMS.query("form == 'HTML'")["file"])
def test_a_page_of_unknown_make_is_read_as_well(file, tmp_path):
    page = path_of(file).read_bytes()
    (tmp_path / "page.html").write_bytes(re.sub(rb'\s(?:id|class)="[^"]*"', b"", page))
    assert read(tmp_path / "page.html").text == read(path_of(file)).text
