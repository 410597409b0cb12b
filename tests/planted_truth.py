"""The planted copies, promises and contradictions of data/truth against what the package finds in a ledger of the sample."""

import itertools
from collections import Counter
from datetime import date

import pandas as pd
from sample import with_files
from truth import expected, truth

from pipeline.analysis.commitments import PROMISING, follow
from pipeline.analysis.copies import copies
from pipeline.analysis.doubtful import GROUNDS, doubt_done
from pipeline.analysis.rounds import versions

DAY = date(2026, 6, 30)  # whether a date had passed at publication does not depend on it
CODES = {
    "declared_issues": ("issues",),
    "declared_done": ("done",),
    "declared_in_progress": ("in_progress",),
    "declared_measures": ("measures",),
    "skipped_number": ("number_skipped",),
    "repeated_number": ("number_repeated",),
    "done_but_future": ("done_but_future", "done_but_reason"),
}
# What says a planted total once more in other words: of the same bulletin it is neither right nor wrong.
AGAIN = {"status_sum", "measures_with_suggestions", "measures_done", "done_within_measures", "ongoing_within_done"}


def places(ledger):
    """Place of each item, file and ordinal, by its id; an item is that of the same statement, else at the same place."""
    items = with_files(ledger.issues, ledger.bulletins)
    read = {file: [item["statement"] for item in expected(file)["items"]] for file in truth("register")["file"]}
    found = {}
    for row in items.itertuples():
        statements = read[row.file]
        same = statements.count(row.statement) == 1
        found[row.issue_id] = (row.file, statements.index(row.statement) + 1 if same else int(row.ordinal))
    return found


def copied(ledger):
    """Pairs of items: planted, and found; pairs of two versions of one bulletin count only where they are planted."""
    place = places(ledger)
    families, planted = {}, {}
    for row in copies(ledger.measures, ledger.issues, ledger.bulletins).itertuples():
        families.setdefault(row.family, set()).update((place[row.issue_id], place[row.source_id]))
    for row in truth("copied").itertuples():
        planted.setdefault(row.answer, set()).add((row.file, int(row.ordinal)))
    wanted = _pairs(planted.values())
    return wanted, _pairs(families.values()) - (_versions(ledger, place, families.values()) - wanted)


def _pairs(groups):
    return {pair for members in groups for pair in itertools.combinations(sorted(members), 2)}


def _versions(ledger, place, families):
    """Pairs of items in two versions of one bulletin: the whole bulletin is the same."""
    file = {issue.partition("-")[0]: where[0] for issue, where in place.items()}
    old = versions(ledger.bulletins, ledger.issues)
    same = {
        frozenset((file[one], file[other])) for one, other in zip(old["bulletin_id"], old["latest_id"], strict=True)
    }
    return {pair for pair in _pairs(families) if frozenset((pair[0][0], pair[1][0])) in same}


def commitments(ledger, *, promising):
    """Promises as (file, ordinal, due date or ""), each as often as it stands: planted, found."""
    place = places(ledger)
    followed = follow(ledger.commitments, ledger.issues, ledger.bulletins, DAY)
    if promising:
        followed = followed[followed["state"].isin(PROMISING)]
    due = followed["due_date"].dt.strftime("%Y-%m-%d").fillna("")
    found = Counter((*place[issue], day) for issue, day in zip(followed["issue_id"], due, strict=True))
    table = truth("commitments")
    return Counter((row.file, int(row.ordinal), row.due) for row in table.itertuples()), found


def contradictions(ledger):
    """One row a planted contradiction of a known kind with what was said of it, and one a finding that was not planted."""
    place = places(ledger)
    files = with_files(ledger.issues, ledger.bulletins).drop_duplicates("bulletin_id").set_index("bulletin_id")["file"]
    said = ledger.discrepancies[ledger.discrepancies["verdict"].isin(["differs", "uncertain"])]
    said = said.assign(
        file=said["bulletin_id"].map(files),
        ordinal=[place[issue][1] if isinstance(issue, str) else None for issue in said["issue_id"]],
    )
    used, rows = set(), []
    table = truth("discrepancies")
    # Those of kind other are compared as far as they have figures.
    for row in table[table["kind"].isin(list(CODES)) | table["declared"].notna()].itertuples():
        hits = said[(said["file"] == row.file) & said["code"].isin(CODES.get(row.kind, ["done_ongoing"]))]
        if row.kind == "done_but_future":
            hits = hits[hits["ordinal"] == row.ordinal]
        if pd.notna(row.declared):
            hits = hits[hits["declared"] == row.declared]
        used |= set(hits["discrepancy_id"])
        counted = hits["listed"].min() if pd.notna(row.declared) and len(hits) else row.counted
        rows.append({
            "kind": row.kind, "file": row.file, "n": row.n, "declared": row.declared, "counted": row.counted,
            "verdict": hits["verdict"].min() if len(hits) else "missed",
            "other": None if pd.isna(counted) or counted == row.counted else int(counted),  # another count than the reader's
        })  # fmt: skip
    others = said[~said["discrepancy_id"].isin(used)]
    about = set(table["file"])
    again = [row.file in about and (row.code in AGAIN or row.code.startswith("part_")) for row in others.itertuples()]
    return pd.DataFrame(rows), others.assign(again=again)


def doubts(ledger):
    """One row a ground of doubt: how many items are listed for it, and how many of these were planted; and all planted."""
    place = places(ledger)
    promised = follow(ledger.commitments, ledger.issues, ledger.bulletins, DAY)
    found = doubt_done(promised, ledger.discrepancies, ledger.issues, ledger.bulletins)
    table = truth("discrepancies").query("kind == 'done_but_future'")
    planted = {(row.file, int(row.ordinal)) for row in table.itertuples()}
    found = found.assign(planted=[place[issue] in planted for issue in found["issue_id"]])
    counts = found.groupby("ground")["planted"].agg(["size", "sum"]).reindex(list(GROUNDS), fill_value=0)
    return counts, len(planted)
