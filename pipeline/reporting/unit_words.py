"""Findings about units, promises and substance in words: tidy frames in, Chinese sentences with their numbers out."""

from datetime import date

import pandas as pd

from pipeline.analysis.commitments import PROMISING, UNKNOWN
from pipeline.analysis.copies import COPIED, LEAST, SCOPES
from pipeline.analysis.doubtful import GROUNDS
from pipeline.analysis.findings import records
from pipeline.analysis.pooled import FEWEST
from pipeline.analysis.units import LEAST as LEAST_ITEMS
from pipeline.reporting.percent import percent
from pipeline.reporting.words import MARK, MOST

NOTHING = "没有可说的单位：台账是空的，或者通报都看不出单位。"


def versions(old: pd.DataFrame) -> str:
    """Say how many bulletins are left out since a later version of the same round is there.

    Parameters
    ----------
    old
        From `rounds.versions`.
    """
    if old.empty:
        return "没有同一轮巡察的转载或修订，每份通报都计入。"
    return f"{old['bulletin_id'].nunique()} 份通报是同一轮巡察的另一版（转载或修订），只计最晚公布的一版，以免重复。"


def funnel(placed: pd.DataFrame, kind: str) -> str:
    """Say which groups lie outside the limits, and how many would by chance alone.

    Parameters
    ----------
    placed
        From `funnel.funnel`.
    kind
        What a group is, with its measure word: 个单位, 个主题.
    """
    if placed.empty:
        return f"没有说明了整改状态的{kind[1:]}，无从比较。"
    row = next(records(placed))
    whole = f"{MARK}合计完成率 {percent(row.pooled)}。"
    if len(placed) == 1:
        return f"{whole}只有一{kind}，它就是合计，无从比较。"
    chance = f"仅凭偶然，{len(placed)} {kind}中平均约有 {len(placed) * 0.05:.1f} {kind[0]}落在 95% 界限之外。"
    low = placed[placed["place"].isin(["low_95", "low_998"])]
    high = placed[placed["place"].isin(["high_95", "high_998"])]
    if low.empty and high.empty:
        return f"{whole}{len(placed)} {kind}都在 95% 界限之内：看到的高低，条目多少就能解释。{chance}"
    far = placed[placed["place"].isin(["low_998", "high_998"])]
    return (
        whole
        + (f"低于界限的有 {len(low)} {kind[0]}：{_rates(low)}。" if len(low) else "")
        + (f"高于界限的有 {len(high)} {kind[0]}：{_rates(high)}。" if len(high) else "")
        + (f"其中{_names(far)}在 99.8% 界限之外，难以归于偶然。" if len(far) else "都还在 99.8% 界限之内。")
        + chance
    )


def funnel_title(placed: pd.DataFrame, kind: str) -> str:
    """Say in one line how many groups lie outside the limits."""
    outside = placed[placed["place"] != "inside"]
    if len(placed) == 1:
        return f"只有一{kind}有自报完成率，无从比较"
    if outside.empty:
        return f"{len(placed)} {kind}的自报完成率都在偶然的范围之内"
    return f"{len(placed)} {kind}中 {len(outside)} {kind[0]}的自报完成率超出 95% 界限"


def peers(found: pd.DataFrame, enough: int, few: int) -> str:
    """Say which units are most alike, and how far that can be trusted.

    Parameters
    ----------
    found
        From `units.peers`.
    enough, few
        How many units have a profile, and how many too few items for one.
    """
    left = f"{few} 个单位不足 {LEAST_ITEMS} 条问题，看不出主题构成，不比。" if few else ""
    if found.empty:
        return f"有主题构成的单位只有 {enough} 个，无从找相近单位。{left}"
    best = next(records(found.sort_values("likeness", ascending=False, kind="stable")))
    steady = found[found["steady"] >= 0.5]
    return (
        f"{enough} 个单位之间，主题构成最相近的是{best.label}与{best.peer}（相近度 {best.likeness:.2f}）。"
        f"{len(found)} 对相近关系里，重新抽样后仍过半数落在最近三名的有 {len(steady)} 对；其余的换几条问题就会变。{left}"
    )


def rounds(followed: pd.DataFrame) -> str:
    """Say how many rounds the units have, and how their rates went from the first to the last."""
    if followed.empty:
        return NOTHING
    last = followed.drop_duplicates(["unit_id", "round_n"], keep="last")
    several = last[last.groupby("unit_id")["round_n"].transform("nunique") > 1].dropna(subset="rate")
    ends = several.groupby("unit_id").agg(first=("rate", "first"), last=("rate", "last"), n=("rate", "size"))
    ends = ends[ends["n"] > 1]
    units = followed["unit_id"].nunique()
    if ends.empty:
        return f"{units} 个单位都只有一轮说明了状态的通报，看不出前后变化。"
    up, down = int((ends["last"] > ends["first"]).sum()), int((ends["last"] < ends["first"]).sum())
    return (
        f"{MARK}{units} 个单位中 {len(ends)} 个有两轮以上可比：末轮完成率高于首轮的 {up} 个，低于的 {down} 个，"
        f"相同的 {len(ends) - up - down} 个。每轮只有十几到几十条，区间多半重叠，单看一个单位的升降说明不了什么。"
    )


