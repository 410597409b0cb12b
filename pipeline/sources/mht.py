"""MHT, a page saved as one file → raw text. Only its page is read; pictures and frames are not."""

from email import message_from_bytes, policy
from email.errors import MessageError

from pipeline.errors import SourceError
from pipeline.sources.html import decode_page, read_page
from pipeline.sources.package import damaged
from pipeline.sources.raw import Raw


def read_mht(data: bytes) -> Raw:
    """Read the longest page in the file.

    Raises SourceError with code damaged, empty, binary, encoding or too_deep.
    """
    pages: list[tuple[bytes, str | None]] = []
    try:
        for part in message_from_bytes(data, policy=policy.compat32).walk():
            if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    pages.append((content, part.get_content_charset()))
    except (MessageError, LookupError, ValueError, RecursionError) as error:
        raise damaged() from error
    if not pages:
        raise SourceError("empty", "MHT 文件里没有网页；请用浏览器打开后另存为 .html")
    return read_page(*decode_page(*max(pages, key=lambda page: len(page[0]))))
