"""The planted chains and groups against what the package finds in the sample corpus."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pandas as pd
from truth import ROOT, expected, path_of, text_of, truth

from pipeline.analysis.common import common_weaknesses
from pipeline.analysis.recurrence import LEAST, chains, feature, place
from pipeline.flow import build
from pipeline.ledger.store import open_ledger

READ = ROOT / "data" / "labels" / "recurrences_read.csv"


def sample():
    """The ledger of all thirty bulletins, each read as text."""
    with TemporaryDirectory() as place_of:
        folder = Path(place_of) / "raw"
        folder.mkdir()
        for file in truth("register")["file"]:
            source = text_of(file)
            (folder / f"{file}.txt").write_bytes(source.read_bytes())
        for extra in ("unit_aliases.csv",):
            (folder / extra).write_bytes((path_of("yunqi-library-2019").parent / extra).read_bytes())
        build(folder, Path(place_of) / "ledger", workers=1)
        ledger = open_ledger(Path(place_of) / "ledger")
        texts = {bulletin: ledger.text(bulletin) for bulletin in ledger.bulletins["bulletin_id"]}
        return SimpleNamespace(issues=ledger.issues, bulletins=ledger.bulletins, texts=texts)


def ids(ledger, placed):
    """issue_id of each (file, ordinal) of the truth: the item of the same statement, else at the same place."""
    files = ledger.bulletins.set_index("bulletin_id")["path"].str.removesuffix(".txt")
    said = {(files[row.bulletin_id], row.statement): row.issue_id for row in placed.itertuples()}
    at = {(files[row.bulletin_id], row.ordinal): row.issue_id for row in placed.itertuples()}
    found = {}
    for file in truth("register")["file"]:
        for ordinal, item in enumerate(expected(file)["items"], start=1):
            found[file, ordinal] = said.get((file, item["statement"])) or at.get((file, ordinal))
    return {key: value for key, value in found.items() if value}


def pairs_of(groups):
    return {frozenset(pair) for members in groups for pair in itertools.combinations(sorted(set(members)), 2)}


def planted(ledger, least=LEAST):
    """What is found of the planted chains and groups, what is missed, and what is found beside them."""
    placed = place(ledger.issues, ledger.bulletins)
    features = feature(placed)
    found = chains(ledger.issues, ledger.bulletins, least=least, features=features)
    known = ids(ledger, placed)
    table = truth("chains")
    table = table[(table["role"] == "named") & table["ordinal"].notna()]
    table = table.assign(issue=[known.get((row.file, row.ordinal)) for row in table.itertuples()]).dropna(
        subset="issue"
    )
    true = pairs_of(table.groupby("chain")["issue"].agg(list))
    beyond = truth("beyond_story").query("kind == 'like'")
    like = {known.get((row.file, row.ordinal)) for row in beyond.itertuples()}
    members = found.groupby("chain").apply(
        lambda steps: [*steps["earlier_id"], *steps["later_id"]], include_groups=False
    )
    taken = pairs_of(members)
    extra = {pair for pair in taken - true if not pair & like}
    statement = placed.set_index("issue_id")["statement"]
    read = pd.read_csv(READ)
    same = {frozenset((row.earlier, row.later)) for row in read.itertuples() if row.same == "yes"}
    same_again = {pair for pair in extra if frozenset(statement[list(pair)]) in same}
    common = common_weaknesses(placed, least=least, features=features)
    classes = [set(issues.split("、")) for issues in common["issues"]]
    rows = truth("common")
    rows = rows.assign(issue=[known.get((row.file, row.ordinal)) for row in rows.itertuples()]).dropna(subset="issue")
    groups = {}
    for name, items in rows.groupby("group"):
        wanted = set(items["issue"])
        best = max(classes, key=lambda members: len(members & wanted) / len(members | wanted))
        groups[name] = (len(best & wanted), len(wanted), len(best - wanted - like))
    return SimpleNamespace(
        placed=placed, found=found, common=common, true=true, hits=taken & true, extra=extra, same_again=same_again,
        missed=[tuple(statement[sorted(pair)]) for pair in sorted(true - taken, key=sorted)],
        wrong=[tuple(statement[sorted(pair)]) for pair in sorted(extra - same_again, key=sorted)], groups=groups,
    )  # fmt: skip
