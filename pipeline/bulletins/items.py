"""Leaf issues → items."""

import re
from dataclasses import dataclass
from datetime import date

from pipeline.bulletins import wording
from pipeline.bulletins.commitments import find_commitments
from pipeline.bulletins.fields import Fields, read_fields
from pipeline.bulletins.headings import group_span, remark, statement_span
from pipeline.bulletins.leaves import Leaf
from pipeline.bulletins.lines import Line
from pipeline.bulletins.marks import Marks
from pipeline.bulletins.measures import list_measures
from pipeline.bulletins.outline import Node
from pipeline.bulletins.parallel import Answer
from pipeline.bulletins.status import Stated, whole_status
from pipeline.records import Item, Span
from pipeline.text import trim

# How the name of an organisation ends.
_ORGANISATION = re.compile(
    r"(?:局|委|联|工会|科协|办|镇|乡|街道|中心|院|校|学|公司|集团|馆|社|会|处|队|所|园|厂|台|站|党组|党委|党支部|党总支|党工委|支部|部|室|行|县|区|市|村|社区|法院|检察院)(?:（[^（）]*）)?$"
)
# 望春街道党工委: the unit is the street.
_PARTY_BODY = re.compile(r"(?<=[\u3400-\u9fff）]{3})党(?:工委|委|组|总支|支部)(?:委员会)?$")
_UNIT = re.compile(r"(?:中共)?[\u3400-\u9fff（）]{2,30}党(?:工委|委|组|总支|支部)(?:委员会)?")
# 问题（2）的整改情况：… a heading that only refers to an issue told before
_REFERS = re.compile(r"的?整改(?:工作)?(?:落实|完成|进展)?(?:情况)?[：。\n]")
FEW = 6  # brothers that are looked at
TEXT_FIELDS = (
    "description", "cause", "measures", "outcome", "incomplete_reason", "next_steps", "target", "deadline", "responsible"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An issue that is told in one place and only referred to by its number where it was rectified."""

    statement: Span
    further: Span  # what is said of it after the statement
    node: Node | None  # its heading, if a part lists it; None where the opening does


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an item needs to know of the bulletin around it."""

    after: date | None  # the day of the feedback, from which promised dates count
    several_parts: bool  # more than one of its highest headings has issues below it: they are then groups of issues
    told: dict[int, Told]  # by number: headings below may only refer to them
    answers: dict[int, list[Answer]]  # by number: what parallel lists say of issues


@dataclass(frozen=True, slots=True)
class Read:
    """What is known of an item before its fields are put into a record."""

    n: str
    kind: str
    unit: Span | None
    aspect: Span | None
    category: Span | None
    statement: Span
    status: tuple[str, str, Span | None]  # status, what says so, its words
    span: Span


def make_item(text: str, marks: Marks, lines: list[Line], leaf: Leaf, end: int, around: Surroundings) -> Item:
    """The item of a leaf whose text ends at `end`."""
    node = leaf.node
    line = node.line
    if line is None:
        raise ValueError("the document itself is no leaf")
    start, stop, rest = statement_span(text, line, end)
    reference = refers(text, line)
    told = around.told.get(line.number or 0) if reference else None
    if told and reference:
        (start, stop), rest = told.statement, reference.end()
    own = [ln for ln in lines[node.first : node.last] if ln.start < end]
    fields = read_fields(text, marks, own, rest, end)
    for answer in around.answers.get(line.number or 0, ()):
        _add_answer(text, marks, lines, fields, answer)
    if told and told.further[0] < told.further[1]:
        fields.spans.setdefault("description", []).insert(0, told.further)
    above = (told.node if told and told.node else node).above()
    groups = [n for n in above if _is_group(text, n, several_parts=around.several_parts)]
    unit, groups = _unit(text, groups, leaf)
    aspect, category = _aspect_and_category(text, groups)
    read = Read(
        n=_number(leaf, in_digest=unit is not None),
        kind=leaf.kind,
        unit=unit,
        aspect=aspect,
        category=category,
        statement=(start, stop),
        status=_status(text, leaf, fields, line),
        span=trim(text, line.start, end),
    )
    return assemble(text, marks, read, fields, around)


def _add_answer(text: str, marks: Marks, lines: list[Line], fields: Fields, answer: Answer) -> None:
    """Add what an entry of a parallel list says; what the issue says itself without a label is then facts of the problem."""
    node = answer.node
    if node.line is None:
        return
    own = [line for line in lines[node.first : node.last] if line.start < answer.end]
    said = read_fields(text, marks, own, node.line.head, answer.end)
    if answer.field == "measures" and "measures" in fields.spans:
        fields.spans.setdefault("description", []).extend(fields.spans.pop("measures"))
    for name, spans in said.spans.items():
        target = answer.field if name in {"description", "measures", "outcome"} else name
        fields.spans.setdefault(target, []).extend(spans)
    fields.status = said.status or fields.status


def refers(text: str, line: Line) -> re.Match[str] | None:
    """Match the words of a heading that only refers to an issue by its number: 问题（2）的整改情况：."""
    return _REFERS.match(text, line.head, line.end) if line.kind in {"issue", "issue_ar"} else None


def assemble(text: str, marks: Marks, read: Read, fields: Fields, around: Surroundings) -> Item:
    """Put what was read of an item into its record."""
    status, source, status_span = read.status
    spans = {name: tuple(fields.spans[name]) for name in TEXT_FIELDS if name in fields.spans}
    for name, group in (("aspect", read.aspect), ("category", read.category), ("unit", read.unit)):
        if group:
            spans[name] = (group,)
    return Item(
        n=read.n,
        kind=read.kind,
        unit=_words(text, read.unit),
        aspect=_words(text, read.aspect),
        category=_words(text, read.category),
        statement=text[slice(*read.statement)],
        measures_text=_joined(text, spans.get("measures")),
        **{name: _joined(text, spans.get(name)) for name in TEXT_FIELDS if name != "measures"},
        measures=list_measures(text, marks, list(spans.get("measures", ()))),
        commitments=find_commitments(text, _promising(text, spans, read), around.after),
        status=status,
        status_from=source,
        status_text=_words(text, status_span),
        status_span=status_span,
        span=read.span,
        statement_span=read.statement,
        spans=spans,
    )


def _promising(text: str, spans: dict[str, tuple[Span, ...]], read: Read) -> list[Span]:
    """Where an item may promise: in its texts but the deadline, and in what follows them (正在推进，预计6月底前完成)."""
    own = [span for name in TEXT_FIELDS if name != "deadline" for span in spans.get(name, ())]
    last = max([read.statement[1], *(stop for name in TEXT_FIELDS for _, stop in spans.get(name, ()))])
    return [*own, trim(text, last, read.span[1], " \n，。；：（）")] if last < read.span[1] else own


def _words(text: str, span: Span | None) -> str | None:
    return text[span[0] : span[1]] if span else None


def _joined(text: str, spans: tuple[Span, ...] | None) -> str | None:
    return "\n".join(text[a:b] for a, b in spans) if spans else None


def _number(leaf: Leaf, *, in_digest: bool) -> str:
    """The number as printed; an unnumbered leaf is counted within the nearest number above it."""
    line = leaf.node.line
    if line is not None and line.kind not in {"about", "label", "plain", "bare"}:
        return line.printed or str(leaf.ordinal)  # without: a number that was lost among numbered ones
    parent = leaf.node.parent
    above = parent.line if parent else None
    numbered = above is not None and above.printed and above.kind not in {"about", "label", "plain"}
    return f"{above.printed}.{leaf.ordinal}" if above and numbered and not in_digest else str(leaf.ordinal)


def _is_group(text: str, node: Node, *, several_parts: bool) -> bool:
    """Whether a heading groups issues by what they are about, and does not just head a part of the bulletin."""
    line = node.line
    if line is None:
        return False
    words = text[line.head : line.end]
    if wording.section_status(words) or (wording.is_suggestions(words) and not wording.names_problem(words)):
        return False
    if node.parent is not None and node.parent.line is None and line.kind in {"cn", "part"}:
        # 二、对账销号抓落实: the parts of a bulletin are groups only where they say so, or where several hold issues.
        says_so = (
            wording.is_aspect(words)
            or wording.names_problem(words)
            or wording.states_problem(words)
            or bool(_ORGANISATION.search(words))
            or (several_parts and "整改" not in words)
        )
        return says_so and line.label is None and (wording.is_aspect(words) or not wording.is_part(words))
    return not wording.is_part(words) and not wording.is_outlook(words)


def _unit(text: str, groups: list[Node], leaf: Leaf) -> tuple[Span | None, list[Node]]:
    """In a digest of several units the heading above a 问题：… leaf, or one of several that only name a unit, is no group of issues."""
    line = leaf.node.line
    if groups and _is_unit_among_units(text, groups[0]):
        return _without_body(text, groups[0]), groups[1:]
    opens_item = line is not None and (line.label is not None or line.kind in {"issue", "issue_ar"})
    above = groups[-1].line if groups else None
    if not opens_item or above is None or above.label:
        return None, groups
    words = text[slice(*group_span(text, above))]
    if _ORGANISATION.search(words) and not wording.states_problem(words) and "方面" not in text[above.head : above.end]:
        return _without_body(text, groups[-1]), groups[:-1]
    return None, groups


def _without_body(text: str, node: Node) -> Span | None:
    """The name of the unit that a heading is, without its party body."""
    if node.line is None:
        return None
    start, end = group_span(text, node.line)
    body = _PARTY_BODY.search(text[start:end])
    return start, start + body.start() if body else end


def _is_unit_among_units(text: str, node: Node) -> bool:
    """Whether the heading is the name of a party body, as some of its first brothers are: 二、县残联党组."""
    brothers = node.parent.children[:FEW] if node.parent else []
    return _names_unit(text, node) and sum(_names_unit(text, brother) for brother in brothers) > 1


def _names_unit(text: str, node: Node) -> bool:
    line = node.line
    return line is not None and _UNIT.fullmatch(text, *trim(text, line.head, line.end, "。： ")) is not None


def _aspect_and_category(text: str, groups: list[Node]) -> tuple[Span | None, Span | None]:
    """The outermost group and the innermost; a single one is the aspect."""
    spans = [group_span(text, node.line) for node in groups if node.line is not None]
    if not spans:
        return None, None
    return spans[0], spans[-1] if len(spans) > 1 else None


def _status(text: str, leaf: Leaf, fields: Fields, line: Line) -> tuple[str, str, Span | None]:
    """Status, what says so, and its words: the item's own words before the heading above it."""
    stated: Stated | None = fields.status
    ongoing = fields.ongoing
    bracket = remark(text, line.head, line.end)
    if stated is None and bracket:
        stated = whole_status(text, *bracket)
    if stated is not None:
        return stated.status, "item", (stated.start, stated.end)
    for node in reversed(leaf.node.above()):
        if node.line is None:
            continue
        status = wording.section_status(text[node.line.head : node.line.end])
        if status == "done" and ongoing:
            return "done_ongoing", "item", ongoing
        if status:
            return status, "section", trim(text, node.line.head, node.line.end)
    return "not_stated", "none", None
