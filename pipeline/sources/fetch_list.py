"""Reads LIST.csv: the web addresses to fetch, and what is known of the bulletins there."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import FetchError
from pipeline.sources.manifest import date_fault
from pipeline.sources.urls import UrlError, tidy

COLUMNS = ("url", "unit", "region", "published", "note")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of the list."""

    row: int  # of the table as a spreadsheet counts, the head being 1
    url: str  # tidy
    known: dict[str, str]  # column → cell, of those that are not empty; `url` as it was given


def read_list(path: Path) -> list[Wanted]:
    """The rows of a list, in its order; rows without any cell are passed over.

    Every column but `url` is optional and goes into the manifest.

    Raises
    ------
    FetchError
        with a line for everything that is wrong, naming row and value: an unknown column, no url, one that cannot be
        asked for, one that stands twice, a date that is not YYYY-MM-DD, a row with too many cells.
    UnicodeDecodeError
        where it is not UTF-8.
    OSError
        where it cannot be opened.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            table = list(csv.reader(file, strict=True))
        except csv.Error as error:
            raise FetchError(f"{path.name} 不是 CSV 表格（{error}）；请另存为“CSV UTF-8”后再运行") from None
    columns = [cell.strip() for cell in table[0]] if table else []
    _check_columns(columns, path.name)
    wanted: list[Wanted] = []
    faults: list[str] = []
    rows: dict[str, int] = {}
    for number, cells in _filled(table):
        row = dict(zip(columns, cells, strict=False))
        try:
            url = tidy(row.get("url", ""))
        except UrlError as error:
            faults.append(f"{path.name} 第 {number} 行：url {row.get('url', '')!r}：{error}；请改正")
            continue
        known = {column: row[column] for column in COLUMNS if row.get(column)}
        fault = date_fault(known.get("published"))
        if url in rows:
            faults.append(f"{path.name} 第 {number} 行：url {known['url']!r} 与第 {rows[url]} 行重复；请删去一行")
        if fault:
            faults.append(f"{path.name} 第 {number} 行：{fault}；请改正")
        if len(cells) > len(columns):
            faults.append(
                f"{path.name} 第 {number} 行：有 {len(cells)} 格，多于列数 {len(columns)}；含逗号的值请加引号"
            )
        rows.setdefault(url, number)
        wanted.append(Wanted(number, url, known))
    if not (wanted or faults):
        faults.append(f"{path.name} 里没有网址；请在 url 列里填写，一行一个")
    if faults:
        raise FetchError(*faults)
    return wanted


def _filled(table: Sequence[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """Number the rows below the head, and trim their cells."""
    for number, row in enumerate(table[1:], start=2):
        cells = [cell.strip() for cell in row]
        if any(cells):
            while not cells[-1]:
                cells.pop()
            yield number, cells


def _check_columns(columns: Sequence[str], name: str) -> None:
    unknown = [column for column in columns if column not in COLUMNS]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    fault = ""
    if "url" not in columns:
        fault = "缺少 url 列"
    elif unknown:
        fault = f"不认识列 {'、'.join(map(repr, unknown))}"
    elif twice:
        fault = f"列 {'、'.join(twice)} 重复"
    if fault:
        raise FetchError(f"{name}：{fault}；第一行要写列名，可用的列是 {'、'.join(COLUMNS)}")
