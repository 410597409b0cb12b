"""Reads one file into a `Source`."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.records import Manifest, Source
from pipeline.sources.decode import decode
from pipeline.sources.docx import ENCRYPTED, OLE, read_docx
from pipeline.sources.html import read_html
from pipeline.sources.mht import read_mht
from pipeline.sources.office import read_doc
from pipeline.sources.pdf import read_pdf
from pipeline.sources.raw import Raw
from pipeline.sources.repair import repair

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
}
PASSING = frozenset({"no_office", "too_slow"})  # codes of errors that another try may not meet
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
    "pdf": read_pdf,
}


def read(path: Path, *, given: str | None = None, manifest: Manifest = Manifest()) -> Source:  # noqa: B008  frozen
    """The document that the file holds.

    Parameters
    ----------
    path
        The file; its ending says the format, see `FORMATS`.
    given
        The path as the user gave it, kept in `Source.path`; `path` itself where None.
    manifest
        What the collector knows of the file.

    Raises
    ------
    SourceError
        with code unsupported, too_large, empty, binary, encoding, damaged, encrypted, no_text_layer, garbled, too_deep,
        no_office or too_slow, and a message in Chinese that says what to do.
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
    raw = READERS[_content(kind, data)](data)
    repaired = repair(raw.text, paragraphs=raw.paragraphs)
    if not repaired.text:
        raise SourceError("empty", "文件里没有文字")
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
        places=raw.places,
    )


def _content(kind: str, data: bytes) -> str:
    """Say what a file really holds: sites and word processors save one format under the ending of another.

    >>> _content("doc", b"<html><body>"), _content("html", b"MIME-Version: 1.0"), _content("txt", b"<html>")
    ('html', 'mht', 'txt')
    """
    if kind in {"txt", "md"}:
        return kind
    start = data[:2048].lower()
    if start.startswith(b"pk\x03\x04"):
        return "docx"
    if start.startswith(OLE):
        return "docx" if ENCRYPTED in data else "doc"
    if b"%pdf-" in start[:1024]:
        return "pdf"
    if b"mime-version:" in start and b"<html" not in start[: start.find(b"mime-version:")]:
        return "mht"
    return "html" if b"<html" in start or b"<!doctype html" in start else kind
