"""HTML and MHT → raw text: the text found whatever its element is called, tables kept, what is around it gone."""

import base64
import re

import pytest

from pipeline.errors import SourceError
from pipeline.sources import html, read
from pipeline.sources.html import decode_page, read_html
from pipeline.sources.mht import read_mht
from pipeline.sources.page import information, is_residue, is_title, text_bounds

TITLE = "某局党组关于巡察整改情况的通报"
BODY = "".join(
    f"<p>　　{n}.关于学习不深入问题{n}的整改。局党组召开会议，制定学习计划，逐条落实整改措施。</p>" for n in range(1, 8)
)


def page(body, head="", name="TRS_Editor"):
    return (
        f"<html><head><meta charset='utf-8'><title>{TITLE}-某局</title>{head}</head><body>"
        "<div class='nav'><a>首页</a><a>政务公开</a></div><div>当前位置：首页 &gt; 巡察整改</div>"
        f"<h1>{TITLE}</h1><div class='{name}'>{body}</div><div>上一篇：放假通知</div><div>版权所有：某局</div></body></html>"
    ).encode()


def lines(body, **more):
    return read_html(page(BODY + body, **more)).text.split("\n")[8:]


def table(rows, more=""):
    return f"<table {more}>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def test_title_and_paragraphs_and_nothing_else():
    text = read_html(page(BODY)).text.split("\n")
    assert text[0] == TITLE
    assert len(text) == 8
    assert "上一篇" not in "".join(text)


@pytest.mark.parametrize("by", ["trafilatura", "sentences"])
def test_an_element_with_an_unknown_name_is_found(by, monkeypatch):
    if by == "sentences":
        monkeypatch.setattr(html, "_main_sentences", lambda _: [])
    assert read_html(page(BODY, name="x7")).text == read_html(page(BODY)).text


def test_an_editor_that_wraps_every_paragraph_loses_none():
    body = re.sub("<p>(.*?)</p>", r"<div class='TRS_Editor'>\1</div>", BODY)
    assert len(read_html(page(body, name="x7")).text.split("\n")) == 8


def test_scripts_styles_hidden_text_and_comments_are_no_text():
    assert lines(
        "<script>document.write('甲')</script><style>p{}</style><!-- 乙 --><p style='display: none'>丙</p><p>丁</p>"
    ) == ["丁"]


def test_breaks_of_the_source_are_none_and_those_of_the_page_are():
    assert lines("<p>整改\n   措施 A\nB<br>第二\t行<span>续</span></p>尾") == ["整改措施 A B", "第二 行续", "尾"]


def test_numbers_that_a_browser_counts():
    assert lines("<ol start='3'><li>甲</li><li value='7'>乙</li><li>（一）丙</li></ol><ul><li>丁</li></ul>") == [
        "3. 甲", "7. 乙", "（一）丙", "丁",
    ]  # fmt: skip


# Tables


def test_cells_that_cover_others():
    rows = [
        "<th>方面</th><th>序号</th><th colspan='2'>问题</th>",
        "<td rowspan='2'>甲</td><td>1</td><td><p>一；</p><p>二。</p></td><td>x</td>",
        "<td>2</td><td>三</td><td></td>",
    ]
    assert lines(table(rows)) == ["方面\t序号\t问题\t", "甲\t1\t一；二。\tx", "\t2\t三\t"]


def test_a_heading_over_all_columns_is_a_line():
    rows = [
        "<td colspan='3'>整改台账</td>",
        "<td>序号</td><td>问题</td><td>措施</td>",
        "<td>1</td><td>甲</td><td>乙</td>",
    ]
    assert lines(table(rows)) == ["整改台账", "序号\t问题\t措施", "1\t甲\t乙"]


def test_a_table_that_lays_out_the_page_is_none():
    inner = table(["<td>1</td><td>甲</td><td>乙</td>"] * 2)
    assert lines(table([f"<td>左</td><td>{inner}</td>"])) == ["左", "1\t甲\t乙", "1\t甲\t乙"]


@pytest.mark.parametrize("span", ["999999999", "-3", "x", "0"])
def test_absurd_spans_are_bounded(span):
    rows = [f"<td colspan='{span}' rowspan='{span}'>甲</td><td>乙</td><td>丙</td>", "<td>丁</td><td>戊</td><td>己</td>"]
    assert "".join(lines(table(rows))).count("\t") < 500


# Information


def test_the_information_block_in_cells_lists_and_lines():
    block = table(
        [
            "<td>索 引 号</td><td>A-1</td><td>文　　号</td><td></td>",
            "<td>发布机构</td><td>某局</td><td>浏览量</td><td>3</td>",
        ]
    )
    data = page(BODY).replace(
        b"<h1>", f"{block}<div>成文日期：2024年5月1日　　发布日期：2024-05-02 来源：办公室</div><h1>".encode()
    )
    assert read_html(data).text.split("\n")[:4] == [
        "索引号：A-1",
        "发布机构：某局",
        "成文日期：2024年5月1日",
        "发布日期：2024-05-02",
    ]


