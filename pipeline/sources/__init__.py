"""A file of any accepted format → `Source`: the clean text, and the way back to the bytes as received."""

from pipeline.sources.read import FORMATS, read

__all__ = ["FORMATS", "read"]
