"""Zhenggai: reads Chinese inspection-rectification bulletins (巡视巡察整改通报) into a ledger.

The public verbs, each imported when it is first used:

    read          file → Source, the clean text
    parse         clean text → Bulletin
    classify      a statement, or a frame of them → themes
    build         folder of bulletins → ledger
    open_ledger   ledger → typed frames
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.bulletins import parse
    from pipeline.flow import build
    from pipeline.ledger.store import open_ledger
    from pipeline.sources import read
    from pipeline.themes.ask import classify

    __version__: str

_VERBS = {
    "read": ("pipeline.sources", "read"),
    "parse": ("pipeline.bulletins", "parse"),
    "classify": ("pipeline.themes.ask", "classify"),
    "build": ("pipeline.flow", "build"),
    "open_ledger": ("pipeline.ledger.store", "open_ledger"),
}

__all__ = ["build", "classify", "open_ledger", "parse", "read"]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("zhenggai")
    if name in _VERBS:
        module, verb = _VERBS[name]
        return getattr(import_module(module), verb)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
