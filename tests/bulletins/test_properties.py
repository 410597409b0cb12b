"""What holds of every bulletin, and of any text at all."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bulletins import is_bulletin, parse
from pipeline.sources import read
from pipeline.sources.offsets import source_position
from pipeline.sources.repair import repair
from pipeline.text import level_width

GOLDEN = sorted((Path(__file__).parent.parent / "golden").glob("*.txt"))
RAW = sorted(
    path
    for path in (Path(__file__).parents[2] / "data" / "raw").iterdir()
    if path.suffix in {".txt", ".md"} and path.stem != "README"
)
FILES = GOLDEN + RAW
TEXTS = [read(path).text for path in FILES]
FIELDS = (
    "description",
    "cause",
    "outcome",
    "incomplete_reason",
    "next_steps",
    "target",
    "deadline",
    "responsible",
    "aspect",
    "category",
    "unit",
)

# Pieces that bulletins are made of, for texts that never were.
PIECES = [
    "一、", "（一）", "1.", "（1）", "①", "一是", "第一，", "关于", "针对", "学习不深入", "的问题", "整改措施：", "整改情况：", "已完成", "，并长期坚持", "。",
    "；", "：", "，", "\n", "“", "”", "（", "）", "2024年3月5日", "至", "5月", "反馈", "3个方面", "19个问题", "召开会议", "截至目前，", "下一步，", " ", "　",
    "**", "# ", "- 3 -", "挽回经济损失3.2万元", "问责0人", "市委第一巡察组", "整改情况的通报", "中共", "委员会", "底前完成", "预计", "1.1 ", "㈠", "⑴", "\r\n", "\ufeff",
]  # fmt: skip
made_up = st.lists(st.sampled_from(PIECES), max_size=80).map("".join) | st.text(max_size=300)


def read_off(text):
    """What was read from a raw text, without positions."""
    bulletin = parse(repair(text).text)
    keys = ("n", "kind", "aspect", "category", "unit", "statement", "status", "status_from", *FIELDS)
    items = [(*(getattr(item, key) for key in keys), tuple(m.text for m in item.measures)) for item in bulletin.items]
    return (
        items,
        {key: fact.value for key, fact in bulletin.facts.items()},
        {key: fact.value for key, fact in bulletin.declared.items()},
    )


def check_spans(text):
    """Every field is the text at its span."""
    bulletin = parse(text)
    for item in bulletin.items:
        assert text[slice(*item.statement_span)] == item.statement
        assert 0 <= item.span[0] <= item.span[1] <= len(text)
        inside = item.span[0] <= item.statement_span[0] <= item.statement_span[1] <= item.span[1]
        assert inside or item.statement_span[1] <= item.span[0]  # told in the opening, referred to by number
        for name in FIELDS:
            words = getattr(item, name)
            assert (words is None) == (name not in item.spans)
            if words is not None:
                assert "\n".join(text[slice(*span)] for span in item.spans[name]) == words
        for measure in item.measures:
            assert text[slice(*measure.span)] == measure.text
        for commitment in item.commitments:
            assert text[slice(*commitment.span)] == commitment.text
            assert commitment.date_text in commitment.text
        if item.status_span:
            assert text[slice(*item.status_span)] == item.status_text
    for name in ("title", "unit", "team", "round"):
        if name in bulletin.facts:
            assert text[slice(*bulletin.facts[name].span)] == bulletin.facts[name].value
    for fact in (*bulletin.facts.values(), *bulletin.declared.values()):
        assert 0 <= fact.span[0] < fact.span[1] <= len(text)
    return bulletin


@pytest.mark.parametrize("text", TEXTS, ids=[path.stem for path in FILES])
def test_fields_are_the_text_at_their_spans(text):
    assert check_spans(text).items


@given(made_up)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_exception(raw):
    bulletin = check_spans(repair(raw).text)
    assert bulletin.items or is_bulletin(bulletin)


@given(made_up)
@settings(max_examples=200, deadline=None)
def test_every_character_of_the_clean_text_leads_back_to_the_file(raw):
    repaired = repair(raw)
    levelled = level_width(raw)
    for position, character in enumerate(repaired.text):
        source = levelled[source_position(repaired.offsets, position)]
        assert character == source or (character == "\n" and source in " \r")


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=60, deadline=None)
def test_cutting_a_bulletin_anywhere_breaks_nothing(text, data):
    check_spans(text[: data.draw(st.integers(0, len(text)))])


def with_other_width(raw, rng):
    swap = {**dict(zip("，：；（）！？", ",:;()!?", strict=True))}
    levelled = "".join(swap[c] if c in swap and rng.random() < 0.5 else c for c in level_width(raw))
    return "".join("\t" if was == "\t" else c for was, c in zip(raw, levelled, strict=True))  # tabs part cells


def with_blank_lines(raw, rng):
    return "".join(line + "\n" * rng.randint(1, 3) for line in raw.splitlines())


def with_bold(raw, rng):
    """Bold around whole lines, or around their first words."""
    lines = []
    for line in raw.splitlines():
        kind = rng.randint(0, 3) if line.strip() else 3
        first = re.match(r"\s*\S{1,6}", line)
        lines.append(
            f"**{line}**" if kind == 0 else f"**{first[0]}**{line[first.end() :]}" if kind == 1 and first else line
        )
    return "\n".join(lines)


@pytest.mark.parametrize("change", [with_other_width, with_blank_lines, with_bold])
@pytest.mark.parametrize("text", TEXTS, ids=[path.stem for path in FILES])
def test_form_alone_changes_no_item(text, change):
    for seed in range(3):
        assert read_off(change(text, random.Random(seed))) == read_off(text)


def test_reading_a_clean_text_again_changes_nothing():
    for text in TEXTS:
        assert repair(text).text == text


@pytest.mark.parametrize("text", TEXTS, ids=[path.stem for path in FILES])
def test_no_text_of_an_item_is_in_no_field(text):
    assert [note for note in parse(text).notes if note.code == "unread_text"] == []
