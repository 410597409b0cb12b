"""One bulletin → everything that it says two ways, each with both figures and both places. Nothing is repaired here.

Verdicts (schema.VERDICTS): agrees; differs; uncertain, where a reading exists in which both are right; not_assessable,
where the bulletin states a figure and lists nothing to count for it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.bulletins.recognised import DOUBTFUL
from pipeline.ledger.schema import DECLARED
from pipeline.records import Bulletin, Fact, Item, Note, Span

DONE = ("done", "done_ongoing")
# Which statuses a declared total counts: what is kept up for good is done as well.
STATUSES = {
    "done": DONE,
    "done_ongoing": ("done_ongoing",),
    "in_progress": ("in_progress",),
    "not_started": ("not_started",),
}
NOTE_CODES = ("number_skipped", "number_repeated", "number_restarted")
# Figures that no item can be counted for: whether a measure is finished, what a rule or a recovered sum belongs to.
UNCOUNTED = ("measures_done", "systems", "recovered_yuan", "accountable")
# What changes a completion rate; the rest is about form.
MAJOR = (
    "issues", "done", "done_ongoing", "in_progress", "not_started", "suggestions", "status_sum", "ongoing_within_done",
    "part_issues", "part_done", "part_done_ongoing", "part_in_progress", "part_not_started", "part_suggestions",
    "done_but_future", "done_but_reason", "unfinished_but_done",
)  # fmt: skip

_CLAUSE = re.compile(r"[^，。；！？\n]+")
_SENTENCE = re.compile(r"[^。；！？\n]+")
# Still to come: 拟于5月份邀请…, 预计年底前完成. Not 模拟, 拟定, 制定学习计划 or 将在职党员纳入, which may all be done.
_FUTURE = re.compile(
    r"(?<![虚模草])拟(?![定订制稿])|预计|计划[于在]|将于|将在(?![职编岗册建])|力争|争取|届时|下一?步|[年月]?底前|待.{1,12}后"
)
# Finished, whatever else the sentence says: 已于6月底前修订, 开展了. Not 为了 and 了解.
_FINISHED = re.compile(r"已|(?<!为)了(?!解)|先后|累计|截至")
# An outcome that says the whole issue is settled, not a piece of it (已完成招标).
_SETTLED = re.compile(
    r"完成(?:了)?(?:全部)?整改|整改(?:工作|任务)?(?:均|都)?(?:已)?(?:经)?(?:全部|全面)?(?:完成|到位|完毕)|销号|问题(?:已|得到)(?:全部|彻底)?解决"
)
# Words before it in the sentence that take it back: 尚未完成整改, 确保年底前整改到位.
_UNSETTLED = re.compile(
    r"未|尚|没有|不|待|将|拟|预计|计划|力争|争取|确保|推动|努力|早日|尽快|[年月日底之]前|基本|阶段性|部分|逐步"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: a row of `discrepancies` without its ids."""

    code: str  # a key of schema.COMPARISONS
    where: str  # what tells it from others of its code in the bulletin; "" where there is only one
    declared: float | None
    listed: float | None
    verdict: str
    message: str
    declared_span: Span | None = None
    listed_span: Span | None = None
    ordinal: int | None = None  # of the item it is about, from 1

    @property
    def severity(self) -> str:
        """A key of schema.SEVERITIES."""
        if self.verdict in ("agrees", "not_assessable"):
            return "none"
        return "major" if self.verdict == "differs" and self.code in MAJOR else "minor"


def reconcile(bulletin: Bulletin) -> list[Comparison]:
    """Every comparison that the bulletin allows, those that agree included."""
    found = [
        *_totals(bulletin),
        *_headings(bulletin),
        *_measures(bulletin),
        *_sums(bulletin),
        *_parts(bulletin),
        *_contradictions(bulletin),
        *_missing(bulletin.items),
        *_notes(bulletin),
    ]
    return [_with_doubt(comparison, bulletin.notes) for comparison in found]


def _with_doubt(found: Comparison, notes: Iterable[Note]) -> Comparison:
    """Where a figure of a scan may have been misread, nothing differs for certain; two that agree bear each other out."""
    spans = [note.span for note in notes if note.code == DOUBTFUL]
    declared = found.declared_span
    doubtful = found.listed_span in spans or any(
        s and declared and s[0] < declared[1] and declared[0] < s[1] for s in spans
    )
    if found.verdict != "differs" or not doubtful:
        return found
    return replace(found, verdict="uncertain", message=f"{found.message}数字由扫描件识别得来，把握不足，请对照原件。")


