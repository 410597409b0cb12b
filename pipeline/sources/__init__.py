"""A file of any accepted format → `Source`: the clean text, and the way back to the bytes as received."""

from pipeline.sources.archive import ENDINGS as ARCHIVES
from pipeline.sources.read import FORMATS, NO_BULLETIN, PASSING, read

__all__ = ["ARCHIVES", "FORMATS", "NO_BULLETIN", "PASSING", "read"]
