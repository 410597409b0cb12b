"""The review list as a spreadsheet: written for an analyst to fill in, and read back as decisions.

What the sheet shows of an item is what ties its row to the ledger: rows may be sorted and filtered, but a row whose
given cells are not what the ledger says is refused, whether somebody changed the cell or a build changed the ledger.
"""

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.errors import ReviewError
from pipeline.ledger.corrections import Row, check_folder, history, look_up, propose, value
from pipeline.ledger.files import lock, write_bytes
from pipeline.ledger.reviews import DIVIDER, Decision, add, load, now, same_as, scheme
from pipeline.ledger.schema import OUTCOMES, REVIEWED, STATUSES
from pipeline.ledger.store import Ledger

SHEET, HELP, EXPORTED = "复核", "说明", "导出"  # the list, how to fill it in, and (hidden) the ids that were exported
YES = "是"
CORE = 1.5  # a core theme weighs this much more
LONGEST = 400  # characters of the item's text
LONGEST_CELL = 32_000  # Excel holds 32,767
CLUES = 6  # words of evidence
LINE, HIGHEST = (
    15,
    405,
)  # points of a line and of a row; programs that open the sheet do not all find the height of a row themselves

# Columns, their widths (a Han character takes two), and whether the analyst fills them in.
COLUMNS = {
    "编号": (21, False), "单位": (18, False), "年份": (6, False), "序号": (6, False), "问题": (40, False),
    "现有主题": (18, False), "主要主题": (10, False), "新主题1": (12, True), "新主题2": (12, True), "新主题3": (12, True),
    "确认": (6, True), "现有状态": (12, False), "新状态": (18, True), "新问题表述": (30, True), "新单位": (18, True),
    "理由": (24, True), "依据": (24, False), "原文": (70, False), "把握": (6, False), "提示": (30, False), "文件": (20, False),
}  # fmt: skip
THEMES = ("新主题1", "新主题2", "新主题3")
ENTERED = {"新状态": "status", "新问题表述": "statement", "新单位": "unit"}
# What ties a row to the ledger: the columns that show a field of the item.
SHOWN = {"问题": "statement", "现有主题": "themes", "现有状态": "status", "单位": "unit"}

