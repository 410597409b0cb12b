"""Old word processors' files (.doc, .wps) → DOCX by LibreOffice where it is installed, with macros off and a limit of time."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.errors import SourceError
from pipeline.sources.docx import ENCRYPTED, read_docx
from pipeline.sources.package import encrypted
from pipeline.sources.raw import Raw

SECONDS = 90  # for one file; the first start of LibreOffice alone may take ten
_NAMES = ("soffice", "libreoffice")
_PLACES = (
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
)
# A profile of its own for every run: nothing of the user's is touched, no macro runs, no link is followed.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def read_doc(data: bytes) -> Raw:
    """Read a .doc or .wps file.

    Raises SourceError with code no_office, too_slow, encrypted or damaged.
    """
    if ENCRYPTED in data:
        raise encrypted()
    return read_docx(convert(data))


def find_office() -> str | None:
    """Find LibreOffice."""
    on_path = next(filter(None, map(shutil.which, _NAMES)), None)
    return on_path or next((str(place) for place in _PLACES if place.exists()), None)


def convert(data: bytes, seconds: float = SECONDS) -> bytes:
    """Let LibreOffice make a DOCX of the file.

    Raises SourceError with code no_office, too_slow or damaged.
    """
    office = find_office()
    if office is None:
        raise SourceError(
            "no_office", "读 .doc、.wps 需要 LibreOffice，这台电脑上没有找到；请安装，或用 Word、WPS 另存为 .docx"
        )
    with tempfile.TemporaryDirectory(prefix="zhenggai-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "document.doc", folder / "out" / "document.docx"
        source.write_bytes(data)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        options = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", profile)
        _run([office, *options, "--convert-to", "docx", "--outdir", str(target.parent), str(source)], folder, seconds)
        if not target.exists():
            raise SourceError("damaged", "LibreOffice 打不开这个文件，可能有密码或已损坏；请用 Word、WPS 另存为 .docx")
        return target.read_bytes()


def _run(command: list[str], folder: Path, seconds: float) -> None:
    """Run the program, and end it with all that it started when the time is over."""
    process = subprocess.Popen(  # noqa: S603  a program of the user's system, arguments made here
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise SourceError(
            "too_slow", f"LibreOffice 转换了 {seconds:.0f} 秒还没有完成；请用 Word、WPS 另存为 .docx"
        ) from error
    finally:
        if process.poll() is None:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)  # it is the leader of its own group
    process.wait()