# Declared totals against the items


def _totals(bulletin: Bulletin) -> Iterator[Comparison]:
    """Issues, suggestions and statuses as declared, against the items."""
    issues = [i for i in bulletin.items if i.kind == "issue"]
    suggestions = [i for i in bulletin.items if i.kind == "suggestion"]
    yield from _total(bulletin, _Tally("issues", issues, len(issues), len(issues), extra=len(suggestions)))
    yield from _total(bulletin, _Tally("suggestions", suggestions, len(suggestions), len(suggestions)))
    # A status that the totals gave to all items proves nothing about the totals.
    stated = [i for i in issues if i.status != "not_stated" and i.status_from != "declared"]
    for code, statuses in STATUSES.items():
        known = _told_apart(stated) if code == "done_ongoing" else stated
        found = [i for i in issues if i.status in statuses]
        sure = sum(i.status in statuses for i in known)
        extra = sum(i.status in statuses and i.status_from != "declared" for i in suggestions)
        yield from _total(bulletin, _Tally(code, found, sure, len(known), len(issues) - len(known), extra))
    for code in UNCOUNTED:
        yield from _total(bulletin, _Tally(code, []))


def _told_apart(stated: Sequence[Item]) -> Sequence[Item]:
    """Keep the issues of which it is known whether they are kept up for good.

    A section 已整改完成 holds those as well, without saying which they are, unless some of its items say so themselves.
    """
    if any(i.status == "done_ongoing" for i in stated):
        return stated
    return [i for i in stated if not (i.status == "done" and i.status_from == "section")]


@dataclass(frozen=True, slots=True)
class _Tally:
    """What the items come to for one declared total."""

    code: str
    found: Sequence[Item]
    sure: int = 0  # how many of the found say so themselves, or stand in a section that does
    countable: int = 0  # items that could have been among the sure
    unknown: int = 0  # items of which it is not known
    extra: int = 0  # suggestions that would count as well, if the bulletin counts suggestions in


def _total(bulletin: Bulletin, tally: _Tally) -> Iterator[Comparison]:
    """One declared total against the items; nothing where none is declared."""
    code, listed = tally.code, len(tally.found)
    fact = bulletin.declared.get(code)
    declared = _figure(fact)
    if fact is None or declared is None:
        return
    said = f"通报称{DECLARED[code]}为{_print(declared)}"
    if not tally.countable and not (declared == 0 and code in ("issues", "suggestions")):
        yield Comparison(code, "", declared, None, "not_assessable", f"{said}，正文没有可供逐条核对的内容。", fact.span)
        return
    verdict, ending = _judge(declared, listed)
    if tally.unknown and tally.sure <= declared <= tally.sure + tally.unknown:
        verdict, ending = "uncertain", f"，但有{tally.unknown}条没有单独说明。"
    elif verdict == "differs" and tally.extra and declared == listed + tally.extra:
        verdict, ending = "uncertain", f"；若把意见建议{tally.extra}条计入则一致。"
    first = tally.found[0].span if tally.found else None
    yield Comparison(code, "", declared, listed, verdict, f"{said}，逐条统计为{listed}{ending}", fact.span, first)


def _judge(declared: float, listed: float) -> tuple[str, str]:
    """Judge two figures, and say how the sentence about them ends."""
    if declared == listed:
        return "agrees", "，一致。"
    return "differs", f"，相差{_print(abs(declared - listed))}。"


def _headings(bulletin: Bulletin) -> Iterator[Comparison]:
    """Numbers of aspects and categories, against the headings above the issues."""
    issues = [i for i in bulletin.items if i.kind == "issue"]
    found: dict[str, list[Item]] = {
        "aspects": _firsts(issues, lambda i: i.aspect),
        "categories": _firsts(issues, lambda i: i.category and f"{i.aspect}\n{i.category}"),
    }
    # 4大类16个方面: some bulletins call the upper level category and the lower one aspect.
    figures = {code: _figure(bulletin.declared.get(code)) for code in found}
    turned = figures["aspects"] == len(found["categories"]) and figures["categories"] == len(found["aspects"])
    for code, firsts in found.items():
        fact, declared = bulletin.declared.get(code), figures[code]
        if fact is None or declared is None:
            continue
        if not firsts:
            message = f"通报称{DECLARED[code]}为{_print(declared)}，正文没有分列。"
            yield Comparison(code, "", declared, None, "not_assessable", message, fact.span)
            continue
        partial = any((i.aspect if code == "aspects" else i.category) is None for i in issues)
        verdict, ending = _judge(declared, len(firsts))
        if verdict == "differs" and turned:
            verdict, ending = "agrees", "，方面与分类的叫法对调后一致。"
        elif verdict == "differs" and partial:
            verdict, ending = "uncertain", "，部分问题没有标明。"
        message = f"通报称{DECLARED[code]}为{_print(declared)}，正文标题统计为{len(firsts)}{ending}"
        yield Comparison(code, "", declared, len(firsts), verdict, message, fact.span, firsts[0].span)


