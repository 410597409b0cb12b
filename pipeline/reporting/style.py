"""The house style of every figure: one call sets theme and font together, because seaborn's theme resets the font."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import seaborn as sns
from matplotlib import font_manager, ft2font

from pipeline.errors import FontError
from pipeline.reporting.labels import speak

FAMILY = "Noto Sans CJK SC"
FILE = "NotoSansCJKsc-Regular.otf"
SUBSTITUTE = "〓"  # what Chinese typesetters print for a character that they have no type for

INK = "#1f2328"
MUTED = "#5f6672"
FAINT = "#d5d9df"
ACCENT = "#0b4f8a"
WARNING = "#b3401f"

# Told apart in the three kinds of colour blindness, and neighbours in a bar by lightness alone (see the tests).
STATUS_COLOURS = {
    "done": ACCENT,
    "done_ongoing": "#62a5d6",
    "in_progress": "#f0b85a",
    "not_started": WARNING,
    "not_stated": "#cdd2d9",
}
DOCUMENT_COLOURS = {
    "read": ACCENT,
    "duplicate": "#9aa1ab",
    "not_bulletin": "#9aa1ab",
    "unsupported": "#f0b85a",
    "failed": WARNING,
}
REVIEW_COLOURS = {"sure": ACCENT, "review": "#f0b85a"}
VERDICT_COLOURS = {"agrees": MUTED, "differs": WARNING, "uncertain": "#d08a1d", "not_assessable": FAINT}

# Sizes in points; line height in letter heights.
TITLE = 15.0
TEXT = 10.5
SMALL = 9.0
LINE = 1.4

_RC = {
    "font.family": "sans-serif",
    "font.sans-serif": [FAMILY],
    "font.size": TEXT,
    "axes.labelsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": TEXT,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "axes.edgecolor": FAINT,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.unicode_minus": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "text.parse_math": False,  # a dollar in a unit's name is a dollar
    "svg.fonttype": "path",  # letters as outlines: the reader needs no font
    "svg.hashsalt": "zhenggai",
}


def use(language: str = "zh") -> None:
    """Set theme and font for every figure drawn from here on, and the language of its labels and of those of tables.

    Parameters
    ----------
    language
        zh or en (see `labels`).

    Raises
    ------
    FontError
        If the font is not there; nothing falls back to one without Chinese.
    ReportError
        If there are no labels in that language.
    """
    speak(language)
    register(font_file())
    sns.set_theme(style="white", rc=_RC)


def font_file() -> Path:
    """Path of the font that comes with mplfonts.

    Looked up without importing mplfonts, which would change matplotlib's settings, and never SimHei, which is in the
    same folder but not free.
    """
    spec = find_spec("mplfonts")
    places = [Path(place) / "fonts" / FILE for place in (spec.submodule_search_locations or ())] if spec else []
    for path in places:
        if path.is_file():
            return path
    raise FontError(f"{FILE} not found in the package mplfonts: install it with pip install mplfonts")


@cache
def register(path: Path) -> None:
    """Make matplotlib draw FAMILY with this very file, whatever else is installed under that name.

    Raises
    ------
    FontError
        If the file is no font, or a font of another name.
    """
    try:
        font_manager.fontManager.addfont(path)
        found = font_manager.FontProperties(fname=str(path)).get_name()
    except (OSError, RuntimeError) as error:
        raise FontError(f"{path} cannot be read as a font: {error}") from error
    if found != FAMILY:
        raise FontError(f"{path} holds the font {found!r}, not {FAMILY!r}")
    fonts = font_manager.fontManager.ttflist
    fonts[:] = [font for font in fonts if font.name != FAMILY or Path(font.fname) == path]
    font_manager.findfont(FAMILY, fallback_to_default=False, rebuild_if_missing=False)


@cache
def glyphs(path: Path) -> frozenset[int]:
    r"""Code points that a font file has a glyph for.

    >>> ord("整") in glyphs(font_file()), ord("\N{SAUROPOD}") in glyphs(font_file())
    (True, False)
    """
    return frozenset(ft2font.FT2Font(str(path)).get_charmap())


def printable(text: str) -> str:
    r"""Put 〓 for every character that the font has no glyph for; tables and CSV files keep the original.

    >>> printable("雷锋纪念馆\N{SAUROPOD}")
    '雷锋纪念馆〓'
    """
    known = glyphs(font_file())
    return "".join(c if c == "\n" or ord(c) in known else SUBSTITUTE for c in text)
