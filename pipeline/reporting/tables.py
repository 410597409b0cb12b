"""Tables and sentences for a page: HTML in which every text from a bulletin is escaped."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from pipeline.analysis.findings import records
from pipeline.reporting.display import Html
from pipeline.reporting.labels import headings, in_words
from pipeline.reporting.percent import percent

MISSING = "—"
SHARES = frozenset({"rate", "low", "high", "share"})


def say(*sentences: str) -> Html:
    """Show findings: one paragraph a sentence, set apart from the prose that is the same in every report."""
    return Html("".join(f'<p class="finding">{escape(sentence)}</p>' for sentence in sentences))


def note(sentence: str) -> Html:
    """Show a remark in small letters."""
    return Html(f'<p class="note">{escape(sentence)}</p>')


def show(
    frame: pd.DataFrame,
    columns: Sequence[str] | None = None,
    *,
    limit: int = 50,
    empty: str = "没有可列的数据，本表从略。",
) -> Html:
    """Show rows as a table with Chinese headings; missing is —, a share a percentage, numbers stand to the right.

    Parameters
    ----------
    frame
        From `analysis`, or a table of the ledger.
    columns
        Which to show, in this order; all where none are named.
    limit
        How many rows at most; how many are left out is said below.
    empty
        What to say where there are no rows.
    """
    if frame.empty:
        return note(empty)
    chosen = frame if columns is None else frame[list(columns)]
    classes = [_class(chosen[column]) for column in chosen.columns]
    head = "".join(
        f"<th{kind}>{escape(label)}</th>" for label, kind in zip(headings(chosen).values(), classes, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{escape(_cell(column, value))}</td>"
            for column, kind, value in zip(chosen.columns, classes, row, strict=True)
        )
        + "</tr>"
        for row in records(in_words(chosen.head(limit)))
    )
    return Html(
        f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        + _left_out(len(frame), limit)
    )


def contradictions(compared: pd.DataFrame, *, limit: int = 50) -> Html:
    """Show what bulletins say two ways, each with both figures and the words of the bulletin.

    Parameters
    ----------
    compared
        In the columns of `findings.COMPARISON`; all its rows are shown, up to `limit`.
    """
    if compared.empty:
        return note("没有不一致或存疑之处。")
    cards = []
    for row in records(in_words(compared.head(limit))):
        counted = pd.notna(row.declared) and pd.notna(row.listed)
        figures = f"：{row.declared:g} 对 {row.listed:g}" if counted else ""
        quotes = "".join(
            f"<blockquote>{escape(quote)}<cite>{side}</cite></blockquote>"
            for quote, side in (
                (row.declared_quote, "通报所称"),
                (row.listed_quote, "逐条从这里数起" if counted else "条目原文"),
            )
            if pd.notna(quote)
        )
        cards.append(
            f'<article class="contradiction"><h4>{escape(row.bulletin)} · {escape(row.compared)}{figures}'
            f"<small>{escape(row.verdict)} · {escape(row.severity)}</small></h4>"
            f"<p>{escape(row.message)}</p>{quotes}<code>{escape(row.discrepancy_id)}</code></article>"
        )
    return Html("".join(cards) + _left_out(len(compared), limit))


def _class(column: pd.Series) -> str:
    """Numbers stand to the right; days and short words stay on one line."""
    if pd.api.types.is_numeric_dtype(column) and column.name != "year":
        return ' class="number"'
    short = pd.api.types.is_datetime64_any_dtype(column) or column.name in {"year", "status", "verdict", "kind"}
    return ' class="short"' if short else ""


def _cell(column: str, value: Any) -> str:  # noqa: ANN401  # whatever a frame may hold
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value)) or MISSING
    if pd.isna(value):
        return MISSING
    if column in SHARES and isinstance(value, float):
        return percent(value)
    if isinstance(value, float):
        return f"{value:,.12g}"
    return str(value)[:10] if isinstance(value, date) else str(value)


def _left_out(rows: int, limit: int) -> str:
    more = rows - limit
    return f'<p class="note">只列前 {limit} 行，另有 {more} 行见同名 CSV 或台账。</p>' if more > 0 else ""
