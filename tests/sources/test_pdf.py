"""PDF → raw text: order, margins, tables over pages, places, and files that cannot be read."""

import io
import sys

import numpy as np
import pypdfium2
import pytest
from pdf_maker import HEIGHT, Sheet, pdf
from PIL import Image

from pipeline.errors import SourceError
from pipeline.sources import pdf as pdf_module
from pipeline.sources import pdf_pages, read
from pipeline.sources import scan as scan_module
from pipeline.sources.pdf import read_pdf
from pipeline.sources.repair import repair

FIRST = "局党组把巡察整改作为重要政治任务，先后召开党组会议五次，逐条研究反馈意见，制定整改方案，明确责任领导、责任科室和完成时限，每月调度一次进展情况。"
SECOND = "纪检组全程监督，对进展缓慢的两个科室负责人进行约谈，督促限期完成，并把整改情况纳入年度考核。"
TITLE = "某局党组关于巡察整改情况的通报"


def text(*sheets):
    return repair(read_pdf(pdf(*sheets)).text).text


def test_rows_become_paragraphs_also_over_a_page():
    one, two = Sheet(), Sheet()
    one.write(190, 120, TITLE, 14)
    one.paragraph(90, 600, FIRST)
    two.write(90, 120, "会议要求逐项对账销号。")
    two.paragraph(90, 140, SECOND)
    cut = FIRST[: FIRST.index("每月")]
    three = Sheet()
    three.paragraph(90, 600, cut)
    assert text(one, two).split("\n") == [TITLE, FIRST, "会议要求逐项对账销号。", SECOND]
    assert text(three, two).split("\n") == [f"{cut}会议要求逐项对账销号。", SECOND]


def test_a_full_row_that_ends_a_sentence_ends_no_paragraph():
    words = "一是" + "学" * 25 + "。" + "二是每月督查一次。"
    sheet = Sheet()
    sheet.paragraph(90, 200, words)
    sheet.paragraph(90, 300, FIRST)
    assert text(sheet).split("\n") == [words, FIRST]


def test_heads_and_feet_go_and_what_is_said_once_stays():
    sheets = []
    for n, body in enumerate((FIRST, SECOND, FIRST), start=1):
        sheet = (
            Sheet()
            .write(220, 40, "某局整改通报")
            .write(290, 810, f"— {n} —")
            .write(90, 70, f"本页第一行各不相同{'甲乙丙'[n - 1]}。")
        )
        sheet.paragraph(90, 200, body)
        sheets.append(sheet)
    got = text(*sheets)
    assert "某局整改通报" not in got
    assert "—" not in got
    assert all(f"本页第一行各不相同{letter}。" in got for letter in "甲乙丙")


def test_the_left_column_comes_before_the_right_and_a_title_over_both_first():
    sheet = Sheet().write(200, 100, TITLE, 14)
    for n in range(12):
        sheet.write(60, 150 + 20 * n, f"左栏第{n:02}行，逐条落实整改的措施")
        sheet.write(320, 150 + 20 * n, f"右栏第{n:02}行，逐条落实整改的措施")
    raw = read_pdf(pdf(sheet)).text
    assert raw.index(TITLE) < raw.index("左栏第00行") < raw.index("左栏第11行") < raw.index("右栏第00行")


def test_a_watermark_is_no_text():
    sheet = Sheet().write(150, 600, "内部资料严禁外传", 40, rotation=45, alpha=0.3)
    sheet.paragraph(90, 300, FIRST)
    assert text(sheet) == FIRST


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_printed_sideways_is_read_as_it_is_meant(turned):
    sheet = Sheet()
    for n, words in enumerate((FIRST[:20], SECOND[:20])):
        x, y = {90: (200 + 30 * n, 700), 180: (500, 400 - 30 * n), 270: (400 - 30 * n, 200)}[turned]
        sheet.write(x, y, words, rotation=turned, rotation_mode="anchor")
    assert text(sheet).replace("\n", "") == FIRST[:20] + SECOND[:20]


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_the_file_turns_is_read_as_its_text_runs(turned):
    sheet = Sheet().write(90, 200, FIRST[:35])
    put(sheet, 500, 540, HEAD)
    put(sheet, 540, 600, [["甲"], ["1"], ["学习不深入。"], ["制定计划。"]])
    document = pypdfium2.PdfDocument(pdf(sheet))
    expected = read_pdf(saved(document)).text
    assert expected.endswith("\n甲\t1\t学习不深入。\t制定计划。\n")
    document[0].set_rotation(turned)
    assert read_pdf(saved(document)).text == expected


# Tables

LEFT, COLUMNS = 60, (60, 120, 160, 340, 530)


def put(sheet, top, bottom, cells):
    """A row of four cells; None where a cell above covers it."""
    for n, words in enumerate(cells):
        if words is not None:
            sheet.cell((COLUMNS[n], top, COLUMNS[n + 1], bottom), words)


HEAD = [["问题", "类别"], ["序号"], ["反馈问题"], ["整改措施"]]


