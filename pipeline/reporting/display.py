"""What a cell of a notebook shows."""

from dataclasses import dataclass
from typing import Any

CSV = "application/vnd.zhenggai.table+json"  # the whole of a table beside what is shown of it; see `take_out`


@dataclass(frozen=True, slots=True)
class Html:
    """A piece of a page."""

    html: str

    def __repr__(self) -> str:
        return "Html(…)"

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True, slots=True)
class Rows(Html):
    """A table on a page, and all its rows as CSV, which the runner puts into a file."""

    csv: str
    rows: int

    def __repr__(self) -> str:
        return "Rows(…)"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {CSV: {"rows": self.rows, "csv": self.csv}}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, with the words that stand for it where it cannot be seen."""

    png: bytes
    alt: str
    width: int  # pixels on a page; the picture itself has more

    def __repr__(self) -> str:  # what a notebook keeps beside the picture
        return f"Picture({self.alt!r})"

    def _repr_png_(self) -> tuple[bytes, dict[str, str | int]]:
        return self.png, {"alt": self.alt, "width": self.width}
