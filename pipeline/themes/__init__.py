"""Item → `Themes`: what it is about, the primary theme, and the words that decided."""

from pipeline.themes.classify import judge, label

__all__ = ["judge", "label"]
