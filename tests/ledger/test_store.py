"""A ledger in a notebook: types, labels, texts, and what is refused."""

import json
from datetime import date
from hashlib import sha256

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ledger_factories import id_of, make_ledger

import pipeline
from pipeline.errors import LedgerError
from pipeline.ledger.schema import TABLES
from pipeline.ledger.store import labelled, open_ledger
from pipeline.ledger.write import table_path, text_path

TYPES = {pa.string(): "string", pa.int64(): "Int64", pa.float64(): "Float64", pa.bool_(): "boolean"}
TEXT = "一、学习不够。整改：学习。"
ROWS = {
    "bulletins": [
        {"bulletin_id": "a", "declared_done": 53, "feedback_date": date(2021, 2, 23)},
        {"bulletin_id": "b", "declared_done": 0},
        {"bulletin_id": "c"},
    ],
    "issues": [
        {"issue_id": "a-1", "bulletin_id": "a", "themes": ["财务", "作风"], "review": True},
        {"issue_id": f"{id_of(TEXT)}-1", "bulletin_id": id_of(TEXT), "item_start": 2, "item_end": 7},
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_ledger(tmp_path_factory.mktemp("ledger"), TEXT, **ROWS)


@pytest.mark.parametrize("name", TABLES)
def test_frames_have_the_types_and_labels_of_the_schema(folder, tmp_path, name):
    for ledger in (open_ledger(folder), open_ledger(make_ledger(tmp_path))):  # with rows and without
        frame = getattr(ledger, name)
        assert list(frame.columns) == [column.name for column in TABLES[name].columns]
        for column in TABLES[name].columns:
            expected = "datetime64[s]" if column.type == pa.date32() else TYPES.get(column.type, "object")
            assert str(frame[column.name].dtype) == expected, column.name
            assert frame.attrs["labels"][column.name] == column.label


def test_missing_is_missing_and_zero_is_zero(folder):
    bulletins = open_ledger(folder).bulletins
    assert list(bulletins["declared_done"].isna()) == [False, False, True]
    assert list(bulletins["declared_done"][:2]) == [53, 0]
    assert list(bulletins["feedback_date"].isna()) == [False, True, True]
    assert bulletins["feedback_date"][0] == pd.Timestamp(2021, 2, 23)


def test_lists_are_lists(folder):
    assert list(open_ledger(folder).issues["themes"]) == [["财务", "作风"], []]


def test_an_item_is_quoted_and_a_text_is_read(folder):
    ledger = open_ledger(folder)
    assert ledger.quote(f"{id_of(TEXT)}-1") == "学习不够。"
    assert ledger.text(id_of(TEXT)) == TEXT
    with pytest.raises(LedgerError, match="没有条目 x"):
        ledger.quote("x")
    with pytest.raises(LedgerError, match="没有通报 x"):
        ledger.text("x")


def test_a_span_leads_to_its_rows_on_the_page(tmp_path):
    rows = [
        {"place_id": f"{b}-p{n}", "bulletin_id": b, "text_start": 10 * n, "text_end": 10 * n + 9, "page": n, "left": 90.0 + n}
        for b in "ab"
        for n in (1, 2, 3)
    ]  # fmt: skip
    ledger = open_ledger(make_ledger(tmp_path / "ledger", places=rows))
    assert ledger.place("a", 18, 21)["page"].tolist() == [1, 2]
    assert ledger.place("b", 19, 20).empty
    assert ledger.place("c", 0, 100).empty


def test_a_text_that_was_changed_is_refused(tmp_path):
    ledger = open_ledger(make_ledger(tmp_path, TEXT))
    text_path(tmp_path, id_of(TEXT)).write_bytes(TEXT.replace("够", "足").encode())
    with pytest.raises(LedgerError, match="被改动"):
        ledger.text(id_of(TEXT))


def test_rows_warnings_and_version(folder):
    ledger = open_ledger(str(folder))
    assert ledger.rows == dict.fromkeys(TABLES, 0) | {"bulletins": 3, "issues": 2}
    assert (ledger.version, ledger.warnings) == ("test", ["注意"])


def test_labelled_gives_chinese_headings(folder):
    ledger = open_ledger(folder)
    assert list(ledger.labelled(ledger.measures).columns[:3]) == ["措施编号", "条目编号", "通报编号"]
    joined = pd.DataFrame(columns=["unit_name", "kind", "rate"])
    assert list(labelled(joined).columns) == ["单位", "kind", "rate"]  # two tables call two things `kind`
    assert list(labelled(ledger.issues[["kind"]]).columns) == ["类别"]


def test_labels_are_unique_in_a_table():
    for table in TABLES.values():
        labels = [column.label for column in table.columns]
        assert len(set(labels)) == len(labels), table.name


@pytest.fixture
def copy(tmp_path):
    return make_ledger(tmp_path / "台账", documents=[{"path": "甲.txt", "status": "read"}])


def rewrite(folder, **changes):
    file = folder / "ledger.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), "utf-8")


REFUSED = [
    ("no ledger", lambda folder: (folder / "ledger.json").unlink(), "不是台账.*zhenggai build --out"),
    ("not written to the end", lambda folder: (folder / "ledger.json").write_text('{"format"'), "已损坏.*再运行一次"),
    ("no object", lambda folder: (folder / "ledger.json").write_text("[1]"), "已损坏"),
    ("a newer one", lambda folder: rewrite(folder, format=2), "第 2 版.*升级"),
    ("an older one", lambda folder: rewrite(folder, format=0), "第 0 版.*再运行一次"),
    ("a table is gone", lambda folder: table_path(folder, "issues").unlink(), "issues.parquet 不存在"),
    ("a table of another run", lambda folder: table_path(folder, "issues").write_bytes(b"PAR1"), "issues.parquet 与"),
]


@pytest.mark.parametrize(("damage", "fault"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_whole_ledger_is_refused(copy, damage, fault):
    open_ledger(copy)
    damage(copy)
    with pytest.raises(LedgerError, match=fault):
        open_ledger(copy)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(LedgerError, match=r"没有 ledger\.json"):
        open_ledger(tmp_path / "nowhere")


def test_tables_of_another_schema_are_refused(copy):
    file = table_path(copy, "measures")
    pq.write_table(pa.table({"measure_id": ["a"]}), file)
    tables = json.loads((copy / "ledger.json").read_text("utf-8"))["tables"]
    digest = sha256(file.read_bytes()).hexdigest()
    rewrite(copy, tables=tables | {"measures": {"rows": 1, "sha256": digest}})
    with pytest.raises(LedgerError, match="列与本版程序不同"):
        open_ledger(copy)


def test_the_verb_of_the_package():
    assert pipeline.open_ledger is open_ledger
