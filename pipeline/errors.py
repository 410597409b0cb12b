"""What can go wrong, as one small tree. Every message names the thing, the value and the next step.

ZhenggaiError
    SourceError       a file that cannot be read as a text
    VocabularyError   a file of pipeline/lexicon that breaks its own rules
    LabelError        labelled statements that cannot be learnt from
    ModelError        a trained classifier that is missing, damaged or of another scheme
    LedgerError       a folder that is not a ledger, or a table that breaks its schema
    ReviewError       decisions of a review that cannot be taken: a sheet or reviews.csv that breaks its rules
    ExportError       tables that cannot be written in a format, or not to where they were asked to go
    FetchError        a list of web addresses that cannot be taken, or a folder that another run is fetching into
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


class LabelError(ZhenggaiError):
    """Labelled statements that cannot be learnt from: a missing label, an unknown theme, a contradiction."""


class ModelError(ZhenggaiError):
    """A trained classifier that is missing, damaged, or of another scheme of themes."""


class LedgerError(ZhenggaiError):
    """A folder that is no ledger, or a table that breaks its schema."""


class ReviewError(ZhenggaiError):
    """Decisions that cannot be taken, none of them: `faults` has a line for each thing that is wrong."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ExportError(ZhenggaiError):
    """Tables that cannot be written in a format, or not to where they were asked to go; nothing was written."""


class FetchError(ZhenggaiError):
    """A list of web addresses of which nothing is fetched: `faults` has a line for each thing that is wrong."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ReportError(ZhenggaiError):
    """A notebook that failed, or parameters that it does not have."""


class FontError(ZhenggaiError):
    """No font with Chinese glyphs is to be had; nothing is drawn with boxes instead."""
