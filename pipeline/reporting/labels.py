"""What is written on figures and tables for what the frames hold in codes, in Chinese or in English.

Labels are kept in Chinese, where they are made; `lexicon/english.csv` says what each is in English, `{}` standing for a
number, a day or the name of a file. What is not in that file stays Chinese.
"""

import re
from functools import cache

import pandas as pd

from pipeline.analysis.commitments import STATES
from pipeline.analysis.copies import LIKENESS, SCOPES
from pipeline.analysis.doubtful import GROUNDS
from pipeline.analysis.funnel import PLACES
from pipeline.analysis.revisions import CHANGES, VERSIONS
from pipeline.analysis.substance import MADE
from pipeline.errors import ReportError
from pipeline.ledger.schema import (
    DOCUMENT_STATUSES,
    KINDS,
    SEVERITIES,
    STATUS_SOURCES,
    STATUSES,
    TABLES,
    VERDICTS,
)
from pipeline.lexicon import read_table

LANGUAGES = ("zh", "en")
WORDS = {
    "change": CHANGES,
    "kind": KINDS,
    "ground": GROUNDS,
    "likeness": LIKENESS,
    "made": MADE,
    "place": PLACES,
    "scope": SCOPES,
    "state": STATES,
    "severity": SEVERITIES,
    "status": DOCUMENT_STATUSES | STATUSES,
    "status_from": STATUS_SOURCES,
    "verdict": VERDICTS,
    "version_kind": VERSIONS,
}
LABELS = ("label", "primary", "theme", "themes", "shared", "compared", "kind_label")  # columns that hold labels
_MARKS = {"，": ", ", "。": ". ", "；": "; ", "：": ": "}
_VALUE = "([!-~–—]+)"  # what may stand for {}: never a Chinese character
_SPOKEN = {"language": "zh"}  # of this process: a report has one language throughout


def speak(language: str = "zh") -> None:
    """Choose the language of labels from here on.

    Raises
    ------
    ReportError
        If it is none of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ReportError(f"参数 language 应是 {' 或 '.join(LANGUAGES)}，给的是 {language!r}")
    _SPOKEN["language"] = language


def word(label: str) -> str:
    """Give a label in the language chosen by `speak`; one that is not known stays as it is.

    >>> speak("en")
    >>> word("已完成"), word("第2轮"), word("财务2、党建1"), word("云栖市图书馆")
    ('done', 'round 2', 'finance 2, Party building 1', '云栖市图书馆')
    >>> speak("zh")
    >>> word("已完成")
    '已完成'
    """
    return label if _SPOKEN["language"] == "zh" else _find(label) or label


def caption(text: str) -> str:
    """Give the words around a figure in the language chosen; a sentence with a clause that is not known stays Chinese.

    >>> speak("en")
    >>> caption("3 个单位自报完成率在 71% 与 84% 之间，有的区间互不重叠")
    'Self-reported completion of 3 units lies between 71% and 84%, some intervals do not overlap'
    >>> caption("甲局：自报完成率都一样")
    '甲局：自报完成率都一样'
    >>> speak("zh")
    """
    if _SPOKEN["language"] == "zh":
        return text
    return "".join(_sentence(part) for part in re.findall("[^。]+。?", text)).strip()


def headings(frame: pd.DataFrame) -> dict[str, str]:
    """Headings of a frame's columns, in their order; in English the names of the columns themselves.

    The Chinese ones are taken from `frame.attrs["labels"]`, which every frame of `analysis` has, else from the one table
    of the ledger that has all the columns.

    Raises
    ------
    KeyError
        If a column has no label.

    Examples
    --------
    >>> headings(pd.DataFrame(columns=["path", "status", "reason"]))
    {'path': '文件', 'status': '结果', 'reason': '原因'}
    """
    labels = frame.attrs.get("labels")
    if labels is None:
        described = ({column.name: column.label for column in table.columns} for table in TABLES.values())
        labels = next((known for known in described if known.keys() >= set(frame.columns)), {})
    found = {column: labels[column] for column in frame.columns}
    return found if _SPOKEN["language"] == "zh" else {column: word(column).replace("_", " ") for column in found}


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Put words for the codes of closed sets; what is no code stays. Labels are put into the language chosen.

    >>> in_words(pd.DataFrame({"verdict": ["differs"], "listed": [3]}))["verdict"].tolist()
    ['不一致']
    """
    known = [column for column in WORDS if column in frame.columns]
    named = frame.assign(
        **{
            column: frame[column].replace({code: word(said) for code, said in WORDS[column].items()})
            for column in known
        }
    )
    if _SPOKEN["language"] == "zh":
        return named
    told = [column for column in LABELS if column in frame.columns]
    return named.assign(**{column: named[column].map(_told) for column in told})


def _told(cell: object) -> object:
    """Translate a cell: a label, or a list of them."""
    if isinstance(cell, str):
        return word(cell)
    return [word(str(each)) for each in cell] if isinstance(cell, list) else cell


@cache
def _find(label: str) -> str | None:
    """English of a label; of a list all of it, or nothing."""
    exact, patterns = _english()
    if label in exact:
        return exact[label]
    for pattern, said in patterns:
        found = pattern.fullmatch(label)
        if found:
            return said.format(*found.groups())
    counted = re.fullmatch(r"(\D+?)\s?(\d+)", label)
    if counted and counted[1] in exact:
        return f"{exact[counted[1]]} {counted[2]}"
    parts = [_find(part) for part in label.split("、")] if "、" in label else [None]
    return None if None in parts else ", ".join(map(str, parts))


@cache
def _english() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    rows = {row["zh"]: row["en"] for row in read_table("english", ("zh", "en"))}
    templates = [zh for zh in rows if "{}" in zh]
    patterns = [(re.compile(_VALUE.join(map(re.escape, zh.split("{}")))), rows[zh]) for zh in templates]
    return {zh: en for zh, en in rows.items() if "{}" not in zh}, patterns


def _sentence(text: str) -> str:
    """Translate a sentence: as many clauses at a time as are known together; all of it or nothing."""
    pieces = re.split("([，。；：])", text)
    said, place = "", 0
    while place < len(pieces):
        ends = [end for end in range(len(pieces), place, -2) if _find("".join(pieces[place:end]).strip())]
        if not ends and pieces[place].strip():
            return text
        end = ends[0] if ends else place + 1
        said += _find("".join(pieces[place:end]).strip()) or ""
        said += _MARKS[pieces[end]] if end < len(pieces) else ""
        place = end + 1
    return said if said.startswith("n ") else said[:1].upper() + said[1:]  # n is a symbol
