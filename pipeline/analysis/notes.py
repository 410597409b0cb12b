"""What could not be read of a bulletin, or looks wrong in it."""

import json
from collections.abc import Callable

import pandas as pd

from pipeline.analysis.bulletins import name_bulletins
from pipeline.analysis.findings import NOTES, conform
from pipeline.analysis.quote import quote


def list_notes(bulletins: pd.DataFrame, read_text: Callable[[str], str]) -> pd.DataFrame:
    """List the notes that the reader left on each bulletin, with the sentence that each is about.

    Parameters
    ----------
    bulletins
        Table `bulletins` of the ledger.
    read_text
        Gives the clean text of a bulletin by its id, e.g. `ledger.text`.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.NOTES`; one row a note, in the order of the bulletins.
    """
    names = name_bulletins(bulletins)
    rows = []
    for bulletin, notes in zip(bulletins["bulletin_id"], bulletins["notes"].map(json.loads), strict=True):
        text = read_text(bulletin) if notes else ""
        for note in notes:
            start, end = note["span"] or (None, None)
            words = quote(text, start, end)
            rows.append((bulletin, names[bulletin], note["code"], note["message"], words, start, end))
    return conform(pd.DataFrame(rows, columns=[column.name for column in NOTES.columns]), NOTES)
