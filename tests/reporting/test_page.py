"""The page: whole in itself, nothing run, nothing fetched."""

from base64 import b64decode
from io import BytesIO

import nbformat
import pytest
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from offline import Page

from pipeline.reporting.page import characters, cut_font, render, title

PNG = "iVBORw0KGgo="


@pytest.fixture(scope="module")
def html():
    outputs = [
        new_output("stream", name="stderr", text="Building prefix dict from the default dictionary ..."),
        new_output("stream", name="stdout", text="printed"),
        new_output("display_data", {"text/html": '<p class="finding">完成率 84%</p>', "text/plain": "Html(…)"}),
        new_output(
            "execute_result",
            {"image/png": PNG, "text/plain": "Picture(…)"},
            metadata={"image/png": {"alt": '图 "甲" <b>', "width": 676}},
            execution_count=1,
        ),
        new_output("execute_result", {"text/plain": "1 < 2"}, execution_count=1),
    ]
    cells = [
        new_markdown_cell("# 报告 <甲>\n\n多少？公式 $x$ 不排。"),
        new_code_cell("秘密 = 1", outputs=outputs, execution_count=1),
    ]
    notebook = new_notebook(cells=cells, metadata={"language_info": {"name": "python", "pygments_lexer": "ipython3"}})
    nbformat.validate(notebook)
    return render(notebook, {"程序": "zhenggai <0.1>"})


def test_nothing_is_fetched_and_nothing_runs(html):
    page = Page(html)
    assert page.addresses == []
    assert "script" not in page.tags
    assert "default-src 'none'" in page.policy


def test_prose_findings_and_pictures_are_there_and_chatter_is_not(html):
    page = Page(html)
    assert "完成率 84%" in page.text
    assert "printed" in page.text
    assert "1 < 2" in page.text
    assert "Building prefix dict" not in html
    assert page.images == [(f"data:image/png;base64,{PNG}", '图 "甲" <b>')]
    assert "Picture(…)" not in page.text


def test_code_is_there_but_hidden_until_it_is_asked_for(html):
    assert "秘密" in Page(html).text
    assert ".code { display: none;" in html
    assert "body:has(#show-code:checked) .code { display: block; }" in html


def test_page_is_chinese_titled_and_fits_a_phone(html):
    page = Page(html)
    assert page.language == "zh-CN"
    assert page.title == "报告 <甲>"
    assert page.viewport == "width=device-width, initial-scale=1"
    assert "zhenggai <0.1>" in page.text


def test_every_character_of_the_page_has_a_glyph_in_it(html):
    with TTFont(BytesIO(b64decode(Page(html).font))) as font:
        cmap = font.getBestCmap()
    assert not {c for c in Page(html).text if ord(c) not in cmap and not c.isspace()}
    assert len(cmap) < 300


def test_the_cut_font_leaves_out_what_it_does_not_have():
    with TTFont(BytesIO(cut_font("整\N{SAUROPOD}"))) as font:
        assert set(font.getBestCmap()) == {ord("整")}


def test_characters_are_those_between_the_tags_and_of_pictures():
    assert characters('<style>乙</style><p>甲<img alt="丙">丁</p>') == "丁丙甲"


def test_a_notebook_without_a_heading_has_a_title():
    assert title(new_notebook(cells=[new_markdown_cell("## 节")])) == "报告"
