"""Clean text → `Bulletin`: structure, facts and items, every one with the characters that say it."""

from pipeline.bulletins.parse import is_bulletin, parse

__all__ = ["is_bulletin", "parse"]
