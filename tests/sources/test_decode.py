"""Bytes → text, strictly."""

import codecs

import pytest

from pipeline.errors import SourceError
from pipeline.sources.decode import decode

TEXT = "中共云栖市图书馆支部委员会关于巡察整改情况的通报\n一、总体情况\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
    ],
)
def test_encodings(data, encoding):
    assert decode(data) == (TEXT, encoding)


def test_a_character_outside_gbk_is_read():
    assert decode("龘䶮整改".encode("gb18030"))[0] == "龘䶮整改"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_off_inside_a_character_is_read_up_to_there(encoding):
    assert decode(TEXT.rstrip().encode(encoding)[:-1])[0] == TEXT.rstrip()[:-1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"PK\x03\x04" + bytes(range(256)) * 40, "binary"),
        (bytes(range(128, 256)) * 50 + bytes(range(1, 32)) * 20, "encoding"),
        (codecs.BOM_UTF8 + b"\xff\xfe\xfd", "encoding"),
    ],
)
def test_what_is_no_text_is_an_error_with_a_code(data, code):
    with pytest.raises(SourceError) as error:
        decode(data)
    assert error.value.code == code
    assert str(error.value)
