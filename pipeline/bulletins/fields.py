"""The text of a leaf issue → its fields, by labels, by cue phrases, and by what kind of text stands where."""

import re
from dataclasses import dataclass, field, replace

from pipeline.bulletins import wording
from pipeline.bulletins.headings import after_quote
from pipeline.bulletins.lines import Line
from pipeline.bulletins.marks import Marks
from pipeline.bulletins.measures import top_entries
from pipeline.bulletins.segments import Segment, cut_segments
from pipeline.bulletins.status import Stated, closing_status, leading_status, whole_status
from pipeline.lexicon.labels import field_of
from pipeline.numbering import Marker
from pipeline.records import Span
from pipeline.text import first_sentence_end, trim

_EDGES = " \n。；：，"
OWN_LIST = 24  # characters from 究其原因 up to which a list is that of the causes
LONG = 30  # characters from which a paragraph after a short value tells something of its own
# Labels whose value is a word or two: what follows on the next line is no part of it.
_SHORT = frozenset({"deadline", "responsible", "status", "target"})
_FIELD_OF_LABEL = {"statement": "description", "suggestion": "description", "ongoing": "next_steps"}
# （已完成） directly after the statement. 1 what it says
_BRACKET = re.compile(r"[”’。 ]*(?:的?问题)?[（【]([^（）【】\n]{1,90})[）】][。：； ]*")
# 整改时限：立行立改；责任股室：综合股；状态：已完成, in that bracket. 1 label, 2 value
_PAIR = re.compile(r"([\u3400-\u9fff]{2,10})：([^；：（）]{1,60})")
# How a fact about a problem begins.
_FACT = re.compile(
    r"\d{4}(?:年|[—-])|近[一二三四五两几\d]|有(?:的|些|\d)|个别|部分|如|例如|比如|抽查|巡[视察]|存在|至今|截至|多数"
)
# How the reason begins that a closing status is given: 由于项目需报批，该问题正在推进整改。
_BECAUSE = re.compile("(?:由于|鉴于|因为|因(?!私|公|此)|受)")
# Words of doing: a sentence with one of them tells what was done, not what was wrong.
_DOING = re.compile(
    r"召开|制定|印发|出台|成立|组织(?!生活|功能|观念|原则|部|人事)|立即|立行|迅速|采取|已(?:完成|整改)|开展了|建立了|完善了|整改|举一反三|责成|安排|修订|进行了|坚持"
)


@dataclass(slots=True)
class Fields:
    """The spans of every field, and the status that the item states of itself."""

    spans: dict[str, list[Span]] = field(default_factory=dict)
    status: Stated | None = None
    ongoing: Span | None = None  # the text of the label 长期坚持, which makes a done item one that is kept up


def read_fields(text: str, marks: Marks, lines: list[Line], start: int, end: int) -> Fields:
    """The fields of the leaf whose text after the statement is this span; `lines` are all lines that it touches."""
    reader = _Reader(text, marks, Fields(), min(lines[0].end, end))
    reader.read(lines, start, end)
    return reader.fields


def read_cells(text: str, marks: Marks, cells: list[Segment]) -> Fields:
    """The fields of an item of a table, whose cells are announced by the heads of their columns."""
    reader = _Reader(text, marks, Fields(), 0)
    progress: list[Segment] = []
    for cell in cells:
        if cell.name in _SHORT - {"status"} or cell.name == "description":
            reader.add(cell.name, cell.start, cell.end)
        else:
            reader.read_segment(cell, progress)
    for segment in progress:
        reader.add("outcome" if "measures" in reader.fields.spans else "measures", segment.start, segment.end)
    return reader.fields


