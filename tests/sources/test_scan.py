"""Pictures of pages → raw text: recognised whatever way they lie, limits, and what is not sure is said."""

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pypdfium2
import pytest
from pdf_maker import FONT
from PIL import Image, ImageDraw, ImageFont

from pipeline.errors import SourceError
from pipeline.sources import picture as picture_module
from pipeline.sources import read, scan
from pipeline.sources.pdf import assemble, read_pdf
from pipeline.sources.pdf_layout import SURE, Char
from pipeline.sources.pdf_pages import Page
from pipeline.sources.picture import read_picture
from pipeline.sources.scan import Scan, recognise_all

ROOT = Path(__file__).parents[2]
LINES = ("市委第二巡察组反馈问题16个", "已完成整改14个，正在推进2个")


@pytest.fixture(scope="module", autouse=True)
def installed():
    pytest.importorskip("rapidocr", reason="character recognition (extra ocr) is not installed")


def draw(*lines, size=32):
    sheet = Image.new("L", (760, 90 * len(lines) + 60), 255)
    font = ImageFont.truetype(FONT.get_file(), size)
    for n, words in enumerate(lines):
        ImageDraw.Draw(sheet).text((60, 60 + 90 * n), words, font=font, fill=0)
    return sheet


def saved(image, form="PNG", **more):
    made = io.BytesIO()
    image.save(made, form, **more)
    return made.getvalue()


def lines(raw):
    return [line.strip().replace(",", "，") for line in raw.text.splitlines()]


def test_the_first_page_of_the_sample_scan_reads_as_its_twin(tmp_path):
    document = pypdfium2.PdfDocument.new()
    document.import_pages(pypdfium2.PdfDocument(ROOT / "data" / "raw" / "wangchuan-school-2018.pdf"), [0])
    document.save(tmp_path / "a.pdf")
    said = []
    source = read(tmp_path / "a.pdf", progress=lambda *done: said.append(done))
    twin = read(ROOT / "data" / "truth" / "texts" / "wangchuan-school-2018.txt").text
    text = source.text.removesuffix("\n-1-")  # one page alone has no page number that recurs
    assert len(text) > 500
    assert text == twin[: len(text)]
    assert said == [(0, 1), (1, 1)]
    found = source.recognition
    assert (found.pages, found.unread, found.doubts) == (1, 0, ())
    assert 0.97 < found.confidence <= 1
    assert {place.page for place in source.places} == {1}
    assert source.text[slice(*source.places[0].span)] == "中共望川市第二中学总支部委员会"


@pytest.mark.parametrize("quarters", [0, 2, 3])
def test_a_picture_is_read_whatever_way_it_lies(quarters):
    turned = Image.fromarray(np.rot90(np.asarray(draw(*LINES)), quarters))
    raw = read_picture(saved(turned))
    assert lines(raw) == list(LINES)
    assert raw.encoding == "image"
    first, second = raw.places
    assert first.box[3] < second.box[1]
    assert first.box[0] == pytest.approx(60 * 842 / 760, abs=8)


def test_a_picture_that_is_askew_is_straightened():
    askew = draw(*LINES).rotate(3, fillcolor=255, expand=True)
    raw = read_picture(saved(askew, "JPEG"))
    assert lines(raw) == list(LINES)
    assert abs(raw.places[0].box[0] - raw.places[1].box[0]) < 4
    assert raw.places[0].box[3] - raw.places[0].box[1] < 60


def test_each_page_of_a_tiff_is_one():
    one, two = draw(LINES[0]), draw(LINES[1])
    raw = read_picture(saved(one, "TIFF", save_all=True, append_images=[two]))
    assert lines(raw) == list(LINES)
    assert [place.page for place in raw.places] == [1, 2]
    assert raw.recognition.pages == 2


def test_a_transparent_ground_is_white():
    letters = Image.merge("LA", (draw(LINES[0]), Image.eval(draw(LINES[0]), lambda value: 255 - value)))
    assert lines(read_picture(saved(letters))) == [LINES[0]]


