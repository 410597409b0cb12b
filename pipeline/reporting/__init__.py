"""Findings in; figures, tables, sentences and reports out."""
