"""Makes the table and the figure that the READMEs show, from a run on data/raw.

After `make report`, `python benchmarks/readme.py` writes both into README.md, README.zh-CN.md and figures/.
"""

import shutil
from pathlib import Path

import pandas as pd

from pipeline.analysis.completion import completion
from pipeline.ledger.store import Ledger, open_ledger

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- table: made by benchmarks/readme.py -->", "<!-- end -->"
FIGURE = "completion_by_theme.png"


def table(ledger: Ledger) -> str:
    """One row a bulletin: what it declares, what it lists, and the rate that follows from its items."""
    rows = [
        "| 单位 | 反馈年份 | 所称问题 | 列出问题 | 自报完成率（95% 区间） | 不一致的总数 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    differing = ledger.discrepancies[ledger.discrepancies["verdict"] == "differs"].groupby("bulletin_id").size()
    for bulletin in ledger.bulletins.sort_values(["unit_name", "year"]).itertuples():
        issues = ledger.issues[ledger.issues["bulletin_id"] == bulletin.bulletin_id]
        rate = completion(issues).iloc[0]
        stated = "未说明状态" if rate["stated"] == 0 else f"{rate['rate']:.0%}（{rate['low']:.0%}–{rate['high']:.0%}）"
        declared = "未说明" if pd.isna(bulletin.declared_issues) else bulletin.declared_issues
        cells = (
            "多个单位" if pd.isna(bulletin.unit_name) else bulletin.unit_name,  # a digest
            bulletin.year,
            declared,
            bulletin.listed_issues,
            stated,
            differing.get(bulletin.bulletin_id, 0),
        )
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def with_table(readme: str, made: str) -> str:
    """The README with the table between its marks."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    made = table(open_ledger(ROOT / "data" / "processed"))
    for name in ("README.md", "README.zh-CN.md"):
        path = ROOT / name
        path.write_text(with_table(path.read_text(encoding="utf-8"), made), encoding="utf-8")
    shutil.copyfile(ROOT / "figures" / FIGURE, ROOT / "figures" / f"readme-{FIGURE}")


if __name__ == "__main__":
    main()
