"""Text → text without telephone numbers, mail and postal addresses, identity numbers and names of persons.

What is hidden is replaced character by character, so every text keeps its length, and counted. The patterns, surnames,
characters of given names and titles are files of the lexicon.

A name is masked where something says that it is one: a title beside it (局长李明, 李明局长), 同志 after it, a label
before it (联系人：李明), or another name before it in a list. It must begin with a surname, go on with characters of
given names, end where a phrase ends, and be no word of jieba's dictionary; so 书记高度重视 stays as it is. A name that
stands alone in a sentence is not found.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa

from pipeline.ledger.schema import TABLES, TEXT, TEXTS, Column, Table
from pipeline.lexicon import read_lines, read_table

KINDS = {
    "phone": "电话号码",
    "mail": "电子邮箱",
    "address": "通信地址",
    "identity": "身份证号",
    "name": "人名",
    "reviewer": "复核人",
}
HIDDEN, NAMELESS = "*", "某"
REVIEWER, RESPONSIBLE = "reviewer", "responsible"  # columns that are names, or lists of who is responsible
_JOINT = "\x1e"  # of a list, while it is one text
# Ids, hashes, codes, paths and the page a bulletin was published on: not prose, and other tables point to them.
KEPT = re.compile(r".*_id|sha256|fits|path|url|format|encoding|decided_at|n|field|date_text")

_LEVEL = str.maketrans("０１２３４５６７８９＠", "0123456789@")  # each as long as before
_SURE = ("同志", "先生", "女士")
# What may stand before a name, and after it, without being part of it.
_BEFORE = r"(?:^|(?<=[\s，。；：、！？（）()“”《》—由经对与和向将把给予以为的及聘免被请让]))"
_AFTER = r"(?=$|[\s，。；：、！？（）()“”,;:]|同志|先生|女士|等|因|违|被|受|负责|牵头|担任|任[^\u3400-\u9fff]|主持|带队|带头|为组长|分管|党内|政务|记过|警告|诫勉|谈话|批评|作|代表|说|讲|介绍|传达|带领|履行|利用|未|擅自|多次|本人|参加|出席|表示|汇报|率|[和与及]|在|对)"
_LABEL = re.compile(
    r"(?:[联责负经牵收寄办承][系任责办头件件理办]人员?|包[抓保联]领导|(?:责任|牵头|分管)领导|记录人|审核人|签发人|姓名)[：:]\s*([^。；;\n：:]{2,80})"
)
_PARTS = re.compile(r"[^、，,；;/ \t（）()]+")

Found = tuple[int, int, str]  # start, end, kind


def redact(text: str) -> tuple[str, Counter[str]]:
    """Mask what tells who a person is or how to reach them; also how often each kind was masked.

    >>> redact("联系人：李建国，电话0416-3316027，邮箱dwb@example.org。")
    ('联系人：李某某，电话************，邮箱***@***********。', Counter({'name': 1, 'phone': 1, 'mail': 1}))
    >>> redact("局长李明、副局长王某某带头，书记高度重视，马上整改13800000元。李明已退款。")[0]
    '局长李某、副局长王某某带头，书记高度重视，马上整改13800000元。李某已退款。'
    """
    found = find(text)
    again = _again(text, {text[start:end] for start, end, kind in found if kind == "name"})
    found = _apart([*found, *again])
    return _masked(text, found), Counter(kind for *_, kind in found)


def find(text: str) -> list[Found]:
    """Find what is to be masked, in order and without overlap: where two overlap, the one that begins first.

    >>> find("监督电话：8612065")
    [(5, 12, 'phone')]
    """
    level = text.translate(_LEVEL)
    return _apart([*_by_pattern(level), *_names(level)])


def redact_tables(tables: Mapping[str, pa.Table]) -> tuple[dict[str, pa.Table], dict[str, int]]:
    """Mask every text of the tables, and count what was masked by kind.

    A name that was found anywhere in a bulletin is masked in all rows of this bulletin. Reviewers become 复核人1, 2 …

    Parameters
    ----------
    tables
        Name of a table → its rows, in the columns of the schema.
    """
    held = {name: _found_in(TABLES[name], rows) for name, rows in tables.items()}
    names: dict[str | None, set[str]] = {}
    for name, rows in tables.items():
        owners = _owners(rows)
        for cells in held[name].values():
            for row, (text, found) in cells.items():
                said = {text[start:end] for start, end, kind in found if kind == "name"}
                if said:
                    names.setdefault(owners[row], set()).update(said)
    names.pop(None, None)
    counts: Counter[str] = Counter()
    masked = {}
    for name, rows in tables.items():
        for column in TABLES[name].columns:
            if is_prose(column):
                rows = _mask_column(rows, column, held[name].get(column.name, {}), names, counts)  # noqa: PLW2901
        masked[name] = rows
    return masked, dict(counts)


def is_prose(column: Column) -> bool:
    """Whether a column holds text that somebody wrote; a text column that nobody thought of does."""
    return column.type in (TEXT, TEXTS) and not column.values and not KEPT.fullmatch(column.name)


Cells = dict[int, tuple[str, list[Found]]]  # row → its text and what was found there


def _found_in(table: Table, rows: pa.Table) -> dict[str, Cells]:
    """What is to be masked in each column of prose; most rows have nothing and are left out."""
    known: dict[str, list[Found]] = {}  # statements and headings come again and again
    held: dict[str, Cells] = {}
    for column in table.columns:
        if not is_prose(column) or column.name == REVIEWER:
            continue
        look = _find_listed if column.name == RESPONSIBLE else find
        cells = held.setdefault(column.name, {})
        for row, text in enumerate(_texts(column, rows)):
            if text is None:
                continue
            found = look(text) if column.name == RESPONSIBLE else known.get(text)
            if found is None:
                found = known.setdefault(text, look(text))
            if found:
                cells[row] = (text, found)
    return held


def _find_listed(text: str) -> list[Found]:
    """Find in a list of who is responsible, of which the label is not part any more."""
    if _LABEL.match(text):
        return find(text)
    label = "责任人："
    return [(start - len(label), end - len(label), kind) for start, end, kind in find(label + text)]


def _mask_column(
    rows: pa.Table,
    column: Column,
    cells: Cells,
    names: Mapping[str | None, set[str]],
    counts: Counter[str],
) -> pa.Table:
    texts = _texts(column, rows)
    if column.name == REVIEWER:
        stand_ins = {name: f"复核人{n}" for n, name in enumerate(sorted(set(filter(None, texts))), start=1)}
        masked = [text and stand_ins[text] for text in texts]
        counts["reviewer"] += sum(text is not None for text in texts)
    else:
        masked = list(texts)
        owners = _owners(rows)
        for row in cells.keys() | {row for row, owner in enumerate(owners) if owner in names}:
            text = texts[row]
            if text is None:
                continue
            found = cells.get(row, (text, []))[1]
            found = _apart([*found, *_again(text, names.get(owners[row], ()))])
            masked[row] = _masked(text, found)
            counts.update(kind for *_, kind in found)
    if masked == texts:
        return rows
    place = rows.schema.get_field_index(column.name)
    values = [t and t.split(_JOINT) for t in masked] if column.type == TEXTS else masked
    empty = [[] if value == "" else value for value in values] if column.type == TEXTS else values
    return rows.set_column(place, rows.schema.field(place), pa.chunked_array([pa.array(empty, column.type)]))


def _texts(column: Column, rows: pa.Table) -> list[str | None]:
    cells = rows.column(column.name).to_pylist()
    return [None if c is None else _JOINT.join(c) for c in cells] if column.type == TEXTS else cells


def _owners(rows: pa.Table) -> list[str | None]:
    """The bulletin of each row; None where a table does not say."""
    if "bulletin_id" in rows.column_names:
        return list(rows.column("bulletin_id").to_pylist())
    if "issue_id" in rows.column_names:  # a review: the item's id begins with the bulletin's
        return [str(issue).rpartition("-")[0] for issue in rows.column("issue_id").to_pylist()]
    return [None] * rows.num_rows


def _again(text: str, names: Iterable[str]) -> Iterator[Found]:
    """The same names elsewhere, where nothing says that they are names."""
    for name in sorted(names):
        if not _is_word(name):
            for found in re.finditer(re.escape(name), text):
                yield *found.span(), "name"


def _apart(spans: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for span in sorted(spans, key=lambda found: (found[0], -found[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _masked(text: str, found: Iterable[Found]) -> str:
    pieces, at = [], 0
    for start, end, kind in found:
        pieces += [text[at:start], _mask(text[start:end], kind)]
        at = end
    return "".join([*pieces, text[at:]])


def _mask(text: str, kind: str) -> str:
    if kind == "name":
        known = len(_surname(text))
        return text[:known] + NAMELESS * (len(text) - known)
    return "".join(character if character in "@＠" else HIDDEN for character in text)


def _surname(name: str) -> str:
    return name[:2] if name[:2] in _surnames() and len(name) > 2 else name[:1]


def _by_pattern(text: str) -> Iterator[Found]:
    for kind, pattern in _patterns():
        for found in pattern.finditer(text):
            start, end = found.span("hide" if "hide" in pattern.groupindex else 0)
            yield start, end, kind


def _names(text: str) -> Iterator[Found]:
    # 局长李明: a name right after a title, and those listed after it.
    for found in _after_title().finditer(text):
        if text.endswith((*_titles(), *read_lines("person_roles")), 0, found.start()):
            yield from _list_from(text, *found.span())
    # 李明局长, 李明同志
    for found in _before_title().finditer(text):
        if found[2] in _SURE:
            if not _is_public(text, found.start(1)):
                yield found.start(1), found.end(1), "name"
        elif not _is_word(found[1][:2]):  # 成立有学生…
            yield from _list_from(text, *found.span(1))
    # 联系人：李明、王芳
    for found in _LABEL.finditer(text):
        for part in _PARTS.finditer(text, *found.span(1)):
            if _whole().fullmatch(part[0]):
                yield from _list_from(text, *part.span())


def _list_from(text: str, start: int, end: int) -> Iterator[Found]:
    """The name, if it is one, and the names that follow it: 、李明、王芳."""
    while not (_is_word(text[start:end]) or _is_public(text, start)):
        yield start, end, "name"
        more = _next().match(text, end)
        if not more:
            return
        start, end = more.span(1)


def _is_word(name: str) -> bool:
    return name in _words()


def _is_public(text: str, start: int) -> bool:
    return text.startswith(read_lines("public_names"), start)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = read_table("redactions", ("kind", "pattern", "example"))
    return tuple((row["kind"], re.compile(row["pattern"])) for row in rows)


@cache
def _titles() -> tuple[str, ...]:
    return read_lines("person_titles")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(" ".join(read_lines("surnames")).split())


@cache
def _name() -> str:
    """The form of a name: a surname and one or two characters of given names."""
    compound = "|".join(sorted(name for name in _surnames() if len(name) > 1))
    single = "".join(sorted(name for name in _surnames() if len(name) == 1))
    given = "".join(sorted(set("".join(read_lines("given_names")).replace(" ", ""))))
    return f"(?:(?:{compound})|[{single}])[{given}]{{1,2}}"


@cache
def _after_title() -> re.Pattern[str]:
    ends = "".join(sorted({title[-1] for title in (*_titles(), *read_lines("person_roles"))}))
    return re.compile(f"(?<=[{ends}]){_name()}{_AFTER}")


@cache
def _before_title() -> re.Pattern[str]:
    titles = "|".join((*_SURE, *(f"副?{title}" for title in _titles())))
    return re.compile(f"{_BEFORE}({_name()})({titles})")


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(_name())


@cache
def _next() -> re.Pattern[str]:
    return re.compile(f"[、和与及]({_name()}){_AFTER}")


@cache
def _words() -> frozenset[str]:
    """Words of jieba's dictionary that have the form of a name and are none (nr is its mark of a person's name)."""
    spec = find_spec("jieba")
    places = spec.submodule_search_locations if spec else None
    if not places:  # a package that this one depends on
        raise ModuleNotFoundError("jieba")
    form = _whole()
    words = set()
    with (Path(places[0]) / "dict.txt").open(encoding="utf-8") as file:
        for line in file:
            word, _, mark = line.split()
            if len(word) < 5 and not mark.startswith("nr") and form.fullmatch(word):
                words.add(word)
    return frozenset(words)