def test_a_table_over_pages_is_one_and_a_row_that_was_cut_too():
    one, two = Sheet().write(90, 120, "整改情况见下表，请监督。"), Sheet()
    put(one, 500, 540, HEAD)
    one.cell((COLUMNS[0], 540, COLUMNS[1], 700), ["党的", "建设"])
    put(one, 540, 620, [None, ["1"], ["学习不深", "入。"], ["一是订计划；"]])
    put(one, 620, 700, [None, ["2"], ["台账缺失，底数"], ["二是建台账，"]])
    put(two, 100, 140, HEAD)
    put(two, 140, 200, [[], [], ["不清。"], ["逐项核对。"]])
    put(two, 200, 260, [["廉政"], ["3"], ["报销不严。"], ["三是退款。"]])
    two.write(90, 300, "以上情况，请予监督。")
    assert read_pdf(pdf(one, two)).text.replace("　", "").split("\n") == [
        "整改情况见下表，请监督。",
        "问题类别\t序号\t反馈问题\t整改措施",
        "党的建设\t1\t学习不深入。\t一是订计划；",
        "\t2\t台账缺失，底数不清。\t二是建台账，逐项核对。",
        "廉政\t3\t报销不严。\t三是退款。",
        "以上情况，请予监督。",
        "",
    ]


def test_other_tables_on_the_next_page_are_tables_of_their_own():
    one, two = Sheet(), Sheet()
    put(one, 500, 540, HEAD)
    put(one, 540, 600, [["甲"], ["1"], ["学习不深入。"], ["制定计划。"]])
    for n, words in enumerate(("姓名", "职务", "电话号码")):
        two.cell((80 + 130 * n, 100, 210 + 130 * n, 140), [words])
        two.cell((80 + 130 * n, 140, 210 + 130 * n, 180), [words])
    assert read_pdf(pdf(one, two)).text.split("\n")[1:3] == ["甲\t1\t学习不深入。\t制定计划。", "姓名\t职务\t电话号码"]


# Places


def test_every_character_leads_to_its_page_and_box(tmp_path):
    one, two = Sheet().write(90, 120, TITLE), Sheet()
    one.paragraph(90, 300, FIRST)
    put(two, 500, 540, HEAD)
    put(two, 540, 600, [["甲"], ["1"], ["学习不深入。"], ["制定计划。"]])
    (tmp_path / "a.pdf").write_bytes(pdf(one, two))
    source = read(tmp_path / "a.pdf")

    def place(words):
        at = source.text.index(words)
        return next(p for p in source.places if p.span[0] <= at < p.span[1])

    assert place(TITLE).page == 1
    assert place(TITLE).box[0] == pytest.approx(90, abs=2)
    assert place(TITLE).box[3] == pytest.approx(120, abs=4)
    assert place(FIRST[:5]).box[1] == pytest.approx(290, abs=6)
    assert place(FIRST[45:50]).box[1] > place(FIRST[:5]).box[1]
    cell = place("学习不深入")
    assert cell.page == 2
    assert COLUMNS[2] <= cell.box[0] <= cell.box[2] <= COLUMNS[3]
    assert 540 <= cell.box[1] <= cell.box[3] <= 600 < HEIGHT


# What cannot be read


def code(data):
    with pytest.raises(SourceError) as error:
        read_pdf(data)
    assert "\n" not in str(error.value)
    return error.value.code


def saved(document):
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def scan():
    made = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (300, 200), dtype=np.uint8)
    Image.fromarray(noise).save(made, "PDF")
    return made.getvalue()


def test_a_scan_is_named_where_recognition_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    scan_module.load_engine.cache_clear()
    assert code(scan()) == "no_text_layer"


def test_pages_without_anything_on_them_are_no_scans(monkeypatch):
    monkeypatch.setattr(pdf_module, "recognise_all", lambda _, total, __: {} if not total else 1 / 0)
    assert text(Sheet().write(90, 120, FIRST[:30]), Sheet()) == FIRST[:30]
    assert text(Sheet().write(90, 120, FIRST[:30]), Sheet().write(400, 120, "2024年5月1日")).endswith("2024年5月1日")


def test_too_many_pages_are_refused():
    document = pypdfium2.PdfDocument.new()
    for _ in range(pdf_pages.MOST_PAGES + 1):
        document.new_page(100, 100)
    assert code(saved(document)) == "too_large"


def test_damaged_files_are_named():
    data = pdf(Sheet().write(90, 200, FIRST[:30]))
    assert code(data[:200]) == "damaged"
    assert code(b"%PDF-1.7\n" + b"x" * 500) == "damaged"


def test_a_file_with_a_password_is_named():
    data = pdf(Sheet().write(90, 200, FIRST[:30]))
    locked = b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    mark = b"trailer\n<<"
    assert mark in data
    assert code(data.replace(mark, mark + b"/Encrypt " + locked + b"/ID[<00><00>]")) == "encrypted"


def test_a_file_that_takes_too_long_is_named(monkeypatch):
    monkeypatch.setattr("pipeline.sources.pdf.SECONDS", -1)
    assert code(pdf(Sheet().write(90, 200, FIRST[:30]))) == "too_slow"
