"""The sample corpus as a ledger of all its bulletins, those in another form read from their twins of text."""

import csv
import shutil

from truth import RAW, path_of, text_of, truth

from pipeline.flow import build


def build_sample(folder):
    """Build it below a folder; return where the ledger is."""
    raw, ledger = folder / "raw", folder / "ledger"
    raw.mkdir(parents=True)
    names = {path_of(file).name: text_of(file).name for file in truth("register")["file"]}
    for file in truth("register")["file"]:
        shutil.copy(text_of(file), raw)
    with (RAW / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (raw / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "path": names.get(row["path"], row["path"])} for row in rows)
    shutil.copy(RAW / "unit_aliases.csv", raw)
    build(raw, ledger)
    return ledger


def copy_raw(folder):
    """Copy data/raw, with the twin in the place of the scan: to recognise its nine pages takes half a minute."""
    shutil.copytree(RAW, folder)
    (scan,) = truth("register").query("form == 'scan'")["file"]
    (folder / path_of(scan).name).unlink()
    shutil.copy(text_of(scan), folder)
    return folder


def with_files(issues, bulletins):
    """The items with the name of their file without its ending."""
    files = bulletins.set_index("bulletin_id")["path"].str.rsplit(".", n=1).str[0]
    return issues.assign(file=issues["bulletin_id"].map(files))
