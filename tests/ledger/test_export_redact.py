"""What is masked, what is not, and that ordinary words of bulletins are left alone."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from export_readers import READERS, ledger_rows
from hypothesis import given
from hypothesis import strategies as st
from ledger_factories import make_ledger

from pipeline.ledger.export.redact import KINDS, find, is_prose, redact, redact_tables
from pipeline.ledger.export.run import export
from pipeline.ledger.schema import TABLES
from pipeline.lexicon import read_lines, read_table
from pipeline.sources import read

ROOT = Path(__file__).parents[2]
SAMPLES = [
    *sorted(path for path in (ROOT / "data" / "raw").iterdir() if path.suffix in (".txt", ".md") and path.stem != "README"),
    *sorted((ROOT / "data" / "truth" / "texts").glob("*.txt")),
]  # fmt: skip
EXPECTED = Path(__file__).parent / "redacted_samples.csv"
PATTERNS = read_table("redactions", ("kind", "pattern", "example"))

# text → what is hidden of it
HIDDEN = [
    ("联系电话：0416-3316027；手机：13800138000。", ["0416-3316027", "13800138000"]),
    ("电话（0416）3316027转801", ["（0416）3316027转801"]),
    ("监督电话8612065、8612066", ["8612065", "8612066"]),
    ("手机１３８００１３８０００，另+86 139-0013-8000", ["１３８００１３８０００", "+86 139-0013-8000"]),
    ("请发dang_ban.1@mail.example.org或x＠example.cn", ["dang_ban.1@mail.example.org", "x＠example.cn"]),
    (
        "通信地址：某省某市和平路1号市委（东楼201室）收，邮编：110000",
        ["某省某市和平路1号市委（东楼201室）收", "110000"],
    ),
    ("地址：某市和平路1号（周末休息）", ["某市和平路1号"]),
    ("违规占用位于某市和平路12号院3号楼201室的公房", ["某市和平路12号院3号楼201室"]),
    ("身份证号11010119900307123X", ["11010119900307123X"]),
    ("局长李明、副局长王建国带头", ["李明", "王建国"]),
    ("给予办公室主任欧阳明诫勉谈话", ["欧阳明"]),
    ("由李明同志任组长，王芳副书记协助", ["李明", "王芳"]),
    ("责任领导：李明；责任人：王芳、办公室、赵丽华（副科长）", ["李明", "王芳", "赵丽华"]),
    ("高洁同志已退休", ["高洁"]),  # a word as well, but 同志 follows
]
# Nothing of these is hidden.
PLAIN = [
    "书记高度重视，马上召开专题会议，主任常态化督办。",
    "干部管理、党员管理、职工安全、学生成才、教师任用、会计成本",
    "学习贯彻习近平总书记重要讲话和习近平同志论述，弘扬雷锋精神，向焦裕禄同志学习",
    "王某某、李某、张××等3人，局长王某某",
    "成立有学生、家长、教师参加的监督小组",
    "追回资金13800138000元，涉及0416个项目、12345678.90元，面积1380013800平方米",
    "拨打12345、12388举报电话，受理8612件",
    "地铁3号线、公路2号桥、〔2021〕13号文件、第19号令、省道101号",
    "2021年10月15日至2022年3月1日，共20211015人次",
    "发挥党组书记、局长办公会作用，分管局长、各科长负责",
    "责任人：党组书记；责任单位：办公室、安全科、高新区管委会",
    "邮政业务、网络地址、文化路社区、人民路改造",
]


@pytest.mark.parametrize(("text", "hidden"), HIDDEN, ids=[text for text, _ in HIDDEN])
def test_what_is_hidden(text, hidden):
    assert [text[start:end] for start, end, _ in find(text)] == hidden
    masked, counts = redact(text)
    assert len(masked) == len(text)
    assert not any(part in masked for part in hidden)
    assert counts.total() == len(hidden)
    assert redact(masked) == (masked, Counter())  # once is enough


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_left_as_it_is(text):
    assert redact(text) == (text, Counter())


def test_a_name_is_masked_again_where_nothing_says_that_it_is_one():
    text = "局长李明带头检讨。李明已全额退缴，李某明未退。"
    assert redact(text) == ("局长李某带头检讨。李某已全额退缴，李某明未退。", Counter(name=2))


def test_a_name_keeps_its_surname_and_a_mail_its_sign():
    assert redact("局长欧阳建国，邮箱a@b.cn")[0] == "局长欧阳某某，邮箱*@****"


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row["example"])
def test_each_pattern_takes_its_example(row):
    assert re.search(row["pattern"], row["example"])
    assert row["kind"] in {kind for *_, kind in find(row["example"])}
    others = [other["pattern"] for other in PATTERNS if other != row]
    assert not all(re.search(pattern, row["example"]) for pattern in others)


def test_word_lists_are_tidy():
    for name in ("person_titles", "person_roles", "public_names"):
        assert [word for word, times in Counter(read_lines(name)).items() if times > 1] == []
    for name in ("surnames", "given_names"):
        words = " ".join(read_lines(name)).split()
        assert [word for word, times in Counter(words).items() if times > 1] == [], name
    assert all(len(character) == 1 for character in " ".join(read_lines("given_names")).split())


@given(st.text(alphabet="李明局长联系人：电话地址0138-@.a\n“”、，", max_size=60))
def test_length_and_lines_are_kept(text):
    masked, counts = redact(text)
    assert len(masked) == len(text)
    assert masked.count("\n") == text.count("\n")
    assert (masked == text) == (not counts)


@given(st.dictionaries(st.text(max_size=5), st.sampled_from([text for text, _ in HIDDEN]), max_size=4))
def test_json_stays_json(cell):
    before = json.dumps(cell, ensure_ascii=False)
    after = json.loads(redact(before)[0])
    assert len(after) == len(cell)


# The sample corpus


def test_in_the_sample_bulletins_exactly_the_contacts_are_masked():
    """`redacted_samples.csv` holds every stretch that may be masked: the contacts at the end of a bulletin."""
    found = [
        {"file": path.name, "kind": kind, "text": text[start:end]}
        for path in SAMPLES
        for text in [read(path).text]
        for start, end, kind in find(text)
    ]
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        assert found == list(csv.DictReader(file))


def test_no_telephone_number_or_mail_address_of_the_sample_bulletins_is_left():
    for path in SAMPLES:
        masked, counts = redact(read(path).text)
        assert counts["phone"] >= 1
        assert counts["mail"] + counts["address"] >= 1
        assert "@" not in re.sub(r"\*+@\*+", "", masked)
        prose = "".join(line for line in masked.split("\n") if not line.startswith("索引号"))
        assert not re.search(r"\d{7}", re.sub(r"\d+(?:\.\d+)?[万余]*[元人个件]", "", prose)), path.name


def test_no_word_of_the_sample_bulletins_is_taken_for_a_name():
    """Also where a field would begin and end: every line, clause and member of a list by itself."""
    for path in SAMPLES:
        text = read(path).text
        for part in {*text.split("\n"), *re.split(r"[，。；：、\n]|[一二三四五六七八九十]是|[①-⑳]", text)}:
            assert [part[s:e] for s, e, kind in find(part) if kind == "name"] == []


# Tables


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    issue = {"bulletin_id": "b0", "kind": "issue"}
    return make_ledger(
        tmp_path_factory.mktemp("redact") / "ledger",
        bulletins=[
            {"bulletin_id": "b0", "path": "李明.txt", "url": "https://example.org/13800138000", "title": "通报"},
            {"bulletin_id": "b1", "path": "乙.txt"},
        ],
        issues=[
            issue | {"issue_id": "b0-00001", "statement": "局长李明带头不够", "responsible": "王芳、办公室"},
            issue | {"issue_id": "b0-00002", "statement": "电话13800138000长期无人接听", "outcome": "李明退缴2万元，王芳作了检查。"},
            issue | {"issue_id": "b1-00001", "bulletin_id": "b1", "statement": "李明社区建设滞后"},
        ],
        measures=[{"measure_id": "b0-00002-001", "issue_id": "b0-00002", "bulletin_id": "b0", "text": "请王芳整改。"}],
        documents=[{"path": "乙.txt", "bulletin_id": "b1"}, {"path": "李明.txt", "bulletin_id": "b0", "sha256": "13800138000"}],
        reviews=[
            {"review_id": "r1", "reviewer": "李明", "issue_id": "b0-00001", "statement": "李明带头不够", "fits": "b0-00001"},
            {"review_id": "r2", "reviewer": "analyst-a", "issue_id": "b0-00001"},
            {"review_id": "r3", "reviewer": "李明", "issue_id": "b1-00001"},
        ],
    )  # fmt: skip


def test_a_name_is_masked_in_all_rows_of_its_bulletin_and_of_no_other(ledger, tmp_path):
    done = export(ledger, tmp_path, ["parquet"])
    rows = {name: READERS["parquet"](tmp_path, name) for name in TABLES}
    first, second, third = rows["issues"]
    assert (first["statement"], first["responsible"]) == ("局长李某带头不够", "王某、办公室")
    assert (second["statement"], second["outcome"]) == ("电话***********长期无人接听", "李某退缴2万元，王某作了检查。")
    assert third["statement"] == "李明社区建设滞后"
    assert rows["measures"][0]["text"] == "请王某整改。"
    assert [row["reviewer"] for row in rows["reviews"]] == ["复核人2", "复核人1", "复核人2"]
    assert rows["reviews"][0]["statement"] == "李某带头不够"
    assert done.masked == {"name": 6, "phone": 1, "reviewer": 3}
    # Ids, hashes, files and addresses on the web lead to other tables and to the source.
    assert rows["bulletins"][0]["path"] == rows["documents"][1]["path"] == "李明.txt"
    assert rows["bulletins"][0]["url"].endswith("13800138000")
    assert rows["documents"][1]["sha256"] == "13800138000"


def test_every_format_has_the_masked_table_and_says_so(ledger, tmp_path):
    export(ledger, tmp_path)
    held, _ = redact_tables({name: pq.read_table(ledger / f"{name}.parquet") for name in TABLES})
    for name in TABLES:
        for form, reader in READERS.items():
            assert reader(tmp_path, name) == held[name].to_pylist(), form
    said = "已遮盖个人信息：电话号码 1 处，人名 6 处，复核人 3 处。"
    for path in ("csv/README.txt", "parquet/README.txt", "stata/README.txt", "spss/README.txt", "package/README.md"):
        assert said in (tmp_path / path).read_text("utf-8")
    guide = openpyxl.load_workbook(tmp_path / "ledger.xlsx")["说明"]
    assert any(said in cell.value for (cell,) in guide)
    for path in tmp_path.rglob("*"):
        if path.suffix in (".csv", ".json", ".txt", ".md", ".sqlite", ".dta"):
            assert "局长李明".encode() not in path.read_bytes(), path


def test_without_redaction_nothing_is_changed(ledger, tmp_path):
    assert export(ledger, tmp_path, ["parquet"], redact=False).masked is None
    for name in TABLES:
        assert READERS["parquet"](tmp_path, name) == ledger_rows(ledger, name)


def test_prose_is_what_nobody_took_out():
    """A new text column is masked unless it is an id, a code or a closed set."""
    prose = {f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns if is_prose(c)}
    assert {"issues.statement", "issues.responsible", "measures.text", "reviews.reviewer", "bulletins.notes"} <= prose
    assert not {name for name in prose if name.endswith(("_id", "sha256", ".path", ".url", ".status", ".fits"))}


def test_every_kind_has_a_chinese_name():
    assert {row["kind"] for row in PATTERNS} | {"name", "reviewer"} == KINDS.keys()
