"""Cards for a page: what stands in two places of the bulletins, side by side, each leading to its characters."""

from html import escape

import pandas as pd

from pipeline.analysis.copies import LIKENESS, SCOPES
from pipeline.analysis.findings import records
from pipeline.reporting.display import Html, Rows
from pipeline.reporting.percent import percent
from pipeline.reporting.places import address
from pipeline.reporting.tables import left_out, note, quote, to_csv


def copied(found: pd.DataFrame, *, limit: int = 40) -> Html:
    """Show measures that stand in two items, both as printed, with the place of each.

    Parameters
    ----------
    found
        In the columns of `analysis.copies.COPIES`.
    limit
        How many at most; how many are left out is said below.
    """
    if found.empty:
        return note("没有相同的措施。")
    cards = []
    for row in records(found.head(limit)):
        here = address(row.bulletin_id, row.text_start, row.text_end)
        there = address(row.source_bulletin_id, row.source_start, row.source_end)
        cards.append(
            f'<article class="contradiction"><h4>第 {row.family} 组 · {escape(SCOPES[row.scope])}'
            f"<small>{escape(LIKENESS[row.likeness])} · {row.characters} 字，占该条措施 {percent(row.share)}</small></h4>"
            f"{quote(row.source_text, f'{row.source_bulletin}，第 {row.source_n} 条', there)}"
            f"{quote(row.text, f'{row.bulletin}，第 {row.n} 条', here)}</article>"
        )
    return Rows("".join(cards) + left_out(len(found), limit, "处"), to_csv(found), len(found))