def rounds_title(followed: pd.DataFrame) -> str:
    """Say in one line what the chart of rounds shows."""
    units, several = followed["unit_id"].nunique(), followed.groupby("unit_id")["round_n"].nunique().gt(1).sum()
    return f"{units} 个单位中 {several} 个有几轮通报，自报完成率逐轮并列"


def promises(followed: pd.DataFrame, day: date) -> str:
    """Say how many promised dates have passed on the day, how many are open, and what the ledger cannot tell.

    Parameters
    ----------
    followed
        From `commitments.follow`.
    day
        The day as of which it was told.
    """
    if followed.empty:
        return "条目里没有写明期限的承诺。"
    if day == UNKNOWN:
        return f"条目里有 {len(followed)} 处期限，但台账没有任何日期，不能说到期与否；请用参数 as_of 给定一天。"
    count = followed["state"].value_counts()
    still = int(sum(count.get(state, 0) for state in PROMISING))
    overdue = followed[followed["state"] == "overdue"]
    told = int(overdue["later"].notna().sum())
    return (
        f"公布时尚未到期的承诺共 {still} 处。截至 {day.isoformat()}，到期而通报里未见完成的 {count.get('overdue', 0)} 处，"
        f"未到期的 {count.get('open', 0)} 处，到期日不明的 {count.get('unclear', 0)} 处，"
        f"到期且条目当时已报完成的 {count.get('reported', 0)} 处。"
        + (
            f"到期的里面，{told} 处之后该单位又有通报，可去核对；{len(overdue) - told} 处之后没有通报，结果不得而知。"
            if len(overdue)
            else ""
        )
        + (f"另有 {count['earlier']} 处期限在公布之前已到，是当时的安排，不算承诺。" if count.get("earlier", 0) else "")
        + "未见完成不等于没有完成。"
    )


def promises_title(followed: pd.DataFrame, day: date) -> str:
    """Say in one line how many promises have passed and how many are open."""
    count = followed["state"].value_counts()
    passed, still = count.get("overdue", 0), count.get("open", 0)
    if day == UNKNOWN:
        return f"{len(followed)} 处期限，台账没有日期可比"
    return f"截至 {day.isoformat()}：{passed} 处承诺到期未见完成，{still} 处未到期"


def depth(total: pd.DataFrame, found: pd.DataFrame) -> str:
    """Say how many items name something that can be checked, and of which kinds.

    Parameters
    ----------
    total
        From `substance.depth`, of one row over all.
    found
        From `substance.evidence`.
    """
    if found.empty:
        return "没有写明措施或成效的问题，谈不上依据。"
    row = next(records(total))
    kinds = {"数量": "count", "金额": "money", "文件": "rule", "日期": "date", "会议": "meeting"}
    told = "、".join(f"{name} {percent((found[kind] > 0).mean())}" for name, kind in kinds.items())
    return (
        f"{row.items} 条写明措施或成效的问题中，没有任何依据的 {row.none} 条，至多一种的占 {percent(row.rate)}"
        f"（{row.none + row.one}/{row.items}，95%区间 {percent(row.low)}–{percent(row.high)}）；"
        f"每百字中位 {row.density:.1f} 处依据。写到{told}。依据多不等于做得好，少也不等于没有做。"
    )


def depth_title(total: pd.DataFrame) -> str:
    """Say in one line how many items name at most one kind of evidence."""
    if total.empty:
        return "没有写明措施或成效的问题"
    row = next(records(total))
    return f"{row.items} 条问题中 {row.none + row.one} 条的措施和成效至多写出一种可核对的依据"


def copies(found: pd.DataFrame, total: pd.DataFrame) -> str:
    """Say how many items share their measures with another, and between what.

    Parameters
    ----------
    found
        From `copies.copies`.
    total
        From `copies.repeated`, of one row over all.
    """
    if total.empty:
        return "没有逐条写明的措施，谈不上照搬。"
    row = next(records(total))
    real = found[found["scope"].isin(COPIED)]
    if real.empty:
        return f"{row.items} 条有措施的条目之间，没有发现 {LEAST} 字以上相同的措施。"
    scopes = real["scope"].value_counts()
    told = "、".join(f"{SCOPES[scope]} {scopes[scope]} 处" for scope in SCOPES if scope in scopes.index)
    exact = int((real["likeness"] == "exact").sum())
    return (
        f"{row.items} 条有措施的条目中，{row.repeated} 条与别的条目有 {LEAST} 字以上相同的措施"
        f"（{percent(row.rate)}，95%区间 {percent(row.low)}–{percent(row.high)}）：{told}；逐字相同 {exact} 处，"
        f"只改数字、单位名或虚词 {len(real) - exact} 处。措施相同不等于没有做，但值得看一眼是否对症。"
    )


