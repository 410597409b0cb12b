"""The totals that the bulletin states: so many problems found, so many done, so much money recovered."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from pipeline.bulletins.counts import Counted, read_counts
from pipeline.numerals import MONEY, WHOLE, read_whole, read_yuan
from pipeline.records import Fact, Note, Span

ALL = -1  # said of all, without a number

_PARAGRAPH = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"[^。\n]+")
# No clause that states a total is longer; a limit keeps reading linear in a text without punctuation.
_CLAUSE = re.compile(r"[^，。；：（）、\n]{1,200}")
_HAS_COUNT = re.compile(
    "[0-9〇零一二两三四五六七八九十百千余多](?:[个项条类件点处大分]|方面)"
)  # what most sentences lack
_AMOUNT = re.compile("[^；，]{1,80}")  # from a verb of recovering to the end of what it recovers

# 21个问题均已完成整改
_ALL_DONE = re.compile(
    rf"(?P<n>{WHOLE})个(?:具体)?问题[^。；\n]{{0,12}}(?:均|全部|都)(?:已)?(?:经)?(?:按期|如期|按时)?"
    r"(?:完成整改|整改完成|整改到位|完成|销号)"
)
# 3条意见建议均已落实
_ALL_SUGGESTIONS = re.compile(
    r"意见(?:和)?建议[^。；\n]{0,12}(?:均|全部|都)(?:已)?(?:经)?(?:全部)?(?:落实|采纳|完成|整改|办结)"
)
_MADE = re.compile(r"制定|制订|修订|完善|建立|健全|出台|新建|新订|印发|形成|建章立制")
_RECOVERED = re.compile(r"挽回|追缴|清退|收回|收缴|退缴|上缴|追回|清缴|退还|清收|退回")
# 问责3人  对2名责任人员进行了问责
_HELD = re.compile(
    rf"对(?P<n2>{WHOLE})名[^，。；\n]{{0,10}}(?:问责|追责)"
    rf"|(?:问责|追责|责任追究|追究(?:相关)?责任|问责处理)[^，。；、\n\d一二三四五六七八九十]{{0,14}}(?P<n>{WHOLE})(?P<vague>余|多)?人"
)
# Numbers of problems that are not those of the inspection: what members found in themselves, what leaders took on.
_ASIDE = re.compile(
    r"对照检查|查摆|检视|自查|自我|批评|包抓|包案|牵头|督办|研究解决|难点|线索|班子成员|民主生活会|组织生活会|谈话"
)
# Which of several numbers is that of the findings as a whole: first by its sentence, then by its clause, then as a sum.
_ANCHOR = re.compile(r"反馈|指出|共|截[至止]|目前|总计|合计|巡[视察]")
_FOUND = re.compile(r"反馈|指出|巡[视察].{0,12}(?:问题|意见)|方面|移交|其中|共")
_SUM = re.compile(r"(?:共|合计|总计|共计|累计)(?:反馈|指出|梳理|有|是)?$")


def read_declared(text: str, spans: list[Span]) -> tuple[dict[str, Fact], list[Note]]:
    """The totals stated in these parts of the text (everything but the items), and what was doubtful about them.

    Beside the keys of the contract there are `done_of_suggestions` and the like: what is said of all suggestions.
    """
    reader = _Reader(text)
    for span in spans:
        for paragraph in _PARAGRAPH.finditer(text, *span):
            reader.read_paragraph(*paragraph.span())
    facts = {}
    for key, candidates in reader.found.items():
        fact = _only(text, candidates)
        if fact:
            facts[key] = fact
        else:
            said = "、".join(f"“{text[slice(*candidate.span)]}”" for candidate in candidates)
            reader.notes.append(Note("total_ambiguous", f"{key} 有不同说法：{said}，未采用", candidates[0].span))
    return facts, reader.notes


def _only(text: str, candidates: list[Fact]) -> Fact | None:
    """The value that the candidates agree on; where they do not, that of those which speak of the findings as a whole."""
    of_all = next((fact for fact in candidates if fact.value == ALL), None)
    if of_all:
        return of_all
    choices = (
        candidates,
        [fact for fact in candidates if _ANCHOR.search(_from_last(text, fact.span, "。\n"))],
        [fact for fact in candidates if _FOUND.search(_from_last(text, fact.span, "。\n，；："))],
        [fact for fact in candidates if _SUM.search(text[max(0, fact.span[0] - 6) : fact.span[0]])],
    )
    return next((chosen[0] for chosen in choices if len({fact.value for fact in chosen}) == 1), None)


def _from_last(text: str, span: Span, marks: str) -> str:
    """The text from the last of these marks before the span to the end of it."""
    low = max(0, span[0] - 300)
    start = max(text.rfind(mark, low, span[0]) for mark in marks) + 1 or low
    return text[start : span[1]]


@dataclass(slots=True)
class _Reader:
    """Reads a paragraph; what it counts is remembered, since the next number may go on (制定措施37条，已完成34条)."""

    text: str
    found: dict[str, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    notes: list[Note] = field(default_factory=list)
    subject: str | None = None  # what is being counted
    units: dict[str | None, str] = field(default_factory=dict)  # in which unit what was counted

    def read_paragraph(self, start: int, end: int) -> None:
        """Reads the sentences of a paragraph."""
        self.subject = None
        self.units.clear()
        for sentence in _SENTENCE.finditer(self.text, start, end):
            span = sentence.span()
            self.read_phrases(*span)
            self.read_numbers(*span)
            self.read_money(*span)
            self.read_held(*span)

    def read_phrases(self, start: int, end: int) -> None:
        """What is said of all."""
        done = _ALL_DONE.search(self.text, start, end)
        if done:
            value = read_whole(done["n"])
            self.found["done"].append(Fact(value, done.span()))
            self.found["issues"].append(Fact(value, done.span("n")))
        suggestions = _ALL_SUGGESTIONS.search(self.text, start, end)
        if suggestions:
            self.found["done_of_suggestions"].append(Fact(ALL, suggestions.span()))

    def read_numbers(self, start: int, end: int) -> None:
        """The counted totals of a sentence; rules newly made and rules revised are added up."""
        if not _HAS_COUNT.search(self.text, start, end):
            return
        systems: list[tuple[int, Span]] = []
        for clause in _CLAUSE.finditer(self.text, start, end):
            bracketed = self.text[clause.start() - 1 : clause.start()] == "（"
            for number in read_counts(self.text, *clause.span()):
                key = self.key_of(number, bracketed=bracketed, systems=bool(systems))
                if key is None:
                    continue
                if number.value is None:
                    self.note_inexact(number.printed, number.span)
                elif key == "systems":
                    systems.append((number.value, number.span))
                else:
                    self.found[key].append(Fact(number.value, number.span))
        if systems:
            span = (systems[0][1][0], systems[-1][1][1])
            self.found["systems"].append(Fact(sum(value for value, _ in systems), span))

    def key_of(self, number: Counted, *, bracketed: bool, systems: bool) -> str | None:
        """The total that a number is, None where it is none; sets what is being counted from here on."""
        made = _MADE.search(number.before)
        if systems and number.noun is None and made and not number.after:
            return "systems"  # 新建制度4项、修订5项
        if number.unnamed or _ASIDE.search(number.before + number.after):
            return None
        if (bracketed and number.status != "done_ongoing") or (number.printed[0] == "一" and number.noun != "aspects"):
            return None  # （3分类10个问题） is about a part, 销号一个 about each
        if number.noun == "tasks":
            return self.key_of_task(number)
        if number.noun in {"aspects", "categories"}:
            self.subject = "issues"
            return number.noun
        if number.noun == "systems":
            return "systems" if made else None
        if number.noun is None and (number.status is None or number.unit not in {"个", "项", "条"}):
            return None
        if number.noun is None and number.unit == "个" and self.units.get(self.subject) == "条":
            self.subject = "issues"  # 制定措施44条，目前已完成整改12个: back to the problems
        self.subject = number.noun or self.subject
        if number.noun and number.status is None:
            self.units[self.subject] = number.unit
        return self.key_of_subject(number)

    def key_of_task(self, number: Counted) -> str | None:
        """列入长期坚持的事项15个 are problems, 任务41项 are neither problems nor measures."""
        if number.status == "done_ongoing" and self.subject == "issues":
            return "done_ongoing"
        if number.status is None:
            self.subject = "tasks"
        return None

    def key_of_subject(self, number: Counted) -> str | None:
        """The total of what is being counted that a number with this status is."""
        if self.subject == "measures":
            return "measures" if number.status is None else "measures_done" if number.status == "done" else None
        if self.subject == "suggestions":
            return f"{number.status}_of_suggestions" if number.status else "suggestions"
        if self.subject != "issues":
            return None
        if number.status is None:
            return None if "其中" in number.before else "issues"
        return number.status

    def read_money(self, start: int, end: int) -> None:
        """Money recovered; several kinds side by side are added up, a part (其中) is not."""
        amounts: dict[int, tuple[float, int]] = {}  # end of the amount → amount, where its verb begins
        for verb in _RECOVERED.finditer(self.text, start, end):
            reach = _AMOUNT.match(self.text, verb.start(), end)
            money = MONEY.search(self.text, verb.end(), reach.end() if reach else end)
            if money is None or "其中" in self.text[max(start, verb.start() - 8) : verb.start()]:
                continue
            value = read_yuan(money[0])
            if value is None:
                self.note_inexact(money[0], money.span())
            else:
                amounts.setdefault(money.end(), (value, verb.start()))
        if amounts:
            total = sum(value for value, _ in amounts.values())
            begin = min(begin for _, begin in amounts.values())
            self.found["recovered_yuan"].append(Fact(total, (begin, max(amounts))))

    def read_held(self, start: int, end: int) -> None:
        """People held to account."""
        held = _HELD.search(self.text, start, end)
        if held and held["vague"]:
            self.note_inexact(held[0], held.span())
        elif held:
            self.found["accountable"].append(Fact(read_whole(held["n"] or held["n2"]), held.span()))

    def note_inexact(self, words: str, span: Span) -> None:
        """Notes a number that is no exact one."""
        self.notes.append(Note("inexact_number", f"“{words}”不是确数，未采用", span))
