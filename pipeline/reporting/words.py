"""Findings in words: each function takes tidy frames and returns Chinese sentences with the numbers in them.

What the units say of themselves is marked 单位自报; a share never stands without its counts and its interval.
"""

from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.analysis.findings import records
from pipeline.reporting.charts import FEW
from pipeline.reporting.percent import percent

MARK = "【单位自报】"
LEGEND = f"n 为说明了状态的问题数，不足 {FEW} 的画空心点；区间为 Wilson 95% 区间。"
MOST = 4  # groups told one by one in a sentence


def moment(started: str) -> str:
    """Say when a run began, by the clock of the machine that ran it.

    >>> moment("2026-11-22T16:27:11+08:00")
    '2026-11-22 16:27（UTC+08:00）'
    """
    when = datetime.fromisoformat(started)
    return f"{when:%Y-%m-%d %H:%M}（{when:%Z}）"


def share(row: Any) -> str:  # noqa: ANN401  # a row of findings.COMPLETION as `records` gives it
    """Say a completion rate with its counts and interval; what cannot be said is said to be so.

    >>> from pipeline.analysis.completion import completion
    >>> issues = pd.DataFrame({"bulletin_id": "b", "kind": "issue", "status": ["done"] * 16 + ["in_progress"] * 3})
    >>> share(next(records(completion(issues))))
    '84%（16/19，95%区间 62%–94%）'
    """
    if pd.isna(row.rate):
        return f"无法计算（{row.listed} 条均未说明状态）" if row.listed else "无法计算（没有条目）"
    return f"{percent(row.rate)}（{row.done}/{row.stated}，95%区间 {percent(row.low)}–{percent(row.high)}）"


def source(bulletins: pd.DataFrame) -> str:
    """Say what a figure is drawn from and of which days: the line under it.

    >>> import datetime
    >>> source(pd.DataFrame({"feedback_date": [datetime.date(2021, 2, 23), None]}))
    '资料来源：2 份公开整改通报（单位自报），反馈日期 2021-02-23（1 份未写明）。'
    """
    days = bulletins["feedback_date"].dropna().map(str)
    span = " 至 ".join(sorted({min(days)[:10], max(days)[:10]})) if len(days) else "均未写明"
    unknown = len(bulletins) - len(days)
    missing = f"（{unknown} 份未写明）" if unknown and len(days) else ""
    return f"资料来源：{len(bulletins)} 份公开整改通报（单位自报），反馈日期 {span}{missing}。"


def scope(bulletins: pd.DataFrame, issues: pd.DataFrame, measures: pd.DataFrame) -> str:
    """Say how much the ledger holds."""
    if bulletins.empty:
        return "台账里没有一份整改通报，以下各节都无从统计。先运行 zhenggai build，或放宽单位与年份的范围。"
    kinds = issues["kind"].value_counts()
    units = pd.concat([bulletins["unit_id"], issues["unit_id"]]).nunique()
    years = sorted(int(year) for year in bulletins["year"].dropna().unique())
    unnamed = int(bulletins["unit_id"].isna().sum())
    return (
        f"台账收录 {len(bulletins)} 份通报、{units} 个单位"
        + (f"（{unnamed} 份通报看不出单位）" if unnamed else "")
        + (f"，{_range(years)} 年" if years else "，年份均不明")
        + f"；列出反馈问题 {kinds.get('issue', 0)} 条、意见建议 {kinds.get('suggestion', 0)} 条，"
        f"整改措施 {len(measures)} 条。"
    )


def coverage(covered: pd.DataFrame) -> str:
    """Say how many files were read and what became of the others.

    >>> from pipeline.analysis.coverage import cover
    >>> coverage(cover(pd.DataFrame({"status": ["read", "read", "failed"]})))
    '找到 3 个文件：已读取 2 个，读取失败 1 个。'
    """
    total = covered["files"].sum()
    if not total:
        return "没有找到任何文件，不知道读取情况。"
    told = [f"{row.label} {row.files} 个" for row in records(covered) if row.files]
    return f"找到 {total} 个文件：{'，'.join(told)}。"


def coverage_title(covered: pd.DataFrame) -> str:
    """Say the share that was read in one line."""
    files = covered.set_index("status")["files"]
    return f"{files.sum()} 个文件中 {files['read']} 个读成通报"


def comparison(compared: pd.DataFrame) -> str:
    """Say how often the bulletins' own figures agree with their items."""
    if compared.empty:
        return "没有可以核对的数字：通报没有写出总数，或没有逐条列出。"
    verdicts = compared["verdict"].value_counts()
    told = [
        f"{verdicts[verdict]} 处{words}"
        for verdict, words in (("agrees", "一致"), ("differs", "不一致"), ("uncertain", "存疑"))
        if verdict in verdicts
    ]
    aside = int(verdicts.get("not_assessable", 0))
    differing = compared[compared["verdict"] == "differs"]
    grave = int((differing["severity"] == "major").sum())
    return (
        (f"可以核对 {len(compared) - aside} 处：{'，'.join(told)}。" if told else "")
        + (f"{'另' if told else ''}有 {aside} 处通报写了数字，却没有内容可以核对。" if aside else "")
        + (
            f"不一致的涉及 {differing['bulletin_id'].nunique()} 份通报，其中 {grave} 处会影响完成率。"
            if len(differing)
            else ""
        )
        + "这里只并列两个数字，不替通报改正。"
    )


