"""Tables out of an executed notebook: each as a CSV file, named by its place and the heading above it."""

import re
from pathlib import Path

from nbformat import NotebookNode

from pipeline.ledger.files import write_bytes
from pipeline.reporting.display import CSV

LONGEST = 30  # characters of a heading in a name
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\s]+')


def take_tables(notebook: NotebookNode, folder: Path) -> dict[str, int]:
    """Write the tables that a notebook carries as CSV (UTF-8 with BOM), and take them out of it.

    Parameters
    ----------
    notebook
        Executed; changed in place: what is shown stays, the data behind it goes.
    folder
        Made if there is a table.

    Returns
    -------
    dict[str, int]
        Name of each file, and its rows.
    """
    rows: dict[str, int] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = next((line for line in reversed(cell.source.splitlines()) if line.startswith("#")), heading)
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).pop(CSV, None)
            if found is not None:
                name = f"{len(rows) + 1:02d}-{_name(heading)}.csv"
                folder.mkdir(exist_ok=True)
                write_bytes(folder / name, found["csv"].encode("utf-8-sig"))
                rows[name] = found["rows"]
    return rows


def _name(heading: str) -> str:
    r"""Make a heading part of a file's name.

    >>> _name("### 没有读成的文件，和/或 原因"), _name("")
    ('没有读成的文件，和_或_原因', '表')
    """
    return _UNFIT.sub("_", heading.lstrip("#").strip())[:LONGEST].strip("._ ") or "表"
