"""The automatic numbers of a DOCX: they stand in no paragraph's text, a word processor counts them when it shows the file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

_PLACEHOLDER = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = {1000: "m", 900: "cm", 500: "d", 400: "cd", 100: "c", 90: "xc", 50: "l", 40: "xl"}
_ROMAN |= {10: "x", 9: "ix", 5: "v", 4: "iv", 1: "i"}
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # a bullet of a symbol font


def local(element: etree._Element) -> str:
    """Name of an element without its namespace, which differs between the two kinds of DOCX."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Find a child, its child and so on."""
    for name in names:
        element = next((e for e in element if local(e) == name), None) if element is not None else None
    return element


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Give an attribute whatever its namespace."""
    if element is None:
        return None
    return next((v for key, v in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def number_of(element: etree._Element | None, otherwise: int | None = None) -> int | None:
    """Give an attribute val that is a whole number."""
    try:
        return int(value(element) or "")
    except ValueError:
        return otherwise


def chinese(n: int) -> str:
    """Count as Chinese text does.

    >>> [chinese(n) for n in (1, 10, 12, 20, 21, 105, 110, 1000, 0)]
    ['一', '十', '十二', '二十', '二十一', '一百零五', '一百一十', '一千', '〇']
    """
    if not 0 < n < 10_000:
        return "".join(_DIGITS[int(d)] for d in str(n))
    words = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            words += _DIGITS[digit] + name
        elif words and n and not words.endswith("零"):
            words += "零"
    return words.removeprefix("一") if words.startswith("一十") else words


def _legal(n: int) -> str:
    plain = chinese(n).translate(str.maketrans(_DIGITS + "零十百千", _LEGAL + "零拾佰仟"))
    return f"壹{plain}" if plain.startswith("拾") else plain


def _letters(n: int) -> str:
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1) if 0 < n < 1000 else str(n)


def _roman(n: int) -> str:
    words = ""
    for amount, sign in _ROMAN.items():
        count, n = divmod(n, amount)
        words += sign * min(count, 20)
    return words


def _circled(n: int) -> str:
    return chr(0x2460 + n - 1) if 1 <= n <= 20 else f"({n})"


FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "koreanCounting": chinese,
    "ideographDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "japaneseDigitalTenThousand": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "taiwaneseDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": lambda n: _STEMS[(n - 1) % 10],
    "ideographZodiac": lambda n: _BRANCHES[(n - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographEnclosedCircle": lambda n: chr(0x3280 + n - 1) if 1 <= n <= 10 else f"({n})",
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "decimalZero": lambda n: f"{n:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
}  # every other one counts 1, 2, 3
_SILENT = {"none"}


@dataclass(slots=True)
class _Level:
    """One level of a list."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""
    tight: bool = False  # nothing between number and text
    restart: int | None = None  # the level that sets it back; None: any above
    decimal: bool = False  # all numbers in it are 1, 2, 3


@dataclass(slots=True)
class _List:
    """A list as it is used: its levels, where it counts on from, and levels that this use begins anew."""

    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Counts the numbered paragraphs of a document, which must be asked for in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        """Read the lists and the styles that number their paragraphs; either part may be missing."""
        self._styles, self._default = _numbered_styles(styles)
        self._lists, self._of_style = _lists(numbering, self._styles)
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next(self, paragraph_properties: etree._Element | None) -> str:
        """Count the paragraph, and give its number as printed, with a blank if one follows; empty where it has none."""
        identity, level_number = self._place(paragraph_properties)
        used = self._lists.get(identity or "")
        level = used.levels.get(level_number) if used else None
        if used is None or level is None or identity is None:
            return ""
        counts = self._counts.setdefault(used.abstract, {})
        if level_number in used.starts and (identity, level_number) not in self._begun:
            counts[level_number] = used.starts[level_number]
        else:
            counts[level_number] = counts.get(level_number, level.start - 1) + 1
        self._begun.add((identity, level_number))
        for below in [n for n in counts if n > level_number]:
            restart = used.levels[below].restart if below in used.levels else None
            if restart is None or (restart and level_number < restart):
                del counts[below]
        return _printed(used, level, counts)

    def _place(self, properties: etree._Element | None) -> tuple[str | None, int]:
        """Say of which list and level the paragraph is: its own word, else its style's."""
        style = value(child(properties, "pStyle")) or self._default
        of_style, style_level = self._styles.get(style or "", (None, None))
        own = child(properties, "numPr")
        identity = value(child(own, "numId")) or of_style
        level = number_of(child(own, "ilvl"), style_level)
        if level is None:
            level = self._of_style.get((identity or "", style or ""), 0)
        return (None if identity == "0" else identity), level