GUIDE = (
    "黄色的格由您填写，其余各格请不要改动：它们用来核对这一行说的是台账里的哪一条。",
    "行可以排序、筛选，也可以删去；列可以移动，列名不能改。没有填写的行不算决定。",
    "主题：在“新主题1”选主要主题，“新主题2”“新主题3”选其余适用的主题；所填的就是全部主题。现有主题无误，就在“确认”选“是”。",
    "状态：在“新状态”里选。问题的文字读错了，把正确的写在“新问题表述”；单位不对，写在“新单位”。",
    "“理由”写明为什么，会和决定一起保存。",
    "填好后运行：zhenggai review import 本文件 --reviewer 您的名字；有任何一处不对，就一条也不导入。",
    "次序：先是待复核的，再按（1－把握）×（问题相同的条数）×（核心主题 1.5，其余 1）从大到小。",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the analyst entered in one row."""

    row: int  # as the spreadsheet counts
    issue_id: str
    shown: dict[str, str]  # column → what the row shows of the item
    wanted: dict[str, str]  # field → new value, as reviews.csv writes it
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a sheet."""

    decisions: tuple[Decision, ...]  # that were added
    entries: int  # rows that were filled in
    empty: int  # rows that were not
    deleted: tuple[str, ...]  # ids of exported rows that are gone


def export(ledger: Ledger, output: Path, *, limit: int | None = None, everything: bool = False) -> int:
    """Write the items to be reviewed into a spreadsheet, the most pressing first; return how many.

    Raises ReviewError where the file is there already: it may hold decisions.
    """
    if output.exists():
        raise ReviewError(f"{output} 已存在，其中可能有还没导入的决定；请先导入，或用 -o 另写一个文件")
    issues = ranked(ledger)
    chosen = (issues if everything else issues[issues["review"]]).head(len(issues) if limit is None else limit)
    if len(chosen):
        items = look_up(ledger, chosen)
        hints = _hints(ledger)
        rows = [_cells(items[issue], hints.get(issue, "")) for issue in chosen["issue_id"]]
        write_bytes(output, _workbook(rows))
    return len(chosen)


def ranked(ledger: Ledger) -> pd.DataFrame:
    """Put the items in the order in which they should be reviewed.

    First those with `review`; then by doubt × weight. Doubt is 1 − confidence. Weight is the number of items in the
    ledger with the same statement, for a decision teaches something about all of them, times 1.5 for a core theme.
    """
    issues = ledger.issues
    alike = issues.groupby("statement")["issue_id"].transform("size")
    core = issues["primary"].map(lambda theme: CORE if scheme().get(theme, {}).get("core") == "yes" else 1.0)
    weight = (alike * core).astype("float64") if len(issues) else issues["confidence"]
    weighed = issues.assign(pressing=(1 - issues["confidence"]) * weight)
    return weighed.sort_values(["review", "pressing", "issue_id"], ascending=[False, False, True])


def import_(
    file: Path, ledger: Ledger, folder: Path, reviewer: str, reason: str = "", *, dry_run: bool = False
) -> Imported:
    """Add the decisions in a filled-in sheet to reviews.csv: all of them, or none where anything is wrong.

    Parameters
    ----------
    file
        The sheet, as `export` made it.
    ledger, folder
        The ledger that it was exported from, and the bulletins that the ledger was read from.
    reviewer
        Who decided.
    reason
        Why, where the row does not say.
    dry_run
        Whether to add nothing, and only say what would be.

    Raises
    ------
    ReviewError
        Naming row and value of everything that is wrong.
    """
    cells, exported = _read(file)
    entries, faults = _entries(cells)
    filled = [entry for entry in entries if entry.wanted]
    with lock(ledger.path):
        told = history(ledger, load(folder))
        items = look_up(ledger, ledger.issues[ledger.issues["issue_id"].isin([entry.issue_id for entry in filled])])
        check_folder(folder, items.values())
        decisions = []
        at = now()
        for entry in filled:
            signed = {"decided_at": at, "reviewer": reviewer, "reason": entry.reason or reason}
            found, wrong = _decisions(entry, items.get(entry.issue_id), told, signed)
            decisions += found
            faults += wrong
        if faults:
            raise ReviewError(*(fault for _, fault in sorted(faults)))
        if decisions and not dry_run:
            add(folder, decisions)
    present = {entry.issue_id for entry in entries}
    gone = tuple(issue for issue in exported if issue not in present)
    return Imported(tuple(decisions), len(filled), len(entries) - len(filled), gone)


# Writing


def _hints(ledger: Ledger) -> dict[str, str]:
    """Say of every item what was decided about it before, and what became of that."""
    hints: dict[str, list[str]] = {}
    last = ledger.reviews[ledger.reviews["outcome"] != "superseded"].dropna(subset="fits")
    for row in last.to_dict("records"):
        said = (
            f"{row['reviewer']} {row['decided_at']}：{REVIEWED[row['field']]}“{row['new']}”，{OUTCOMES[row['outcome']]}"
        )
        hints.setdefault(row["fits"], []).append(row["message"] if row["outcome"] == "conflict" else said)
    return {issue: "\n".join(said) for issue, said in hints.items()}


def _cells(item: Row, hint: str) -> dict[str, str | float]:
    """Say what the sheet shows of an item."""
    clues = [f"{e['word']}（{e['theme']} {e['weight']:g}）" for e in json.loads(item["evidence"])]
    text = item["text"]
    return {
        "编号": item["issue_id"],
        "年份": item["year"] or "",
        "序号": item["n"],
        **{column: _show(field, value(item, field)) for column, field in SHOWN.items()},
        "主要主题": item["primary"],
        "依据": "、".join(clues[:CLUES]),
        "原文": text if len(text) <= LONGEST else f"{text[:LONGEST]}…",
        "把握": item["confidence"],
        "提示": hint,
        "文件": item["path"],
    }


def _show(field: str, cell: str) -> str:
    """Say a value as the sheet does: one line, codes in Chinese."""
    shown = {"themes": cell.replace(DIVIDER, "、"), "status": STATUSES.get(cell, cell)}.get(field, cell)
    return _text(shown)[:LONGEST_CELL]


def _workbook(rows: Sequence[Mapping[str, str | float]]) -> bytes:
    data = BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E1F2", "border": 1})
        given = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "quote_prefix": True})
        number = book.add_format({"valign": "top", "border": 1})
        entered = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFF9DB"})
        sheet, guide, exported = (book.add_worksheet(name) for name in (SHEET, HELP, EXPORTED))
        exported.very_hidden()
        for column, (name, (width, fill)) in enumerate(COLUMNS.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
            for row, cells in enumerate(rows, start=1):
                cell = cells.get(name, "")
                style = entered if fill else given
                if cell == "":
                    sheet.write_blank(row, column, None, style)
                elif isinstance(cell, str):  # never a formula, whatever it begins with
                    sheet.write_string(row, column, cell, style)
                else:
                    sheet.write_number(row, column, cell, number)
        for row, cells in enumerate(rows):
            lines = max(_lines(str(cell), COLUMNS[name][0]) for name, cell in cells.items())
            sheet.set_row(row + 1, min(LINE * lines, HIGHEST))
            exported.write_string(row, 0, str(cells["编号"]))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
        _guide(guide, head, given)
        themes, statuses = len(GUIDE) + 3, len(GUIDE) + 5 + len(scheme())
        choices = {
            **dict.fromkeys(THEMES, f"='{HELP}'!$A${themes}:$A${themes + len(scheme()) - 1}"),
            "新状态": f"='{HELP}'!$A${statuses}:$A${statuses + len(STATUSES) - 1}",
            "确认": [YES],
        }
        for name, source in choices.items():
            column = list(COLUMNS).index(name)
            rule = {"validate": "list", "source": source, "error_title": name, "error_message": "请从下拉列表里选"}
            sheet.data_validation(1, column, len(rows), column, rule)
    return data.getvalue()


def _lines(cell: str, width: int) -> int:
    """Count the lines that a cell takes; in GB18030 a Han character has two bytes, as it takes two columns."""
    return sum(1 + len(line.encode("gb18030", "replace")) // (width - 2) for line in cell.split("\n"))


def _guide(sheet: Worksheet, head: Format, plain: Format) -> None:
    """Write how to fill in the list, and what can be chosen; the drop-down lists point here."""
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    lines = [("", line) for line in GUIDE] + [("", "")]
    lines += [("主题", "含义"), *((name, row["definition"]) for name, row in scheme().items()), ("", "")]
    lines += [("状态", "台账里的写法"), *((label, code) for code, label in STATUSES.items())]
    for row, (left, right) in enumerate(lines):
        style = head if left in ("主题", "状态") else plain
        sheet.write_string(row, 0, left, style)
        sheet.write_string(row, 1, right, style)


# Reading

Fault = tuple[int, str]  # row, what is wrong there


def _read(file: Path) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """Read the rows of the list, each with its number and the text of its cells, and the ids that were exported."""
    data = BytesIO(file.read_bytes())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about ornaments that openpyxl does not know
            book = load_workbook(data)
    except Exception as error:  # noqa: BLE001  a damaged file can raise anything
        fault = f"{file} 不是 XLSX 表格（{type(error).__name__}）；请用 Excel 或 WPS 另存为 .xlsx 后再导入"
        raise ReviewError(fault) from None
    if SHEET not in book.sheetnames:
        raise ReviewError(f"{file} 里没有工作表“{SHEET}”，只有 {'、'.join(book.sheetnames)}；请改回原来的名称")
    table = [[_text(cell) for cell in row] for row in book[SHEET].iter_rows(values_only=True)] or [[]]
    head, rows = table[0], table[1:]
    missing = [name for name in COLUMNS if name not in head]
    twice = [name for name in COLUMNS if head.count(name) > 1]
    if missing or twice:
        others = "、".join(name for name in head if name and name not in COLUMNS)
        fault = f"没有列“{'”“'.join(missing)}”" if missing else f"列“{'”“'.join(twice)}”出现了不止一次"
        hint = f"；不认识的列：{others}" if others else ""
        raise ReviewError(f"{file} 第 1 行：{fault}{hint}；请把列名改回导出时的样子")
    named = [(number, dict(zip(head, row, strict=False))) for number, row in enumerate(rows, start=2)]
    ids = book[EXPORTED].iter_rows(max_col=1, values_only=True) if EXPORTED in book.sheetnames else ()
    return [(number, cells) for number, cells in named if any(cells.values())], [_text(cell) for (cell,) in ids if cell]


def _entries(rows: Sequence[tuple[int, dict[str, str]]]) -> tuple[list[Entry], list[Fault]]:
    """Read what was entered in each row; a row in which something is wrong is a fault instead."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        issue = cells["编号"]
        if issue in seen:
            faults.append((number, f"{_where(number, issue)}：这个编号在第 {seen[issue]} 行已有；请只留一行"))
            continue
        if not issue:
            faults.append((number, f"第 {number} 行：没有编号；请改回原样，或删去这一行"))
            continue
        seen[issue] = number
        wanted, wrong = _wanted(cells)
        faults += [(number, f"{_where(number, issue)}：{fault}") for fault in wrong]
        shown = {column: cells[column] for column in SHOWN}
        entries.append(Entry(number, issue, shown, wanted, cells["理由"]))
    return entries, faults


def _wanted(cells: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Read the new values from the cells of a row, and what is wrong with them."""
    wanted, faults = {}, []
    themes = [cells[name] for name in THEMES]
    chosen = [theme for theme in themes if theme]
    if themes[: len(chosen)] != chosen:
        faults.append(f"“{'”“'.join(THEMES)}”没有依次填；请从“{THEMES[0]}”填起，中间不留空")
    if cells["确认"] not in ("", YES):
        faults.append(f"“确认”填的是“{cells['确认']}”；只能填“{YES}”，或空着")
    if cells["确认"] and chosen:
        faults.append("既确认了现有主题，又填了新主题；请只留一样")
    if chosen:
        wanted["themes"] = DIVIDER.join(chosen)
    elif cells["确认"]:
        wanted["themes"] = cells["现有主题"].replace("、", DIVIDER)
    codes = {label: code for code, label in STATUSES.items()}
    for column, field in ENTERED.items():
        if cells[column].startswith(("=", "#")):
            faults.append(f"“{column}”填的是“{cells[column]}”，是公式或错误值；请改成文字")
        elif cells[column]:
            wanted[field] = codes.get(cells[column], cells[column]) if field == "status" else cells[column]
    return wanted, faults


def _decisions(
    entry: Entry, item: Row | None, told: Mapping[tuple[str, str], Sequence[Row]], signed: Mapping[str, str]
) -> tuple[list[Decision], list[Fault]]:
    """Make the decisions of one row, and say what is wrong with it."""
    where = _where(entry.row, entry.issue_id)
    if item is None:
        return [], [(entry.row, f"{where}：台账里没有这个编号；请改回原样，或重新导出后再填")]
    try:
        decisions, faults = propose(item, entry.wanted, told, signed), _differences(entry, item)
    except ReviewError as error:
        decisions, faults = [], list(error.faults)
    return decisions, [(entry.row, f"{where}：{fault}") for fault in faults]


def _differences(entry: Entry, item: Row) -> list[str]:
    """Name the first given cell that is not what the ledger says; not where it says what was entered, as after an import."""
    for column, field in SHOWN.items():
        says, new = value(item, field), entry.wanted.get(field)
        arrived = new is not None and same_as(field, new) == same_as(field, says)
        if entry.shown[column] != _show(field, says) and not arrived:
            cells = f"“{column}”是“{entry.shown[column]}”，台账里是“{_show(field, says)}”"
            return [f"{cells}；误改了请改回；导出后台账又变过，请重新导出"]
    return []


def _where(number: int, issue: str) -> str:
    return f"第 {number} 行（编号 {issue}）"


def _text(cell: object) -> str:
    """Make one line of a cell; what cannot be printed is a blank, as in Excel."""
    if cell is None:
        return ""
    words = str(getattr(cell, "text", cell))  # a formula over several cells is no string
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
