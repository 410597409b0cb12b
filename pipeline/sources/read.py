"""Reads one file into a `Source`."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.records import Manifest, Place, Recognition, Source
from pipeline.sources.decode import decode
from pipeline.sources.docx import ENCRYPTED, OLE, read_docx
from pipeline.sources.html import read_html
from pipeline.sources.mht import read_mht
from pipeline.sources.office import read_doc
from pipeline.sources.offsets import Offsets, clean_span
from pipeline.sources.pdf import read_pdf
from pipeline.sources.picture import SIGNATURES, read_picture
from pipeline.sources.raw import Raw
from pipeline.sources.repair import repair
from pipeline.sources.scan import Progress, no_progress
from pipeline.sources.sheets import read_csv, read_xlsx

# file ending → format
FORMATS = {
    ".txt": "txt",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".mht": "mht",
    ".mhtml": "mht",
    ".docx": "docx",
    ".doc": "doc",
    ".wps": "doc",
    ".pdf": "pdf",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".csv": "csv",
}
NO_BULLETIN = frozenset({"no_ledger", "own_export"})  # codes of tables that could be read and are no ledger
PASSING = frozenset({"no_office", "no_text_layer", "too_slow"})  # codes of errors that another try may not meet
LARGEST = 64 * 2**20  # bytes; the longest bulletin seen has 0.1 MB


def read_text(data: bytes) -> Raw:
    """Read a text file; its lines may be wrapped, cut by pages or indented."""
    return Raw(*decode(data))


READERS: dict[str, Callable[[bytes], Raw]] = {
    "txt": read_text,
    "md": read_text,
    "html": read_html,
    "mht": read_mht,
    "docx": read_docx,
    "doc": read_doc,
    "xlsx": read_xlsx,
    "csv": read_csv,
}
PAGED: dict[str, Callable[[bytes, Progress], Raw]] = {"pdf": read_pdf, "image": read_picture}


def read(
    path: Path,
    *,
    given: str | None = None,
    manifest: Manifest = Manifest(),  # noqa: B008  frozen
    progress: Progress = no_progress,
) -> Source:
    """The document that the file holds.

    Parameters
    ----------
    path
        The file; its ending says the format, see `FORMATS`.
    given
        The path as the user gave it, kept in `Source.path`; `path` itself where None.
    manifest
        What the collector knows of the file.
    progress
        Called with pages done and their total while pages are recognised, which takes seconds each.

    Raises
    ------
    SourceError
        with code unsupported, too_large, empty, binary, encoding, damaged, encrypted, no_text_layer, garbled, too_deep,
        no_ledger, own_export, no_office or too_slow, and a message in Chinese that says what to do.
    OSError
        where the file cannot be opened.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise SourceError(
            "unsupported", f"暂不支持 {path.suffix or '无后缀'} 格式；可读 {' '.join(FORMATS)}，请先转存为其中一种"
        )
    size = path.stat().st_size
    if size > LARGEST:
        raise SourceError("too_large", f"文件有 {size / 2**20:.0f} MB，超过上限 {LARGEST // 2**20} MB；请拆分后再读")
    data = path.read_bytes()
    if not data.strip():
        raise SourceError("empty", "文件是空的")
    content = _content(kind, data)
    raw = PAGED[content](data, progress) if content in PAGED else READERS[content](data)
    repaired = repair(raw.text, paragraphs=raw.paragraphs)
    if not repaired.text:
        raise SourceError("empty", "没有认出文字；请核对扫描是否清楚" if raw.recognition else "文件里没有文字")
    return Source(
        path=given if given is not None else str(path),
        sha256=sha256(data).hexdigest(),
        format=kind,
        encoding=raw.encoding,
        text=repaired.text,
        text_sha256=sha256(repaired.text.encode()).hexdigest(),
        clean=repaired.offsets[0],
        raw=repaired.offsets[1],
        repairs=repaired.repairs,
        manifest=manifest,
        places=_places(raw.places, repaired.offsets, len(repaired.text)),
        recognition=_recognition(raw.recognition, repaired.offsets, len(repaired.text)),
        notes=raw.notes,
    )


def _places(places: Iterable[Place], offsets: Offsets, length: int) -> tuple[Place, ...]:
    """Give the places in the clean text; of what cleaning took away there is none."""
    moved = (replace(place, span=clean_span(offsets, place.span, length)) for place in places)
    return tuple(place for place in moved if place.span[0] < place.span[1])


def _recognition(found: Recognition | None, offsets: Offsets, length: int) -> Recognition | None:
    if found is None:
        return None
    moved = (clean_span(offsets, doubt, length) for doubt in found.doubts)
    return replace(found, doubts=tuple(span for span in moved if span[0] < span[1]))


def _content(kind: str, data: bytes) -> str:
    """Say what a file really holds: sites and word processors save one format under the ending of another.

    >>> _content("doc", b"<html><body>"), _content("html", b"MIME-Version: 1.0"), _content("txt", b"<html>")
    ('html', 'mht', 'txt')
    """
    if kind in {"txt", "md", "xlsx", "csv"}:
        return kind
    start = data[:2048].lower()
    if start.startswith(b"pk\x03\x04"):
        return "docx"
    if start.startswith(OLE):
        return "docx" if ENCRYPTED in data else "doc"
    if data.startswith(SIGNATURES):
        return "image"
    if b"%pdf-" in start[:1024]:
        return "pdf"
    if b"mime-version:" in start and b"<html" not in start[: start.find(b"mime-version:")]:
        return "mht"
    return "html" if b"<html" in start or b"<!doctype html" in start else kind
