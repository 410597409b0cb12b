"""Findings about themes in words: each function takes tidy frames and returns Chinese sentences with the numbers in them."""

from typing import Any

import pandas as pd

from pipeline.analysis.discovery import LEAST, STABLE
from pipeline.analysis.evaluation import Measured
from pipeline.analysis.findings import records
from pipeline.analysis.interval import wilson
from pipeline.analysis.mix import is_core
from pipeline.reporting.charts import FEW
from pipeline.reporting.percent import percent
from pipeline.themes.evaluate import OURS, expected_calibration_error
from pipeline.themes.rivals import RIVALS

NOTHING = "没有条目，主题无从统计。先运行 zhenggai build，或放宽单位与年份的范围。"
TOLD = 3  # themes told one by one


def overview(issues: pd.DataFrame) -> str:
    """Say how many items there are, how many have several themes, and how many a person should look at.

    >>> overview(pd.DataFrame({"themes": [["财务"], ["党建", "财务"]], "review": [False, True]}))
    '2 条反馈问题和意见建议都有一个主要主题，其中 1 条另属别的主题；1 条待复核（50%，95%区间 9%–91%）。'
    """
    if issues.empty:
        return NOTHING
    several = int((issues["themes"].map(len) > 1).sum())
    return (
        f"{len(issues)} 条反馈问题和意见建议都有一个主要主题，其中 {several} 条另属别的主题；"
        f"{int(issues['review'].sum())} 条待复核（{_share(int(issues['review'].sum()), len(issues))}）。"
    )


def mix(shares: pd.DataFrame) -> str:
    """Say which themes are met most over all groups together, and what the core ones come to.

    Parameters
    ----------
    shares
        In the columns of `findings.THEME_SHARE`, of one row over all.
    """
    total = int(shares["items"].max()) if len(shares) else 0
    if not total:
        return "没有反馈问题，谈不上构成。"
    most = shares.sort_values("primary", ascending=False, kind="stable").head(TOLD)
    told = "、".join(f"{row.theme} {percent(row.rate)}（{row.primary} 条）" for row in records(most))
    core = int(shares.loc[shares["theme"].map(is_core), "primary"].sum())
    return f"{total} 条反馈问题中最多的是{told}；核心五个主题合计 {core} 条（{_share(core, total)}）。"


def differences(shares: pd.DataFrame, kind: str) -> str:
    """Say in which themes the groups differ by more than chance may do.

    Parameters
    ----------
    shares
        In the columns of `findings.THEME_SHARE`; groups with few items are left out.
    kind
        What a group is, with its measure word: 个单位, 个年份.
    """
    large = shares[shares["items"] >= FEW]
    groups = large["label"].nunique()
    if groups < 2:
        return f"不足两{kind}有 {FEW} 条以上的问题，构成无从比较。"
    apart = [pair for _, theme in large.groupby("theme", sort=False) if (pair := _farthest(theme)) is not None]
    if not apart:
        return f"{groups} {kind}相比，每个主题的占比区间都相互重叠，构成的差别可能出于偶然。"
    told = "；".join(
        f"{low.theme}：{low.label} {percent(low.rate)}（{percent(low.low)}–{percent(low.high)}），"
        f"{high.label} {percent(high.rate)}（{percent(high.low)}–{percent(high.high)}）"
        for low, high in apart
    )
    return f"{groups} {kind}相比，占比区间互不重叠的主题有 {len(apart)} 个——{told}。比较的次数多，总有碰巧拉开的。"


def mix_title(shares: pd.DataFrame, kind: str) -> str:
    """Say in one line what the figure of a mix shows."""
    large = shares[shares["items"] >= FEW]
    groups = large["label"].nunique()
    if groups < 2:
        return "主题构成"
    apart = [theme for theme, rows in large.groupby("theme", sort=False) if _farthest(rows) is not None]
    if not apart:
        return f"{groups} {kind}的主题构成，差别可能出于偶然"
    return (
        f"{groups} {kind}的主题构成：{'、'.join(map(str, apart[:TOLD]))}{'等' if len(apart) > TOLD else ''}的占比相差大"
    )


def confidence_title(binned: pd.DataFrame) -> str:
    """Say in one line how many items the classifier is sure of."""
    total, top = int(binned["items"].sum()), int(binned["items"].head(1).sum())
    return f"{total} 条中 {top} 条把握在九成以上，{int(binned['review'].sum())} 条待复核"


