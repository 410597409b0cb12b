"""What became of the files that were found."""

import pandas as pd

from pipeline.analysis.findings import COVERAGE, conform
from pipeline.ledger.schema import DOCUMENT_STATUSES


def cover(documents: pd.DataFrame) -> pd.DataFrame:
    r"""Count the files by what became of them.

    Parameters
    ----------
    documents
        Table `documents` of the ledger.

    Returns
    -------
    pd.DataFrame
        In the columns of `findings.COVERAGE`, one row for every possible outcome, also where no file had it.

    Examples
    --------
    >>> cover(pd.DataFrame({"status": ["read", "read", "failed"]})).query("files > 0")[["label", "files"]].to_csv()
    ',label,files\n0,已读取,2\n4,读取失败,1\n'
    """
    files = documents["status"].value_counts().reindex(list(DOCUMENT_STATUSES), fill_value=0)
    counted = files.rename_axis("status").rename("files").reset_index()
    counted["label"] = counted["status"].map(DOCUMENT_STATUSES)
    counted["share"] = counted["files"] / (len(documents) or float("nan"))
    return conform(counted, COVERAGE)
