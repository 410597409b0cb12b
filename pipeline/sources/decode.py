"""Bytes → text, strictly: a file whose encoding cannot be told is an error, never an empty or a garbled text."""

import re

import charset_normalizer

from pipeline.errors import SourceError

_ODD = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def decode(data: bytes) -> tuple[str, str]:
    """The text of the bytes, and the name of its encoding.

    The ladder: byte-order mark, strict UTF-8, strict GB18030 (the Chinese superset of GBK and GB2312), detector. A file cut
    off inside its last character is read up to there.

    Raises SourceError with code empty, binary or encoding.

    >>> decode("整改".encode("gb18030"))
    ('整改', 'gb18030')
    """
    if not data.strip():
        raise SourceError("empty", "文件是空的")
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return _decode_strictly(data, encoding), encoding
    if b"\x00" in data:
        raise SourceError("binary", "是二进制文件，不是文本；请另存为 UTF-8 文本后再读")
    for encoding in ("utf-8", "gb18030"):
        text = _decode_up_to_cut(data, encoding)
        if text is not None and _looks_like_text(text):
            return text, encoding
    best = charset_normalizer.from_bytes(data).best()
    if best is None or not _looks_like_text(str(best)):
        raise SourceError("encoding", "不是 UTF-8 或 GB18030 文本，编码无法识别；请另存为 UTF-8 后再读")
    return str(best), best.encoding


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            "encoding", f"标明为 {encoding}，但第 {error.start} 字节起不是；请另存为 UTF-8 后再读"
        ) from error


def _decode_up_to_cut(data: bytes, encoding: str) -> str | None:
    """The text, without a last character that the end of the file cuts in two; None where it is another encoding."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        cut_off = len(data) - error.start < 4 and error.start > 0 and error.end == len(data)
        return data[: error.start].decode(encoding) if cut_off else None


def _looks_like_text(text: str) -> bool:
    """Whether there are hardly any control or private-use characters, which real text has none of."""
    looked_at = text[:100_000]
    return len(_ODD.findall(looked_at)) * 100 <= len(looked_at)
