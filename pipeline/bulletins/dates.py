"""Dates as bulletins print them; an inexact one (上旬, 年底 as a day) is never made exact."""

import re
from calendar import monthrange
from datetime import date

from pipeline.numerals import read_whole

_Y = r"(?:\d{4}|[〇零○O一二三四五六七八九]{4})"
_N = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
# 2024年11月18日  二〇二四年十月十五日  2024-11-18  2024.11.18  11月18日 (year from before)
DAY = re.compile(
    rf"(?:(?P<y>{_Y})\s*年|(?P<rel>今年|当年|同年|去年|次年|本年))?\s*(?P<m>{_N})\s*月\s*(?P<d>{_N})\s*[日号]"
    r"|(?P<y2>\d{4})(?P<sep>[-./])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2})(?!\d)"
)
YEAR = re.compile(rf"({_Y})\s*年")


def read_day(found: re.Match[str], year: int | None) -> date | None:
    """The day of a match of `DAY`; `year` is taken where it prints none; None where it is no day of the calendar."""
    printed, month, day = found["y"] or found["y2"], found["m"] or found["m2"], found["d"] or found["d2"]
    y = _year(printed) if printed else _relative(found["rel"], year)
    m, d = read_whole(month), read_whole(day)
    try:
        return date(y, m, d) if y and m and d else None
    except ValueError:
        return None


def _relative(words: str | None, year: int | None) -> int | None:
    if year is None:
        return None
    return year + {"去年": -1, "次年": 1}.get(words or "", 0)


def _year(printed: str) -> int | None:
    return read_whole(printed.replace("○", "〇").replace("O", "〇"))


def year_before(text: str, position: int) -> int | None:
    """The last year that is printed before the position."""
    printed = [found[1] for found in YEAR.finditer(text, max(0, position - 400), position)]
    return _year(printed[-1]) if printed else None


def last_day(year: int, month: int) -> date:
    """The last day of the month."""
    return date(year, month, monthrange(year, month)[1])
