"""Tables are checked against the schema, and the same rows give the same bytes."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import LedgerError
from pipeline.ledger import write as writer
from pipeline.ledger.schema import DOCUMENTS, MEASURES, TABLES, arrow_schema
from pipeline.ledger.write import check, table_path, write


def measures(*keys, **fields):
    row = {"issue_id": "i", "bulletin_id": "b", "n": 1, "text": "甲", "text_start": 0, "text_end": 1}
    return pa.RecordBatch.from_pylist([row | {"measure_id": key} | fields for key in keys], arrow_schema(MEASURES))


def documents(**fields):
    row = {"path": "甲.txt", "format": "txt", "status": "read", "repairs": "{}"}
    return pa.Table.from_pylist([row | fields], arrow_schema(DOCUMENTS))


def test_every_table_is_written_and_named_with_its_hash(tmp_path):
    rows = write(tmp_path, [("measures", measures("a", "b"))], {"pipeline": "1", "warnings": ["注意"]})
    assert rows == dict.fromkeys(TABLES, 0) | {"measures": 2}
    contents = json.loads((tmp_path / "ledger.json").read_text("utf-8"))
    assert contents["format"] == 1
    assert contents["warnings"] == ["注意"]
    assert list(contents["tables"]) == list(TABLES)
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.json", *(f"{name}.parquet" for name in TABLES)}


def test_tables_carry_labels_and_meanings(tmp_path):
    write(tmp_path, [], {})
    for name, table in TABLES.items():
        found, wanted = pq.read_schema(table_path(tmp_path, name)), arrow_schema(table)
        assert found == wanted
        assert found.metadata == wanted.metadata
        for column in table.columns:
            metadata = found.field(column.name).metadata
            assert (metadata[b"label"].decode(), metadata[b"meaning"].decode()) == (column.label, column.meaning)


def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path, monkeypatch):
    keys = [f"{i:03d}" for i in range(40)]
    monkeypatch.setattr(writer, "ROW_GROUP", 16)
    for name, size in (("one", 1), ("four", 4), ("again", 4)):
        (tmp_path / name).mkdir()
        pieces = [("measures", measures(*keys[i : i + size])) for i in range(0, 40, size)]
        write(tmp_path / name, pieces, {})
    first, second, third = (table_path(tmp_path / name, "measures").read_bytes() for name in ("one", "four", "again"))
    assert first == second == third
    assert pq.ParquetFile(table_path(tmp_path / "one", "measures")).num_row_groups == 3


# a row that breaks the schema → what the error speaks of
BROKEN = [
    ({"repairs": None}, "repairs 有 1 个空值"),
    ({"status": "lost"}, "status 有未知的值 lost"),
]


@pytest.mark.parametrize(("fields", "fault"), BROKEN)
def test_a_row_that_breaks_the_schema_is_refused(fields, fault):
    with pytest.raises(LedgerError, match=fault):
        check(DOCUMENTS, documents(**fields))


def test_a_missing_value_is_no_fault_where_it_may_be_missing():
    assert check(DOCUMENTS, documents(reason=None)) == "甲.txt"


@pytest.mark.parametrize("keys", [("b", "a"), ("a", "a"), ("a", "b", "b")])
def test_keys_ascend_within_a_piece(keys):
    with pytest.raises(LedgerError, match="重复或乱序"):
        check(MEASURES, pa.Table.from_batches([measures(*keys)]))


def test_keys_ascend_from_piece_to_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "ROW_GROUP", 1)
    with pytest.raises(LedgerError, match="measure_id b 重复或乱序"):
        write(tmp_path, [("measures", measures("a", "b")), ("measures", measures("b", "c"))], {})


def test_a_failed_write_leaves_the_old_ledger_and_no_rubbish(tmp_path):
    write(tmp_path, [("measures", measures("a"))], {})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(LedgerError):
        write(tmp_path, [("measures", measures("b", "a"))], {})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
