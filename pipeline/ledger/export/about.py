"""What an export says of itself: which ledger, which program, what was masked, and how to cite it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import metadata

import pyarrow as pa

from pipeline.ledger.export.redact import KINDS
from pipeline.ledger.schema import TABLES

TITLE = "整改台账"


@dataclass(frozen=True, slots=True)
class About:
    """What an export says of itself, and how its words are chosen."""

    version: str  # of the program that wrote the ledger
    ledger: str  # SHA-256 of the ledger's ledger.json, which names every table with its own
    made: date
    masked: Mapping[str, int] | None = field(default_factory=dict)  # how often, by kind; None where nothing was to be
    english: bool = False  # column names and codes instead of Chinese headings and words
    plain: bool = False  # CSV without the byte-order mark


def explain(about: About, tables: Mapping[str, pa.Table]) -> list[str]:
    """Say in Chinese, line by line, what the export holds and how it is to be read.

    >>> explain(About("0.1.0", "ab12", date(2026, 1, 2), None), {})[-1]
    '引用：整改台账（Zhenggai 0.1.0），台账 SHA-256 ab12，2026-01-02 导出。'
    """
    rows = "，".join(f"{TABLES[name].label} {table.num_rows} 行" for name, table in tables.items())
    return [
        f"{TITLE}：由巡视巡察整改通报读成的各表。{rows}",
        "整改状态和各项数字都是单位在通报里自己所报，不是核查的结论。",
        "各列的含义、类型和可能的值见数据字典（XLSX 在“数据字典”页，其余在 dictionary 表或 dictionary.csv）。",
        "空着的是缺失，不是 0，也不是空字符串；写明为零的是 0。",
        "一格里有几个值的（如主题），用竖线 | 分开。",
        "……起、……止是在台账所存清洁文本里的位置，从 0 数起，不含止处；一个字算一个。",
        _say_masked(about.masked),
        cite(about),
    ]


def cite(about: About) -> str:
    """Say how to cite the tables: they are what this program read from these bytes."""
    return f"引用：{TITLE}（Zhenggai {about.version}），台账 SHA-256 {about.ledger}，{about.made} 导出。"


def citation(about: About) -> str:
    """Write CITATION.cff: the program, and the ledger by its checksum; who gathered the bulletins is for them to add."""
    author = metadata("zhenggai")["Author"]
    return "\n".join(
        (
            "cff-version: 1.2.0",
            f'message: "Cite the program, and these tables by the SHA-256 of their ledger: {about.ledger}"',
            'title: "Zhenggai (整改台账): reading Chinese inspection-rectification bulletins into a ledger"',
            "type: software",
            "authors:",
            f"  - name: {author}",
            f'version: "{about.version}"',
            f"license: {metadata('zhenggai')['License-Expression']}",
            f"date-released: '{about.made}'",
            "",
        )
    )


def _say_masked(masked: Mapping[str, int] | None) -> str:
    if masked is None:
        return "没有遮盖个人信息，请勿外传。"
    counts = "，".join(f"{label} {masked[kind]} 处" for kind, label in KINDS.items() if masked.get(kind))
    return f"已遮盖个人信息：{counts or '没有找到'}。程序只能找出有标志的人名，外传之前请再看一遍。"
