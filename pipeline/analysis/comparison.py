"""What bulletins say of themselves against what their items come to, with the words that say it."""

from collections.abc import Callable, Mapping

import pandas as pd

from pipeline.analysis.bulletins import name_bulletins
from pipeline.analysis.findings import COMPARISON, conform, records
from pipeline.analysis.quote import quote
from pipeline.ledger.schema import COMPARISONS

# Pairs of verdict and severity, the gravest first.
GRAVITY = [
    (verdict, severity)
    for verdict in ("differs", "uncertain", "agrees", "not_assessable")
    for severity in ("major", "minor", "none")
]


def compare(discrepancies: pd.DataFrame, bulletins: pd.DataFrame, read_text: Callable[[str], str]) -> pd.DataFrame:
    """Every comparison of the ledger, named for a reader and with its quotes.

    Parameters
    ----------
    discrepancies, bulletins
        Tables of the ledger; comparisons of bulletins that are not among these are left out.
    read_text
        Gives the clean text of a bulletin by its id, e.g. `ledger.text`.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.COMPARISON`; the gravest first, those of one bulletin together.
    """
    names = name_bulletins(bulletins)
    rows = discrepancies[discrepancies["bulletin_id"].isin(names.index)]
    texts = {bulletin: read_text(bulletin) for bulletin in rows["bulletin_id"].unique()}
    named = rows.assign(
        bulletin=rows["bulletin_id"].map(names),
        compared=rows["code"].map(COMPARISONS),
        difference=rows["listed"] - rows["declared"],
        declared_quote=_quotes(rows, "declared", texts),
        listed_quote=_quotes(rows, "listed", texts),
        gravity=[GRAVITY.index((row.verdict, row.severity)) for row in records(rows)],
    )
    # There are several parts in a bulletin: the heading that states the figure tells them apart.
    parts = named["code"].str.startswith("part_") & named["declared_quote"].notna()
    named.loc[parts, "compared"] += "：" + named.loc[parts, "declared_quote"]
    named["first"] = named.groupby("bulletin_id")["gravity"].transform("min")
    named = named.sort_values(["first", "bulletin", "bulletin_id", "gravity", "discrepancy_id"])
    return conform(named, COMPARISON)


def _quotes(rows: pd.DataFrame, side: str, texts: Mapping[str, str]) -> pd.Series:
    spans = rows[["bulletin_id", f"{side}_start", f"{side}_end"]]
    quotes = [quote(texts[bulletin], start, end) for bulletin, start, end in records(spans)]
    return pd.Series(quotes, index=rows.index, dtype="str")
