"""Clean text → `Bulletin`: structure, facts and items, every one with the characters that say it."""

from pipeline.bulletins.parse import is_bulletin, parse
from pipeline.bulletins.recognised import note_recognition

__all__ = ["is_bulletin", "note_recognition", "parse"]