def test_a_page_with_a_text_layer_is_not_recognised_and_its_neighbour_is(tmp_path, monkeypatch):
    layer = ROOT / "data" / "raw" / "yunqi-library-2025.pdf"
    document = pypdfium2.PdfDocument.new()
    document.import_pages(pypdfium2.PdfDocument(layer), [0])
    document.import_pages(pypdfium2.PdfDocument(saved(draw(*LINES), "PDF")))
    document.save(tmp_path / "a.pdf")
    asked = []
    monkeypatch.setattr(scan, "recognise", lambda _, scale: asked.append(scale) or Scan([], 595, 842, 0, 0))
    source = read(tmp_path / "a.pdf")
    assert len(asked) == 1
    assert "云栖市图书馆" in source.text


# What is not sure


def page_of(*chars):
    boxes = [(60.0 + 12 * n, 100.0, 72.0 + 12 * n, 112.0) for n in range(len(chars))]
    return [Char(text, box, sure) for (text, sure), box in zip(chars, boxes, strict=True)]


def test_doubtful_figures_are_named_and_doubtful_words_are_not():
    low = SURE - 0.01
    chars = page_of(("共", low), ("1", SURE), ("6", low), ("个", 1.0), ("，", low), ("三", low))
    raw = assemble([Page(chars, 595, 842, 0, 0)], (), {0: Scan(chars, 595, 842, 0, 2)})
    assert [raw.text[slice(*span)] for span in raw.recognition.doubts] == ["6", "三"]
    assert raw.recognition.unread == 2
    assert raw.recognition.confidence == pytest.approx((4 * low + SURE + 1) / 6, abs=0.001)


def test_lines_that_cannot_be_made_out_are_left_out_and_counted(monkeypatch):
    def engine(_):
        boxes = [[[0, y], [200, y], [200, y + 20], [0, y + 20]] for y in (0, 40)]
        words = [
            [(text, sure, box) for text in words] for words, sure, box in zip(LINES, (0.9, 0.3), boxes, strict=True)
        ]
        return SimpleNamespace(txts=LINES, boxes=boxes, word_results=words)

    monkeypatch.setattr(scan, "load_engine", lambda: engine)
    found = scan.recognise(np.zeros((100, 300), np.uint8), 1.0)
    assert ("".join(char.text for char in found.chars), found.unread) == (LINES[0], 1)


def test_a_picture_without_writing_says_so(tmp_path):
    (tmp_path / "a.png").write_bytes(saved(Image.new("L", (400, 400), 255)))
    with pytest.raises(SourceError, match="没有认出文字") as error:
        read(tmp_path / "a.png")
    assert error.value.code == "empty"


# What cannot be read


def code(data, reader=read_picture):
    with pytest.raises(SourceError) as error:
        reader(data)
    assert "\n" not in str(error.value)
    return error.value.code


def test_damaged_and_huge_pictures_are_named(monkeypatch):
    data = saved(draw(LINES[0]))
    assert code(data[:300]) == "damaged"
    assert code(b"\xff\xd8\xff") == "damaged"
    monkeypatch.setattr(picture_module, "MOST_PIXELS", 1000)
    assert code(data) == "too_large"
    monkeypatch.setattr(picture_module, "MOST_SCANNED", 1)
    two = saved(draw(LINES[0]), "TIFF", save_all=True, append_images=[draw(LINES[1])])
    assert code(two) == "too_large"


def test_a_scan_of_many_pages_is_refused(monkeypatch):
    monkeypatch.setattr("pipeline.sources.pdf.MOST_SCANNED", 0)
    assert code(saved(draw(LINES[0]), "PDF"), read_pdf) == "too_large"


def test_recognition_that_takes_too_long_is_named(monkeypatch):
    monkeypatch.setattr(scan, "SECONDS", -1)
    with pytest.raises(SourceError) as error:
        recognise_all([(0, np.zeros((10, 10), np.uint8), 1.0)], 1)
    assert error.value.code == "too_slow"


@pytest.mark.parametrize("missing", ["rapidocr", "onnxruntime"])
def test_without_the_extra_one_line_says_how_to_install_it(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    scan.load_engine.cache_clear()
    with pytest.raises(SourceError, match="pip install") as error:
        read_picture(saved(draw(LINES[0])))
    assert error.value.code == "no_text_layer"
    scan.load_engine.cache_clear()
