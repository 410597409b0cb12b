"""Tables and sentences for a page: HTML in which every text from a bulletin is escaped."""

import json
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from pipeline.analysis.findings import records
from pipeline.records import Evidence
from pipeline.reporting.display import Html, Rows
from pipeline.reporting.labels import headings, in_words, word
from pipeline.reporting.percent import percent
from pipeline.reporting.places import address, find_places
from pipeline.themes.ask import Judgement

MISSING = "—"
SHARES = frozenset(
    [
        "rate",
        "low",
        "high",
        "share",
        "declared_rate",
        "clustered_low",
        "clustered_high",
        "low_95",
        "high_95",
        "low_998",
        "high_998",
        "steady",
    ]
)


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

    A row that comes from a place in a bulletin leads there (see `places.find_places`), whether or not the columns that
    tell the place are shown. All rows are given as CSV too, which the runner puts into `tables/`.

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
    places = find_places(frame.head(limit))
    linked = any(places)
    classes = [_class(chosen[column]) for column in chosen.columns]
    head = "".join(
        f"<th{kind}>{escape(label)}</th>" for label, kind in zip(headings(chosen).values(), classes, strict=True)
    )
    head += f'<th class="short">{word("原文")}</th>' * linked
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{escape(_cell(column, value))}</td>"
            for column, kind, value in zip(chosen.columns, classes, row, strict=True)
        )
        + f'<td class="short">{link(place)}</td>' * linked
        + "</tr>"
        for row, place in zip(records(in_words(chosen.head(limit))), places, strict=True)
    )
    return Rows(
        f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        + left_out(len(frame), limit),
        to_csv(chosen),
        len(frame),
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
            quote(words, side, place)
            for words, side, place in (
                (row.declared_quote, "通报所称", address(row.bulletin_id, row.declared_start, row.declared_end)),
                (
                    row.listed_quote,
                    "逐条从这里数起" if counted else "条目原文",
                    address(row.bulletin_id, row.listed_start, row.listed_end),
                ),
            )
            if pd.notna(words)
        )
        cards.append(
            f'<article class="contradiction"><h4>{escape(row.bulletin)} · {escape(row.compared)}{figures}'
            f"<small>{escape(row.verdict)} · {escape(row.severity)}</small></h4>"
            f"<p>{escape(row.message)}</p>{quotes}<code>{escape(row.discrepancy_id)}</code></article>"
        )
    return Rows("".join(cards) + left_out(len(compared), limit), to_csv(compared), len(compared))


def to_csv(frame: pd.DataFrame) -> str:
    r"""Write a frame as CSV with Chinese headings; whole numbers without a point, missing as nothing.

    >>> frame = pd.DataFrame({"label": ["甲", "乙"], "rate": [0.5, None]})
    >>> frame.attrs["labels"] = {"label": "名称", "rate": "自报完成率"}
    >>> to_csv(frame)
    '名称,自报完成率\n甲,0.5\n乙,\n'
    """
    named = in_words(frame).convert_dtypes().rename(columns=headings(frame))
    return named.to_csv(index=False, lineterminator="\n")


def link(place: str | None) -> str:
    """Lead to the source view."""
    return MISSING if place is None else f'<a class="place" href="{escape(place)}">对照</a>'


def quote(words: str, said: str, place: str | None) -> str:
    """Show the words of a bulletin, what they are, and the way to their place."""
    return f"<blockquote>{escape(words)}<cite>{escape(said)} {link(place)}</cite></blockquote>"


def decisions(issues: pd.DataFrame, *, limit: int = 20, empty: str = "没有可列的条目。") -> Html:
    """Show items with the words that decided on their themes marked in colour, and where each item stands.

    Parameters
    ----------
    issues
        Rows of table `issues` of the ledger, and a column `bulletin` with the name of their bulletin.
    limit
        How many at most; how many are left out is said below.
    empty
        What to say where there are none.
    """
    if issues.empty:
        return note(empty)
    cards = []
    for row in records(issues.head(limit)):
        judgement, beside = _judgement(row)
        said = "；".join(f"{'、'.join(beside[theme])} → {theme}" for theme in row.themes if theme in beside)
        cards.append(
            f'<article class="item">{judgement._repr_html_()}'
            + (f"<p>还听了上下文：{escape(said)}</p>" if said else "")
            + f"<cite>{escape(row.bulletin)}，序号 {escape(row.n)} "
            + f"{link(address(row.bulletin_id, row.statement_start, row.statement_end))}</cite></article>"
        )
    told = issues[["issue_id", "unit_name", "year", "n", "statement", "themes", "confidence", "review"]]
    return Rows("".join(cards) + left_out(len(issues), limit), to_csv(_joined(told)), len(issues))


def proposals(found: pd.DataFrame, *, limit: int = 12) -> Html:
    """Show groups of doubtful items, each with its words, size, stability, present themes and examples.

    Parameters
    ----------
    found
        In the columns of `findings.PROPOSALS`.
    limit
        How many at most; how many are left out is said below.
    """
    if found.empty:
        return note("没有够大又够稳定的组，不提建议。")
    cards = []
    for row in records(found.head(limit)):
        quotes = "".join(
            quote(example, source, address(issue.rpartition("-")[0], issue=issue))
            for example, source, issue in zip(row.examples, row.sources, row.issue_ids, strict=False)
        )
        cards.append(
            f'<article class="contradiction"><h4>{escape(row.name)}<small>{row.items} 条 · {row.bulletins} 份通报 · '
            f"稳定度 {row.stability:.2f}</small></h4><p>现有主要主题：{escape(row.themes)}。台账里说法相近的有 "
            f"{row.alike} 条，其中 {row.doubtful} 条拿不准。</p>{quotes}</article>"
        )
    return Rows("".join(cards) + left_out(len(found), limit), to_csv(_joined(found)), len(found))


def _joined(frame: pd.DataFrame) -> pd.DataFrame:
    """Write lists as words with marks between them."""
    lists = [column for column in frame.columns if frame[column].map(lambda cell: isinstance(cell, list)).any()]
    return frame.assign(**{column: frame[column].map("；".join) for column in lists})


def _judgement(row: Any) -> tuple[Judgement, dict[str, list[str]]]:  # noqa: ANN401  # a row of the table issues
    """Make the judgement of an item of the ledger, and give the words from beside its statement by their theme.

    Words of a theme that the item no longer has, since a person decided otherwise, are left out.
    """
    inside: list[Evidence] = []
    beside: dict[str, list[str]] = {}
    for found in json.loads(row.evidence):
        theme, word = found["theme"], found["word"]
        start, end = (place - row.statement_start for place in found["span"])
        if start >= 0 and row.statement[start:end] == word:
            inside.append(Evidence(theme, word, found["weight"], (start, end)))
        elif word not in beside.setdefault(theme, []):
            beside[theme].append(word)
    said = tuple(row.themes)
    kept = tuple(word for word in inside if word.theme in said)
    return Judgement(row.statement, said, row.primary, row.confidence, kept, row.review), beside


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


def left_out(rows: int, limit: int, counted: str = "行") -> str:
    """Say how many of so many rows are not shown, if any."""
    more = rows - limit
    return (
        f'<p class="note">只列前 {limit} {counted}，另有 {more} {counted}见 tables 里的 CSV 或台账。</p>'
        if more > 0
        else ""
    )
