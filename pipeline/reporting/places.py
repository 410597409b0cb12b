"""Where in the source view a row is: the address of its bulletin's page, and of its characters in it."""

import pandas as pd

from pipeline.analysis.findings import records

FOLDER = "../../source"  # as seen from a page in reports/<report>/ or runs/<time>-<report>/
_IDS = ("issue_id", "measure_id", "commitment_id", "discrepancy_id")  # each begins with its bulletin's, and a hyphen
_SPANS = ("sentence", "text", "statement", "declared", "listed", "item", "quote")  # the narrowest first


def address(bulletin: object, start: object = None, end: object = None, issue: object = None) -> str | None:
    """Give the address of some characters of a bulletin, else of an item, else of the bulletin; None without one.

    >>> address("b0123", 7, 12), address("b0123", None, None, "b0123-00001"), address(None)
    ('../../source/b0123.html#7-12', '../../source/b0123.html#b0123-00001', None)
    """
    if _missing(bulletin):
        return None
    page = f"{FOLDER}/{bulletin}.html"
    if not _missing(start) and not _missing(end):
        return f"{page}#{int(str(start))}-{int(str(end))}"
    return page if _missing(issue) else f"{page}#{issue}"


def find_places(frame: pd.DataFrame) -> list[str | None]:
    """Give the address of each row of a frame, as far as its columns tell.

    A row is that of its `bulletin_id`, else of the bulletin that its id begins with. Its place is the first span of
    two columns, `<name>_start` and `<name>_end`, that is not missing; else the item of its `issue_id`.

    >>> find_places(pd.DataFrame({"issue_id": ["b1-00001", None], "statement_start": [3, 4], "statement_end": [5, 6]}))
    ['../../source/b1.html#3-5', None]
    """
    bulletins = list(frame["bulletin_id"]) if "bulletin_id" in frame else [None] * len(frame)
    for name in _IDS:
        if name in frame:
            pairs = zip(bulletins, frame[name], strict=True)
            bulletins = [_owner(each) if _missing(known) else known for known, each in pairs]
    spans = [frame[[f"{n}_start", f"{n}_end"]] for n in _SPANS if {f"{n}_start", f"{n}_end"} <= set(frame.columns)]
    issues = list(frame["issue_id"]) if "issue_id" in frame else [None] * len(frame)
    if "issue_ids" in frame:  # a row of several items: the first stands for them
        issues = [each[0] if isinstance(each, list) and each else None for each in frame["issue_ids"]]
        bulletins = [_owner(issue) for issue in issues]
    places = []
    for bulletin, issue, *pairs in zip(bulletins, issues, *(records(span) for span in spans), strict=True):
        start, end = next((pair for pair in pairs if not _missing(pair[0]) and not _missing(pair[1])), (None, None))
        places.append(address(bulletin, start, end, issue))
    return places


def _owner(identity: object) -> str | None:
    """Bulletin of an id; None where the id is of another kind."""
    owner, hyphen, _ = ("", "", "") if _missing(identity) else str(identity).partition("-")
    return owner if hyphen else None


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124  NaN
