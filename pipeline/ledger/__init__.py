"""Records → tables: one schema, stable ids, everything accounted for."""