def _firsts(items: Iterable[Item], heading: Callable[[Item], str | None]) -> list[Item]:
    """Find the first item under each heading."""
    firsts: dict[str, Item] = {}
    for item in items:
        words = heading(item)
        if words:
            firsts.setdefault(words, item)
    return list(firsts.values())


def _measures(bulletin: Bulletin) -> Iterator[Comparison]:
    """Compare the number of measures with those listed without and with the suggestions'; either may be meant."""
    fact = bulletin.declared.get("measures")
    declared = _figure(fact)
    if fact is None or declared is None:
        return
    issues = [i for i in bulletin.items if i.kind == "issue" and i.measures]
    suggestions = [i for i in bulletin.items if i.kind == "suggestion" and i.measures]
    if not issues:
        message = f"通报称整改措施为{_print(declared)}条，正文没有逐条列出措施。"
        yield Comparison("measures", "", declared, None, "not_assessable", message, fact.span)
        return
    without = sum(len(i.measures) for i in issues)
    both = without + sum(len(i.measures) for i in suggestions)
    agrees = declared in (without, both)
    counts = [
        ("measures", without, "不含意见建议的", issues),
        ("measures_with_suggestions", both, "含意见建议的", suggestions),
    ]
    for code, listed, scope, items in counts[: 2 if suggestions else 1]:
        if declared == listed:
            ending = "，一致。"
        elif agrees:
            ending = "，按另一口径一致。"
        else:
            ending = f"，相差{_print(abs(declared - listed))}。"
        message = f"通报称整改措施为{_print(declared)}条，逐条统计{scope if suggestions else ''}为{listed}条{ending}"
        verdict = "agrees" if agrees else "differs"
        yield Comparison(code, "", declared, listed, verdict, message, fact.span, items[0].measures[0].span)


# Figures against figures


def _sums(bulletin: Bulletin) -> Iterator[Comparison]:
    """Compare declared figures that must add up, or contain one another."""
    facts = bulletin.declared
    issues, done = _figure(facts.get("issues")), _figure(facts.get("done"))
    open_codes = [c for c in ("in_progress", "not_started") if _figure(facts.get(c)) is not None]
    if issues is not None and done is not None and open_codes:
        total = done + sum(_figure(facts[c]) or 0 for c in open_codes)
        suggestions = _figure(facts.get("suggestions")) or sum(i.kind == "suggestion" for i in bulletin.items)
        verdict, ending = _judge(issues, total)
        if verdict == "differs" and suggestions and total == issues + suggestions:
            verdict, ending = "uncertain", f"；若把意见建议{_print(suggestions)}条计入则一致。"
        names = "、".join(DECLARED[c].removesuffix("数") for c in ("done", *open_codes))
        message = f"通报称问题数为{_print(issues)}，所称{names}合计为{_print(total)}{ending}"
        yield Comparison("status_sum", "", issues, total, verdict, message, facts["issues"].span, facts["done"].span)
    for code, part, whole in (
        ("ongoing_within_done", "done_ongoing", "done"),
        ("done_within_measures", "measures_done", "measures"),
    ):
        few, many = _figure(facts.get(part)), _figure(facts.get(whole))
        if few is not None and many is not None and few > many:
            message = f"通报称{DECLARED[part]}为{_print(few)}，多于所称{DECLARED[whole]}{_print(many)}。"
            yield Comparison(code, "", many, few, "differs", message, facts[whole].span, facts[part].span)


def _parts(bulletin: Bulletin) -> Iterator[Comparison]:
    """Numbers that headings state about their part."""
    for count in bulletin.counts:
        verdict, ending = _judge(count.value, count.listed)
        if verdict == "differs" and not count.listed:
            verdict, ending = "not_assessable", "，这部分没有逐条列出。"
        message = f"“{_short(count.heading)}”称{DECLARED[count.what]}为{count.value}，该部分列出{count.listed}{ending}"
        where = f"{count.span[0]:07d}"
        yield Comparison(
            f"part_{count.what}", where, count.value, count.listed, verdict, message, count.span, count.listed_span
        )


# Items that contradict themselves


