"""What the bulletin says of itself: title, unit, team, kind, round, dates."""

import re
from datetime import date
from itertools import pairwise

from pipeline.bulletins.dates import DAY, read_day, year_before
from pipeline.numbering import read_marker
from pipeline.records import Fact, Note, Span

_N = r"[一二三四五六七八九十\d]{1,3}"
_TITLE_WORDS = re.compile(r"(?:巡[视察]|整改)")
_TITLE_END = re.compile(r"(?:通报|公告|公示|报告|情况|函|台账|清单|一览表|情况表|汇总表)(?:（[^）]*）)?$")
_AROUND = "《》“” •●■◆"  # what may stand around a title
_BODIES = {
    "支部委员会": "党支部", "总支部委员会": "党总支", "总支委员会": "党总支", "工作委员会": "党工委", "委员会": "党委",
    "党支部": "党支部", "党总支": "党总支", "党工委": "党工委", "党组": "党组", "党委": "党委", "支部": "党支部",
    "省委": "省委", "市委": "市委", "县委": "县委", "区委": "区委", "旗委": "旗委", "州委": "州委", "盟委": "盟委",
}  # fmt: skip
_BODY = "|".join(_BODIES)
# 中共X党组关于…  X关于…  关于X…的通报: 1 the name before 关于.
_NAME_IN_TITLE = re.compile(
    rf"^(?:中国共产党|中共)?(?P<unit>.{{2,40}}?)(?:(?P<body>{_BODY})(?=关于|落实|对|巡[视察]|整改|第?{_N}届|[省市县区]委)|(?=关于|落实|对))"
)
# 填报单位：X党组, as tables say it
_FILLED_BY = re.compile(
    rf"(?:填报|填表|报送|被巡[视察])(?:单位|党组织)(?:（[^）]*）)?：\s*(?:中国共产党|中共)?(?P<unit>[\u3400-\u9fff（）]{{2,36}}?)(?P<body>{_BODY})?(?:（[^）]*）)?(?=\s|$)",
    re.MULTILINE,
)
# 对X党组开展了常规巡察
_INSPECTED = re.compile(
    rf"(?:对|向|进驻)(?P<lead>中国共产党|中共)?(?P<unit>[^，。；、：]{{2,40}}?)(?P<body>{_BODY})?(?:（[^）]*）)?(?:领导班子)?(?:及[^，。；]{{2,30}})?"
    r"(?:开展|进行|实施|反馈|党组织)了?"
)
_SIGNED = re.compile(rf"^(?:中国共产党|中共)?(?P<unit>[\u3400-\u9fff（）]{{2,36}}?)(?P<body>{_BODY})?$")
# 市委第一巡察组  鞍山市委第五巡察组  市委巡察二组: 1 whose team it is, 2 the team
_TEAM = re.compile(
    rf"((?:中央|自治区党委|(?:[\u3400-\u9fff]{{2,6}}[省市县区州旗盟]|[省市县区州旗盟])委|[\u3400-\u9fff]{{0,6}}(?:党委|党组|党工委)))?(第{_N}巡[视察]组|{_N}巡[视察]组|巡[视察](?:工作)?第?{_N}组)"
)
# Words that stand before the name of a team and are no part of it.
_BEFORE_TEAM = re.compile(
    r".*(?:由|经|被|据|照|在|自(?!治)|至|日|受|对|向|听取|统一部署|安排|要求|期间|根据|按照)(?=[\u3400-\u9fff])"
)
_KIND = re.compile(
    r"(?:开展|进行|实施)了?(?:为期[^，。]{1,12}的)?(?:[\u3400-\u9fff“”]{0,14}?(?P<kind>常规|专项|机动|提级|交叉|政治)?(?P<what>巡[视察])(?P<back>[“‘\"]?回头看[”’\"]?)?)"
)
_BODY = r"(?:中央|[省市县区州旗盟]委|自治区党委|[校院]党委|党委|党组)"
_ROUND = re.compile(
    rf"(?:第?{_N}届[\u3400-\u9fff]{{1,4}}?{_BODY}|(?:(?:第?{_N}|本)届)?{_BODY}?) ?(?:第?{_N}届)?{_BODY}? ?(?:\d{{4}}年)?第?{_N}轮"
)
_SENTENCE_END = re.compile("[。\n]")
# Between the two days of the inspection.
_TO = re.compile(r"\s*(?:起|开始)?(?:至|到|—+|-+|–+|~|～)\s*")
# 9月11日至11月下旬: only the first day is exact.  3月下旬至5月25日: only the second.
_TO_INEXACT = re.compile(r"(?:起)?(?:至|到|—+|-+)(?:\d{4}年)?[\d一二三四五六七八九十]{1,3}月(?:[上中下]旬|初|底|末)")
_FROM_INEXACT = re.compile(r"[旬初底末](?:至|到|—+|-+)\s*$")
_INFO_DATE = re.compile(r"(?:发布|成文|公开|发文|公布|印发|生成)(?:日期|时间)：?\s*")

