"""Findings about recurrence in words, and the items that are alike side by side."""

from html import escape
from typing import Any

import pandas as pd

from pipeline.analysis.explicit import KINDS
from pipeline.analysis.findings import records
from pipeline.ledger.schema import STATUSES
from pipeline.reporting.display import Html, Rows
from pipeline.reporting.percent import percent
from pipeline.reporting.places import address
from pipeline.reporting.tables import left_out, link, note, quote, to_csv

TOLD = 3  # common weaknesses told one by one


def rates(every: pd.DataFrame) -> str:
    """Say how many items came back, of all and of those that were reported done.

    Parameters
    ----------
    every
        In the columns of `analysis.recurrence.RATES`, all together: a row of each basis.

    Examples
    --------
    >>> from pipeline.analysis.recurrence import RATES
    >>> rates(pd.DataFrame([{"basis": "all", "followed": 0}, {"basis": "done", "followed": 0}]))
    '没有一个单位有两轮以上的通报，跨轮重复无从统计。'
    """
    rows = {row.basis: row for row in records(every)}
    if not rows["all"].followed:
        return "没有一个单位有两轮以上的通报，跨轮重复无从统计。"
    told = (
        f"{rows['all'].units} 个单位有两轮以上的通报，其中前几轮的问题 {rows['all'].followed} 条，"
        f"后来又有相近问题的 {rows['all'].recurred} 条，占 {_share(rows['all'])}。"
    )
    if not rows["done"].followed:
        return told + "其中没有自报已完成的问题。"
    return told + (
        f"自报已完成的 {rows['done'].followed} 条中，后来又有相近问题的 {rows['done'].recurred} 条，"
        f"占 {_share(rows['done'])}。相近由程序判定，是否同一问题请看原文。"
    )


def rates_title(grouped: pd.DataFrame, kind: str) -> str:
    """Say in one line how the shares of several groups differ.

    Parameters
    ----------
    grouped
        In the columns of `analysis.recurrence.RATES`, of one basis.
    kind
        What a group is, with its measure word: 个单位, 个主题.
    """
    rated = grouped.dropna(subset="rate")
    if len(rated) < 2:
        return f"只有{len(rated)}{kind}可以统计重复"
    low, high = rated["rate"].min(), rated["rate"].max()
    overlap = rated["low"].max() <= rated["high"].min()
    verdict = "区间相互重叠，差别可能出于偶然" if overlap else "有的区间互不重叠"
    return f"{len(rated)} {kind}的重复率在 {percent(low)} 与 {percent(high)} 之间，{verdict}"


def chains(found: pd.DataFrame) -> str:
    """Say how many weaknesses came back, and how many more than once.

    >>> chains(pd.DataFrame(columns=["chain", "step", "unit_id", "after_done"]))
    '没有发现跨轮的相近问题。'
    """
    if found.empty:
        return "没有发现跨轮的相近问题。"
    longest = found.groupby("chain")["step"].max()
    return (
        f"{found['unit_id'].nunique()} 个单位有 {len(longest)} 个问题在后来的轮次里又有相近的问题，"
        f"其中 {int((longest > 1).sum())} 个不止一次；{int(found['after_done'].sum())} 次发生在自报已完成之后。"
    )


def chains_title(found: pd.DataFrame) -> str:
    """Say in one line what the chart of chains shows."""
    return f"{found['chain'].nunique()} 个问题跨轮重复，{int(found['after_done'].sum())} 次在自报已完成之后"


def explicit(words: pd.DataFrame) -> str:
    """Say how often items say themselves that a weakness is still there or has come back.

    >>> explicit(pd.DataFrame(columns=["in_problem", "kind", "issue_id"]))
    '没有一条问题明说依然存在、反弹或上轮已指出。'
    """
    told = words[words["in_problem"].astype("bool")] if len(words) else words
    if told.empty:
        return "没有一条问题明说依然存在、反弹或上轮已指出。"
    counts = told["kind"].value_counts()
    kinds = "，".join(f"{KINDS[kind]} {counts[kind]} 处" for kind in KINDS if kind in counts)
    return f"{told['issue_id'].nunique()} 条问题明说没有根治：{kinds}。另有 {len(words) - len(told)} 处在整改措施或成效里说到。"


def common(found: pd.DataFrame) -> str:
    """Say which weaknesses most units have.

    >>> common(pd.DataFrame())
    '没有几个单位共有的问题。'
    """
    if found.empty:
        return "没有几个单位共有的问题。"
    told = "；".join(f"“{row.label}”{row.units} 个单位，{_share(row)}" for row in records(found.head(TOLD)))
    return (
        f"{found['all_units'].iloc[0]} 个单位中，有 {len(found)} 类问题为几个单位所共有。最多的是{told}。"
        "类名取自问题自己的用词。"
    )


def common_title(found: pd.DataFrame) -> str:
    """Say in one line which weakness most units have."""
    row = next(records(found), None)
    return f"“{row.label}”见于 {row.all_units} 个单位中的 {row.units} 个" if row else "没有共性问题"


def cards(found: pd.DataFrame, *, limit: int = 30) -> Html:
    """Show what came back, both statements as printed with status, likeness and place.

    Parameters
    ----------
    found
        In the columns of `analysis.recurrence.CHAINS`.
    limit
        How many at most; how many are left out is said below.
    """
    if found.empty:
        return note("没有发现跨轮的相近问题。")
    shown = []
    for row in records(found.head(limit)):
        others = f"<p>{_others(row.others)}</p>" if pd.notna(row.others) else ""
        shown.append(
            f'<article class="contradiction"><h4>{escape(str(row.unit_name))} · {escape(row.theme)}'
            f"<small>{row.earlier_year}→{row.later_year} · 相似度 {row.similarity:.2f}"
            f"{' · 自报已完成后重复' if row.after_done else ''}</small></h4>"
            f"{_quote(row, 'earlier')}{_quote(row, 'later')}{others}</article>"
        )
    return Rows("".join(shown) + left_out(len(found), limit, "处"), to_csv(found), len(found))


def _quote(row: Any, side: str) -> str:  # noqa: ANN401  # a row of CHAINS as `records` gives it
    bulletin, start, end = (getattr(row, f"{side}_{name}") for name in ("bulletin", "start", "end"))
    said = f"{getattr(row, f'{side}_year')}，{STATUSES[getattr(row, f'{side}_status')]}"
    return quote(getattr(row, f"{side}_statement"), said, address(bulletin, start, end))


def _others(issues: str) -> str:
    """Lead to further items of the later round, told by their ids."""
    places = [address(issue.partition("-")[0], issue=issue) for issue in issues.split("、")]
    links = "、".join(map(link, places))
    return f"同轮另有 {len(places)} 条相近：{links}"


def _share(row: Any) -> str:  # noqa: ANN401  # a row with rate, low, high
    return f"{percent(row.rate)}（95%区间 {percent(row.low)}–{percent(row.high)}）"
