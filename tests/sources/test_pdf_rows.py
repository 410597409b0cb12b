"""Rows of a PDF as programs really print them: shortened by punctuation, cut by the page, alike at the edges of pages."""

from pdf_maker import Sheet, pdf

from pipeline.bulletins import parse
from pipeline.sources.pdf import read_pdf
from pipeline.sources.pdf_layout import Char, rows_of
from pipeline.sources.repair import repair

FILL = "对照反馈意见逐条分析原因并且制定具体措施落实到人到岗"
LEFT, TOP, SIZE, COLUMNS = 60, 120, 12, 30


def lines_of(*sheets):
    raw = read_pdf(pdf(*sheets))
    return repair(raw.text, paragraphs=raw.paragraphs).text.split("\n")


def printed(*rows, indented=True):
    """Two full paragraphs that say where the margins are, then these rows."""
    sheet = Sheet()
    y = sheet.paragraph(LEFT, TOP, (FILL * 5)[:86] + "。", COLUMNS, SIZE)
    y = sheet.paragraph(LEFT, y, (FILL * 5)[:86] + "。", COLUMNS, SIZE)
    for n, words in enumerate(rows):
        sheet.write(LEFT + 2 * SIZE * (indented and n == 0), y + n * 1.6 * SIZE, words, SIZE)
    return sheet


def test_a_row_that_punctuation_of_the_next_shortens_goes_on():
    # Twenty-eight fit: 局 and the comma behind it had to go to the next row together.
    assert (
        lines_of(printed("一是" + FILL + "教育", "局，二是落实到人。"))[-1] == "一是" + FILL + "教育局，二是落实到人。"
    )
    assert (
        lines_of(printed("一是" + FILL, "局“两张皮”，二是落实到人。"))[-1]
        == "一是" + FILL + "局“两张皮”，二是落实到人。"
    )


def test_a_row_that_ends_far_before_the_margin_ends_its_paragraph():
    assert lines_of(printed("一是" + FILL[:20] + "。", "局，二是落实到人。"))[-1] == "局，二是落实到人。"


def test_low_characters_belong_to_the_row_beside_which_they_stand():
    """As in fonts that say nothing of their height: the box is the ink."""
    high = [Char(word, (12 * n, 10, 12 * n + 12, 22)) for n, word in enumerate("整改，一月") if word not in "，一"]
    ink = [Char("，", (24, 19, 36, 24)), Char("一", (36, 15, 48, 17))]
    below = [Char(word, (12 * n, 30, 12 * n + 12, 42)) for n, word in enumerate("完成")]
    assert [row.text for row in rows_of([*high, *ink, *below])] == ["整改，一月", "完成"]


def test_the_same_field_at_the_end_of_two_pages_is_no_foot():
    one = Sheet().write(LEFT, 800, "整改状态：已完成", SIZE)
    two = Sheet().write(LEFT, 800, "整改状态：已完成", SIZE)
    for sheet in (one, two):
        sheet.write(LEFT, 300, FILL + "。", SIZE).write(LEFT, 830, "政务公开网 第1页", SIZE)
    lines = lines_of(one, two)
    assert lines.count("整改状态：已完成") == 2
    assert "政务公开网" not in "".join(lines)


def test_a_title_cut_within_a_word_or_before_its_last_is_one():
    title = "中共云栖市图书馆支部委员会关于市委文化领域专项巡察整改情况的通报"
    for at in (22, len(title) - 3):
        text = repair(f"{title[:at]}\n{title[at:]}\n根据市委统一安排，巡察组进行了巡察。").text
        assert text.split("\n")[0] == title
    assert parse(text).facts["title"].value == title


HEAD = ("方面", "序号", "反馈问题", "整改措施", "完成情况")
WIDTHS = (60, 40, 120, 170, 80)
PROBLEMS = (("账目不清。", "一是逐笔核对；", "二是按月公示。"), ("采购不规范。", "一是修订制度；", "二是公开比价。"))


def grid(sheet, top, rows, *, open_above=False, open_below=False, merged=True):
    """Cells as a browser prints them: no line where the page cuts a row."""
    left, height = 50, 50
    bottom = top + height * len(rows)
    edges = [left + sum(WIDTHS[:n]) for n in range(len(WIDTHS) + 1)]
    for x in edges:
        sheet.line(x, top, x, bottom)
    for n in range(len(rows) + 1):
        if not (n == 0 and open_above) and not (n == len(rows) and open_below):
            begin = edges[1] if merged and n > 1 - open_above and n < len(rows) else edges[0]
            sheet.line(begin, top + n * height, edges[-1], top + n * height)
    for n, cells in enumerate(rows):
        for x, words in zip(edges, cells, strict=False):
            if words:
                sheet.write(x + 3, top + n * height + 20, words, 9)
    return sheet


def test_a_row_that_the_page_cuts_without_a_line_is_one_row():
    """The number stands in the middle of its cell, on the second page; so do the words of the merged one."""
    (one, first, second), (two, third, fourth) = PROBLEMS
    above = [HEAD, ("", "1", one, first + second, "已完成"), ("", "", two, third, "")]
    below = [("财务", "2", "", fourth, "已完成")]
    sheets = (
        grid(Sheet().write(LEFT, 80, "整改情况见下表，请予监督。"), 640, above, open_below=True),
        grid(Sheet(), 60, below, open_above=True),
    )
    rows = [line.split("\t") for line in lines_of(*sheets) if "\t" in line]
    assert rows == [list(HEAD), ["财务", "1", one, first + second, "已完成"], ["", "2", two, third + fourth, "已完成"]]
