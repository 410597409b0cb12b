"""The ledger in a notebook: typed frames, the texts behind them, and Chinese headings for display.

>>> from pipeline import open_ledger
>>> ledger = open_ledger("data/processed")  # doctest: +SKIP
>>> ledger.issues["status"].value_counts()  # doctest: +SKIP
"""

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import LedgerError
from pipeline.ledger.build import bulletin_id as id_of_text
from pipeline.ledger.export.run import Exported, Progress
from pipeline.ledger.export.run import export as export_tables
from pipeline.ledger.schema import TABLES, Table, arrow_schema
from pipeline.ledger.write import CONTENTS, FORMAT, table_path, text_path

# Nullable in pandas as in the ledger: a missing count stays missing and never becomes 0 or 1.0.
DTYPES = {
    pa.string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


class Ledger:
    """A ledger that was opened with `open_ledger`. Each table is a frame, read when first used.

    Words are `string`, counts `Int64`, amounts `Float64`, yes/no `boolean` (all with pd.NA for missing), days
    `datetime64[s]` (NaT), lists Python lists. `frame.attrs["labels"]` maps the columns to their Chinese headings.
    """

    def __init__(self, path: Path, contents: dict[str, Any]) -> None:
        self.path = path
        self.version: str = contents["pipeline"]  # of the program that wrote it
        self.warnings: list[str] = contents["warnings"]  # of the run that wrote it, e.g. aliases without use
        self.rows = {name: table["rows"] for name, table in contents["tables"].items()}

    @cached_property
    def bulletins(self) -> pd.DataFrame:
        """One row a bulletin: what it says of itself."""
        return self._frame("bulletins")

    @cached_property
    def issues(self) -> pd.DataFrame:
        """One row a leaf issue or suggestion."""
        return self._frame("issues")

    @cached_property
    def measures(self) -> pd.DataFrame:
        """One row a measure."""
        return self._frame("measures")

    @cached_property
    def commitments(self) -> pd.DataFrame:
        """One row a promised date."""
        return self._frame("commitments")

    @cached_property
    def discrepancies(self) -> pd.DataFrame:
        """One row a comparison of something that the bulletin says in two places."""
        return self._frame("discrepancies")

    @cached_property
    def places(self) -> pd.DataFrame:
        """One row a printed row of a PDF or scan, and where it stands on which page."""
        return self._frame("places")

    @cached_property
    def documents(self) -> pd.DataFrame:
        """One row for every file found."""
        return self._frame("documents")

    @cached_property
    def reviews(self) -> pd.DataFrame:
        """One row for every row of reviews.csv: what a person decided, and what became of it."""
        return self._frame("reviews")

    def text(self, bulletin_id: str) -> str:
        """Read the clean text of a bulletin, into which every span points.

        Raises LedgerError where there is none, or where it was changed after it was written.
        """
        path = text_path(self.path, bulletin_id)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            fault = f"台账 {self.path} 里没有通报 {bulletin_id}；编号见 bulletins 表的 bulletin_id 列"
            raise LedgerError(fault) from None
        if id_of_text(hashlib.sha256(data).hexdigest()) != bulletin_id:
            raise LedgerError(f"{path} 在写成之后被改动，出处不再可靠；请删去它，再运行一次 zhenggai build")
        return data.decode()

    def quote(self, issue_id: str) -> str:
        """Quote the words of the bulletin that an item was read from.

        Raises LedgerError where there is no such item.
        """
        found = self.issues.loc[self.issues["issue_id"] == issue_id, ["bulletin_id", "item_start", "item_end"]]
        if found.empty:
            raise LedgerError(f"台账 {self.path} 里没有条目 {issue_id}；编号见 issues 表的 issue_id 列")
        bulletin, start, end = found.iloc[0]
        return self.text(bulletin)[start:end]

    def place(self, bulletin_id: str, start: int, end: int) -> pd.DataFrame:
        """Say where a span of the clean text is printed: the rows of `places` that it touches; none for files without pages.

        Parameters
        ----------
        bulletin_id
            The bulletin.
        start, end
            Of any span of it, e.g. `statement_start` and `statement_end` of an item; the end is not included.
        """
        rows = self.places
        touched = (rows["bulletin_id"] == bulletin_id) & (rows["text_start"] < end) & (rows["text_end"] > start)
        return rows.loc[touched, ["page", "left", "top", "right", "bottom", "text_start", "text_end"]]

    def export(  # noqa: PLR0913  one option each
        self,
        out: str | Path,
        formats: str | Sequence[str] = (),
        tables: str | Sequence[str] = (),
        *,
        redact: bool = True,
        english: bool = False,
        plain: bool = False,
        progress: Progress | None = None,
    ) -> Exported:
        """Write tables for other programs: xlsx, csv, parquet, stata, spss, sqlite, package (docs/export.md).

        Parameters
        ----------
        out
            Folder to write to; files of others that are in the way are never replaced.
        formats, tables
            Which; all where none is given.
        redact
            Whether to mask telephone numbers, mail and postal addresses, identity numbers and names of persons.
        english
            Whether XLSX and CSV have column names and codes instead of Chinese headings and words.
        plain
            Whether CSV goes without the byte-order mark.
        progress
            Called with stage in Chinese, done and total.

        Raises ExportError where a name is unknown or a file is in the way; nothing is written then.
        """
        formats, tables = ([each] if isinstance(each, str) else each for each in (formats, tables))
        return export_tables(
            self.path, Path(out), formats, tables, redact=redact, english=english, plain=plain, progress=progress
        )

    def labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give the frame Chinese headings, for display; a column that no table has keeps its name."""
        return labelled(frame)

    def _frame(self, name: str) -> pd.DataFrame:
        return _to_pandas(pq.read_table(table_path(self.path, name)), TABLES[name])


def open_ledger(path: str | Path) -> Ledger:
    """Open the ledger in a folder.

    Raises
    ------
    LedgerError
        There is none; it is half written or was changed afterwards; it is of another version. The message says what
        to do.
    """
    path = Path(path)
    contents = _read_contents(path)
    for name in TABLES:
        file = table_path(path, name)
        try:
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            digest = None
        if digest != contents["tables"].get(name, {}).get("sha256"):
            fault = "不存在" if digest is None else "与 ledger.json 不符，没有写完或事后被改动"
            raise LedgerError(f"台账不完整：{file} {fault}；请再运行一次 zhenggai build")
        if pq.read_schema(file) != arrow_schema(TABLES[name]):
            raise LedgerError(f"{file} 的列与本版程序不同；请再运行一次 zhenggai build")
    return Ledger(path, contents)


def labelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the frame Chinese headings.

    A heading comes from the frame's own `attrs["labels"]`, else from the one table, or all tables alike, that have the
    column. A name that two tables use for two things keeps its English name: which is meant cannot be told.
    """
    known: dict[str, set[str]] = {}
    for table in TABLES.values():
        for column in table.columns:
            known.setdefault(column.name, set()).add(column.label)
    labels = {name: next(iter(found)) for name, found in known.items() if len(found) == 1}
    return frame.rename(columns=labels | frame.attrs.get("labels", {}))


def _read_contents(path: Path) -> dict[str, Any]:
    file = path / CONTENTS
    try:
        contents: dict[str, Any] = json.loads(file.read_bytes())
        written = contents["format"]
    except FileNotFoundError:
        raise LedgerError(f"{path} 不是台账（没有 {CONTENTS}）；请先运行 zhenggai build --out {path}") from None
    except (ValueError, KeyError, TypeError):
        raise LedgerError(f"{file} 已损坏；请再运行一次 zhenggai build") from None
    if written != FORMAT:
        step = "请升级 zhenggai" if written > FORMAT else "请再运行一次 zhenggai build"
        raise LedgerError(f"台账 {path} 的格式是第 {written} 版，本程序读第 {FORMAT} 版；{step}")
    return contents


def _to_pandas(rows: pa.Table, table: Table) -> pd.DataFrame:
    for position, column in enumerate(table.columns):
        if column.type == pa.date32():
            rows = rows.set_column(position, column.name, rows.column(position).cast(pa.timestamp("s")))
    frame: pd.DataFrame = rows.to_pandas(types_mapper=DTYPES.get)
    for column in table.columns:
        if pa.types.is_list(column.type):
            cells = [None if cell is None else list(cell) for cell in frame[column.name]]
            frame[column.name] = pd.Series(cells, frame.index, dtype="object")
    frame.attrs["labels"] = {column.name: column.label for column in table.columns}
    return frame
