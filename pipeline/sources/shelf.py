"""Keeps what was fetched: the bytes as received in a file, what is known of them in manifest.csv."""

import json
import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from pipeline.sources.download import Trouble
from pipeline.sources.fetch_list import Wanted
from pipeline.sources.file_names import file_name, find_ending, folder_name, media_type
from pipeline.sources.manifest import COLUMNS, FETCHED, NAME, read_rows, write_rows
from pipeline.sources.urls import UrlError, tidy
from pipeline.sources.visit import Received, Validators

WORK = ".fetch"  # folder for what is not finished; a build passes it over
EARLIER = ".earlier"  # folder for the former versions of pages that have changed; passed over as well
# Only what has the form of RFC 9110 is kept and sent back: anything else could be a formula in a spreadsheet.
ETAG = re.compile(r'(W/)?"[!#-~]{0,200}"')
MODIFIED = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")
DROPPED = ("set-cookie", "set-cookie2")  # headers that are of no use later
LONGEST_HEADER = 300  # characters of a value that are kept
LONGEST_CELL = 8000  # characters of all headers; a spreadsheet takes 32,767, csv 131,072
SHARE = 10  # the manifest is written when that takes at most one part in so many of the time


class Shelf:
    """A folder of fetched files. For use by one thread.

    Raises SourceError where manifest.csv is wrong.
    """

    def __init__(self, folder: Path) -> None:
        columns, self._rows = read_rows(folder)
        self._folder = folder
        self._columns = [*columns, *(c for c in (*COLUMNS, *FETCHED) if c not in columns)]
        self._by_url: dict[str, dict[str, str]] = {}
        for row in self._rows:
            self._by_url.setdefault(_tidy(row.get("url", "")), row)
        self._changed = False
        self._written, self._cost = 0.0, 0.0  # time of the last writing, seconds that it took

    def look(self, wanted: Wanted, now: datetime, refresh: timedelta | None) -> Validators | bool:
        """Say what is to be done for an address.

        Parameters
        ----------
        wanted
            The address. What the list knows of it fills the empty cells of its row.
        now
            The time.
        refresh
            Whether files that were fetched or checked longer ago are asked for again; not at all where None.

        Returns
        -------
        Validators or bool
            True: it is there. False: it is to be fetched. Validators: the server is to be asked whether it has changed.

        Raises
        ------
        Trouble
            The file is no longer what was fetched.
        """
        row = self._by_url.get(wanted.url)
        if row is None:
            return False
        self._fill(row, wanted)
        file = self._folder / row["path"]
        if not file.exists():
            return False
        if row.get("sha256") and row["sha256"] != _hash(file):
            raise Trouble(f"文件 {row['path']} 与 {NAME} 里的 sha256 不符，没有动它；要重取请先把它移走")
        seen = _time(row.get("checked_at")) or _time(row.get("fetched_at"))
        if refresh is None or seen is None or now - seen < refresh:
            return True  # without a time it was put there by hand
        etag, modified = row.get("etag", ""), row.get("last_modified", "")
        return Validators(_tidy(row.get("final_url", "")) or wanted.url, *_checked(etag, modified))

    def keep(self, wanted: Wanted, received: Received, part: Path, now: datetime) -> str:
        """Put a file that has arrived at its place, and say whether it is fetched, updated or unchanged."""
        row = self._by_url.get(wanted.url)
        at = now.isoformat(timespec="seconds")
        self._changed = True
        if row is not None and (received.unchanged or self._has(row, received)):
            part.unlink(missing_ok=True)
            row |= {"checked_at": at} | {name: value for name, value in _validators(received).items() if value}
            return "unchanged"
        path = self._place(wanted.url, row, received)
        former = row is not None and self._set_aside(row)
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
        if row is None:
            row = self._by_url[wanted.url] = {}
            self._rows.append(row)
            self._fill(row, wanted)
        row |= {
            "path": path,
            "final_url": received.url,
            "fetched_at": at,
            "checked_at": at,
            "sha256": received.sha256,
            "content_type": media_type(received.headers),
            "headers": _as_json(received.headers),
            **_validators(received),
        }
        return "updated" if former else "fetched"

    def save(self, *, now: bool = False) -> None:
        """Write the manifest if anything changed; where it is long, only now and then, unless `now`."""
        begun = time.monotonic()
        if self._changed and (now or begun - self._written >= SHARE * self._cost):
            write_rows(self._folder, self._columns, self._rows)
            self._changed = False
            self._written = time.monotonic()
            self._cost = self._written - begun

    def _fill(self, row: dict[str, str], wanted: Wanted) -> None:
        for column, value in wanted.known.items():
            if not row.get(column):
                row[column] = value
                self._changed = True

    def _has(self, row: Mapping[str, str], received: Received) -> bool:
        return row.get("sha256") == received.sha256 and (self._folder / row["path"]).exists()

    def _place(self, url: str, row: Mapping[str, str] | None, received: Received) -> str:
        """Where the file goes: to where the manifest has it, be it moved by hand, unless it is another kind of file now."""
        ending = find_ending(received.url, received.headers, received.head)
        own = f"{folder_name(url)}/{file_name(url, ending)}"
        here = self._folder.resolve()
        if row is not None and PurePosixPath(row["path"]).suffix.lower() == ending:
            inside = (here / row["path"]).resolve().is_relative_to(here)
            return row["path"] if inside else own
        return own

    def _set_aside(self, row: Mapping[str, str]) -> bool:
        """Keep the former version, if there is one: it was the bulletin on the day that it was fetched."""
        former = self._folder / row["path"]
        if not former.exists():
            return False
        aside = self._folder / EARLIER / f"{former.parent.name}_{former.stem}-{_hash(former)[:8]}{former.suffix}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        former.replace(aside)
        return True


def _tidy(url: str) -> str:
    try:
        return tidy(url)
    except UrlError:
        return ""


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _time(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


def _validators(received: Received) -> dict[str, str]:
    headers = received.headers
    etag, modified = _checked(headers.get("etag", ""), headers.get("last-modified", ""))
    return {"etag": etag, "last_modified": modified}


def _checked(etag: str, modified: str) -> tuple[str, str]:
    return etag if ETAG.fullmatch(etag) else "", modified if MODIFIED.fullmatch(modified) else ""


def _as_json(headers: Mapping[str, str]) -> str:
    """Put the headers into one cell, as far as there is room for them."""
    kept: dict[str, str] = {}
    for name, value in headers.items():
        longer = kept if name in DROPPED else kept | {name: value[:LONGEST_HEADER]}
        if len(json.dumps(longer)) <= LONGEST_CELL:
            kept = longer
    return json.dumps(kept)
