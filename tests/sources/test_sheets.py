"""Ledgers of an office: the same items as from a table in a text, whatever the sheet looks like."""

import csv
import io
import random
import zipfile
from datetime import date

import openpyxl
import pytest
from test_forms import reading
from truth import text_of

from pipeline import open_ledger
from pipeline.bulletins import parse
from pipeline.errors import SourceError
from pipeline.sources import read, sheets
from pipeline.sources.sheets import read_xlsx

TABLES = ["linting-hospital-2023", "wangchuan-school-2024", "linting-museum-2024"]


def cells_of(file):
    """The twin of a bulletin with a table, line by line, as cells."""
    lines = text_of(file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip()]


def save(path, *sheets):
    """Write a workbook: of each sheet its name, its rows and what is merged."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merged in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    book.save(path)
    return path


def merged_down(rows):
    """Merge the empty cells below those of the first column, and each line that is no row over the width of the table."""
    width, areas, start = max(map(len, rows)), [], None
    for number, row in enumerate([*rows, [""]], start=1):
        if len(row) == 1 or row[0]:
            if start and number - 1 > start:
                areas.append(f"A{start}:A{number - 1}")
            start = number if len(row) > 1 else None
        if len(row) == 1 and number <= len(rows):
            areas.append(f"A{number}:{openpyxl.utils.get_column_letter(width)}{number}")
    return areas


@pytest.mark.parametrize("file", TABLES)
def test_a_workbook_is_read_as_the_table_in_a_text(file, tmp_path):
    rows = cells_of(file)
    path = save(tmp_path / "台账.xlsx", ("整改台账", rows, merged_down(rows)))
    assert len(reading(path)[2]) > 10
    assert reading(path) == reading(text_of(file))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("file", TABLES)
def test_values_between_commas_are_read_as_the_table_in_a_text(file, delimiter, encoding, tmp_path):
    with (tmp_path / "台账.csv").open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(cells_of(file))
    assert reading(tmp_path / "台账.csv") == reading(text_of(file))


HEAD = ["序号", "反馈问题", "整改情况", "", "责任单位", "责任领导", "整改时限", "是否完成", "备注"]
OFFICE = [
    ["云栖市体育局党组巡察整改工作台账"],
    ["填报单位：云栖市体育局党组", "", "", "", "", "填报日期：2024年3月1日"],
    HEAD,
    ["", "", "整改措施", "整改成效"],
    ["一、党的领导方面"],
    [1, "理论学习不够深入。", "1.制定学习计划。\n2.每月集中学习。", "开展学习12次。", "办公室", "张三", date(2023, 12, 31), "已完成"],
    [2.0, "议事规则执行不严。", "修订议事规则。", 0.85, "人事科", "张三", "2023年底"],
    ["二、选人用人方面"],
    [3, "选拔程序不规范。", "完善流程。", "正在修订办法。", "人事科", "李四", "2024年6月底", "正在推进"],
    ["", "", "开展培训。"],
    ["合计", "3个", "", "", "", "", "", "完成2个"],
    ["填表人：王五", "", "", "审核人：赵六"],
]  # fmt: skip
MERGED = ["A1:I1", "C3:D3", *(f"{c}3:{c}4" for c in "ABEFGHI"), "A5:I5", "H6:H7", "A8:I8", "A9:A10", "B9:B10"]


def test_headers_of_two_rows_headings_between_and_cells_for_several_problems(tmp_path):
    path = save(
        tmp_path / "a.xlsx", ("台账", OFFICE, MERGED), ("通讯录", [["姓名", "电话", "科室"], ["王五", 1, "办"]], [])
    )
    source = read(path)
    bulletin = parse(source.text)
    fields = ("n", "aspect", "statement", "status", "outcome", "responsible", "deadline")
    assert [tuple(getattr(item, name) for name in fields) for item in bulletin.items] == [
        ("1", "党的领导", "理论学习不够深入", "done", "开展学习12次。", "办公室\n张三", "2023年12月31日"),
        ("2", "党的领导", "议事规则执行不严", "done", "0.85", "人事科\n张三", "2023年底"),
        ("3", "选人用人", "选拔程序不规范", "in_progress", "正在修订办法。", "人事科\n李四", "2024年6月底"),
    ]
    assert [[m.text for m in item.measures] for item in bulletin.items] == [
        ["制定学习计划。", "每月集中学习。"], ["修订议事规则。"], ["完善流程。", "开展培训。"],
    ]  # fmt: skip
    assert {key: bulletin.facts[key].value for key in ("title", "unit", "party_body")} == {
        "title": "云栖市体育局党组巡察整改工作台账", "unit": "云栖市体育局", "party_body": "党组",
    }  # fmt: skip
    assert source.notes == ("工作表“通讯录”没有台账的表头，没有读入",)
    assert "合计" in source.text
    assert "填表人：王五" in source.text


def test_several_ledgers_and_a_hidden_one(tmp_path):
    head = ["序号", "存在问题", "整改措施", "完成情况"]
    one, two = ([head, [n, f"问题{n}没有解决。", "已经整改。", "已完成"]] for n in (1, 2))
    book = openpyxl.load_workbook(save(tmp_path / "a.xlsx", ("甲", one, []), ("乙", two, []), ("丙", two, [])))
    book["丙"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    source = read(tmp_path / "a.xlsx")
    assert [item.statement for item in parse(source.text).items] == ["问题1没有解决", "问题2没有解决"]
    assert source.notes == ("工作表“丙”是隐藏的，没有读入",)


def test_percentages_and_the_extent_that_a_file_claims(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "问题", "措施", "成效"])
    sheet.append([1, "进度不快。", "加快。", 0.85])
    sheet["D2"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:D2"', b'ref="A1"'))
    (item,) = parse(read(tmp_path / "b.xlsx").text).items
    assert item.outcome == "85%"


# What is no ledger


def code_of(path):
    with pytest.raises(SourceError) as error:
        read(path)
    assert "\n" not in str(error.value)
    return error.value.code


def test_our_own_exports_are_not_taken_for_ledgers(small_ledger, tmp_path):
    from pipeline.ledger import review_sheet

    ledger = open_ledger(small_ledger)
    review_sheet.export(ledger, tmp_path / "review.xlsx", everything=True)
    for english in (False, True):
        ledger.export(tmp_path / str(english), ["xlsx", "csv"], english=english)
    found = {path.name: code_of(path) for path in tmp_path.rglob("*") if path.suffix in {".xlsx", ".csv"}}
    assert len(found) > 6
    assert set(found.values()) <= {"own_export", "no_ledger"}
    assert {found[name] for name in found if name in {"issues.csv", "review.xlsx"} or name.endswith("xlsx")} == {
        "own_export"
    }


def test_other_tables_are_no_ledgers(tmp_path):
    (tmp_path / "a.csv").write_text("姓名,电话\n张三,1\n", "utf-8")
    save(tmp_path / "a.xlsx", ("通讯录", [["姓名", "电话", "科室"]], []))
    save(tmp_path / "empty.xlsx", ("空", [], []))
    assert {code_of(tmp_path / name) for name in ("a.csv", "a.xlsx", "empty.xlsx")} == {"no_ledger"}


# Bounds


def changed(path, name, change):
    """The workbook with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, change(data) if part == name else data)
    path.write_bytes(stream.getvalue())
    return path


