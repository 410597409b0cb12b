"""A clause → the numbers in it, each with what it counts and the status that it gives: 已完成整改的问题53个."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from pipeline.numerals import WHOLE, read_whole
from pipeline.records import Span

# A number with its unit of counting and what follows up to the next one: 60个具体问题  十二项  20余项.
_COUNTED = re.compile(
    rf"(?<![\d.年月第])(?P<n>{WHOLE})(?P<vague>余|多)?(?P<unit>大方面|方面|大类|分类|类|个|项|条|件|点|处)(?P<vague2>余|多)?"
    rf"(?P<noun>(?:(?!{WHOLE}(?:个|项|条|类|件))[^，。；：（）\n\d]){{0,14}})"
)
_NOUNS = (
    ("suggestions", re.compile(r"(?:意见|工作|整改)?(?:和)?建议")),
    ("tasks", re.compile(r"任务|清单|事项|线索|信访|会议")),
    ("measures", re.compile(r"措施|举措")),
    ("systems", re.compile(r"制度|办法|规定|规章|机制|细则|方案|建章立制")),
    ("aspects", re.compile(r"大?方面|大类")),
    ("categories", re.compile(r"分类|类(?!似|型)")),
    ("issues", re.compile(r"问题")),
)
_GROUPS = {"aspects", "categories"}
_STATUSES = (
    ("not_started", re.compile(r"(?:尚未|未|没有|暂未)(?:启动|推进|开展|实施|整改(?!完|到))")),
    ("done_ongoing", re.compile(r"(?:长期|持续|常态化?)坚持|长期整改|转入长期|纳入长期")),
    (
        "in_progress",
        re.compile(
            r"(?:未|尚未)(?:全部)?(?:整改)?(?:完成|到位|办结|销号)|基本(?:整改)?完成|阶段性|正在|尚在|推进|持续整改|延期|整改中"
        ),
    ),
    ("done", re.compile(r"完成|到位|已整改|销号|办结|已?落实$|已落实|落地|解决")),
)
# A number is the total of a status only where that stands directly before it: 已完成整改的问题53个, not 解决群众烦心事85件.
_STATED_BEFORE = re.compile(
    r"(?:完成|到位|销号|办结|落实|落地|解决|整改|坚持|推进|启动|开展|实施|延期|整改中|推进中|成效|成果|成果并持续整改)"
    r"(?:整改|销号)?(?:到位|完成)?(?:的|了)?(?:具体)?(?:问题|事项|任务|措施|意见建议)?(?:有|共|共计|为|达)?$"
)
# 其余2个仍在推进  其中2个转入长期坚持: a status after a number without a noun.
# 向3个街道党工委反馈问题19个: what stands between two numbers belongs to the second.
_FOUND = re.compile("(?:反馈|指出|提出|发现)[^，。；]{0,6}$")
_STATED_AFTER = re.compile(r"转入|纳入|列入|需|按|仍|尚|已|均|正|未|基本|阶段|完成|整改|销号|落实")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number in a clause."""

    value: int | None  # None where it is inexact (20余项)
    printed: str
    unit: str  # 个, 项, 条 …
    noun: str | None  # what is counted: issues, measures …; None: not said beside it
    status: str | None  # done, in_progress …
    unnamed: bool  # counts something that has no name here: 9个科室
    before: str  # the clause up to the number
    after: str  # what follows it
    span: Span


def read_counts(text: str, start: int, end: int) -> Iterator[Counted]:
    """The numbers of the clause, in order."""
    numbers = list(_COUNTED.finditer(text, start, end))
    previous = start
    groups = False  # the number before was one of aspects or categories, and nothing stands between
    for number, following in zip_longest(numbers, numbers[1:]):
        between = text[previous : number.start()]
        previous = number.end("unit")
        # 27条措施落实到位23条: a status that stands directly before the next number belongs to that.
        after = "" if following is not None and following.start() == number.end() else number["noun"]
        said = "" if not after and _FOUND.search(number["noun"]) else number["noun"]
        noun = _noun(number["unit"], said, between)
        if noun is None and groups and not between:
            noun = "issues"
        groups = noun in _GROUPS
        status = _status(between) if _STATED_BEFORE.search(between) else None
        if status is None and not _STATED_BEFORE.search(between) and (noun or _STATED_AFTER.match(after)):
            status = _status(after)
        stop = number.end() if noun and following is None else number.end("unit")
        yield Counted(
            value=None if number["vague"] or number["vague2"] else read_whole(number["n"]),
            printed=number[0],
            unit=number["unit"],
            noun=noun,
            status=status,
            unnamed=noun is None and status is None and bool(after),
            before=text[start : number.start()],
            after=after,
            span=(number.start() if noun and not status else start, stop),
        )


def _noun(unit: str, after: str, before: str) -> str | None:
    """What a number counts: by its unit, the words after it, or the last noun before it."""
    if unit in {"方面", "大方面", "大类"} or re.match("大?方面|大类", after):
        return "aspects"
    if unit in {"类", "分类"} or re.match("分类|类(?!似|型)", after):
        return "categories"
    for name, pattern in _NOUNS:
        if name not in _GROUPS and pattern.search(after):
            return name
    if after and not _status(after) and after[0] not in "中，":
        return None
    found = [(noun.end(), name) for name, pattern in _NOUNS for noun in pattern.finditer(before)]
    return max(found)[1] if found else None


def _status(words: str) -> str | None:
    return next((name for name, pattern in _STATUSES if pattern.search(words)), None)