# An entry of the information block, up to the next: 索引号：YQ0300/2024-00871　　发布机构：云栖市教育局
_VALUE = r"[ \u3000\xa0]?[:：][ \u3000\xa0]*(?P<value>[^\s:：](?:[^\n\u3000\xa0:：]*?[^\s:：])??)(?=\s*$|\s{2}|[\u3000\xa0]|\s[\u3400-\u9fff]{2,8}[:：])"
_ENTRIES = {
    "index_number": re.compile(rf"(?:^|(?<=\s))(?:信息)?索引[号码]{_VALUE}", re.MULTILINE),
    "publisher": re.compile(rf"(?:^|(?<=\s))(?:(?:发布|发文)(?:机构|机关|单位)|公开主体){_VALUE}", re.MULTILINE),
    "written_date": re.compile(rf"(?:^|(?<=\s))(?:(?:成文|生成)(?:日期|时间)|发文日期){_VALUE}", re.MULTILINE),
}


def read_facts(text: str, opening_end: int, tail_start: int) -> tuple[dict[str, Fact], list[Note]]:
    """The facts of the bulletin, and what was doubtful about them.

    Parameters
    ----------
    text
        The clean text.
    opening_end
        Where the first section begins: title and opening stand before it.
    tail_start
        Where the last item ends: contact, signature and date stand after it.
    """
    facts: dict[str, Fact] = {}
    notes: list[Note] = []
    title = _title(text, opening_end)
    if title:
        facts["title"] = _fact(text, *title)
    opening = title[1] if title else 0
    _read_unit(text, title, opening, opening_end, tail_start, facts)
    _read_team(text, opening, opening_end, facts)
    _read_kind(text, title, opening, opening_end, facts)
    _read_round(text, title, opening, opening_end, facts, notes)
    _read_period(text, opening, opening_end, facts)
    _read_published(text, tail_start, opening_end, facts)
    _read_information(text, opening_end, facts)
    return facts, notes


def _fact(text: str, start: int, end: int) -> Fact:
    return Fact(text[start:end], (start, end))


def _title(text: str, opening_end: int) -> tuple[int, int] | None:
    """The first line that reads like a title."""
    start = 0
    for words in text[: max(opening_end, 200)].split("\n"):
        end = start + len(words)
        bare = words.strip(_AROUND)
        if (
            len(words) <= 90
            and _TITLE_WORDS.search(bare)
            and _TITLE_END.search(bare)
            and not re.search("[。；：]", bare)
            and read_marker(bare) is None  # a heading
        ):
            lead = len(words) - len(words.lstrip(_AROUND))
            return start + lead, end - (len(words) - len(words.rstrip(_AROUND)))
        start = end + 1
    return None


def _read_unit(
    text: str, title: tuple[int, int] | None, opening: int, opening_end: int, tail_start: int, facts: dict[str, Fact]
) -> None:
    """The unit and its party body: from the title, else from the opening, else from the signature."""
    candidates: list[tuple[int, re.Match[str]]] = []
    if title:
        found = _NAME_IN_TITLE.match(text[title[0] : title[1]])
        if found and not re.match(r"关于|巡[视察]|第?[一二三四五六七八九十]+[届轮]|[省市县区]委[第巡]", found["unit"]):
            candidates.append((title[0], found))
    for found in _INSPECTED.finditer(text[opening:opening_end]):
        if not re.search(r"巡[视察]组|问题|意见", found["unit"]):
            candidates.append((opening, found))
            break
    filled_by = _FILLED_BY.search(text, 0, opening_end)
    if filled_by:
        candidates.append((0, filled_by))
    signature = _signature(text, tail_start)
    if signature:
        candidates.append(signature)
    for offset, found in candidates:
        if "unit" not in facts and (span := _unit_span(found)):
            facts["unit"] = _fact(text, offset + span[0], offset + span[1])
        if "party_body" not in facts and found["body"]:
            a, b = found.span("body")
            facts["party_body"] = Fact(_BODIES[found["body"]], (offset + a, offset + b))


def _unit_span(found: re.Match[str]) -> tuple[int, int] | None:
    start, end = found.span("unit")
    words = found["unit"]
    if found["body"] and len(found["body"]) == 2 and found["body"][0] in "省市县区旗州盟":
        end += 1  # 中共X县委: the unit is the county
    if words.endswith(("巡视", "巡察")) or len(words) < 2:
        return None
    return start, end


def _signature(text: str, tail_start: int) -> tuple[int, re.Match[str]] | None:
    """The last line that is the name of an organisation."""
    end = len(text)
    for words in reversed(text[tail_start:].split("\n")):
        start = end - len(words)
        found = _SIGNED.match(words)
        if found and (found["body"] or words.startswith("中共")) and not re.search("[，。：]", words):
            return start, found
        end = start - 1
    return None


def _read_team(text: str, start: int, end: int, facts: dict[str, Fact]) -> None:
    found = _TEAM.search(text, start, end)
    if found:
        lead = _BEFORE_TEAM.match(found[1]) if found[1] else None
        facts["team"] = _fact(text, found.start() + (lead.end() if lead else 0), found.end())


