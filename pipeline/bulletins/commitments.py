"""Promised dates in the text of an item: 预计六月底前完成, 拟于2021年12月组织."""

import re
from collections.abc import Iterator
from datetime import date

from pipeline.bulletins.dates import last_day, year_before
from pipeline.numerals import read_whole
from pipeline.records import Commitment, Span
from pipeline.text import trim

_N = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = rf"(?:(?P<y>\d{{4}})年|(?P<rel>今年|明年|本年|当年|次年))?(?:(?P<m>{_N})月(?:份)?(?:(?P<d>{_N})[日号])?(?P<part>底|末|初|上旬|中旬|下旬)?|(?P<half>上半年|下半年|年底|年末|(?<=年)[底末]|第?[一二三四]季度))"
_PROMISE = r"拟于|拟在|拟定于|计划|预计|争取|力争|确保|定于|承诺|将于|将在|拟|目标是"
# 预计2025年6月底前…
_PROMISED = re.compile(rf"(?:{_PROMISE})[^。；，\n]{{0,16}}?(?P<when>{_DATE})")
# …，6月30日 before 前完成: looked for backwards from 前
_DATE_BEFORE = re.compile(rf"(?P<when>{_DATE})(?:以|之)?$")
_ENDS_OF_DATES = frozenset("月份日号底末年度以之")
_PAST = re.compile(r"已|完成了|了(?:[^解]|$)")
LONGEST = 200  # characters of a clause before and after its date
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12}


def find_commitments(text: str, spans: list[Span], after: date | None) -> tuple[Commitment, ...]:
    """The promises within the spans.

    `after` is the day of the feedback: a month without a year is the first one that ends after it. Without both, and for a
    month of which two years are possible, `due` is None. A clause that promises two dates gives two commitments.

    >>> s = "预计六月底前完成开发建设。"
    >>> find_commitments(s, [(0, len(s))], date(2021, 2, 23))[0].due
    '2021-06-30'
    """
    found: dict[int, Commitment] = {}
    for start, end in spans:
        for match in _promises(text, start, end):
            place = match.start("when")
            if place not in found:
                span = _clause(text, place, match.end(), start, end)
                due = _due(match, after or _year_start(text, match.start()))
                found[place] = Commitment(text[slice(*span)], span, match["when"], due.isoformat() if due else None)
    return tuple(found[place] for place in sorted(found))


def _promises(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The dates that are promised in the span: after a word of promising, and before 前 where nothing says that it is done."""
    yield from _PROMISED.finditer(text, start, end)
    position = start
    while (position := text.find("前", position, end)) != -1:
        if position > start and text[position - 1] in _ENDS_OF_DATES:
            match = _DATE_BEFORE.search(text, max(start, position - 24), position)
            clause = match and text[slice(*_clause(text, match.start(), position, start, end))]
            if match and (match["m"] or match["y"]) and not _PAST.search(clause or ""):
                yield match
        position += 1


def _clause(text: str, start: int, end: int, low: int, high: int) -> Span:
    """The clause around a match."""
    low, high = max(low, start - LONGEST), min(high, end + LONGEST)
    begin = max(text.rfind(c, low, start) for c in "。；\n") + 1
    stops = [p for p in (text.find(c, end, high) for c in "。；\n") if p != -1]
    return trim(text, max(begin, low), min(stops, default=high))


def _year_start(text: str, position: int) -> date | None:
    year = year_before(text, position)
    return date(year, 1, 1) if year else None


def _due(match: re.Match[str], after: date | None) -> date | None:
    """The last day of the promised period."""
    month = _month(match)
    if month is None or match["part"] in {"上旬", "中旬", "初"}:
        return None
    year = int(match["y"]) if match["y"] else _relative(match["rel"], after)
    if year is None:
        if after is None:
            return None
        year = after.year if last_day(after.year, month) >= after else after.year + 1
    day = read_whole(match["d"]) if match["d"] else None
    try:
        return date(year, month, day) if day else last_day(year, month)
    except ValueError:
        return None


def _month(match: re.Match[str]) -> int | None:
    if match["m"]:
        month = read_whole(match["m"])
        return month if month and month <= 12 else None
    half = match["half"] or ""
    if half == "上半年":
        return 6
    if "季度" in half:
        return _QUARTERS[half[-3]]
    return 12


def _relative(words: str | None, after: date | None) -> int | None:
    if words is None or after is None:
        return None
    return after.year + (words in {"明年", "次年"})
