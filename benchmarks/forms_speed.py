"""How fast each form is read, against the bare call of the library that opens it: ratios measured in one run, never a time on its own.

    python benchmarks/forms_speed.py
    python benchmarks/forms_speed.py --bulletins 12 --rounds 15 --write    and into docs/ten-forms.md

The sample bulletins are made into each form (form_makers). Both sides read every file in turn, in one process, and the processor
time of each round is compared; the median of the rounds is told. A scan is one page, against RapidOCR on its picture.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
import trafilatura
from docx import Document
from form_makers import (
    BROWSER,
    DOCX,
    GB18030,
    HTML,
    NUMBERED,
    OFFICE,
    SCAN_150,
    SUFFIX,
    TABLE,
    Twin,
    bulletin_of,
    make,
    missing,
    tabled,
)
from ten_forms import sample_texts, write_section

from pipeline.sources import read
from pipeline.sources.html import decode_page

SKIPPED = frozenset({"linting-hospital-2020-city", "tingnan-wangchun-2022-revised"})  # copies


def bare_text(path: Path) -> str:
    return path.read_bytes().decode("gb18030")


def bare_page(path: Path) -> str:
    text, _ = decode_page(path.read_bytes())
    return trafilatura.extract(text, favor_recall=True) or ""


def bare_document(path: Path) -> str:
    document = Document(str(path))
    rows = ([cell.text for cell in row.cells] for table in document.tables for row in table.rows)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *map("\t".join, rows)])


def bare_pdf(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def bare_scan(path: Path) -> str:
    from pipeline.sources.pdf_pages import render  # noqa: PLC0415  the extra need not be here
    from pipeline.sources.scan import load_engine  # noqa: PLC0415

    with pypdfium2.PdfDocument(path) as document:
        count = len(document)
    pages = (load_engine()(picture) for _, picture, _ in render(path.read_bytes(), range(count)))
    return "\n".join("\n".join(page.txts) for page in pages)


NAMED = "HTML, content named"  # as content managers name the element that holds the text
BARE: dict[str, tuple[str, Callable[[Path], str]]] = {
    GB18030: ("bytes.decode", bare_text),
    HTML: ("trafilatura.extract", bare_page),
    NAMED: ("trafilatura.extract", bare_page),
    DOCX: ("python-docx", bare_document),
    NUMBERED: ("python-docx", bare_document),
    TABLE: ("python-docx", bare_document),
    OFFICE: ("pypdfium2", bare_pdf),
    BROWSER: ("pypdfium2", bare_pdf),
    SCAN_150: ("RapidOCR", bare_scan),
}


def seconds(job: Callable[[Path], object], paths: Sequence[Path]) -> float:
    """Processor time of one round."""
    start = time.process_time()
    for path in paths:
        job(path)
    return time.process_time() - start


def ratio(bare: Callable[[Path], str], paths: Sequence[Path], rounds: int) -> float:
    """How many times as long as the bare call we take: the median over rounds that follow one another."""
    ours = [read(path).text for path in paths]  # loads what is to be loaded
    theirs = [bare(path) for path in paths]
    if not all(ours) or not all(theirs):
        raise ValueError("one side read nothing: there is nothing to compare")
    return statistics.median(seconds(read, paths) / seconds(bare, paths) for _ in range(rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bulletins", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--forms", nargs="*", default=list(BARE), choices=list(BARE), metavar="FORM")
    parser.add_argument("--write", action="store_true", help="put the table into docs/ten-forms.md")
    arguments = parser.parse_args()
    sources = [path for path in sample_texts() if path.stem not in SKIPPED][: arguments.bulletins]
    twins = [bulletin_of(path.stem, read(path).text) for path in sources]
    lines = [
        "| form | against the bare | share of its pages and characters a second | overhead |",
        "| --- | --- | --- | --- |",
    ]
    for form in arguments.forms:
        lines.append(row(form, twins, arguments.rounds))
        print(lines[-1], flush=True)
    if arguments.write:
        write_section("speed", lines, "forms_speed")


def row(form: str, twins: Sequence[Twin], rounds: int) -> str:
    """Make the form, measure, and say so."""
    made_as = HTML if form == NAMED else form
    library, bare = BARE[form]
    if missing(made_as):
        return f"| {form} | {library} | skipped: {missing(made_as)} | |"
    chosen = [tabled(twin) for twin in twins] if form == TABLE else twins[:1] if form == SCAN_150 else twins
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}{SUFFIX[made_as]}" for number in range(len(chosen))]
        for path, data in zip(paths, make(made_as, chosen), strict=True):
            path.write_bytes(data.replace(b'class="txt"', b'class="TRS_Editor"') if form == NAMED else data)
        took = ratio(bare, paths, 1 if form == SCAN_150 else rounds)
    return f"| {form} | {library} | {1 / took:.2f}× | {took - 1:+.0%} |"


if __name__ == "__main__":
    sys.exit(main())