def _read_kind(text: str, title: tuple[int, int] | None, start: int, end: int, facts: dict[str, Fact]) -> None:
    for found in _KIND.finditer(text, start, end):
        what = found["what"]
        if found["back"]:
            value = f"{what}“回头看”"
        elif found["kind"] in {"常规", "专项", "机动", "提级", "交叉"}:
            value = found["kind"] + what
        else:
            value = what
        facts["kind"] = Fact(value, (found.start("kind") if found["kind"] else found.start("what"), found.end()))
        return
    place = title or (start, end)
    back = re.search(r"巡([视察])[“‘\"]?回头看", text[place[0] : place[1]])
    plain = back or re.search(r"巡([视察])", text[place[0] : place[1]])
    if plain:
        a, b = place[0] + plain.start(), place[0] + plain.end()
        facts["kind"] = Fact(f"巡{plain[1]}" + ("“回头看”" if back else ""), (a, b))


def _read_round(
    text: str, title: tuple[int, int] | None, start: int, end: int, facts: dict[str, Fact], notes: list[Note]
) -> None:
    """The round, from the title, else from the opening; the longest of several ways of saying the same one."""
    for a, b in filter(None, (title, (start, end))):
        spans = [found.span() for found in _ROUND.finditer(text, a, b) if "第" in found[0] or "届" in found[0]]
        if not spans:
            continue
        longest = max(spans, key=lambda span: span[1] - span[0])
        said = {text[x:y] for x, y in spans}
        if all(text[slice(*longest)].endswith(words) for words in said):
            facts["round"] = _fact(text, *longest)
        else:
            notes.append(Note("round_ambiguous", f"轮次有几种说法：{'、'.join(sorted(said))}，未采用", longest))
        return


def _read_period(text: str, start: int, end: int, facts: dict[str, Fact]) -> None:
    """Inspection from, to, and the day of the feedback."""
    days = _days(text, start, end)
    for one, two in pairwise(days):
        if "inspected_to" not in facts and _TO.fullmatch(text, one[0][1], two[0][0]):
            facts["inspected_from"], facts["inspected_to"] = _day_fact(one), _day_fact(two)
    for day in days:
        (a, b), _ = day
        if "inspected_from" not in facts and _TO_INEXACT.match(text, b, end):
            facts["inspected_from"] = _day_fact(day)
        if "inspected_to" not in facts and _FROM_INEXACT.search(text, max(start, a - 8), a):
            facts["inspected_to"] = _day_fact(day)
    used = {fact.span for fact in facts.values()}
    for day in days:
        (a, b), _ = day
        sentence_end = _SENTENCE_END.search(text, b, end)
        near = text.find("反馈", max(start, a - 12), sentence_end.start() if sentence_end else end)
        if near != -1 and day[0] not in used:
            facts["feedback_date"] = _day_fact(day)
            return


def _days(text: str, start: int, end: int) -> list[tuple[Span, date]]:
    """The exact days in the span; a year that is not printed is that of the day before."""
    days: list[tuple[Span, date]] = []
    for found in DAY.finditer(text, start, end):
        year = days[-1][1].year if days else year_before(text, found.start()) or _year_after(text, found.end(), end)
        day = read_day(found, year)
        if day:
            days.append((found.span(), day))
    return days


def _day_fact(day: tuple[Span, date]) -> Fact:
    return Fact(day[1].isoformat(), day[0])


def _year_after(text: str, start: int, end: int) -> int | None:
    found = re.compile(r"(\d{4})年").search(text, start, end)
    return int(found[1]) if found else None


def _read_published(text: str, tail_start: int, opening_end: int, facts: dict[str, Fact]) -> None:
    """The date under the signature, else the one in the page's information block."""
    end = len(text)
    for words in reversed(text[tail_start:].split("\n")):
        start = end - len(words)
        found = DAY.fullmatch(words.strip("（） "))
        if found and (day := read_day(found, None)):
            lead = len(words) - len(words.lstrip("（ "))
            facts["published_date"] = Fact(day.isoformat(), (start + lead, start + lead + len(found[0])))
            return
        if (
            not found
            and (found := re.compile(r"(?<=[\u3400-\u9fff])" + DAY.pattern + "$").search(words))
            and len(words) < 50
        ):
            day = read_day(found, None)
            if day and not re.search("[，。：；]", words):
                facts["published_date"] = Fact(day.isoformat(), (start + found.start(), start + found.end()))
                return
        end = start - 1
    for info in _INFO_DATE.finditer(text):
        found = DAY.match(text, info.end())
        if found and (info.start() < opening_end or info.start() >= tail_start) and (day := read_day(found, None)):
            facts["published_date"] = Fact(day.isoformat(), found.span())
            return


def _read_information(text: str, opening_end: int, facts: dict[str, Fact]) -> None:
    """The entries of the information block above the text; what the page does not say there is not looked for elsewhere."""
    for name, entry in _ENTRIES.items():
        found = entry.search(text, 0, opening_end)
        if not found:
            continue
        start, end = found.span("value")
        if name != "written_date":
            facts[name] = _fact(text, start, end)
        elif (day := DAY.match(text, start, end)) and (read := read_day(day, None)):
            facts[name] = Fact(read.isoformat(), day.span())
