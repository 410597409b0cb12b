"""Writes the tables of docs/planted.md: what is found of the copies, promises and contradictions planted in the sample.

    python benchmarks/planted.py

The ledger is built anew from the texts, as the tests do; tests/planted_truth.py measures.
"""

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import open_ledger
from pipeline.analysis.doubtful import GROUNDS
from pipeline.analysis.interval import wilson
from pipeline.ledger.store import Ledger

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))
from planted_truth import commitments, contradictions, copied, doubts  # noqa: E402  # one measure for card and tests
from sample import build_sample  # noqa: E402

CARD = ROOT / "docs" / "planted.md"
BEGIN, END = "<!-- planted: made by benchmarks/planted.py -->", "<!-- end of planted -->"


def share(part: int, whole: int) -> str:
    low, high = wilson(part, whole) or (0, 0)
    return f"{part} of {whole}: {part / max(whole, 1):.2f} ({low:.2f}–{high:.2f})"


def found(name: str, wanted: Counter, said: Counter) -> str:
    hits = (wanted & said).total()
    return f"| {name} | {share(hits, wanted.total())} | {share(hits, said.total())} |"


def told(rows: Counter) -> str:
    named = [" ".join(str(part) for part in (f"`{row[0]}`", *row[1:]) if part != "") for row in sorted(rows)]
    return "; ".join(named) or "nothing"


def tables(ledger: Ledger) -> str:
    """All that stands between the marks."""
    pairs = [Counter(each) for each in copied(ledger)]
    every, promising = (commitments(ledger, promising=only) for only in (False, True))
    planted, others = contradictions(ledger)
    grounds, doubtful = doubts(ledger)
    beside = Counter(dict.fromkeys(zip(others["verdict"], others["again"], strict=True), 0))
    beside.update(zip(others["verdict"], others["again"], strict=True))
    lines = [
        "| planted | recall | precision |",
        "| --- | --- | --- |",
        found("pairs of items with a copied answer", *pairs),
        found("promises, all dates of the table", *every),
        found("promises, as the page counts them", *promising),
        "",
        f"Copies missed: {told(pairs[0] - pairs[1])}. Taken for copies: {told(pairs[1] - pairs[0])}.",
        "",
        f"Promises missed (file, item, day): {told(promising[0] - promising[1])}.",
        "",
        f"Taken for promises on the page: {told(promising[1] - promising[0])}; in the table also: "
        + told((every[1] - every[0]) - (promising[1] - promising[0]))
        + ".",
        "",
        "| contradictions planted | | `differs` | `uncertain` | missed |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {kind} | {len(rows)} | " + " | ".join(str((rows["verdict"] == v).sum()) for v in ("differs", "uncertain", "missed")) + " |"
            for kind, rows in planted.groupby("kind", sort=False)
        ),
        f"| all | {len(planted)} | " + " | ".join(str((planted["verdict"] == v).sum()) for v in ("differs", "uncertain", "missed")) + " |",
        "",
        f"Recall: {share(int((planted['verdict'] != 'missed').sum()), len(planted))}. Missed: "
        + ("; ".join(f"`{row.file}` {row.kind} {row.n}".strip() for row in planted.itertuples() if row.verdict == "missed") or "nothing")
        + ". Found with another count than the reader's: "
        + ("; ".join(f"`{row.file}` {row.kind}, {row.counted:.0f} read as {row.other:.0f}" for row in planted.dropna(subset="other").itertuples()) or "none")
        + ".",
        "",
        "| found | planted | follows from a planted one | neither |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{verdict}` | {(planted['verdict'] == verdict).sum()} | {beside[verdict, True]} | {beside[verdict, False]} |"
            for verdict in ("differs", "uncertain")
        ),
        "",
        "Neither, though said to differ: "
        + ("; ".join(f"`{row.file}` {row.code}" for row in others.query("verdict == 'differs' and not again").sort_values(["file", "code"]).itertuples()) or "none")
        + ".",
        "",
        f"| done and still to come ({doubtful} planted) | listed | planted among them |",
        "| --- | --- | --- |",
        *(f"| {GROUNDS[row.Index]} ({row.Index}) | {row.size} | {row.sum} |" for row in grounds.itertuples()),
    ]  # fmt: skip
    return "\n".join(lines)


def card(ledger: Ledger) -> str:
    """The document with the tables of this ledger."""
    before, rest = CARD.read_text(encoding="utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables(ledger)}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    with TemporaryDirectory() as place:
        text = card(open_ledger(build_sample(Path(place) / "sample")))
    CARD.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
