"""The numbering grammar: every way in which bulletins number headings and lists.

Works on text whose punctuation has been levelled (`pipeline.text.level_width`): full-width brackets, ASCII dots and digits.
"""

import re
from dataclasses import dataclass

from pipeline.numerals import read_whole

_CN = "[一二三四五六七八九十]{1,3}"
_TEXT = r"[\u3400-\u9fff“‘「『《（【\"']"  # how the text after a marker begins

# One alternative a kind, longest first. What each captures is its number.
#   issue    问题一：  反馈问题3.  问题（2）的整改情况   a numbered label, the strongest sign of an issue
#   part     第一部分  第二方面：
#   first    第一，
#   is       一是  二是
#   cn_paren （一）  （一  一）  ㈠
#   cn       一、  一.  一 关于
#   decimal  1.1  1-1                         not 2.5万元
#   decimal_deep 2.3.1
#   item     第3条
#   ar_paren （1）  1）  ⑴
#   ar       1.  1、  1关于  1.2024年…        not 1.5  3.15消费  2025年
#   circled  ①  ❶
#   roman    Ⅰ.  Ⅱ、
#   alpha    a.  b、                          before Chinese words only
#   bullet   ●  ■                             has no number
_MARKER = re.compile(
    rf"""
      【?(?:(?:反馈|具体|整改|存在)?问题|(?:意见)?建议)(?:之)?(?P<issue>{_CN}|\d{{1,3}})(?:[：、.】]|(?=的?整改))
    | (?:反馈意见|(?:反馈|具体|整改|存在)?问题)(?P<issue_decimal>\d{{1,2}}[.\-]\d{{1,2}})[：、]
    | (?:反馈|具体|整改|存在)?问题[（](?P<issue_paren>{_CN}|\d{{1,3}})[）](?=的?整改|：)
    | 第(?P<part>{_CN})(?:大?方面|部分)[：、，]?(?!的)
    | 第(?P<issue_item>{_CN}|\d{{1,3}})(?:项|个|条)(?:问题)?(?=的?整改)
    | 第(?P<first>{_CN})[，、：]
    | (?P<is>{_CN})是(?=[^否非])
    | [（【](?P<cn_paren>{_CN})(?:[）】][、.：]?|(?={_TEXT}))
    | (?P<cn_paren_open>{_CN})）[、.]?
    | (?P<cn_paren_sign>[㈠-㈩])
    | (?P<roman>[Ⅰ-Ⅻ])[、.]?
    | (?P<alpha>[a-hA-H])[、.）](?=[\u3400-\u9fff“《])
    | 【?(?P<cn>{_CN})(?:[、.]|，(?=关于)|\ (?={_TEXT})|(?=关于))
    | 第(?P<item>\d{{1,2}})条\ (?={_TEXT})
    | (?P<decimal_deep>\d{{1,2}}\.\d{{1,2}}\.\d{{1,2}})[.、]?\ (?={_TEXT})
    | (?P<decimal_dash>\d{{1,2}}-\d{{1,2}})[.、]?\ ?(?={_TEXT})(?![万亿元个项条年月日米公千百吨倍分次人岁周])
    | (?P<decimal>\d{{1,2}}(?:\.\d){{1,2}}|\d{{1,2}}(?:\.\d{{1,2}}){{1,2}}(?=[.、\ “]|关于|针对))[.、]?\ ?(?={_TEXT})(?![万亿元个项条年月日米公千百吨倍分次人])
    | [（【]\ ?(?P<ar_paren>\d{{1,3}})\ ?(?:[）】][、.]?|(?={_TEXT}))
    | (?P<ar_paren_open>\d{{1,3}})）[、.]?
    | (?P<ar_paren_sign>[⑴-⒇])
    | (?P<ar>\d{{1,3}}|\d{{4,5}}(?=[.、](?:关于|针对))|(?!19|20)\d{{4,5}}(?=[.、]{_TEXT}))(?:\ ?(?:、|[.](?!\d)|[.](?=(?:19|20)\d\d年|\d{{5}}{_TEXT})|[，：](?=关于|针对)|(?=关于|针对))|\ (?={_TEXT})(?![年月日号个项条名次人万亿元家场周多余件份期级类米吨岁时分]))
    | (?P<ar_sign>[⒈-⒛])
    | (?P<circled>[①-⑳])[、.]?
    | (?P<circled_black>[❶-❿])
    | (?P<bullet>[●■◆★▲▪◇○•►])
    """,
    re.VERBOSE,
)
_FIRST = frozenset(
    "反具整存意建问第ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫabcdefghABCDEFGH一二三四五六七八九十（【0123456789●■◆★▲▪◇○•►①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
) | {chr(c) for c in (*range(0x2474, 0x249C), *range(0x2776, 0x2780))}
_SIGNS = {"cn_paren_sign": 0x3220, "ar_paren_sign": 0x2474, "ar_sign": 0x2488, "circled_black": 0x2776}