def _printed(used: _List, level: _Level, counts: dict[int, int]) -> str:
    if level.kind == "bullet":
        return f"{_PRIVATE.sub('●', level.text)} " if level.text.strip() else ""
    if level.kind in _SILENT and not _PLACEHOLDER.search(level.text):
        return level.text

    def number(found: re.Match[str]) -> str:
        other = used.levels.get(int(found[1]) - 1)
        if other is None:
            return ""
        count = counts.get(int(found[1]) - 1, other.start)
        if other.kind in _SILENT:
            return ""
        return str(count) if level.decimal else FORMATS.get(other.kind, str)(count)

    text = _PLACEHOLDER.sub(number, level.text)
    return text if level.tight or not text else f"{text} "


def _numbered_styles(styles: etree._Element | None) -> tuple[dict[str, tuple[str | None, int | None]], str | None]:
    """Give list and level of every style that numbers, its own or inherited, and the style of paragraphs without one."""
    own: dict[str, tuple[str | None, int | None, str | None]] = {}
    default = None
    for style in styles if styles is not None else ():
        name = value(style, "styleId")
        if local(style) != "style" or not name:
            continue
        if value(style, "type") == "paragraph" and value(style, "default") in {"1", "true", "on"}:
            default = name
        numbered = child(style, "pPr", "numPr")
        own[name] = (
            value(child(numbered, "numId")),
            number_of(child(numbered, "ilvl")),
            value(child(style, "basedOn")),
        )
    found: dict[str, tuple[str | None, int | None]] = {}
    for name in own:
        identity: str | None = None
        level: int | None = None
        for identity_here, level_here in _inherited(name, own):
            identity = identity or identity_here
            level = level_here if level is None else level
        found[name] = identity, level
    return found, default


def _inherited(
    name: str | None, own: dict[str, tuple[str | None, int | None, str | None]]
) -> Iterator[tuple[str | None, int | None]]:
    seen: set[str] = set()
    while name in own and name not in seen:
        seen.add(name)
        identity, level, name = own[name]
        yield identity, level


def _lists(
    numbering: etree._Element | None, styles: dict[str, tuple[str | None, int | None]]
) -> tuple[dict[str, _List], dict[tuple[str, str], int]]:
    """Give the lists by their id, and the level of each style that a list numbers."""
    elements = list(numbering) if numbering is not None else []
    abstracts = {value(e, "abstractNumId") or "": e for e in elements if local(e) == "abstractNum"}
    nums = {value(e, "numId") or "": e for e in elements if local(e) == "num"}
    lists: dict[str, _List] = {}
    of_style: dict[tuple[str, str], int] = {}
    for identity, num in nums.items():
        name = value(child(num, "abstractNumId")) or ""
        abstract = abstracts.get(name)
        link = value(child(abstract, "numStyleLink"))
        linked = nums.get(styles.get(link, (None, None))[0] or "") if link else None
        if linked is not None:
            name = value(child(linked, "abstractNumId")) or ""
            abstract = abstracts.get(name)
        levels: dict[int, _Level] = {}
        for element in abstract if abstract is not None else ():
            if local(element) == "lvl":
                _add_level(element, levels, of_style, identity)
        used = _List(name, levels)
        for override in num:
            if local(override) == "lvlOverride":
                _override(override, used, of_style, identity)
        lists[identity] = used
    return lists, of_style


def _add_level(
    element: etree._Element, levels: dict[int, _Level], of_style: dict[tuple[str, str], int], identity: str
) -> None:
    try:
        number = int(value(element, "ilvl") or "")
    except ValueError:
        return
    kind = child(element, "numFmt")
    if kind is None:  # a newer kind, with one beside it that older programs know
        kind = next((e for e in element.iter() if local(e) == "numFmt"), None)
    levels[number] = _Level(
        start=number_of(child(element, "start"), 1) or 0,
        kind=value(kind) or "decimal",
        text=value(child(element, "lvlText")) or "",
        tight=value(child(element, "suff")) == "nothing",
        restart=number_of(child(element, "lvlRestart")),
        decimal=child(element, "isLgl") is not None,
    )
    style = value(child(element, "pStyle"))
    if style:
        of_style[identity, style] = number


def _override(override: etree._Element, used: _List, of_style: dict[tuple[str, str], int], identity: str) -> None:
    level = child(override, "lvl")
    if level is not None:
        _add_level(level, used.levels, of_style, identity)
    start = number_of(child(override, "startOverride"))
    try:
        number = int(value(override, "ilvl") or "")
    except ValueError:
        return
    if start is not None:
        used.starts[number] = start
