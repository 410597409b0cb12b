"""The ledger in the formats of other programs: one small module a format, all made from the schema."""