# Where a list entry may stand inside a paragraph: after one of these, before one of those. A search for the first of two
# plain sets of characters is what `re` does quickest.
_CLAUSE_START = re.compile(
    "[。；：，！？、\n\t ”）】](?=[一二三四五六七八九十①-⑳第（⑴-⒇⒈-⒛0-9])|(?<=[0-9][.、])(?=[①-⑳])"
)
_ENTRY = re.compile(
    rf"""
      (?P<is>{_CN})是(?=[^否非])
    | (?P<circled>[①-⑳])
    | 第(?P<first>{_CN})[，、：]
    | （(?:(?P<ar_paren>\d{{1,2}})|(?P<cn_paren>{_CN}))）
    | (?P<ar_paren_sign>[⑴-⒇])
    | (?P<ar_sign>[⒈-⒛])
    | (?P<cn>{_CN})、
    | (?P<ar_paren_open>\d{{1,2}})）
    | (?P<ar>\d{{1,2}})(?:、|[.](?!\d)|[.](?=(?:19|20)\d\d年))
    """,
    re.VERBOSE,
)
# What may stand before a number: 一是 may also follow a comma.
_BEFORE_NUMBERS = frozenset("。；：！？】\n\t ")
_WORDS = frozenset({"is", "circled", "first", "ar_paren"})


@dataclass(frozen=True, slots=True)
class Marker:
    """A number before a heading or a list entry."""

    kind: str
    number: int | None
    printed: str  # the number as printed, without its punctuation
    start: int
    end: int  # where the text after it begins


def read_marker(text: str, start: int = 0, end: int | None = None) -> Marker | None:
    """The marker with which the line at `start` begins, or None.

    >>> [(m.kind, m.number) if (m := read_marker(t)) else None
    ...  for t in ("（一）关于", "1.2024年未学习", "2025年3月", "3.15活动", "①加强", "一是召开", "2.5万元", "问题二：", "1.1 关于")]
    [('cn_paren', 1), ('ar', 1), None, None, ('circled', 1), ('is', 1), None, ('issue', 2), ('decimal', 1)]
    """
    end = len(text) if end is None else end
    if start >= end or text[start] not in _FIRST:
        return None
    return _marker(_MARKER.match(text, start, end), text, end)


def find_entries(text: str, start: int, end: int) -> list[Marker]:
    """The list markers at the starts of clauses within the span, of all kinds, in order.

    >>> [(m.kind, m.number) for m in find_entries("整改：一是学习；二是检查。（1）甲；（2）乙", 0, 24)]
    [('is', 1), ('is', 2), ('ar_paren', 1), ('ar_paren', 2)]
    """
    markers = []
    places = [found.end() for found in _CLAUSE_START.finditer(text, start, end)]
    for place in places if start else [0, *places]:
        found = _ENTRY.match(text, place, end)
        if found and (found.lastgroup in _WORDS or not place or text[place - 1] in _BEFORE_NUMBERS):
            marker = _marker(found, text, end)
            if marker:
                markers.append(marker)
    return markers


def _marker(found: re.Match[str] | None, text: str, end: int) -> Marker | None:
    if found is None or found.lastgroup is None:
        return None
    name, printed = found.lastgroup, found[found.lastgroup]
    kind = (
        "issue"
        if name.startswith("issue")
        else name.removesuffix("_open").removesuffix("_sign").removesuffix("_black").removesuffix("_dash")
    )
    if kind == "issue" and printed.isascii():
        kind = "issue_ar"  # 反馈问题一： and 问题3： are two levels
    if kind == "bullet":
        number = None
    elif name in _SIGNS:
        number = ord(printed) - _SIGNS[name] + 1
        printed = str(number)
    elif kind == "roman":
        number = ord(printed) - ord("Ⅰ") + 1
    elif kind == "alpha":
        number = ord(printed.lower()) - ord("a") + 1
    elif "decimal" in name:
        number = int(re.split(r"[.\-]", printed)[-1])
    else:
        number = read_whole(printed)
    stop = found.end()
    while stop < end and text[stop] == " ":
        stop += 1
    return Marker(kind, number, str(number) if kind == "circled" else printed, found.start(), stop)