def copies_title(total: pd.DataFrame) -> str:
    """Say in one line how many items share their measures with another."""
    if total.empty:
        return "没有逐条写明的措施"
    row = next(records(total))
    return f"{row.items} 条有措施的条目中 {row.repeated} 条与别的条目有相同的措施"


def rules(found: pd.DataFrame) -> str:
    """Say how many rules were made, how many of them revised, and how many were named by the unit before."""
    if found.empty:
        return "没有条目说到新订或修订了有名称的制度。"
    revised = int((found["made"] == "revised").sum())
    again = int(found["before"].notna().sum())
    return (
        f"{found['issue_id'].nunique()} 条条目说到制度 {len(found)} 项次（{found['title'].nunique()} 个名称）："
        f"新订 {len(found) - revised} 项次，修订 {revised} 项次"
        + (f"；{again} 项次的名称在该单位更早的通报里已经有过。" if again else "。")
        + "只收写出名称的制度，“建立了某某机制”而没有书名号的不在内。"
    )


def doubtful(found: pd.DataFrame) -> str:
    """Say how many items are reported done while their text is still to come, by what speaks for it.

    Parameters
    ----------
    found
        From `doubtful.doubt_done`.
    """
    if found.empty:
        return "没有发现称已完成而正文仍写将来安排的条目。"
    grounds = found["ground"].value_counts()
    told = "，".join(f"{name}的 {grounds[ground]} 条" for ground, name in GROUNDS.items() if ground in grounds.index)
    return f"{len(found)} 条条目列为已完成而完成存疑：{told}。存疑是请人看原文，不是认定没有完成。"


def pooled(grouped: pd.DataFrame, kind: str) -> str:
    """Say in one line how many groups have the second interval, and how it is to be read."""
    if grouped.empty:
        return f"没有{kind[1:]}可以比较。"
    has = int(grouped["clustered_low"].notna().sum())
    if not has:
        return f"没有{kind[1:]}有 {FEWEST} 份以上通报，不按通报抽样。"
    return (
        f"{len(grouped)} {kind}中 {has} {kind[0]}有 {FEWEST} 份以上通报，另给按通报整份抽样的区间（细线）：它比 Wilson 区间宽，"
        "说明各份通报差别大；比它窄，说明各份通报的完成率彼此接近。"
    )


def clustered(total: pd.DataFrame) -> str:
    """Say the interval of all items together that takes bulletins, not items, as independent.

    Parameters
    ----------
    total
        From `pooled.pooled`, of one row over all.
    """
    row = next(records(total))
    if pd.isna(row.clustered_low):
        return f"按通报整份抽样的区间从略：要 {FEWEST} 份以上说明了状态的通报，且不都已完成或都未完成。"
    return (
        f"按通报整份抽样，合计完成率的 95% 区间是 {percent(row.clustered_low)}–{percent(row.clustered_high)}"
        f"（{row.bulletins} 份通报）。"
    )


def alike(kept: pd.DataFrame, placed: pd.DataFrame) -> str:
    """Say how many bulletins came out after a like time, and after how many days.

    Parameters
    ----------
    kept
        From `rounds.at_like_time`.
    placed
        What it was chosen from.
    """
    all_ = placed["bulletin_id"].nunique()
    if kept.empty:
        return f"{all_} 份通报里没有一份同时写明反馈和公布的日期，时间无从比较。"
    low, high = kept["days"].min(), kept["days"].max()
    return f"{all_} 份通报中 {kept['bulletin_id'].nunique()} 份在反馈后 {low}–{high} 天公布，时间相近。"


def declared(found: pd.DataFrame) -> str:
    """Say how many bulletins state a completion, and how far their items bear it out."""
    both = found.dropna(subset=["declared_rate", "rate"])
    if both.empty:
        return "没有通报既说了总数、又逐条说明了状态，无从并列。"
    gap = both["declared_rate"] - both["rate"]
    same = int((gap.abs() < 1e-9).sum())
    more, less = int((gap >= 1e-9).sum()), int((gap <= -1e-9).sum())
    return (
        f"{MARK}{len(both)} 份通报既说了总数又逐条说明状态：{same} 份两者相同，{more} 份所称高于逐条，{less} 份低于逐条；"
        f"相差最大的 {percent(gap.abs().max())}。"
    )


def declared_title(found: pd.DataFrame) -> str:
    """Say in one line how many bulletins state another completion than their items come to."""
    both = found.dropna(subset=["declared_rate", "rate"])
    differs = int(((both["declared_rate"] - both["rate"]).abs() >= 1e-9).sum())
    return f"{len(both)} 份通报中 {differs} 份所称的完成率与逐条统计不同"


def _rates(frame: pd.DataFrame) -> str:
    told = "、".join(
        f"{row.label}（{row.done}/{row.stated}，{percent(row.rate)}）" for row in records(frame.head(MOST))
    )
    return told + ("等" if len(frame) > MOST else "")


def _names(frame: pd.DataFrame) -> str:
    return "、".join(frame["label"].head(MOST)) + ("等" if len(frame) > MOST else "")