def comparison_title(compared: pd.DataFrame) -> str:
    """Say in one line how many figures differ, out of those that do not agree."""
    differing = compared[compared["verdict"] == "differs"]
    if differing.empty:
        return f"{len(compared)} 处总数与逐条统计存疑，没有不一致"
    return f"{differing['bulletin_id'].nunique()} 份通报有 {len(differing)} 处总数与逐条统计不一致"


def completion(total: pd.DataFrame) -> str:
    """Say the completion rate of all items together, what it leaves out, and what it does not mean."""
    row = next(records(total))
    if pd.isna(row.rate):
        return f"{MARK}自报完成率{share(row)}。"
    parts = [f"正在推进 {row.in_progress} 条", f"未启动 {row.not_started} 条"]
    return (
        f"{MARK}{row.bulletins} 份通报列出问题 {row.listed} 条，其中 {row.stated} 条说明了整改状态，"
        f"自报完成率 {share(row)}；已完成的问题中 {row.done_ongoing} 条称长期坚持，{'，'.join(parts)}。"
        + (f"另有 {row.not_stated} 条未说明状态，不计入完成率，也不当作未完成。" if row.not_stated else "")
        + "自报不等于核实。"
        + ("同一通报的问题彼此相关，多份通报合计的实际不确定性大于所列区间。" if row.bulletins > 1 else "")
    )


def groups(grouped: pd.DataFrame, kind: str) -> str:
    """Say the completion rates of several groups, and whether their intervals tell them apart.

    Parameters
    ----------
    grouped
        In the columns of `findings.COMPLETION`.
    kind
        What a group is, with its measure word: 个单位, 个主题, 个年份.
    """
    rated = grouped.dropna(subset="rate")
    silent = grouped[grouped["rate"].isna()]
    if grouped.empty:
        return f"没有{kind[1:]}可以比较。"
    if rated.empty:
        return f"{MARK}{len(grouped)} {kind}的问题都没有说明整改状态，无法计算完成率。"
    few = rated[rated["stated"] < FEW]
    return (
        f"{MARK}{_tell(rated, kind)}"
        + (f"{_verdict(rated)}。" if len(rated) > 1 else f"只有一{kind}有完成率，无从比较。")
        + _apart(rated)
        + (f"{_names(few)}不足 {FEW} 条，区间很宽。" if len(few) else "")
        + (f"{_names(silent)}未说明状态，不计算。" if len(silent) else "")
    )


def groups_title(grouped: pd.DataFrame, kind: str) -> str:
    """Say in one line what the chart of completion rates shows."""
    rated = grouped.dropna(subset="rate")
    if rated.empty:
        return f"{len(grouped)} {kind}都没有说明整改状态"
    if len(rated) == 1:
        row = next(records(rated))
        return f"{row.label}：自报完成率 {share(row)}"
    low, high = rated["rate"].min(), rated["rate"].max()
    span = f"在 {percent(low)} 与 {percent(high)} 之间" if high > low else f"都是 {percent(low)}"
    return f"{len(rated)} {kind}自报完成率{span}，{_verdict(rated)}"


def composition_title(grouped: pd.DataFrame) -> str:
    """Say in one line how much of what is listed has a stated status."""
    listed, silent = grouped["listed"].sum(), grouped["not_stated"].sum()
    if silent:
        return f"{listed} 条问题中 {silent} 条未说明整改状态"
    done = grouped["done"].sum()
    return f"{listed} 条问题都说明了整改状态，{done} 条称已完成"


def _tell(rated: pd.DataFrame, kind: str) -> str:
    """Tell a few groups one by one, of many the lowest and the highest."""
    if len(rated) <= MOST:
        return "；".join(f"{row.label}：{share(row)}" for row in records(rated)) + "。"
    low, high = records(rated.loc[[rated["rate"].idxmin(), rated["rate"].idxmax()]])
    return f"{len(rated)} {kind}中，最低的是{low.label}，{share(low)}；最高的是{high.label}，{share(high)}。"


def _verdict(rated: pd.DataFrame) -> str:
    """Say whether all intervals have a point in common."""
    overlap = rated["low"].max() <= rated["high"].min()
    return "区间相互重叠，差别可能出于偶然" if overlap else "有的区间互不重叠"


def _apart(rated: pd.DataFrame) -> str:
    """Name the two groups whose intervals are farthest apart, if any are."""
    low, high = records(rated.loc[[rated["high"].idxmin(), rated["low"].idxmax()]])
    if low.high >= high.low:
        return ""
    many = "，但比较的组多，总有碰巧拉开的" if len(rated) > MOST else ""
    return (
        f"相距最远的是{low.label}（{percent(low.low)}–{percent(low.high)}）"
        f"与{high.label}（{percent(high.low)}–{percent(high.high)}）{many}。"
    )


def _names(frame: pd.DataFrame) -> str:
    more = "等" if len(frame) > MOST else ""
    return "、".join(frame["label"].head(MOST)) + more


def _range(years: list[int]) -> str:
    return f"{years[0]}" if len(years) == 1 else f"{years[0]}–{years[-1]}"