@pytest.fixture
def office(tmp_path):
    return save(tmp_path / "office.xlsx", ("台账", OFFICE, MERGED))


SHEET = "xl/worksheets/sheet1.xml"


def test_a_bomb_is_named(office):
    changed(office, "xl/styles.xml", lambda data: data + b" " * 200 * 2**20)
    assert code_of(office) == "too_large"


def test_rows_have_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 20)
    row = ["1", "问题", "措施"]
    assert code_of(save(tmp_path / "a.xlsx", ("台账", [row] * 21, []))) == "too_large"


def test_cells_merged_over_the_whole_sheet_take_no_time(office):
    changed(office, SHEET, lambda data: data.replace(b'ref="A5:I5"', b'ref="A5:XFD1048576"'))
    assert len(parse(read(office).text).items) == 3


def test_entities_are_not_replaced(office, tmp_path):
    (tmp_path / "secret.txt").write_text("秘密", "utf-8")
    address = (tmp_path / "secret.txt").as_uri().encode()
    entities = b'<!DOCTYPE x [<!ENTITY a SYSTEM "' + address + b'">]>'

    def plant(data):
        head, mark, rest = data.partition(b"?>") if data.startswith(b"<?xml") else (b"", b"", data)
        return (
            head + mark + entities + rest.replace(b"</sheetData>", b"<row><c t='str'><v>&a;</v></c></row></sheetData>")
        )

    changed(office, SHEET, plant)
    assert code_of(office) == "damaged"


def test_damage_and_passwords_are_named(office, tmp_path):
    whole = office.read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.xlsx").write_bytes(b"no workbook")
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    assert [code_of(tmp_path / f"{name}.xlsx") for name in ("cut", "text", "locked")] == [
        "damaged",
        "damaged",
        "encrypted",
    ]


def test_whatever_the_bytes_there_is_an_answer(office):
    draw = random.Random(20250304)
    whole = office.read_bytes()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 30)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            read_xlsx(bytes(data))
        except SourceError as error:
            assert error.code in {"damaged", "encrypted", "too_large", "no_ledger"}  # noqa: PT017  most are refused
