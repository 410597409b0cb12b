"""Reads one file into a `Source`."""

from hashlib import sha256
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.records import Manifest, Source
from pipeline.sources.decode import decode
from pipeline.sources.repair import repair

FORMATS = {".txt": "txt", ".md": "md"}  # file ending → format
LARGEST = 64 * 2**20  # bytes; the longest bulletin seen has 0.1 MB


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
        with code unsupported, too_large, empty, binary or encoding, and a message in Chinese that says what to do.
    OSError
        where the file cannot be opened.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise SourceError(
            "unsupported", f"暂不支持 {path.suffix or '无后缀'} 格式；可读 {' '.join(FORMATS)}，请先转存为文本"
        )
    size = path.stat().st_size
    if size > LARGEST:
        raise SourceError("too_large", f"文件有 {size / 2**20:.0f} MB，超过上限 {LARGEST // 2**20} MB；请拆分后再读")
    data = path.read_bytes()
    raw, encoding = decode(data)
    repaired = repair(raw)
    if not repaired.text:
        raise SourceError("empty", "文件里没有文字")
    return Source(
        path=given if given is not None else str(path),
        sha256=sha256(data).hexdigest(),
        format=kind,
        encoding=encoding,
        text=repaired.text,
        text_sha256=sha256(repaired.text.encode()).hexdigest(),
        clean=repaired.offsets[0],
        raw=repaired.offsets[1],
        repairs=repaired.repairs,
        manifest=manifest,
    )