def test_a_label_without_a_value_takes_none():
    assert information(["文号", "发布机构", "某局"]) == ["发布机构：某局"]


def test_a_title_on_two_lines_or_in_the_head_alone():
    broken = page(BODY).replace(f"<h1>{TITLE}".encode(), "<h1>某局党组<br>关于巡察整改情况的通报".encode())
    assert read_html(broken).text.startswith("某局党组\n关于巡察整改情况的通报\n")
    assert read_html(page(BODY).replace(f"<h1>{TITLE}</h1>".encode(), b"")).text.startswith(f"{TITLE}\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [(TITLE, True), ("一、整改责任落实情况", False), ("整改情况：已完成", False), ("关于元旦放假的通知", False)],
)
def test_titles(words, expected):
    assert is_title(words) is expected


@pytest.mark.parametrize(
    "words", ["上一轮巡察指出的问题", "首页推送文章12篇", "下一步，打印机专人管理", "关闭违规账号3个", "来源不明的资金"]
)
def test_sentences_of_bulletins_are_no_residue(words):
    assert not is_residue(words)


def test_residue_within_the_text_stays():
    inside = [TITLE, "字体：不统一", "长" * 70 + "。", "落款"]
    assert text_bounds(inside) == (0, 4)


def test_residue_between_title_and_text_of_a_short_page_ends_nothing():
    head, tail = TITLE[:8], TITLE[8:]
    assert text_bounds(["首页", head, tail, "短行。", "https://example.org/1.html  1/3"]) == (1, 4)
    rows = ["首页", TITLE, "分享到：微信 微博", *["短行，逐条落实整改。"] * 20, "上一篇：放假通知"]
    assert text_bounds(rows) == (1, 23)


# Encodings


@pytest.mark.parametrize(
    ("declared", "encoding"), [("gb2312", "gb18030"), ("big5", "big5"), ("gb2312", "utf-8"), ("utf-8", "gb18030")]
)
def test_what_is_declared_is_believed_unless_it_is_wrong(declared, encoding):
    words = "整改情況" if encoding == "big5" else "整改情况㐂"
    text = f"<html><head><meta http-equiv='Content-Type' content='text/html; charset={declared}'></head><body>{words}</body></html>"
    assert decode_page(text.encode(encoding)) == (text, encoding)


def test_a_declaration_of_xml_is_no_text():
    assert read_html(b"<?xml version='1.0' encoding='utf-8'?>" + page(BODY)).text == read_html(page(BODY)).text


# Files that mean harm


def test_a_page_nested_beyond_reason_is_refused_and_a_deep_one_read():
    assert lines("<div>" * 900 + "深" + "</div>" * 900) == ["深"]
    with pytest.raises(SourceError) as error:
        read_html(page("<div>" * 100_000 + BODY))
    assert error.value.code == "too_deep"


def test_nothing_outside_is_read(tmp_path):
    (tmp_path / "secret").write_text("秘密", "utf-8")
    at = (tmp_path / "secret").as_uri()
    data = f"<!DOCTYPE html [<!ENTITY x SYSTEM '{at}'>]>".encode() + page(
        f"{BODY}<p>&x;</p><iframe src='{at}'></iframe>"
    )
    assert "秘密" not in read_html(data).text


@pytest.mark.parametrize("data", [b"<html></html>", b"<html><body><img src=x></body></html>"])
def test_a_page_without_text_says_so(tmp_path, data):
    (tmp_path / "a.html").write_bytes(data)
    with pytest.raises(SourceError) as error:
        read(tmp_path / "a.html")
    assert error.value.code == "empty"


# MHT


def mht(content, charset="gb2312", encoding="gb18030"):
    body = base64.encodebytes(content.decode().encode(encoding)).decode()
    return (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\nContent-Type: text/html; charset="'
        f'{charset}"\nContent-Transfer-Encoding: base64\n\n{body}\n--x\nContent-Type: image/png\n\nx\n--x--\n'
    ).encode()


def test_a_page_saved_as_one_file_reads_as_the_page(tmp_path):
    (tmp_path / "a.mht").write_bytes(mht(page(BODY)))
    (tmp_path / "a.html").write_bytes(page(BODY))
    (tmp_path / "b.html").write_bytes(mht(page(BODY)))  # under the ending of another
    assert read(tmp_path / "a.mht").text == read(tmp_path / "a.html").text == read(tmp_path / "b.html").text


@pytest.mark.parametrize("data", [b"MIME-Version: 1.0\n\n", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\nx"])
def test_a_file_without_a_page_says_so(data):
    with pytest.raises(SourceError, match="没有网页"):
        read_mht(data)


def test_parts_within_parts_end():
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    with pytest.raises(SourceError):
        read_mht(f"MIME-Version: 1.0\n{nested}".encode())
