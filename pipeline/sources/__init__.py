"""A file of any accepted format → `Source`: the clean text, and the way back to the bytes as received."""

from pipeline.sources.read import FORMATS, PASSING, read

__all__ = ["FORMATS", "PASSING", "read"]
