"""Chinese words for what the frames hold in codes: headings of columns, and values of closed sets."""

import pandas as pd

from pipeline.analysis.commitments import STATES
from pipeline.analysis.copies import LIKENESS, SCOPES
from pipeline.analysis.doubtful import GROUNDS
from pipeline.analysis.funnel import PLACES
from pipeline.analysis.substance import MADE
from pipeline.ledger.schema import (
    DOCUMENT_STATUSES,
    KINDS,
    SEVERITIES,
    STATUS_SOURCES,
    STATUSES,
    TABLES,
    VERDICTS,
)

WORDS = {
    "kind": KINDS,
    "ground": GROUNDS,
    "likeness": LIKENESS,
    "made": MADE,
    "place": PLACES,
    "scope": SCOPES,
    "state": STATES,
    "severity": SEVERITIES,
    "status": DOCUMENT_STATUSES | STATUSES,
    "status_from": STATUS_SOURCES,
    "verdict": VERDICTS,
}


def headings(frame: pd.DataFrame) -> dict[str, str]:
    """Chinese headings of a frame's columns, in their order.

    They are taken from `frame.attrs["labels"]`, which every frame of `analysis` has, else from the one table of the
    ledger that has all the columns.

    Raises
    ------
    KeyError
        If a column has no label.

    Examples
    --------
    >>> headings(pd.DataFrame(columns=["path", "status", "reason"]))
    {'path': '文件', 'status': '结果', 'reason': '原因'}
    """
    labels = frame.attrs.get("labels")
    if labels is None:
        described = ({column.name: column.label for column in table.columns} for table in TABLES.values())
        labels = next((known for known in described if known.keys() >= set(frame.columns)), {})
    return {column: labels[column] for column in frame.columns}


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Put Chinese words for the codes of closed sets; what is no code stays.

    >>> in_words(pd.DataFrame({"verdict": ["differs"], "listed": [3]}))["verdict"].tolist()
    ['不一致']
    """
    known = [column for column in WORDS if column in frame.columns]
    return frame.assign(**{column: frame[column].replace(WORDS[column]) for column in known})
