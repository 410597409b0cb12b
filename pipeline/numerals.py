"""Numbers as bulletins print them: 19, 十九, 两, 2,300, 12.5万. Anything inexact or unknown is None, never a guess.

Own code rather than a library: counting numerals below 10,000 are all that is needed, and they stand on the path of every line.
"""

import re
from functools import lru_cache

DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
TENS = {"十": 10, "百": 100, "千": 1000}
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

# A whole number in Arabic or Chinese digits, for use inside other patterns.
WHOLE = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9}|[〇零一二两三四五六七八九十百千]{1,9})"
# Money in yuan: amount, 万 or 亿.
MONEY = re.compile(r"(\d{1,9}(?:,\d{3}){0,4}(?:\.\d{1,6})?)\s?(亿|万|千)?(余|多)?(?:元|块)(余|多)?")
FACTORS = {None: 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}


@lru_cache(maxsize=4096)
def read_whole(text: str) -> int | None:
    """The whole number that the text is, or None.

    >>> [read_whole(t) for t in ("19", "十九", "二十", "一百零八", "两", "2,300", "②", "二〇二五", "若干", "")]
    [19, 19, 20, 108, 2, 2300, 2, 2025, None, None]
    """
    text = text.replace(",", "")
    if text.isascii() and text.isdigit():
        return int(text)
    if len(text) == 1 and text in CIRCLED:
        return CIRCLED.index(text) + 1
    if not text or any(c not in DIGITS and c not in TENS for c in text):
        return None
    if not any(c in TENS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    total, digit = 0, None
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
        else:
            total += (1 if digit is None else digit) * TENS[c]
            digit = 0
    return total + (digit or 0)


def read_yuan(text: str) -> float | None:
    """The amount of money in yuan, or None where it is inexact (3万余元) or is no amount.

    >>> [read_yuan(t) for t in ("12.5万元", "3,200元", "0元", "3万余元", "万元")]
    [125000.0, 3200.0, 0.0, None, None]
    """
    found = MONEY.search(text)
    if not found or found[3] or found[4]:
        return None
    whole, _, decimals = found[1].replace(",", "").partition(".")
    # Whole arithmetic, so that 16.66万 is 166600 and not 166599.99…
    return float(int(whole + decimals) * FACTORS[found[2]] / 10 ** len(decimals))
