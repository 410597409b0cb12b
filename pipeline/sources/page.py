"""What stands around the text of a web page: kept are the title and the entries of the information block, the rest goes."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest

from pipeline.lexicon import read_lines
from pipeline.numbering import read_marker

_TITLE = re.compile(r"(?:巡[视察]|整改).*(?:通报|公告|公示|报告|情况|函)(?:（[^）]*）)?[》”]?$")
_SITE = re.compile(r"\s*[-_–—|｜]+\s*[^-_–—|｜]*$")  # …的通报-党务公开-某医院
_HEAD, _TAIL = 40, 40  # lines looked through above and below the text
_ENDS = "。；：！？…"


@cache
def _residue() -> re.Pattern[str]:
    return re.compile("|".join(read_lines("page_residue")))


@cache
def _entries() -> re.Pattern[str]:
    names = "|".join(r"\s*".join(name) for name in sorted(read_lines("page_facts"), key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=[\s|｜]))({names})\s*(?:[:：]\s*|$)")


def is_residue(line: str) -> bool:
    """Whether the line belongs to a page and not to its text, by its words.

    >>> [is_residue(w) for w in ("上一篇：元旦放假通知", "分享到：微信 微博", "上一轮巡察反馈的问题")]
    [True, True, False]
    """
    return bool(_residue().search(line.strip()))


def is_title(line: str) -> bool:
    """Whether the line could be the title of a bulletin, or the end of one over several lines."""
    words = "".join(line.split())
    titled = 6 <= len(words) <= 90 and bool(_TITLE.search(words)) and not re.search("[。；：]", words)
    return titled and read_marker(words) is None


def information(strings: Sequence[str]) -> list[str]:
    """Give the entries of the information block, each once, from the cells and lines around the content.

    >>> information(["索 引 号", "TN0003-0187", "发布机构：区委办　　成文日期：2019-10-28", "浏览量：3"])
    ['索引号：TN0003-0187', '发布机构：区委办', '成文日期：2019-10-28']
    """
    found: dict[str, str] = {}
    for number, string in enumerate(strings):
        names = list(_entries().finditer(string))
        for name, after in zip_longest(names, names[1:]):
            words = string[name.end() : after.start() if after else len(string)]
            said = re.split(r"[\u3000\xa0]{2,}|\s{2,}|[\u3000\xa0 ](?=[\u3400-\u9fff]{2,8}[:：])", words.strip())[0]
            if not words.strip() and name.end() == len(string) and number + 1 < len(strings):
                said = "" if _entries().match(strings[number + 1]) else strings[number + 1].strip()
            said = said.strip(" |｜")
            if said and len(said) <= 60:
                found.setdefault("".join(name[1].split()), said)
    return [f"{name}：{said}" for name, said in found.items()]


def without_site(title: str) -> str:
    """Give the title of a page's head without the name of the site.

    >>> without_site("某局关于巡察整改情况的通报_政务公开_某市人民政府")
    '某局关于巡察整改情况的通报'
    """
    words = title.strip()
    while not is_title(words):
        shorter = _SITE.sub("", words)
        if shorter == words or not shorter:
            return ""
        words = shorter
    return words


def text_bounds(lines: Sequence[str]) -> tuple[int, int]:
    """Say which of the lines are the text, without what a page has above the title and below the last paragraph.

    >>> text_bounds(["首页 > 公开", "某局关于巡察整改情况的通报", "2024年5月1日", "上一篇：通知", "下一篇：公告"])
    (1, 3)
    """
    first, last = 0, len(lines)
    for number, line in enumerate(lines[:_HEAD]):
        if is_residue(line):
            first = number + 1
        elif len(line) > 60 or is_title(line) or is_title("".join(lines[number : number + 2])):
            break
    middle = (first + len(lines)) // 2  # what stands above the text of a short page is not below it
    for number in range(len(lines) - 1, max(middle - 1, len(lines) - _TAIL), -1):
        if is_residue(lines[number]):
            last = number
        elif "\t" in lines[number] or (len(lines[number]) > 60 and lines[number][-1] in _ENDS):
            break
    return first, last
