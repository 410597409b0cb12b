"""Lines of Chinese text: how wide they are, and where they may break."""

from unicodedata import east_asian_width

NOT_FIRST = frozenset("，。、；：？！）】〕》〉」』”’…—％%,.;:?!)]}")  # may not begin a line
AFTER = frozenset("，。、；：！？")  # where a line is best broken
NOT_LAST = frozenset("（【〔《〈「『“‘([{")  # may not end one


def width(text: str) -> float:
    """Width of a line in Chinese characters; a Latin letter or a digit counts half.

    >>> width("完成率 84%")
    5.0
    """
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.5 for character in text)


def wrap(text: str, limit: float, lines: int | None = None) -> str:
    """Break a text into lines of at most `limit` Chinese characters.

    Numbers and Latin words stay whole where they fit a line; a closing mark never begins a line, an opening one never
    ends it (避头尾). Where there would be more than `lines` lines, the last one ends in ….

    >>> print(wrap("关于贯彻落实“三重一大”制度的情况", 8))
    关于贯彻落实“三
    重一大”制度的情
    况
    >>> print(wrap("市文化旅游和广播电视局机关党委", 6, lines=2))
    市文化旅游和
    广播电视局…
    """
    rows = [""]
    for piece in _pieces(" ".join(text.split())):
        if rows[-1] and width(rows[-1] + piece.rstrip()) > limit:
            rows[-1] = rows[-1].rstrip()
            rows.append("")
        rows[-1] += piece if rows[-1] else piece.lstrip()
    rows = [part for row in rows for part in _cut(row.rstrip(), limit)]
    if lines is not None and len(rows) > lines:
        rows = rows[:lines]
        while rows[-1] and width(rows[-1]) > limit - 1:
            rows[-1] = rows[-1][:-1]
        rows[-1] += "…"
    return "\n".join(rows)


def balance(text: str, limit: float, lines: int | None = None) -> str:
    """Break a text as `wrap` does, in as many lines, but of like length and, where it can be, after a mark.

    >>> print(balance("三个单位自报完成率在 71% 与 84% 之间，分不出高下", 20))
    三个单位自报完成率在 71% 与 84% 之间，
    分不出高下
    >>> print(balance("清源县住房和城乡建设局物业管理中心", 13))
    清源县住房和城乡建
    设局物业管理中心
    """
    rows = wrap(text, limit)
    if lines is not None and rows.count("\n") >= lines:
        return wrap(text, limit, lines)
    narrower = (wrap(text, limit - step / 2) for step in range(1, int(2 * limit) - 2))
    as_short = [rows, *(other for other in narrower if other.count("\n") == rows.count("\n"))]
    marks = [sum(line[-1:] in AFTER for line in other.split("\n")[:-1]) for other in as_short]
    return [other for other, ends in zip(as_short, marks, strict=True) if ends == max(marks)][-1]


def _pieces(text: str) -> list[str]:
    """Pieces that stay together: a Chinese character with the marks around it, a Latin word, a number."""
    pieces: list[str] = []
    for character in text:
        glued = pieces and (
            character in NOT_FIRST
            or character == " "
            or pieces[-1][-1] in NOT_LAST
            or (width(pieces[-1][-1]) == width(character) == 0.5 and pieces[-1][-1] != " ")
        )
        if glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _cut(row: str, limit: float) -> list[str]:
    """Cut a line that is one piece wider than the limit."""
    parts = [""]
    for character in row:
        if parts[-1] and width(parts[-1] + character) > max(limit, 1):
            parts.append("")
        parts[-1] += character
    return parts