def _contradictions(bulletin: Bulletin) -> Iterator[Comparison]:
    """Items whose status and text do not go together."""
    published = bulletin.facts.get("published_date")
    for ordinal, item in enumerate(bulletin.items, start=1):
        if item.status in DONE:
            yield from _still_to_come(ordinal, item, str(published.value) if published else None)
        elif item.status in ("in_progress", "not_started"):
            yield from _already_settled(ordinal, item)


def _still_to_come(ordinal: int, item: Item, published: str | None) -> Iterator[Comparison]:
    """Done by its status, to be done by its text."""
    where, status = f"{ordinal:05d}", item.status_span or item.statement_span
    if item.incomplete_reason:
        message = f"{_name(item)}列为已完成，却写有未完成原因。"
        span = _field(item, "incomplete_reason")
        yield Comparison("done_but_reason", where, None, None, "differs", message, status, span, ordinal)
    sentences = [s for m in item.measures for s in _SENTENCE.findall(m.text)] + _SENTENCE.findall(item.outcome or "")
    future = [s for s in sentences if _FUTURE.search(s)]
    finished = any(_FINISHED.search(s) or ("完成" in s and s not in future) for s in sentences)
    late = next((c for c in item.commitments if published and c.due and c.due > published), None)
    if future and not finished:
        verdict = "differs" if len(future) == len(sentences) else "uncertain"
        message = f"{_name(item)}列为已完成，措施中只见“{_short(future[0])}”等安排，没有已经做成的内容。"
        span = next((m.span for m in item.measures if _FUTURE.search(m.text)), _field(item, "outcome"))
        yield Comparison("done_but_future", where, None, None, verdict, message, status, span, ordinal)
    elif late:
        message = f"{_name(item)}列为已完成，所写“{late.date_text}”（{late.due}）却晚于公布日期（{published}）。"
        yield Comparison("done_but_future", where, None, None, "uncertain", message, status, late.span, ordinal)


def _already_settled(ordinal: int, item: Item) -> Iterator[Comparison]:
    """Unfinished by its status, finished by its outcome."""
    for sentence in _SENTENCE.findall(item.outcome or ""):
        found = _SETTLED.search(sentence)
        if found and not _UNSETTLED.search(sentence, 0, found.start()):
            message = f"{_name(item)}列为未完成，成效却称“{_short(_around(sentence, found.start()))}”。"
            status, span = item.status_span or item.statement_span, _field(item, "outcome")
            where = f"{ordinal:05d}"
            yield Comparison("unfinished_but_done", where, None, None, "differs", message, status, span, ordinal)
            return


def _missing(items: Sequence[Item]) -> Iterator[Comparison]:
    """Items without measures; one row for all where the bulletin lists none at all."""
    without = [(n, i) for n, i in enumerate(items, start=1) if not i.measures and not i.measures_text]
    if items and len(without) == len(items):
        message = "通报没有逐条写明整改措施。"
        yield Comparison("no_measures", "", None, None, "not_assessable", message, None, items[0].span)
        return
    for ordinal, item in without:
        message = f"{_name(item)}没有写整改措施。"
        yield Comparison("no_measures", f"{ordinal:05d}", None, None, "uncertain", message, None, item.span, ordinal)


def _notes(bulletin: Bulletin) -> Iterator[Comparison]:
    """Numbering that skips, repeats or starts again: a misprint, or an item that is not there."""
    for note in bulletin.notes:
        if note.code in NOTE_CODES:
            where = f"{note.span[0]:07d}" if note.span else ""
            yield Comparison(note.code, where, None, None, "uncertain", note.message, None, note.span)


# Small readings


def _figure(fact: Fact | None) -> float | None:
    """Read the number that a fact states."""
    return None if fact is None or fact.value is None or isinstance(fact.value, str) else float(fact.value)


def _print(figure: float) -> str:
    """Print a whole number without decimals, and no number as a power of ten."""
    return f"{figure:.2f}".rstrip("0").rstrip(".")


def _field(item: Item, name: str) -> Span:
    """Where the field stands; the item where no place is known."""
    spans = item.spans.get(name)
    return spans[0] if spans else item.span


def _name(item: Item) -> str:
    kind = "意见建议" if item.kind == "suggestion" else "问题"
    return f"{kind}{item.n}（{_short(item.statement)}）"


def _around(sentence: str, position: int) -> str:
    """Cut out the clause of the sentence at this position."""
    return next(c[0] for c in _CLAUSE.finditer(sentence) if c.end() > position)


def _short(text: str, length: int = 20) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
