"""What a heading sounds like: a problem, a measure, a status, a part of the bulletin."""

import re
from functools import cache, lru_cache

from pipeline.lexicon import read_lines, read_table

# 针对X的问题。一是…   关于“X”问题，…   as the beginning of an unnumbered issue. 1 the problem.
ABOUT = re.compile(
    r"(?:针对|关于)(?!(?:此|该|这一|上述|以上)(?:类|些|个)?问题)([^：]{2,160}?)(?:的?问题)(?=[。：，；、（]|的?整改(?:落实|完成|进展)?(?:工作)?(?:情况)?(?:[。：，；]|$)|$|[一①])"
)
# What 针对…问题 says when it is about no problem in particular: 针对此问题, 针对巡察组反馈指出的问题.
_NO_PROBLEM = re.compile(
    r"上一?轮|本轮|此|该|这些?|上述|以上|本|存在|相关|有关|整改|发现|反馈|指出|提出|巡[视察]|意见|建议|中|组|[省市县区旗州]委|党委|党组|第|[一二三四五六七八九十\d]"
    r"|个|具体|突出|共性|方面|大类|类|的|出|以及|和|等|“|”|、|条|项|情况|各|所有|全部|我[局院校镇县市区]"
)
# Words that a pure status sentence may be made of: 目前，该问题已完成整改，并长期坚持。
_FILLER = re.compile(
    r"截[至止]目前|目前|现已?|[该此本这](?:项|条|个)?|问题|事项|任务|工作|整改|进度判定|进度|状态|情况|结果|判定|已经?|均|全部|全面|巡[视察]|反馈|要求|时限"
    r"|期限|按[期时照]?|如期|[在规定内并且将和与且及]|取得|阶段性|成果|成效|长期|坚持|持续|常态化?|推进|巩固|深化|提升|抓好|完成|到位|落实|销号|办结|解决|结束|完毕"
    r"|正在|仍然?|基本|部分|初步|尚?未|没有|暂|启动|开展|推动|继续|有序|稳步|加快|抓紧|进行|中|延期|申请|立行立改|办理|实施|予以|作为|需要?|纳入|日常|管理|上述|以上|整体|[√☑✓✔×✗✘□☐○●，。；：、（）【】“” \n]"
)
# 关于X问题的整改  针对X的问题  X问题整改情况: a heading that names a problem by its form.
_ABOUT_HEADING = re.compile(r"(?:关于|针对|对于|就).{2,200}")
_ASPECT = re.compile(r"方面(?:的?整改)?(?:落实|完成|进展)?(?:情况)?$")  # a group of issues, none by itself
_ENDS_AS_PROBLEM = re.compile(r"问题(?:的?整改)?(?:的?(?:落实|完成|进展))?(?:情况)?$")
# （二）正在推进整改的问题3个: the status of all that stands below. 1 the words before.
_OF_ITEMS = re.compile(r"问题|事项|任务|条目|类|整改|[个项条]")
# Words of headings over the findings as a whole, besides those of `_NO_PROBLEM`.
_PART = re.compile(
    r"整改|落实|进展|情况|完成|工作|集中|逐[条项个]|如下|问题|事项|任务|清单|成效|到位|推进|办理|主要|重点|目前|对照|扎实|全面|[一二三四五六七八九十]+|[，、“”]"
)


@cache
def _problem() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(read_lines("problem_words"), key=len, reverse=True))))


@cache
def _action() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(read_lines("action_words"), key=len, reverse=True))))


@cache
def _headings(role: str) -> re.Pattern[str]:
    rows = read_table("heading_words", ("role", "pattern", "example"))
    return re.compile("|".join(row["pattern"] for row in rows if row["role"] == role))


@cache
def _statuses() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = read_table("status_words", ("status", "pattern", "example"))
    return tuple((re.compile(row["pattern"]), row["status"]) for row in rows)


@lru_cache(maxsize=8192)
def states_problem(words: str) -> bool:
    """Whether the words say that something is wrong.

    >>> states_problem("专题研讨走过场"), states_problem("召开专题会议")
    (True, False)
    """
    return bool(_problem().search(words))


