"""What every test has: fixed seeds, no figure left open, and ledgers made row by row from the schema."""

import hashlib
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline.ledger.schema import TABLES, Column, arrow_schema
from pipeline.ledger.write import text_path, write

Row = dict[str, Any]

NOTES = '[{"code": "number_skipped", "message": "序号从3跳到5", "span": [0, 5]}]'
LONG_NAME = "清源县住房和城乡建设局（县人民防空办公室）下属物业管理服务中心"
HOSTILE_NAME = "<script>alert(1)</script>$5_x^2$\N{SAUROPOD}局"


@pytest.fixture(autouse=True)
def _same_every_time() -> Iterator[None]:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002  # what a library may draw from
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def _default(column: Column) -> Any:
    """Something valid for a column that a test does not care about."""
    if column.nullable:
        return None
    if column.values:
        return column.values[0]
    return {pa.int64(): 0, pa.float64(): 0.0, pa.bool_(): False, pa.string(): ""}.get(column.type, [])


def complete(table: str, row: Mapping[str, Any]) -> Row:
    """A row of a table, with something valid in every column that is not given."""
    columns = {column.name: column for column in TABLES[table].columns}
    assert row.keys() <= columns.keys(), row.keys() - columns.keys()
    return {name: row.get(name, _default(column)) for name, column in columns.items()}


def write_ledger(folder: Path, texts: Mapping[str, str] | None = None, **tables: Iterable[Row]) -> Path:
    """Write a ledger of the rows given, and the clean texts of its bulletins by their place in `tables`."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = []
    for name, table in TABLES.items():
        rows = sorted((complete(name, row) for row in tables.get(name, ())), key=lambda row: row[table.key])
        pieces.append((name, pa.RecordBatch.from_pylist(rows, arrow_schema(table))))
    write(folder, pieces, {"pipeline": "test", "warnings": []})
    for identity, text in (texts or {}).items():
        path = text_path(folder, identity)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def bulletin_id(text: str) -> str:
    return f"b{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def bulletin(name: str, year: int, statuses: str, *, declared_done: int | None = None) -> dict[str, Any]:
    """A bulletin and its items: one letter a status (d done, o ongoing, p in progress, n not started, - not stated)."""
    text = f"中共{name}关于巡察整改情况的通报\n{year}年3月1日反馈的问题{len(statuses)}个，已完成{declared_done}个。\n"
    identity = bulletin_id(text)
    codes = {"d": "done", "o": "done_ongoing", "p": "in_progress", "n": "not_started", "-": "not_stated"}
    themes = ["理论学习", "三重一大", "财务", "主责主业"]
    unit = {"unit": name, "unit_id": f"u{hashlib.sha256(name.encode()).hexdigest()[:12]}", "unit_name": name}
    done = sum(letter in "do" for letter in statuses)
    at = text.find("已完成")
    return {
        "text": text,
        "bulletins": {
            "bulletin_id": identity, "path": f"{year}/{identity}.txt", "title": f"{name}关于巡察整改情况的通报", **unit,
            "feedback_date": date(year, 3, 1), "year": year, "year_from": "feedback_date",
            "declared_issues": len(statuses), "declared_done": declared_done, "listed_issues": len(statuses),
            "characters": len(text), "facts": "{}",
            "notes": NOTES if "-" in statuses else "[]",
        },
        "issues": [
            {
                "issue_id": f"{identity}-{i:05d}", "bulletin_id": identity, "ordinal": i, "n": str(i), "kind": "issue",
                **unit, "year": year, "statement": f"第{i}个问题", "status": codes[letter], "primary": themes[i % 4],
                "themes": [themes[i % 4], themes[(i + 1) % 4]][: 1 + i % 2], "evidence": "[]", "spans": "{}",
            }
            for i, letter in enumerate(statuses, start=1)
        ],
        "measures": [
            {"measure_id": f"{identity}-{i:05d}-1", "issue_id": f"{identity}-{i:05d}", "bulletin_id": identity}
            for i in range(1, len(statuses) + 1)
        ],
        "discrepancies": [
            {
                "discrepancy_id": f"{identity}-d-issues", "bulletin_id": identity, "code": "issues",
                "declared": len(statuses), "listed": len(statuses), "verdict": "agrees", "severity": "none",
                "message": "一致。",
            },
            *(
                [{
                    "discrepancy_id": f"{identity}-d-done", "bulletin_id": identity, "code": "done",
                    "declared": declared_done, "listed": done, "verdict": "differs", "severity": "major",
                    "message": f"通报称已完成数为{declared_done}，逐条统计为{done}。",
                    "declared_start": at, "declared_end": at + 5,
                }]
                if declared_done is not None and declared_done != done
                else []
            ),
        ],
        "documents": [{"path": f"{year}/{identity}.txt", "format": "txt", "status": "read", "bulletin_id": identity}],
    }  # fmt: skip


def join(folder: Path, bulletins: list[dict[str, Any]], documents: Iterable[Row] = ()) -> Path:
    """Write a ledger of several bulletins, and of files that gave none."""
    return write_ledger(
        folder,
        {each["bulletins"]["bulletin_id"]: each["text"] for each in bulletins},
        bulletins=[each["bulletins"] for each in bulletins],
        issues=[row for each in bulletins for row in each["issues"]],
        measures=[row for each in bulletins for row in each["measures"]],
        discrepancies=[row for each in bulletins for row in each["discrepancies"]],
        documents=[*(row for each in bulletins for row in each["documents"]), *documents],
    )


@pytest.fixture(scope="session")
def small_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five units, six bulletins: a contradiction, unstated statuses, few items, a long name and a hostile one."""
    return join(
        tmp_path_factory.mktemp("small"),
        [
            bulletin("鞍南市文化旅游和广播电视局", 2021, "d" * 38 + "o" * 12 + "p" * 10, declared_done=53),
            bulletin("雷锋纪念馆", 2025, "d" * 16 + "p" * 3, declared_done=16),
            bulletin("宽河区文联", 2025, "-" * 20),
            bulletin(LONG_NAME, 2019, "d" * 20 + "p" * 9 + "n" * 2 + "-" * 4),
            bulletin(LONG_NAME, 2023, "d" * 12 + "p" * 2),
            bulletin(HOSTILE_NAME, 2019, "dddddp"),
        ],
        [
            {
                "path": "a.pdf",
                "format": "pdf",
                "status": "unsupported",
                "reason": "暂不支持 .pdf 文件；请转存为 .txt 后再读",
            },
            {"path": "news.txt", "format": "txt", "status": "not_bulletin", "reason": "没有整改条目；请核对是不是通报"},
            {"path": "坏.txt", "format": "txt", "status": "failed", "reason": "不是文本；请转存为 UTF-8 后再读"},
        ],
    )


@pytest.fixture(scope="session")
def one_bulletin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A single bulletin of a single unit that states nothing but its items."""
    return join(tmp_path_factory.mktemp("one"), [bulletin("雷锋纪念馆", 2025, "ddp")])


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No file, no bulletin, no row."""
    return write_ledger(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def sample_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All thirty bulletins of the sample corpus, those in another form from their twins of text."""
    sys.path.insert(0, str(Path(__file__).parent))
    from sample import build_sample

    return build_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def ledgers() -> SimpleNamespace:
    """The makers: `write(folder, texts, …)` rows, `bulletin(name, year, statuses)`, `join(folder, bulletins)`."""
    return SimpleNamespace(
        write=write_ledger, bulletin=bulletin, join=join, long_name=LONG_NAME, hostile_name=HOSTILE_NAME
    )
