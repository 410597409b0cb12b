"""Opens the XML parts of a ZIP package (DOCX), bounded: a bomb, a password or damage is named, nothing outside is fetched."""

import io
import zipfile
import zlib

from lxml import etree

from pipeline.errors import SourceError

LARGEST = 128 * 2**20  # bytes of all parts that are unpacked; a bulletin has less than one million
MOST_PARTS = 20_000
_READ_AT_ONCE = 2**20


class Package:
    """A ZIP file whose parts are read one by one, as long as they are not too large together."""

    def __init__(self, data: bytes) -> None:
        """Open the file; SourceError where it is damaged, encrypted or has too many parts."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise damaged() from error
        if len(parts) > MOST_PARTS:
            raise SourceError(
                "too_large", f"压缩包里有 {len(parts)} 个文件，超过上限 {MOST_PARTS}，不像文档；请核对来源"
            )
        if any(part.flag_bits & 1 for part in parts):
            raise encrypted()
        self._names = {part.filename.lower(): part for part in parts}
        self._left = LARGEST

    def read(self, name: str) -> etree._Element | None:
        """Give the root of a part; None where there is no such part."""
        part = self._names.get(name.lstrip("/").lower())
        if part is None:
            return None
        try:
            data = self._unpack(part)
            return etree.fromstring(data, _parser()) if data.strip() else None
        except etree.XMLSyntaxError as error:
            raise damaged() from error

    def check(self) -> None:
        """Unpack every part once, so that a library that does not count may open the file; SourceError as in `read`."""
        for part in self._names.values():
            self._unpack(part)

    def _unpack(self, part: zipfile.ZipInfo) -> bytes:
        pieces = []
        try:
            with self._zip.open(part) as file:
                while piece := file.read(_READ_AT_ONCE):
                    self._left -= len(piece)
                    if self._left < 0:  # what the file says of its size is not believed
                        raise SourceError(
                            "too_large", f"解压后超过上限 {LARGEST // 2**20} MB，可能是压缩炸弹；请核对来源"
                        )
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise damaged() from error
        return b"".join(pieces)


def damaged() -> SourceError:
    """Say that the file cannot be opened."""
    return SourceError("damaged", "文件已损坏，打不开；请重新下载，或用 Word、WPS 打开后另存")


def encrypted() -> SourceError:
    """Say that the file wants a password."""
    return SourceError("encrypted", "文件有密码保护；请去掉密码后另存再读")


def _parser() -> etree.XMLParser:
    # Entities are not replaced and nothing is fetched; libxml2 itself bounds depth and the length of a text.
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