@dataclass(slots=True)
class _Reader:
    text: str
    marks: Marks
    fields: Fields
    head_end: int  # where the paragraph of the heading ends

    def read(self, lines: list[Line], start: int, end: int) -> None:
        """Labels first, then what they leave."""
        quote = self.text.find("”", start, self.head_end)
        if quote != -1 and "“" not in self.text[start:quote]:
            # “Z。在这里还说事实”：一是… what stands before the closing quote belongs to the problem.
            self.add("description", start, quote)
            start = after_quote(self.text, quote + 1, self.head_end)
        start = self.read_bracket(start, self.head_end)
        if self.fields.status is None and not self.holds(start, self.head_end):
            start = self.read_bracket_below(start, end)
        segments = self.cut_status(cut_segments(self.marks, lines, start, end))
        unclaimed = [segments[0]]
        progress: list[Segment] = []
        for segment in segments[1:]:
            unclaimed += self.read_segment(segment, progress)
        if "measures" not in self.fields.spans and any(s.name == "cause" and s.cued for s in segments):
            self.split_cause()
        self.read_progress_texts(unclaimed, progress)
        self.cut_tail()
        self.cut_plan()
        self.cut_reason()
        self.fields.ongoing = next(((s.start, s.end) for s in segments if s.name == "ongoing"), None)
        if self.fields.ongoing and self.fields.status and self.fields.status.status == "done":
            self.fields.status = replace(self.fields.status, status="done_ongoing")

    def add(self, name: str, start: int, end: int) -> None:
        """Adds a span to a field, without punctuation before it, unless nothing is left."""
        start, _ = trim(self.text, start, end, _EDGES)
        _, end = trim(self.text, start, end)
        if start < end:
            self.fields.spans.setdefault(name, []).append((start, end))

    def holds(self, start: int, end: int) -> bool:
        """Whether the span holds more than punctuation."""
        return trim(self.text, start, end, _EDGES)[0] < end

    def entries(self, start: int, end: int) -> list[Marker]:
        """The highest-level list in the span."""
        return top_entries(self.text, self.marks, start, end)

    def read_bracket(self, start: int, end: int) -> int:
        """Reads a bracket directly after the statement and returns where the text after it begins."""
        found = _BRACKET.match(self.text, start, end)
        if found is None:
            return start
        whole = whole_status(self.text, *found.span(1))
        pairs = [(pair, field_of(pair[1])) for pair in _PAIR.finditer(self.text, *found.span(1))]
        if not whole and not any(name for _, name in pairs):
            return start
        self.fields.status = whole
        for pair, name in pairs:
            if name == "status":
                self.fields.status = whole_status(self.text, *pair.span(2)) or self.fields.status
            elif name in _SHORT:
                self.add(str(name), *pair.span(2))
        return found.end()

    def read_bracket_below(self, start: int, end: int) -> int:
        """Reads a bracket that is the whole paragraph below the heading and returns where the text after it begins."""
        line = self.text.find("\n", start, end) + 1
        stop = self.text.find("\n", line, end)
        stop = end if stop == -1 else stop
        found = _BRACKET.match(self.text, line, stop) if line else None
        after = self.read_bracket(line, stop) if found and found.end() == stop else start
        return after if after != line else start

    def cut_status(self, segments: list[Segment]) -> list[Segment]:
        """The segments without the status with which the last one ends."""
        last = segments[-1]
        if last.name == "progress" or last.name in _SHORT:
            return segments
        stated, body_end = closing_status(self.text, last.start, last.end)
        outlook = next((c for c in self.marks.cues.within(last.start + 1, last.end) if c.field == "next_steps"), None)
        if stated is None and outlook:
            # 由于项目需报批，该问题正在推进整改。下一步，…
            stated, body_end = closing_status(self.text, last.start, outlook.start)
        else:
            outlook = None
        if stated is None or (self.fields.status and last.name not in {None, "measures"}):
            return segments
        comma = self.text.rfind("，", body_end, stated.start)
        if _BECAUSE.match(self.text, body_end, stated.start):
            self.add("incomplete_reason", body_end, comma)
        elif comma != -1:
            body_end = comma  # 截至目前，账实一致，该问题已完成整改。
        self.fields.status = self.fields.status or stated
        if outlook:
            self.add("next_steps", outlook.start, last.end)
        return [*segments[:-1], replace(last, end=body_end)]

    def read_segment(self, segment: Segment, progress: list[Segment]) -> list[Segment]:
        """Adds a labelled segment to its field.

        The text of 整改情况 is left in `progress`, its status taken out. Returned is what belongs to no label: the
        paragraphs after a short value.
        """
        start, end = segment.start, segment.end
        name = _FIELD_OF_LABEL.get(segment.name or "", segment.name)
        if segment.note:
            self.fields.status = whole_status(self.text, *segment.note) or self.fields.status
        unclaimed = []
        if name in _SHORT or name == "description":
            stop = self.text.find("\n", trim(self.text, start, end)[0], end)
            if stop != -1:
                unclaimed.append(Segment(None, stop, end))
                end = stop
        if name == "status":
            self.read_status(start, end)
        elif name == "progress":
            self.read_progress(start, end, progress)
        elif name == "outcome":
            self.read_outcome(start, end)
        elif name is not None:
            self.add(name, start, end)
        return unclaimed

    def read_status(self, start: int, end: int) -> None:
        """整改状态：基本完成。已收回31万元。: a status, and what came of it."""
        stated, rest = leading_status(self.text, start, end)
        if stated:
            self.fields.status = stated
            self.add("outcome", rest, end)
        elif status := wording.read_status(self.text[start:end]):
            self.fields.status = Stated(status, *trim(self.text, start, end, _EDGES))

    def read_progress(self, start: int, end: int, progress: list[Segment]) -> None:
        """整改情况：已完成。一是…: a status before or after, and a text that is measures or outcome."""
        stated, rest = leading_status(self.text, start, end)
        closing, stop = closing_status(self.text, rest, end)
        self.fields.status = closing or stated or self.fields.status
        if self.holds(rest, stop):
            progress.append(Segment("progress", *trim(self.text, rest, stop)))

    def read_outcome(self, start: int, end: int) -> None:
        """整改成效：已完成。…: what came of it, and a status that it may begin with."""
        stated, rest = leading_status(self.text, start, end)
        self.fields.status = self.fields.status or stated
        self.add("outcome", rest, end)

    def split_cause(self) -> None:
        """究其原因，主要是…。一是…: where no label says so, the list after the cause, else what follows its first sentence, was done."""
        start, stop = self.fields.spans["cause"][-1]
        entries = self.entries(start, stop)
        if entries:
            split = max(self.text.rfind(c, start, entries[0].start) for c in "。\n") + 1
            if not split and entries[0].start - start <= OWN_LIST:
                return  # 究其原因：一是认识不足；二是…: the list is that of the causes
            split = split or entries[0].start
        else:
            split = first_sentence_end(self.text, start, stop) + 1
        if self.holds(split, stop):
            self.fields.spans["cause"].pop()
            self.add("cause", start, split)
            self.add("measures", split, stop)

    def read_progress_texts(self, unclaimed: list[Segment], progress: list[Segment]) -> None:
        """Says which of 整改情况 and what no label claims are measures, outcome, and facts of the problem."""
        first, *others = unclaimed
        progress = [segment for segment in progress if not self.is_outlook(segment)]
        others = [segment for segment in others if self.holds(segment.start, segment.end)]
        listed = any(self.lists_measures(segment) for segment in unclaimed)
        if "measures" in self.fields.spans:
            for segment in (first, *others):
                self.add("description", segment.start, segment.end)
        elif progress and not listed and all(segment.end - segment.start <= LONG for segment in others):
            self.add("measures", progress[0].start, progress[0].end)
            self.add("description", first.start, first.end)
            progress = progress[1:]
        elif others:
            self.add("description", first.start, first.end)
            for segment in others:
                self.add("measures", segment.start, segment.end)
        else:
            self.read_lead(first.start, first.end)
        for segment in progress:
            self.add_progress(segment)

    def lists_measures(self, segment: Segment) -> bool:
        """Whether the text is a list, and not one of problems (一是未安排部署；二是管理不规范)."""
        entries = self.entries(segment.start, segment.end)
        stops = [*(entry.start for entry in entries[1:]), segment.end]
        told = [self.text[entry.end : stop] for entry, stop in zip(entries, stops, strict=True)] if entries else []
        problems = sum(wording.states_problem(words) and not wording.begins_as_measure(words) for words in told)
        return problems * 2 < len(told)

    def add_progress(self, segment: Segment) -> None:
        """Adds the text of 整改情况 to the outcome, and what it says after 下一步 to the next steps."""
        cues = self.marks.cues.within(segment.start + 1, segment.end)
        outlook = next((cue.start for cue in cues if cue.field == "next_steps"), segment.end)
        if self.unfinished() and outlook < segment.end and "next_steps" not in self.fields.spans:
            self.add("next_steps", outlook, segment.end)
            self.add("outcome", segment.start, outlook)
        else:
            self.add("outcome", segment.start, segment.end)

    def unfinished(self) -> bool:
        """Whether the item says that it is not finished."""
        return self.fields.status is not None and self.fields.status.status in {"in_progress", "not_started"}

    def is_outlook(self, segment: Segment) -> bool:
        """Whether the text of 整改情况 only says what is still to come, which is then read as such."""
        cues = self.marks.cues.within(segment.start, segment.start + 1)
        if not cues or cues[0].field != "next_steps":
            return False
        self.add("next_steps", segment.start, segment.end)
        return True

    def read_lead(self, start: int, end: int) -> None:
        """What was done, where no label says so: the list or the paragraphs after the facts of the problem."""
        entries = self.entries(start, end)
        if entries:
            split = entries[0].start
        elif self.holds(min(self.head_end, end), end):
            split = max(start, min(self.head_end, end))
        else:
            split = start
        words = self.text[start:split].strip(_EDGES)
        announces = split > start and self.text[trim(self.text, start, split)[1] - 1] in "，："
        if words and split < end and not announces and _tells_facts(words):
            self.add("description", start, split)
            start = split
        facts_end = self.facts_end(start, max(start, entries[0].start) if entries else end)
        self.add("description", start, facts_end)
        self.add("measures", facts_end, end)

    def facts_end(self, start: int, end: int) -> int:
        """Where the sentences end that tell facts of the problem; what follows them is never empty."""
        split = start
        while (stop := first_sentence_end(self.text, split, end)) + 1 < end:
            words = self.text[split:stop].strip(_EDGES)
            if words and not (_tells_facts(words) and (wording.states_problem(words) or _FACT.match(words))):
                break
            split = stop + 1
        return split

    def cut_tail(self) -> None:
        """Moves closing sentences of the measures (截至目前，… 下一步，…) to outcome and next steps."""
        spans = self.fields.spans.get("measures")
        if not spans:
            return
        start, end = spans[-1]
        entries = self.entries(start, end)
        open_fields = {"outcome", "next_steps"} - self.fields.spans.keys()
        cues = self.marks.cues.within(entries[-1].end if entries else start + 1, end)
        cuts = [cue for cue in cues if cue.field in open_fields]
        if not cuts:
            return
        spans[-1] = trim(self.text, start, cuts[0].start)
        for index, cue in enumerate(cuts):
            if index == 0 or cue.field != cuts[index - 1].field:
                stop = next((later.start for later in cuts[index:] if later.field != cue.field), end)
                self.add(cue.field, cue.start, stop)

    def cut_plan(self) -> None:
        """Moves the sentence 下一步，… with which a labelled reason ends to the next steps."""
        spans = self.fields.spans.get("incomplete_reason")
        if not spans or "next_steps" in self.fields.spans:
            return
        start, end = spans[-1]
        plan = next((cue for cue in self.marks.cues.within(start + 1, end) if cue.field == "next_steps"), None)
        if plan:
            spans[-1] = trim(self.text, start, plan.start)
            self.add("next_steps", plan.start, end)

    def cut_reason(self) -> None:
        """Moves the sentence 由于… with which an unfinished item ends to the reason why it is not finished."""
        if not self.unfinished() or "incomplete_reason" in self.fields.spans:
            return
        for name in ("outcome", "measures"):
            spans = self.fields.spans.get(name)
            if not spans:
                continue
            start, end = spans[-1]
            last = _last_sentence(self.text, start, end)
            entries = self.entries(start, end)
            inside = entries and last < entries[-1].end
            if inside or not _BECAUSE.match(self.text, last, end):
                continue
            if last > start:
                spans[-1] = trim(self.text, start, last)
            elif len(spans) > 1 or name == "outcome":
                spans.pop()
            else:
                continue
            if not spans:
                del self.fields.spans[name]
            self.add("incomplete_reason", last, end)
            return


def _last_sentence(text: str, start: int, end: int) -> int:
    """Where the last sentence of the span begins."""
    _, stop = trim(text, start, end, _EDGES)
    return max(start, max(text.rfind(mark, start, stop) for mark in "。\n") + 1)


def _tells_facts(words: str) -> bool:
    """Whether the words tell more of the problem, not what was done about it."""
    first = re.split("[。；]", words, maxsplit=1)[0]
    if wording.begins_as_measure(first):
        return False
    return wording.states_problem(first) or not _DOING.search(words)
