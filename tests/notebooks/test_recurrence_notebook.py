"""Notebook 05 by plain papermill: over a ledger with planted recurrences, one bulletin, and none."""

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import nbformat
import papermill
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "05_recurrence.ipynb"
TEXT = "固定资产账实不符依然存在。党费收缴不及时。"


def rounds(folder, write_ledger):
    """Three units, the first of them twice."""
    bulletins, issues, texts = [], [], {}
    for number, (unit, year) in enumerate([("甲局", 2019), ("甲局", 2022), ("乙局", 2020), ("丙局", 2022)]):
        text = f"{TEXT}（{number}）"
        identity = f"b{sha256(text.encode()).hexdigest()[:12]}"
        texts[identity] = text
        unit_of = {"unit": unit, "unit_id": f"u{unit}", "unit_name": unit}
        bulletins.append({
            "bulletin_id": identity, "path": f"{number}.txt", **unit_of, "year": year, "feedback_date": date(year, 3, 1), "facts": "{}",
            "notes": "[]", "characters": len(text),
        })  # fmt: skip
        issues += [
            {
                "issue_id": f"{identity}-{n:05d}", "bulletin_id": identity, "ordinal": n, "n": str(n), "kind": "issue",
                **unit_of, "year": year, "statement": TEXT[start : end - 1], "status": "done", "primary": theme,
                "themes": [theme], "evidence": "[]", "spans": "{}", "item_start": start, "item_end": end,
                "statement_start": start, "statement_end": end - 1,
            }
            for n, (start, end, theme) in enumerate([(0, 13, "财务"), (13, 21, "党建")][: 1 + (unit == "甲局")], start=1)
        ]  # fmt: skip
    return write_ledger(folder, texts, bulletins=bulletins, issues=issues)


def run(ledger, folder):
    out = folder / "out.ipynb"
    papermill.execute_notebook(NOTEBOOK, out, {"ledger": str(ledger), "figures": str(folder / "f")}, progress_bar=False)
    outputs = [output for cell in nbformat.read(out, as_version=4).cells for output in cell.get("outputs", [])]
    shown = " ".join(str(output.get("data", {}).get("text/html", "")) for output in outputs)
    return re.sub("<[^>]+>", "", shown), {path.stem for path in (folder / "f").glob("*.png")}


def test_what_came_back_is_told_in_words_cards_and_figures(tmp_path, ledgers):
    text, figures = run(rounds(tmp_path / "ledger", ledgers.write), tmp_path)
    assert "1 个单位有两轮以上的通报，其中前几轮的问题 2 条，后来又有相近问题的 2 条" in text
    assert "2 次发生在自报已完成之后" in text
    assert "4 条问题明说没有根治：依然存在 4 处" in text
    assert "3 个单位中，有 1 类问题为几个单位所共有" in text
    assert "2019→2022" in text
    assert figures == {
        "recurrence_chains", "recurrence_by_unit", "recurrence_after_done", "common_weaknesses", "common_trend",
    }  # fmt: skip


@pytest.mark.parametrize("ledger", ["one_bulletin", "empty_ledger"])
def test_what_cannot_be_shown_is_said(request, tmp_path, ledger):
    text, figures = run(request.getfixturevalue(ledger), tmp_path)
    assert "没有一个单位有两轮以上的通报，跨轮重复无从统计" in text
    assert "没有发现跨轮的相近问题" in text
    assert "没有几个单位共有的问题" in text
    assert figures == set()
