"""What can go wrong, as one small tree. Every message names the thing, the value and the next step.

ZhenggaiError
    SourceError       a file that cannot be read as a text
    VocabularyError   a file of pipeline/lexicon that breaks its own rules
    LedgerError       a folder that is not a ledger, or a table that breaks its schema
    ReportError       a notebook that cannot be run, or was asked for with wrong parameters
    FontError         no font with Chinese glyphs
"""


class ZhenggaiError(Exception):
    """Base of every error that this package raises on purpose."""


class SourceError(ZhenggaiError):
    """A file that cannot be read as a text: `code` is one word for the table `documents`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class VocabularyError(ZhenggaiError):
    """A vocabulary file with a missing column, a duplicate or an unknown value."""


class LedgerError(ZhenggaiError):
    """A folder that is no ledger, or a table that breaks its schema."""


class ReportError(ZhenggaiError):
    """A notebook that failed, or parameters that it does not have."""


class FontError(ZhenggaiError):
    """No font with Chinese glyphs is to be had; nothing is drawn with boxes instead."""
