"""Bulletins by the thousand, in every layout of docs/layouts.md: for speed and memory only.

    python benchmarks/make_corpus.py FOLDER --bulletins 10000 --seed 7

The problems are the labelled statements of data/labels/themes.csv, drawn with the seed; the answers are put together from
a few patterns with other figures in them. So the texts are as long and as deep as real ones, no two are alike, the same
seed gives the same bytes — and nothing can be learnt from them about how well bulletins are read.
"""

import argparse
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

STATEMENTS = Path(__file__).parents[1] / "data" / "labels" / "themes.csv"
NUMERALS = "一二三四五六七八九十"
UNITS = ("市档案馆", "市水务局", "县融媒体中心", "市第三医院", "城南街道", "城投集团有限公司", "市总工会", "师范学院")
ACTIONS = (
    "召开专题会议{a}次，逐条研究问题产生的原因",
    "修订《{unit}内部管理办法》，增加条款{b}条",
    "组织{a}个部门开展自查，发现并纠正问题{b}个",
    "约谈有关负责人{a}人次，批评教育{b}人次",
    "建立月调度制度，已通报进展{a}次",
    "开展业务培训{a}期，参训{b}人次",
    "对{year}年以来的资料逐份核对，补正{b}份",
    "由分管领导牵头，每季度抽查{a}个科室",
)
OUTCOMES = (
    "截至{year}年{month}月底，抽查{b}份资料未再发现同类问题",
    "相关工作已形成常态，新增制度{a}项",
    "有关款项{b}.5万元已全部收回",
)


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem and its answer."""

    statement: str
    measures: list[str]
    outcome: str
    done: bool
    due: str


def make_bulletin(seed: int, statements: list[str]) -> str:
    """A bulletin of 8 to 40 issues, in the layout whose turn it is."""
    draw = Random(seed)
    unit, year = draw.choice(UNITS), draw.randint(2017, 2025)
    issues = [make_issue(draw, unit, year, text) for text in draw.sample(statements, draw.randint(8, 40))]
    done = sum(issue.done for issue in issues)
    body = LAYOUTS[seed % len(LAYOUTS)](issues)
    return (
        f"{unit}关于巡察整改进展情况的通报\n\n"
        f"根据市委统一部署，{year}年3月1日至5月20日，市委第{draw.choice(NUMERALS)}巡察组对{unit}党委开展了常规巡察。"
        f"{year}年6月{draw.randint(1, 28)}日，巡察组反馈了意见。现将整改进展情况通报如下。\n\n"
        f"一、整改组织情况\n"
        f"巡察组反馈问题{len(issues)}个，已完成整改{done}个，正在推进{len(issues) - done}个。编号{seed}。\n\n"
        f"二、整改落实情况\n\n{body}\n\n三、下一步工作打算\n\n巩固整改成果，建立长效机制。\n\n{unit}\n{year}年12月{draw.randint(1, 28)}日\n"
    )


def make_issue(draw: Random, unit: str, year: int, statement: str) -> Issue:
    figures = {
        "unit": unit,
        "year": year,
        "month": draw.randint(7, 12),
        "a": draw.randint(2, 9),
        "b": draw.randint(10, 99),
    }
    measures = [pattern.format(**figures) for pattern in draw.sample(ACTIONS, draw.randint(2, 4))]
    outcome = draw.choice(OUTCOMES).format(**figures)
    return Issue(statement, measures, outcome, draw.random() < 0.8, f"{year + 1}年{draw.randint(1, 12)}月底前完成")


def listed(measures: list[str]) -> str:
    """一是…；二是…。."""
    return "；".join(f"{NUMERALS[n]}是{text}" for n, text in enumerate(measures)) + "。"


def state(issue: Issue) -> str:
    return "已完成" if issue.done else f"正在推进，预计{issue.due}"


def parts(issues: list[Issue], size: int = 6) -> Iterator[tuple[str, list[Issue]]]:
    """The issues in parts of so many, each with its Chinese number."""
    for n, first in enumerate(range(0, len(issues), size)):
        yield NUMERALS[n], issues[first : first + size]


def by_status(issues: list[Issue]) -> str:
    """1: sections by status, labelled paragraphs."""
    lines = []
    for n, (title, done) in enumerate((("已整改完成", True), ("正在推进整改", False))):
        chosen = [issue for issue in issues if issue.done is done]
        lines.append(f"（{NUMERALS[n]}）{title}的问题{len(chosen)}个")
        for number, issue in enumerate(chosen, start=1):
            lines += [
                f"{number}.关于{issue.statement}问题的整改",
                f"整改措施：{listed(issue.measures)}",
                f"整改成效：{issue.outcome}。",
            ]
            lines += [] if done else [f"未完成整改原因：涉及部门较多。\n下步工作打算：{issue.due}。"]
    return "\n".join(lines)


def running(issues: list[Issue]) -> str:
    """2: running numbers, causes, 整改情况."""
    return "\n".join(
        f"{n}. {issue.statement}。\n此问题的产生是因为制度执行不力。针对此问题进行了如下整改：{listed(issue.measures)}\n整改情况：{state(issue)}。"
        for n, issue in enumerate(issues, start=1)
    )


def unlabelled(issues: list[Issue]) -> str:
    """3: no labels and no status."""
    return "\n".join(
        f"（{number}）关于第{number}方面\n"
        + "\n".join(
            f"{n}.{issue.statement}。\n"
            + "\n".join(f"（{m}）{text}。" for m, text in enumerate(issue.measures, start=1))
            for n, issue in enumerate(part, start=1)
        )
        for number, part in parts(issues)
    )


def against(issues: list[Issue]) -> str:
    """4: 针对…的问题 paragraphs below numbered headings."""
    return "\n".join(
        f"{NUMERALS.index(number) + 1}.关于第{number}方面问题的整改情况\n"
        + "\n".join(f"针对“{issue.statement}”的问题。{listed(issue.measures)}{issue.outcome}。" for issue in part)
        for number, part in parts(issues)
    )


def quoted(issues: list[Issue]) -> str:
    """5: quoted leaves at the third level."""
    return "\n".join(
        f"（{number}）在“第{number}方面”方面\n1.关于“重点工作有差距”问题的整改\n"
        + "\n".join(
            f"（{n}）关于“{issue.statement}”：{listed(issue.measures)}{state(issue)}。"
            for n, issue in enumerate(part, start=1)
        )
        for number, part in parts(issues)
    )


def labelled(issues: list[Issue]) -> str:
    """6 and 10: 反馈问题, 整改状态, 整改情况 and further labels."""
    return "\n".join(
        f"（{number}）反馈问题：第{number}方面有差距\n"
        + "\n".join(
            f"{n}.{issue.statement}\n责任科室：办公室\n整改时限：{issue.due}\n整改状态：{'完成' if issue.done else '未完成'}\n整改情况：{listed(issue.measures)}"
            for n, issue in enumerate(part, start=1)
        )
        for number, part in parts(issues)
    )


def in_one_paragraph(issues: list[Issue]) -> str:
    """7: one paragraph an issue."""
    return "\n".join(
        f"{n}.关于{issue.statement}的问题。{listed(issue.measures)}{state(issue)}。"
        for n, issue in enumerate(issues, start=1)
    )


def digest(issues: list[Issue]) -> str:
    """8: unit by unit."""
    return "\n".join(
        f"{UNITS[n % len(UNITS)]}\n"
        + "\n".join(f"问题：{issue.statement}。\n整改：{listed(issue.measures)}" for issue in part)
        for n, (_, part) in enumerate(parts(issues))
    )


def table(issues: list[Issue]) -> str:
    """9: a table, its cells parted by tabs."""
    return "序号\t反馈问题\t整改措施\t责任科室\t整改时限\t整改进展\n" + "\n".join(
        f"{n}\t{issue.statement}\t{listed(issue.measures)}\t办公室\t{issue.due}\t{state(issue)}。{issue.outcome}。"
        for n, issue in enumerate(issues, start=1)
    )


LAYOUTS: tuple[Callable[[list[Issue]], str], ...] = (
    by_status,
    running,
    unlabelled,
    against,
    quoted,
    labelled,
    in_one_paragraph,
    digest,
    table,
)


def write_corpus(folder: Path, bulletins: int, seed: int = 0) -> int:
    """Write so many bulletins and return their characters."""
    with STATEMENTS.open(encoding="utf-8", newline="") as file:
        statements = sorted({row["statement"] for row in csv.DictReader(file)})
    folder.mkdir(parents=True, exist_ok=True)
    characters = 0
    for number in range(bulletins):
        text = make_bulletin(seed * 1_000_000 + number, statements)
        characters += len(text)
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
    return characters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bulletins", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    characters = write_corpus(arguments.folder, arguments.bulletins, arguments.seed)
    print(f"{arguments.bulletins} bulletins, {characters} characters: {arguments.folder}")


if __name__ == "__main__":
    main()
