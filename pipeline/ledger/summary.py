"""One bulletin → a summary for the screen: what it says of itself, what its items come to, and the items."""

from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.ledger.contract import DECLARED, FACTS, INFORMATION, value
from pipeline.ledger.reconcile import reconcile
from pipeline.ledger.schema import BULLETINS, KINDS, STATUSES
from pipeline.records import Bulletin, Source, Themes

_LABELS = {column.name: column.label for column in BULLETINS.columns}


def summarise(source: Source, bulletin: Bulletin, themes: Sequence[Themes], *, width: int = 100) -> str:
    """Summarise a bulletin in plain text.

    Parameters
    ----------
    source, bulletin, themes
        The document, what was read from it, and the themes of each item.
    width
        Columns of the screen; a Chinese character takes two.
    """
    screen = Console(file=StringIO(), width=width, no_color=True, highlight=False)
    screen.print(_facts(source, bulletin))
    screen.print(_items(bulletin, themes))
    doubts = [c.message for c in reconcile(bulletin) if c.verdict in ("differs", "uncertain")]
    doubts += [note.message for note in bulletin.notes]
    for doubt in dict.fromkeys(doubts):
        screen.print(Text(f"· {doubt}"))
    printed: str = screen.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"


def _facts(source: Source, bulletin: Bulletin) -> Table:
    table = Table(title=Text(source.path), title_justify="left", show_header=False, box=None)
    for name in (*FACTS, *INFORMATION):
        if name in bulletin.facts:
            table.add_row(_LABELS[name], Text(str(value(bulletin.facts[name]))))
    said = [
        f"{_LABELS[f'declared_{name}'].removeprefix('通报称')} {value(bulletin.declared[name])}"
        for name in DECLARED
        if name in bulletin.declared
    ]
    table.add_row("通报所称", Text("，".join(said) or "没有说明"))
    counts = [f"{label} {sum(i.kind == kind for i in bulletin.items)}" for kind, label in KINDS.items()]
    counts += [
        f"{label} {sum(i.status == status for i in bulletin.items)}"
        for status, label in STATUSES.items()
        if any(i.status == status for i in bulletin.items)
    ]
    table.add_row("逐条统计", Text("，".join(counts)))
    return table


def _items(bulletin: Bulletin, themes: Sequence[Themes]) -> Table:
    table = Table("序号", "问题", "状态", "主题")
    table.add_column("措施", justify="right")
    for item, labels in zip(bulletin.items, themes, strict=True):
        words = (item.n, item.statement, STATUSES[item.status], labels.primary, str(len(item.measures)))
        table.add_row(*(Text(word) for word in words))
    return table
