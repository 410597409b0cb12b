"""Which column of a table points to the key of another."""

from collections.abc import Collection

from pipeline.ledger.schema import TABLES, Table

# What reviews.csv wrote down when a decision was made may be gone by now; only `fits` points into the ledger.
_HISTORIC = "reviews"


def foreign_keys(table: Table, among: Collection[str]) -> list[tuple[str, str, str]]:
    """List column, table it points to, and the key there; only tables that are exported.

    >>> foreign_keys(TABLES["measures"], ["bulletins", "measures"])
    [('bulletin_id', 'bulletins', 'bulletin_id')]
    """
    if table.name == _HISTORIC:
        return [("fits", "issues", TABLES["issues"].key)] if "issues" in among else []
    keys = {other.key: other.name for other in TABLES.values() if other.name in among and other.name != table.name}
    return [(c.name, keys[c.name], c.name) for c in table.columns if c.name in keys and c.name != table.key]
