"""DOCX → raw text: order, numbers, merged cells, tracked changes, notes, and files that mean harm."""

import io
import struct
import zipfile

import pytest
from docx_maker import abstract, docx, level, listed, num, p, part, r

from pipeline.errors import SourceError
from pipeline.sources import package, read
from pipeline.sources.docx import OLE, read_docx
from pipeline.sources.docx_numbers import FORMATS


def lines(body, **parts):
    return read_docx(docx(body, **parts)).text.split("\n")


# Numbers


def test_numbers_of_three_levels_begin_anew_below_each_other():
    numbering = abstract(
        level(0, "chineseCountingThousand", "%1、"), level(1, "japaneseCounting", "（%2）"), level(2, "decimal", "%3.")
    )
    body = "".join(
        listed(t, n) for n, t in [(0, "甲"), (1, "乙"), (2, "丙"), (2, "丁"), (1, "戊"), (2, "己"), (0, "庚")]
    )
    assert lines(body, numbering=numbering + num()) == [
        "一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己", "二、庚",
    ]  # fmt: skip


def test_a_level_that_never_begins_anew_runs_through():
    numbering = abstract(level(0, "decimal", "%1、"), level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'))
    body = "".join(listed(t, n) for n, t in [(0, "甲"), (1, "乙"), (0, "丙"), (1, "丁")])
    assert [words.replace(" ", "") for words in lines(body, numbering=numbering + num())] == [
        "1、甲", "1.乙", "2、丙", "2.丁",
    ]  # fmt: skip


def test_two_uses_of_a_list_count_on_unless_one_begins_anew():
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = abstract(level(0, "decimal", "%1.")) + num(1) + num(2) + num(3, more=anew)
    body = "".join(listed("甲", 0, n) for n in (1, 1, 2, 3, 3))
    assert lines(body, numbering=numbering) == ["1.甲", "2.甲", "3.甲", "1.甲", "2.甲"]


def test_a_style_numbers_its_paragraphs_and_a_paragraph_may_refuse():
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    numbering = abstract(
        level(0, "decimal", "%1."), level(1, "decimal", "%1.%2", '<w:pStyle w:val="B"/><w:suff w:val="space"/>')
    )
    body = (
        p("甲", '<w:pStyle w:val="A"/>')
        + p("乙", '<w:pStyle w:val="B"/>')
        + p("丙", '<w:pStyle w:val="A"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert lines(body, styles=styles, numbering=numbering + num()) == ["1.甲", "1.1 乙", "丙"]


def test_styles_that_are_based_on_each_other_end():
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>' for a, b in ("AB", "BA")
    )
    assert lines(p("甲", '<w:pStyle w:val="A"/>'), styles=styles) == ["甲"]


@pytest.mark.parametrize(
    ("kind", "fifth"),
    [
        ("chineseCounting", "五"), ("chineseLegalSimplified", "伍"), ("decimalEnclosedCircleChinese", "⑤"), ("upperLetter", "E"),
        ("lowerRoman", "v"), ("ideographTraditional", "戊"), ("ideographEnclosedCircle", "㊄"), ("decimalZero", "05"), ("decimalEnclosedParen", "(5)"),
    ],
)  # fmt: skip
def test_kinds_of_numbers(kind, fifth):
    assert FORMATS[kind](5) == fifth


def test_a_bullet_of_a_symbol_font_is_a_bullet():
    assert lines(listed("甲"), numbering=abstract(level(0, "bullet", "\uf0b7")) + num()) == ["● 甲"]


# Changes, notes, what is not seen


def test_tracked_changes_are_accepted():
    body = (
        f"<w:p>{r('整改')}<w:del><w:r><w:delText>未</w:delText></w:r></w:del><w:ins>{r('已')}</w:ins>{r('完成。')}</w:p>"
        f"<w:p><w:moveFrom>{r('移走')}</w:moveFrom></w:p><w:p><w:moveTo>{r('移来')}</w:moveTo></w:p>"
    )
    assert [words for words in lines(body) if words] == ["整改已完成。", "移来"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    numbering = abstract(level(0, "decimal", "%1.")) + num()
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = (
        p("学习", f"{number}<w:rPr><w:del/></w:rPr>")
        + p("不深入。", number)
        + f"<w:p><w:pPr>{number}<w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>"
        + p("第二条。", number)
    )
    assert lines(body, numbering=numbering) == ["1.学习不深入。", "2.第二条。"]


def test_notes_stand_at_the_end_and_only_those_referred_to():
    notes = "".join(f'<w:footnote w:id="{n}">{p(f"说明{n}。")}</w:footnote>' for n in (1, 2, 3))
    body = f'<w:p>{r("甲")}<w:r><w:footnoteReference w:id="3"/></w:r></w:p><w:p>{r("乙")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    assert lines(body, footnotes=notes) == ["甲", "乙", "注1：说明3。", "注2：说明1。"]


def test_fields_hidden_text_and_boxes():
    body = (
        "<w:p><w:r><w:instrText> PAGE </w:instrText></w:r>"
        + r("看不见", "<w:vanish/>")
        + r("看得见", '<w:vanish w:val="0"/>')
        + f"<mc:AlternateContent><mc:Choice><w:r><w:txbxContent>{p('文本框')}</w:txbxContent></w:r></mc:Choice>"
        f"<mc:Fallback><w:pict><w:txbxContent>{p('文本框')}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:p>"
        f"<w:sdt><w:sdtContent>{p('控件里')}</w:sdtContent></w:sdt>"
    )
    assert lines(body) == ["看得见", "文本框", "控件里"]


# Tables


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<w:') else p(text)}</w:tc>"


def test_tables_stand_where_they_stand_and_merged_cells_once():
    start, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("方面") + cell("序号") + cell("问题") + cell("措施", '<w:gridSpan w:val="2"/>'),
        cell("甲", start) + cell("1") + cell("学习少") + cell(p("①学习；") + p("②督查。")) + cell("办公室"),
        cell("甲", on) + cell("2") + cell("台账乱") + cell("建账") + cell(p("书记") + p("主任")),
    ]
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    gone = f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell('删')}{cell('去')}</w:tr></w:tbl>"
    assert lines(p("前") + table + gone + p("后")) == [
        "前", "方面\t序号\t问题\t措施\t", "甲\t1\t学习少\t①学习；②督查。\t办公室", "\t2\t台账乱\t建账\t书记 主任", "后",
    ]  # fmt: skip


def test_numbers_are_counted_in_cells_and_a_table_in_a_cell_is_its_text():
    numbering = abstract(level(0, "decimal", "%1")) + num()
    row = "<w:tr>" + cell(listed("")) + cell("甲") + "</w:tr>"
    inner = f"<w:tbl><w:tr>{cell('一')}{cell('二')}</w:tr></w:tbl>{p('三')}"
    got = lines(f"<w:tbl>{row}<w:tr>{cell(listed('乙'))}{cell(inner)}</w:tr></w:tbl>", numbering=numbering)
    assert got[-1] == "2乙\t一 二 三"


# What cannot be read


def code(data):
    with pytest.raises(SourceError) as error:
        read_docx(data)
    assert "\n" not in str(error.value)
    return error.value.code


def test_damaged_files_are_named():
    whole = docx(p("甲"))
    assert code(whole[: len(whole) // 2]) == "damaged"
    assert code(b"PK\x03\x04" + b"\x00" * 200) == "damaged"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("word/document.xml", "<w:document")
    assert code(made.getvalue()) == "damaged"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("xl/workbook.xml", "<a/>")
    assert code(made.getvalue()) == "damaged"


def test_files_with_a_password_are_named():
    assert code(OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    data = bytearray(docx(p("甲")))
    place = data.index(b"PK\x01\x02") + 8
    data[place : place + 2] = struct.pack("<H", struct.unpack("<H", data[place : place + 2])[0] | 1)
    assert code(bytes(data)) == "encrypted"


def test_a_bomb_is_not_unpacked():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file, file.open("word/document.xml", "w") as out:
        for _ in range(package.LARGEST // 2**20 + 1):
            out.write(b" " * 2**20)
    assert len(made.getvalue()) < 2**20
    assert code(made.getvalue()) == "too_large"


def test_a_package_of_very_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(package, "MOST_PARTS", 1)
    assert code(docx(p("甲"), styles="")) == "too_large"


def with_entities(entities, text):
    document = part("document", f"<w:body>{p(text)}{p('完')}</w:body>").replace("?>", f"?><!DOCTYPE d [{entities}]>", 1)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("word/document.xml", document)
    return made.getvalue()


def test_a_file_outside_is_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("秘密", "utf-8")
    text = read_docx(with_entities(f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "前&x;后")).text
    assert text.startswith("前")
    assert text.endswith("完")
    assert "秘密" not in text


def test_entities_that_grow_are_refused():
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 20}">' for n in range(8))
    assert code(with_entities(f'<!ENTITY l0 "笑">{laughs}', "前&l8;后")) == "damaged"


def test_an_empty_document_says_so(tmp_path):
    (tmp_path / "a.docx").write_bytes(docx(""))
    with pytest.raises(SourceError, match="没有文字"):
        read(tmp_path / "a.docx")


def test_paragraphs_are_not_joined_whatever_they_end_with(tmp_path):
    (tmp_path / "a.docx").write_bytes(docx(p("整改措施包括以下几个方面的内容和") + p("学习文件若干次并且形成记录")))
    assert read(tmp_path / "a.docx").text == "整改措施包括以下几个方面的内容和\n学习文件若干次并且形成记录"
