"""Tables → Stata .dta (version 14 and later: UTF-8), with variable labels, value labels and texts of any length."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

from pipeline.ledger.export.about import About, explain
from pipeline.ledger.export.csv_files import README
from pipeline.ledger.export.frames import frame
from pipeline.ledger.schema import TABLES

VERSION: Literal[118] = 118
SHORT = 2_045  # bytes that a str variable holds; longer texts become strL, which holds 2 GB


def write(path: Path, tables: Mapping[str, pa.Table], about: About, tick: Callable[[int], None]) -> None:
    """Write a folder: `<table>.dta` and what the files are."""
    path.mkdir()
    made = datetime.combine(about.made, datetime.min.time())
    for name, rows in tables.items():
        made_of = frame(TABLES[name], rows)
        long = [c for c in made_of.texts if max(map(_bytes, made_of.data[c]), default=0) > SHORT]
        made_of.data.to_stata(
            path / f"{name}.dta",
            write_index=False,
            version=VERSION,
            time_stamp=made,
            data_label=TABLES[name].label,
            variable_labels=dict(made_of.labels),
            value_labels=dict(made_of.words),
            convert_strl=long,
            convert_dates=dict.fromkeys(made_of.days, "td"),
        )
        tick(rows.num_rows)
    (path / README).write_text("\n".join([*explain(about, tables), ""]), encoding="utf-8")


def _bytes(text: str) -> int:
    return len(text.encode())
