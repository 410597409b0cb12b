"""Numbers as bulletins print them."""

import pytest

from pipeline.numerals import read_whole, read_yuan


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("0", 0), ("〇", 0), ("零", 0), ("7", 7), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("一百零八", 108), ("一百二十", 120),
        ("三千", 3000), ("两", 2), ("12,345", 12345), ("⑳", 20), ("二〇二四", 2024), ("", None), ("多", None), ("1.5", None), ("一点五", None),
    ],
)  # fmt: skip
def test_whole_numbers(printed, number):
    assert read_whole(printed) == number


def test_chinese_numerals_from_one_to_ninety_nine():
    digits = "零一二三四五六七八九"
    for number in range(1, 100):
        tens, ones = divmod(number, 10)
        printed = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
        assert read_whole(printed) == number


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("16.66万元", 166600.0), ("0.1万元", 1000.0), ("3,860.5元", 3860.5), ("0元", 0.0), ("1.2亿元", 120_000_000.0),
        ("20余万元", None), ("3万余元", None), ("5万多元", None), ("若干元", None),
    ],
)  # fmt: skip
def test_money_is_exact_or_none(printed, yuan):
    assert read_yuan(printed) == yuan