def doubt(by_theme: pd.DataFrame) -> str:
    """Say which theme has the largest share of items to be reviewed, and whether that is more than chance."""
    if by_theme.empty:
        return "没有条目，没有可复核的。"
    if not by_theme["review"].sum():
        return f"{int(by_theme['items'].sum())} 条都不必复核。"
    most = next(records(by_theme.sort_values(["rate", "items"], ascending=False, kind="stable").head(1)))
    overlap = by_theme["low"].max() <= by_theme["high"].min()
    return (
        f"待复核占比最大的主题是{most.label}：{percent(most.rate)}（{most.review}/{most.items}，95%区间 "
        f"{percent(most.low)}–{percent(most.high)}）。"
        + ("各主题的区间相互重叠，差别可能出于偶然。" if overlap else "有的主题区间互不重叠。")
    )


def doubt_title(by_theme: pd.DataFrame) -> str:
    """Say in one line how many items are to be reviewed."""
    review, total = int(by_theme["review"].sum()), int(by_theme["items"].sum())
    themes = int((by_theme["review"] > 0).sum())
    return f"{total} 条中 {review} 条待复核，分属 {themes} 个主题" if review else f"{total} 条都不必复核"


def discovery(found: pd.DataFrame) -> str:
    """Say what became of the doubtful items when they were grouped, none left uncounted.

    Parameters
    ----------
    found
        From `analysis.discovery.discover`.
    """
    counts = found.attrs["counts"]
    if not counts["items"]:
        return "没有条目，没有可归并的。"
    if not counts["doubtful"]:
        return f"{counts['items']} 条里没有拿不准的，主题方案漏了什么，从这里看不出来。"
    parts = [
        f"{counts['proposed']} 条归成 {len(found)} 组，列在下面" if len(found) else "没有一组够大又够稳定",
        f"{counts['alone']} 条与别的说法都不相近，或组里不足 {LEAST} 条" if counts["alone"] else "",
        f"{counts['unstable']} 条所在的 {counts['unstable_groups']} 组不稳定（低于 {STABLE}）"
        if counts["unstable"]
        else "",
        f"{counts['wordless']} 条除了套话没有别的词" if counts["wordless"] else "",
        f"{counts['beyond']} 条太多，没有归并" if counts["beyond"] else "",
    ]
    return (
        f"{counts['items']} 条中拿不准的有 {counts['doubtful']} 条：{'；'.join(filter(None, parts))}。"
        "这些只是给人看的建议，主题方案没有改动。"
    )


def evaluation(measured: Measured) -> list[str]:
    """Say how often the classifier is right, a sentence a set of statements, beside the best of the usual ways."""
    if measured.reason:
        return [measured.reason]
    return [_evaluated(data, methods, measured) for data, methods in measured.methods.groupby("data", sort=False)]


def _evaluated(data: object, methods: pd.DataFrame, measured: Measured) -> str:
    ours = next(records(methods[methods["method"] == OURS]))
    rival = next(records(methods[methods["method"].isin(RIVALS)].nlargest(1, "primary")))
    calibration = measured.calibration[measured.calibration["data"] == data]
    answered = measured.answered[measured.answered["data"] == data]
    half = next(records(answered.nsmallest(1, "covered")))
    return (
        f"{data} {ours.n} 条：主要主题判对 {ours.primary:.1%}（95%区间 {ours.primary_low:.1%}–{ours.primary_high:.1%}），"
        f"宏平均 F1 {ours.macro:.3f}，核心五类 {ours.core:.3f}；常见方法中最好的是{rival.method}，{rival.primary:.1%}。"
        f"把握的校准误差（ECE）{expected_calibration_error(calibration):.3f}；"
        f"只答最有把握的 {percent(half.covered)}，判对 {half.right:.1%}。"
    )


def reliability_title(calibration: pd.DataFrame) -> str:
    """Say in one line how far confidence and truth lie apart."""
    if calibration.empty:
        return "把握与正确率"
    return f"把握与实际正确率平均相差 {expected_calibration_error(calibration):.1%}"


def _share(part: int, whole: int) -> str:
    low, high = wilson(part, whole) or (0.0, 1.0)
    return f"{percent(part / whole)}，95%区间 {percent(low)}–{percent(high)}"


def _farthest(theme: pd.DataFrame) -> tuple[Any, Any] | None:
    """Give the two groups whose intervals of a theme's share lie farthest apart; None where all have a point in common."""
    low, high = records(theme.loc[[theme["high"].idxmin(), theme["low"].idxmax()]])
    return (low, high) if low.high < high.low else None
