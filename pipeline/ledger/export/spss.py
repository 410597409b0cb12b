"""Tables → SPSS .sav, with variable labels and value labels; a text too long for one variable goes on in the next."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipeline.ledger.export.about import About, explain
from pipeline.ledger.export.csv_files import README
from pipeline.ledger.export.frames import Frame, frame
from pipeline.ledger.schema import TABLES

LONGEST = 32_767  # bytes of a text in SPSS


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write a folder: `<table>.sav` and what the files are."""
    import pyreadstat  # noqa: PLC0415  takes long to load

    path.mkdir()
    for name, rows in tables.items():
        made_of = frame(TABLES[name], rows)
        data, labels = _parted(made_of)
        pyreadstat.write_sav(
            data,
            str(path / f"{name}.sav"),
            file_label=TABLES[name].label,
            column_labels=labels,
            variable_value_labels=dict(made_of.words),
            variable_format=dict.fromkeys(made_of.whole, "F8.0"),
            row_compress=True,
        )
        tick(rows.num_rows)
    (path / README).write_text("\n".join([*explain(about, tables), ""]), encoding="utf-8")


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """Part a text into pieces of at most so many bytes.

    No character is torn, and no piece that another follows ends in a blank: SPSS fills texts up with blanks and takes
    them away again.

    >>> pieces("一二 三", 7)
    ['一二', ' 三']
    """
    data = text.encode()
    if len(data) <= longest:
        return [text]
    found, begin = [], 0
    while len(data) - begin > longest:
        whole = begin + longest
        while data[whole] & 0xC0 == 0x80:  # inside a character
            whole -= 1
        # Where there is nothing but blanks they cannot be kept.
        end = begin + (len(data[begin:whole].rstrip(b" ")) or whole - begin)
        found.append(data[begin:end].decode())
        begin = end
    return [*found, data[begin:].decode()]


def _parted(made_of: Frame) -> tuple[pd.DataFrame, list[str | None]]:
    """Part the texts that are too long into several columns: outcome, outcome_2, outcome_3."""
    columns: dict[str, pd.Series] = {}
    labels: list[str | None] = []
    for name in made_of.data.columns:
        if name not in made_of.texts:
            columns[name] = made_of.data[name]
            labels.append(made_of.labels[name])
            continue
        parted = [pieces(text) for text in made_of.data[name]]
        for number in range(1, 1 + max(map(len, parted), default=1)):
            cells = [parts[number - 1] if number <= len(parts) else "" for parts in parted]
            columns[name if number == 1 else f"{name}_{number}"] = pd.Series(cells, dtype=object)
            labels.append(made_of.labels[name] + (f"（续{number}）" if number > 1 else ""))
    return pd.DataFrame(columns, index=made_of.data.index), labels
