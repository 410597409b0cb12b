"""Text → text: what every stage needs to know of Chinese punctuation and quotes."""

import re
import unicodedata

HAN = "\u3400-\u9fff"
SENTENCE_END = "。！？；"

# Blanks of every kind become one blank, full-width digits and letters their ASCII twins; one character for one, so positions stay.
_WIDTH = dict.fromkeys("\t\u00a0\u2002\u2003\u2009\u202f\u205f\u3000\u000b\u000c\u0085", " ")
_WIDTH |= {chr(0xFF01 + i): chr(0x21 + i) for i in range(94) if chr(0x21 + i).isalnum() or chr(0x21 + i) in ".%+-/#*"}
# Radicals, which some PDFs have in place of the characters that look like them.
_WIDTH |= {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)}
_WIDTH |= dict(
    zip(
        "⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "民母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_WIDTH |= dict(zip("﹙﹚｡､﹐﹔﹕∶", "（）。、，；：：", strict=True))

# What makes a punctuation mark part of an ASCII run (1,200  9:30  http://…): both its neighbours are such characters.
_RUN = r"[A-Za-z0-9_/@.%=&#+\-~$*\"'<>\\|^`{}\[\]]"
_TO_FULL = str.maketrans(",:;!?()", "，：；！？（）")
_TO_ASCII = str.maketrans("，：；！？", ",:;!?")
_ASCII_MARKS = re.compile(rf"(?<!{_RUN})[,:;!?]|[,:;!?](?!{_RUN})|[()]")
_FULL_MARKS = re.compile(rf"(?<={_RUN})[，：；！？](?={_RUN})")
_NUMBERED = re.compile(
    r"(?m)(?<=^[一二三四五六七八九十])。|(?<=^[一二三四五六七八九十]{2})。"
)  # 二. 整改情况: no full stop
_STOP = re.compile(rf"(?<=[{HAN}”’）》])\.(?!{_RUN})")

_QUOTE = re.compile("[“”‘’（）《》\n]")
_SENTENCE_MARKS = re.compile("[。！？“”‘’（）《》\n]")

QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", '"': '"', "'": "'", "《": "》"}


def level_width(text: str) -> str:
    """The text with blanks, digits, letters and punctuation in one width each; same length, so every position stays.

    A mark inside an ASCII run stays ASCII, every other one becomes full-width, whichever way it was printed.

    >>> level_width("(一)整改情况:已完成１２项,共1,200元.")
    '（一）整改情况：已完成12项，共1,200元。'
    """
    for odd in set(text) & _WIDTH.keys():  # far quicker than str.translate, since only a few of them occur in a text
        text = text.replace(odd, _WIDTH[odd])
    if '"' in text:
        text = "\n".join(_curl(line) if '"' in line else line for line in text.split("\n"))
    text = _ASCII_MARKS.sub(lambda m: m[0].translate(_TO_FULL), text)
    text = _FULL_MARKS.sub(lambda m: m[0].translate(_TO_ASCII), text)
    text, stops = _STOP.subn("。", text)
    return _NUMBERED.sub(".", text) if stops else text


def _curl(line: str) -> str:
    """The line with straight double quotes as curly ones: closing where one is open, else opening."""
    pieces = re.split('(["“”])', line)
    is_open = False
    for index in range(1, len(pieces), 2):
        if pieces[index] == '"':
            pieces[index] = "”" if is_open else "“"
        is_open = pieces[index] == "“"
    return "".join(pieces)


def trim(text: str, start: int, end: int, edges: str = " \n") -> tuple[int, int]:
    """The span without the given characters at its edges; an empty span stands at its start.

    >>> trim("  整改。 ", 0, 6)
    (2, 5)
    """
    while start < end and text[start] in edges:
        start += 1
    while end > start and text[end - 1] in edges:
        end -= 1
    return start, end


def unquote(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without quotes around the whole of it, or without one that was never closed (or opened).

    >>> s = "“执行‘第一议题’制度不到位"
    >>> a, b = unquote(s, 0, len(s)); s[a:b]
    '执行‘第一议题’制度不到位'
    >>> s = "“一岗双责”落实不到位"
    >>> a, b = unquote(s, 0, len(s)); s[a:b]
    '“一岗双责”落实不到位'
    """
    while end - start > 1:
        opener, closer = text[start], text[end - 1]
        if opener in "“‘「『\"'" and closing_quote(text, start, end) in (end - 1, -1):
            start += 1
            end -= closer == QUOTES[opener] and _balance(text, start, end, opener) != 0
        elif closer in "”’」』" and _balance(text, start, end, _opener_of(closer)) < 0:
            end -= 1
        else:
            break
    return start, end


def _opener_of(closer: str) -> str:
    return next(o for o, c in QUOTES.items() if c == closer)


def _balance(text: str, start: int, end: int, opener: str) -> int:
    """How many quotes of this kind stay open (positive) or were closed without having been opened (negative)."""
    closer = QUOTES[opener]
    if opener == closer:
        return text.count(opener, start, end) % 2
    return text.count(opener, start, end) - text.count(closer, start, end)


def closing_quote(text: str, start: int, end: int) -> int:
    """Where the quote that opens at `start` closes, or -1."""
    opener = text[start]
    closer = QUOTES[opener]
    if opener == closer:
        return text.find(closer, start + 1, end)
    depth = 0
    for position in range(start, end):
        if text[position] == opener:
            depth += 1
        elif text[position] == closer:
            depth -= 1
            if depth == 0:
                return position
    return -1


def first_sentence_end(text: str, start: int, end: int) -> int:
    """Where the first sentence ends, its full stop not included; quotes and brackets are not cut.

    >>> s = "“上热。下冷”现象仍在。2019年有三个月没有学习。"
    >>> s[:first_sentence_end(s, 0, len(s))]
    '“上热。下冷”现象仍在'
    """
    depth = 0
    quote = _QUOTE.search(text, start, end)
    for stop in _SENTENCE_MARKS.finditer(text, start, end):
        position, mark = stop.start(), stop[0]
        if mark in "“‘（《":
            depth += 1
        elif mark in "”’）》":
            depth = max(0, depth - 1)
        elif mark == "\n" or depth == 0:
            return position
        else:
            # Inside a quote. Was it forgotten to close it? Then none closes before another opens or the paragraph ends.
            while quote and quote.start() < position:
                quote = _QUOTE.search(text, quote.end(), end)
            if not quote or quote[0] in "“‘（《\n":
                return position
    return end
