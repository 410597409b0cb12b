"""One bulletin, ten forms: how far what is read from each agrees with what is read from the text.

    python benchmarks/ten_forms.py                                    the sample bulletins → docs/ten-forms.md
    python benchmarks/ten_forms.py --texts FOLDER --section real      other bulletins, as text, into its second table

Recognition takes many seconds a page: only the shortest `--scans` bulletins are scanned.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from form_makers import FORMS, SCANS, SUFFIX, TABLES, Twin, bulletin_of, make, missing, tabled, text_of
from make_forms import RAW, ROOT, TWINS
from readings import Agreement, Reading, differences, reading, wrong_characters

from pipeline.sources import read

DOCUMENT = ROOT / "docs" / "ten-forms.md"
KNOWN = ROOT / "tests" / "ten_forms_known_differences.json"
TABLE_AS_TEXT = "the items as a table, text with tabs ¹"


@dataclass(slots=True)
class Measured:
    """What came of one form, or why nothing did."""

    form: str
    agreement: Agreement = field(default_factory=Agreement)
    wrong: int = 0  # characters
    characters: int = 0
    skipped: str | None = None
    differing: dict[str, list[str]] = field(default_factory=dict)  # by bulletin, the keys read otherwise


def read_bytes(data: bytes, suffix: str) -> str:
    """The clean text of a file with these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"bulletin{suffix}"
        path.write_bytes(data)
        return read(path).text


def sample_texts() -> list[Path]:
    """The sample bulletins as text, those in another form by their twins."""
    own = [path for path in RAW.iterdir() if path.suffix in {".txt", ".md"} and path.stem != "README"]
    return sorted([*own, *TWINS.glob("*.txt")], key=lambda path: path.stem)


def measure(form: str, twins: Sequence[Twin], *, text_rate: bool = False) -> Measured:
    """Make the form of each bulletin, read it, and compare with its text."""
    found = Measured(form, skipped=missing(form))
    if found.skipped:
        return found
    for twin, data in zip(twins, make(form, twins), strict=True):
        wanted, got = read_bytes(text_of(twin).encode(), ".txt"), read_bytes(data, SUFFIX[form])
        found.agreement.add(reading(wanted), reading(got))
        if keys := differences(reading(wanted), reading(got)):
            found.differing[twin.name] = keys
        if text_rate:
            wrong, of = wrong_characters(wanted, got)
            found.wrong += wrong
            found.characters += of
    return found


def measure_all(paths: Sequence[Path], scans: int) -> Iterator[Measured]:
    """Every form, in the order of the table."""
    twins = [bulletin_of(path.stem, read(path).text) for path in paths]
    tables = [tabled(twin) for twin in twins]
    as_text = Measured(TABLE_AS_TEXT)
    for path, twin in zip(paths, tables, strict=True):
        as_text.agreement.add(reading(read(path).text), _reading_of(twin))
    few = sorted(twins, key=lambda twin: len(text_of(twin)))[:scans]
    for form in FORMS:
        if form in TABLES and as_text is not None:
            yield as_text
            as_text = None
        chosen = tables if form in TABLES else few if form in SCANS else twins
        yield measure(form, chosen, text_rate=form in SCANS)


def _reading_of(twin: Twin) -> Reading:
    return reading(read_bytes(text_of(twin).encode(), ".txt"))


def table(measured: Sequence[Measured]) -> list[str]:
    """The rows of form × metric."""
    lines = [
        "| form | bulletins | wholly the same | facts | items F1 | statement | status | measures | wrong characters |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in measured:
        told = one.agreement
        if one.skipped or not told.bulletins:
            lines.append(f"| {one.form} | none: {one.skipped or 'none was chosen'} | | | | | | | |")
            continue
        shares = [told.facts, told.items, *(told.share(name) for name in ("statement", "status", "measures"))]
        rate = f"{one.wrong / one.characters:.2%} of {one.characters:,}" if one.characters else ""
        numbers = " | ".join(f"{share:.3f}" for share in shares)
        lines.append(f"| {one.form} | {told.bulletins} | {told.same} | {numbers} | {rate} |")
    return lines


def fields_table(measured: Sequence[Measured]) -> list[str]:
    """What scans lose: fields that the text's reading has, those of which nothing is left, and those with other letters."""
    scans = [one for one in measured if one.form in SCANS and one.agreement.bulletins]
    if not scans:
        return []
    heads = [f"{what}, {one.form.partition(', ')[2]}" for one in scans for what in ("lost", "other letters")]
    lines = ["", f"| field | in the text | {' | '.join(heads)} |", f"| {'--- | ' * (2 + len(heads))}"]
    for name, count in scans[0].agreement.filled.items():
        cells = [n for one in scans for n in (one.agreement.lost[name], one.agreement.changed[name])]
        if any(cells):
            lines.append(f"| {name} | {count} | {' | '.join(map(str, cells))} |")
    return lines


def write_section(section: str, lines: Sequence[str], maker: str = "ten_forms") -> None:
    """Put the lines between the marks of the section."""
    begin, end = f"<!-- {section}: made by benchmarks/{maker}.py -->", f"<!-- end of {section} -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split(begin)[0], text.split(end)[1]
    DOCUMENT.write_text("\n".join([f"{before}{begin}", "", *lines, "", f"{end}{after}"]), encoding="utf-8")


def write_known(measured: Sequence[Measured], names: Sequence[str]) -> None:
    """Write anew what these bulletins are known to be read as otherwise; of other bulletins, and of what was skipped, the list stays."""
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    for one in measured:
        if one.form in FORMS and one.form not in SCANS and not one.skipped:
            others = {name: keys for name, keys in known.get(one.form, {}).items() if name not in names}
            known[one.form] = dict(sorted((others | one.differing).items()))
    content = {form: of for form, of in known.items() if of}
    KNOWN.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="folder of bulletins as text, instead of the samples")
    parser.add_argument("--section", choices=("samples", "real"), help="where in docs/ten-forms.md; else only printed")
    parser.add_argument("--scans", type=int, default=3)
    arguments = parser.parse_args()
    paths = sorted(arguments.texts.glob("*.txt")) if arguments.texts else sample_texts()
    measured = []
    for one in measure_all(paths, arguments.scans):
        print("\n".join(table([one])[2:]), flush=True)
        measured.append(one)
    section = arguments.section or (None if arguments.texts else "samples")
    if section:
        write_section(section, [*table(measured), *fields_table(measured)])
        write_known(measured, [path.stem for path in paths])


if __name__ == "__main__":
    sys.exit(main())