@lru_cache(maxsize=8192)
def ends_in_problem(words: str) -> bool:
    """Whether the last words say what is wrong.

    >>> ends_in_problem("干部管理失之于宽"), ends_in_problem("纠正不规范的行为一共12起")
    (True, False)
    """
    return bool(_problem().search(words, max(0, len(words) - 8)))


@lru_cache(maxsize=8192)
def begins_as_measure(words: str) -> bool:
    """Whether the words begin as what was done, and do not end as what was wrong.

    >>> begins_as_measure("学习文件12份"), begins_as_measure("学习贯彻会议精神不深入")
    (True, False)
    """
    return bool(_action().match(words)) and not ends_in_problem(words)


@lru_cache(maxsize=8192)
def names_problem(words: str) -> bool:
    """Whether the heading names a problem by its form: 关于X问题的整改."""
    if _ASPECT.search(words):
        return False
    if ABOUT.match(words) and is_about_nothing(ABOUT.match(words)[1]):  # type: ignore[index]
        return False
    return bool(_ABOUT_HEADING.match(words))


def ends_as_problem(words: str) -> bool:
    """Whether the heading ends as one that names a problem: …问题, …问题整改情况."""
    return bool(_ENDS_AS_PROBLEM.search(words))


@lru_cache(maxsize=8192)
def read_status(words: str) -> str | None:
    """The status that the words state, or None.

    >>> [read_status(w) for w in ("已完成，并长期坚持", "基本完成", "尚未完成整改", "已整改到位", "召开会议", "尚未启动")]
    ['done_ongoing', 'in_progress', 'in_progress', 'done', None, 'not_started']
    """
    return next((status for pattern, status in _statuses() if pattern.search(words)), None)


@lru_cache(maxsize=8192)
def only_status(words: str) -> str | None:
    """The status that the words state if they do nothing else, or None.

    >>> only_status("目前，该问题已完成整改，并长期坚持。"), only_status("召开会议已完成部署")
    ('done_ongoing', None)
    """
    if not words or len(words) > 60 or _FILLER.sub("", words):
        return None
    return read_status(words)


def is_about_nothing(problem: str) -> bool:
    """Whether what stands between 针对 and 问题 names no problem.

    >>> is_about_nothing("巡察组反馈指出的"), is_about_nothing("学习不深入")
    (True, False)
    """
    return len(_NO_PROBLEM.sub("", problem)) < 2


@lru_cache(maxsize=8192)
def section_status(words: str) -> str | None:
    """The status that a heading gives to all items below it, or None.

    >>> section_status("已整改完成的问题16个"), section_status("集中整改进展情况"), section_status("需长期坚持的整改事项")
    ('done', None, 'done_ongoing')
    """
    about = ABOUT.match(words)
    if about and not only_status(about[1]):
        return None
    words = re.sub(r"^(?:需要?|目前|关于|对|应|拟|要)", "", words)
    if (
        len(words) > 40
        or "方面" in words
        or not _OF_ITEMS.search(words)
        or states_problem(re.sub("尚未|未完成|未整改", "", words))
    ):
        return None
    return read_status(words)


def is_aspect(words: str) -> bool:
    """Whether the heading says 方面: a group of issues."""
    return bool(_ASPECT.search(words.rstrip("】")))


@lru_cache(maxsize=8192)
def is_suggestions(words: str) -> bool:
    """Whether the heading announces 意见建议."""
    return bool(_headings("suggestions").search(words))


@lru_cache(maxsize=8192)
def is_outlook(words: str) -> bool:
    """Whether the heading announces what is still to come for the whole unit."""
    return bool(_headings("outlook").search(words)) and not section_status(words) and not states_problem(words)


def is_general(words: str) -> bool:
    """Whether the heading announces how the work was organised."""
    return bool(_headings("general").search(words)) and not names_problem(words) and not states_problem(words)


@lru_cache(maxsize=8192)
def is_part(words: str) -> bool:
    """Whether the heading announces the findings as a whole, and no group of them.

    >>> is_part("巡察反馈问题整改落实情况"), is_part("“为农服务主业有所偏离”问题整改进展")
    (True, False)
    """
    return len(_PART.sub("", _NO_PROBLEM.sub("", words))) < 2
