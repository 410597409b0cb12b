"""Entries of the information block: each up to the next, none from the text."""

import pytest

from pipeline.bulletins import parse

BODY = "某局党组关于巡察整改情况的通报\n一、整改情况\n1.关于学习不够问题的整改\n整改措施：发布机构：某处，印发文件。\n整改成效：已完成。\n"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("索引号：A-1/2024　　发布机构：某局　　成文日期：2024年5月1日\n", ("A-1/2024", "某局", "2024-05-01")),
        ("索引号: A 1\n发文机关：某局 办公室  文号：某发〔2024〕3号\n", ("A 1", "某局 办公室", None)),
        ("信息索引号：A-1 公开主体：某局 生成时间：2024-05-01\n", ("A-1", "某局", "2024-05-01")),
        ("索引号：　　发布机构：\n成文日期：待定\n", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_entries(block, expected):
    text = block + BODY
    facts = parse(text).facts
    found = [facts.get(key) for key in ("index_number", "publisher", "written_date")]
    assert tuple(fact and fact.value for fact in found) == expected
    assert all(text[slice(*fact.span)] == fact.value for fact in found[:2] if fact)
