"""Small bulletins in layout 1, made from a seed: for tests that need many files and not much text."""

import random
from pathlib import Path

PROBLEMS = (
    "理论学习不够深入",
    "“三重一大”制度执行不严格",
    "公务接待报销不规范",
    "意识形态责任落实不到位",
    "干部选拔程序不规范",
)
UNITS = ("市文化馆", "市体育局", "市图书馆", "市档案局")


def make_text(seed: int) -> str:
    """A bulletin of 2 to 5 issues, another for every seed."""
    draw = random.Random(seed)
    unit, year = draw.choice(UNITS), draw.randint(2019, 2024)
    problems = draw.sample(PROBLEMS, draw.randint(2, 5))
    items = "\n".join(
        f"{n}.关于{problem}问题的整改\n"
        f"整改措施：①制定制度{draw.randint(1, 9)}项。\n②开展培训{draw.randint(1, 9)}次。\n"
        f"整改成效：已按要求落实。"
        for n, problem in enumerate(problems, start=1)
    )
    return (
        f"{unit}关于巡察整改情况的通报\n"
        f"根据市委统一部署，{year}年3月1日至5月20日，市委第{draw.choice('一二三四')}巡察组对{unit}党组开展了常规巡察。"
        f"{year}年6月{draw.randint(1, 28)}日，市委巡察组反馈了巡察意见。现将整改情况予以公布。\n"
        f"一、整改总体情况\n巡察反馈{len(problems)}个问题，已完成{len(problems)}个。编号{seed}。\n"
        f"二、整改进展\n（一）已整改完成的问题{len(problems)}个\n{items}\n"
    )


def make_folder(folder: Path, number: int, *, first: int = 0) -> Path:
    """A folder of so many bulletins, in two folders below."""
    for seed in range(first, first + number):
        path = folder / ("甲" if seed % 2 else "乙") / f"{seed:03d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make_text(seed), "utf-8")
    return folder
