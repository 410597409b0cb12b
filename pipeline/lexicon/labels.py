"""Field labels: the words before a colon that say what the text after it is."""

import re
from dataclasses import dataclass
from functools import cache

from pipeline.lexicon import read_table

# 整改措施：  【整改措施】  〔整改措施〕, at the start of a line or of a sentence.
_WORDS = r"(?:[【〔\[]([\u3400-\u9fff、和及]{2,14})[】〕\]]：?|（?([\u3400-\u9fff、和及]{2,16})(?:（([^（）\n]{1,16})）)?）?：)"
_AT_START = re.compile(_WORDS)
_CANDIDATE = re.compile(r"(?:(?<=[。；！？\n ])|^)" + _WORDS)


@dataclass(frozen=True, slots=True)
class Label:
    """A label and what it announces."""

    field: str
    start: int
    end: int  # where the text after it begins
    words: str
    note: tuple[int, int] | None  # the span of what stands in brackets after the words: 整改成果（已完成）：


@cache
def _patterns() -> re.Pattern[str]:
    rows = read_table("labels", ("field", "pattern", "example"))
    return re.compile("|".join(f"(?P<{row['field']}_{i}>(?:{row['pattern']}))$" for i, row in enumerate(rows)))


@cache
def field_of(words: str) -> str | None:
    """The field that these words announce, or None.

    >>> [field_of(w) for w in ("整改措施", "未完成整改原因", "下一步工作打算", "整改进展情况", "会议指出")]
    ['measures', 'incomplete_reason', 'next_steps', 'progress', None]
    """
    found = _patterns().match(words)
    return found.lastgroup.rpartition("_")[0] if found and found.lastgroup else None


def find_labels(text: str, start: int, end: int) -> list[Label]:
    """The labels within the span, in order.

    >>> s = "整改措施：开会。整改成效：很好。"
    >>> [(l.field, s[l.start:l.end]) for l in find_labels(s, 0, len(s))]
    [('measures', '整改措施：'), ('outcome', '整改成效：')]
    """
    labels = []
    for found in _CANDIDATE.finditer(text, start, end):
        words = found[1] or found[2]
        field = field_of(words)
        if field:
            labels.append(Label(field, found.start(), found.end(), words, found.span(3) if found[3] else None))
    return labels


def read_label(text: str, start: int, end: int) -> Label | None:
    """The label with which the span begins, also one that fills it without a colon; None where there is none."""
    found = _AT_START.match(text, start, end)
    words = (found[1] or found[2]) if found else text[start:end] if end - start <= 10 else ""
    field = field_of(words) if words else None
    if not field or (not found and field in {"statement", "suggestion"}):
        return None
    note = found.span(3) if found and found[3] else None
    return Label(field, start, found.end() if found else end, words, note)
