"""Writes docs/corpus.md, the card of the sample corpus, from data/truth.

python benchmarks/corpus_card.py
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
RAW, TRUTH, CARD = ROOT / "data" / "raw", ROOT / "data" / "truth", ROOT / "docs" / "corpus.md"
STATUSES = {
    "done": "done",
    "done_ongoing": "done and kept up",
    "in_progress": "in progress",
    "not_started": "not started",
    "not_stated": "not stated",
}


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(TRUTH / f"{name}.csv", dtype=str, keep_default_na=False)


def read_items() -> pd.DataFrame:
    """One row an item of every bulletin, with its file."""
    return pd.DataFrame([{"file": file} | item for file in read("register")["file"] for item in reading(file)["items"]])


def reading(file: str) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads(
        (TRUTH / "bulletins" / f"{file}.json").read_text(encoding="utf-8")
    )
    return found


def table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def units_by_years(register: pd.DataFrame) -> str:
    """Layout and form of each unit's bulletin of each year."""
    years = sorted(set(register["year"]))
    rows = []
    for code, unit in read("units").itertuples(index=False):
        of_unit = register[register["units"].str.split("|").map(lambda codes, code=code: code in codes)]
        cells = [
            "<br>".join(
                of_unit.loc[of_unit["year"] == year, "layout"] + " " + of_unit.loc[of_unit["year"] == year, "form"]
            )
            for year in years
        ]
        rows.append([f"{unit} ({code})", *cells])
    return table(["unit", *years], rows)


def layouts_by_forms(register: pd.DataFrame) -> str:
    counts = pd.crosstab(register["layout"], register["form"])[["text", "HTML", "DOCX", "PDF", "scan"]]
    return table(
        ["layout", *counts.columns], ([layout, *(n or "" for n in row)] for layout, *row in counts.itertuples())
    )


def items_by_bulletin(register: pd.DataFrame, items: pd.DataFrame) -> str:
    rows = []
    for file, layout in register[["file", "layout"]].to_numpy():
        own = items[items["file"] == file]
        statuses = own["status"].value_counts()
        source = RAW / str(reading(file)["source"])
        kinds = own["kind"].value_counts()
        counts = [
            kinds.get("issue", 0),
            kinds.get("suggestion", ""),
            *(statuses.get(status, "") for status in STATUSES),
        ]
        rows.append([f"`{source.name}`", layout, *counts, f"{len(characters(source)):,}", f"{source.stat().st_size:,}"])
    return table(["file", "layout", "issues", "suggestions", *STATUSES.values(), "characters", "bytes"], rows)


def characters(source: Path) -> str:
    """The text of a bulletin without blanks; of one in another form that of its twin."""
    twin = TRUTH / "texts" / f"{source.stem}.txt"
    content = (twin if twin.exists() else source).read_bytes()
    try:
        return "".join(content.decode("utf-8-sig").split())
    except UnicodeDecodeError:
        return "".join(content.decode("gb18030").split())


def themes_by_year(register: pd.DataFrame, items: pd.DataFrame) -> str:
    dated = items.merge(register, on="file")
    counts = pd.crosstab(dated["primary"], dated["year"])
    counts = counts.loc[counts.sum(axis="columns").sort_values(ascending=False, kind="stable").index]
    rows = ([theme, *(n or "" for n in row), sum(row)] for theme, *row in counts.itertuples())
    return table(["primary theme", *counts.columns, "all"], rows)


def planted(register: pd.DataFrame) -> str:
    chains = read("chains").query("role == 'named'").merge(register, on="file")
    rounds = chains.groupby("chain")["year"].agg(["nunique", "max"])
    last = {code: max(register.loc[register["units"].str.contains(code), "year"]) for code in read("units")["code"]}
    cured = sum(row.max < last[str(row.Index)[:3]] for row in rounds.itertuples())
    common, copied, promises = read("common"), read("copied"), read("commitments")
    discrepancies, twice, beyond = read("discrepancies"), read("duplicates"), read("beyond_story")
    kinds = ", ".join(f"{count} {kind}" for kind, count in discrepancies["kind"].value_counts().sort_index().items())
    rows = [
        [
            "`chains.csv`",
            len(read("chains")),
            f"{len(rounds)} chains, {sum(rounds['nunique'] > 1)} of them over two or three rounds; {cured} are cured",
        ],
        ["`common.csv`", len(common), f"{common['group'].nunique()} groups"],
        ["`copied.csv`", len(copied), f"{copied['answer'].nunique()} answers"],
        ["`commitments.csv`", len(promises), f"{sum(promises['due'] != '')} to the day"],
        ["`discrepancies.csv`", len(discrepancies), kinds],
        [
            "`duplicates.csv`",
            len(twice),
            f"{sum(twice['kind'] == 'duplicate')} duplicate, and what one revision changed",
        ],
        ["`beyond_story.csv`", len(beyond), "noticed by readers, not planted"],
    ]
    return table(["table", "rows", "what"], rows)


def open_questions() -> str:
    readme = (TRUTH / "README.md").read_text(encoding="utf-8")
    return readme.split("## Open questions\n")[1].split("\n## ")[0].strip()


def card() -> str:
    """The whole page."""
    register, items = read("register"), read_items()
    copies = set(read("duplicates")["file"])
    once, counted = register[~register["file"].isin(copies)], items[~items["file"].isin(copies)]
    issues = sum(counted["kind"] == "issue")
    text = sum(len(characters(RAW / str(reading(file)["source"]))) for file in once["file"])
    stated = counted["status"].value_counts()
    shares = ", ".join(f"{name} {stated.get(status, 0)}" for status, name in STATUSES.items())
    size = sum(path.stat().st_size for path in RAW.iterdir() if path.name != "README.md")
    return f"""# The sample corpus

<!-- made by benchmarks/corpus_card.py -->

Everything in it is invented: units, places, figures, events. It was written to a story ([corpus-story.md](corpus-story.md)), so that what
recurs, what is cured, who copied and which total is wrong is known, and stands in [data/truth](../data/truth/README.md). Texts and truth were
drafted with a language model and checked by a second reading; no human annotator has confirmed them. They imitate the form of real bulletins and
vary less than those do: a result on this corpus is no result on real ones.

{len(register)} files: {len(once)} bulletins, one of them published twice and one revised. {len(read("units"))} units, {min(register["year"])} to {max(register["year"])},
{text:,} characters; {issues} issues and {len(counted) - issues} suggestions answered: {shares}. Copies are in no sum of this
page but the last.
`data/raw` holds {size / 1e6:.1f} MB.

## Units and years

Layout (see [layouts.md](layouts.md); 9 is a table) and form. A digest stands with each of its units; two more units of the digest of 2018 and two of that of
2019 have no other bulletin.

{units_by_years(register)}

## Layouts and forms

{layouts_by_forms(once)}

## Bulletins

Characters without blanks; those of HTML, DOCX, PDF and the scan are counted in their texts, bytes in the files.

{items_by_bulletin(register, items)}

## Themes over the years

{themes_by_year(once, counted)}

## What was planted

Rows of the copies included.

{planted(register)}

## Open questions

{open_questions()}
"""


if __name__ == "__main__":
    CARD.write_text(card(), encoding="utf-8")
