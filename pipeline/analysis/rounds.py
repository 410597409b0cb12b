"""Which bulletins are of one inspection of a unit, and what an item takes from its bulletin: region, round, time."""

import re
from collections import defaultdict
from itertools import combinations

import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.analysis.bulletins import look_up
from pipeline.analysis.findings import records

SAME_ROUND = 92  # days: two bulletins of a unit whose feedback is closer than this are versions of one
ALIKE = 0.5  # share of the shorter text that two versions have in common
GRAM = 5  # characters that are looked for as one
WITHIN = 30  # days that count as like time
# Days from feedback to publication, up to and with the number, and how the group is called.
ELAPSED = ((120, "4个月以内"), (150, "4至5个月"), (180, "5至6个月"), (240, "6至8个月"), (100_000, "8个月以上"))
Grams = dict[tuple[str, str], frozenset[str]]  # (unit_id, bulletin_id) → the pieces of its problems

_MARKS = re.compile(r"[\W_]+")
DATES = ("feedback_date", "inspected_to", "published_date")


def number_rounds(bulletins: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """Number the inspections of each unit that the ledger holds, and the versions of the bulletin on each.

    A bulletin belongs to each unit that its items are about, so a digest is a round of several. Bulletins of a unit
    whose days (feedback, else end of inspection, else publication) are at most `SAME_ROUND` apart from the one before
    are one round. Within a round, those whose problems read alike (`are_alike`) are versions of one bulletin: the same
    text on two sites, or a revised one; two inspections at the same time are not. A bulletin without any day is of the
    round of one that it is a version of.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        unit_id, bulletin_id, round_n (1, 2, 3 … as the ledger holds them), version (1, 2 … by publication,
        those without a day of it first),
        latest (whether no later version is there), text (number of the text that they are versions of). Without any day
        both numbers are null and `latest` is true; items without a unit have no row. Where the issues have no
        `statement`, the days tell alone.

    Examples
    --------
    >>> bulletins = pd.DataFrame({
    ...     "bulletin_id": ["a", "b", "c"], "inspected_to": pd.NaT,
    ...     "feedback_date": pd.to_datetime(["2020-06-17", "2020-06-27", "2023-03-01"]),
    ...     "published_date": pd.to_datetime(["2020-11-18", "2020-12-16", "2023-09-01"]),
    ... })
    >>> issues = pd.DataFrame({"bulletin_id": ["a", "b", "c"], "unit_id": "u1"})
    >>> number_rounds(bulletins, issues)[["round_n", "version", "latest"]].to_numpy().tolist()
    [[1, 1, False], [1, 2, True], [2, 1, True]]
    """
    days = bulletins.set_index("bulletin_id")[list(DATES)]
    reference = days[DATES[0]].fillna(days[DATES[1]]).fillna(days[DATES[2]])
    pairs = issues[["unit_id", "bulletin_id"]].dropna().drop_duplicates()
    pairs = pairs.assign(
        day=look_up(reference, pairs["bulletin_id"]),
        published=look_up(days["published_date"], pairs["bulletin_id"]),
    ).sort_values(["unit_id", "day", "published", "bulletin_id"])
    pairs["day"] = pairs["day"].fillna(_days_of_versions(pairs, issues))
    pairs = pairs.sort_values(["unit_id", "day", "published", "bulletin_id"])
    known = pairs[pairs["day"].notna()]
    # A new unit begins with no distance at all (NaT), which counts as a new round.
    opens = ~(known.groupby("unit_id")["day"].diff() <= pd.Timedelta(days=SAME_ROUND))
    round_n = opens.astype("int64").groupby(known["unit_id"]).cumsum()
    known = known.assign(round_n=round_n).sort_values(
        ["unit_id", "round_n", "published", "bulletin_id"], na_position="first"
    )
    known = known.assign(text=_texts(known, issues))
    within = known.groupby(["unit_id", "round_n", "text"])
    known = known.assign(version=within.cumcount() + 1, latest=within.cumcount(ascending=False) == 0)
    unknown = pairs[pairs["day"].isna()].assign(round_n=None, version=None, latest=True, text=None)
    parts = [part for part in (known, unknown) if not part.empty] or [known]
    numbered = pd.concat(parts, ignore_index=True)
    numbered = numbered.astype({"round_n": "Int64", "version": "Int64", "latest": "bool", "text": "Int64"})
    return numbered[["unit_id", "bulletin_id", "round_n", "version", "latest", "text"]]


def are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts, as sets of all their pieces of `GRAM` characters, have most of the shorter one in common.

    The overlap coefficient: other page furniture, punctuation, a few characters or a few problems make no difference,
    and no text need be compared but with those of the same unit and time.
    """
    return bool(one) and bool(other) and len(one & other) >= ALIKE * min(len(one), len(other))


def bare(words: str) -> str:
    """Take blanks and punctuation out."""
    return _MARKS.sub("", words)


def cut(words: str) -> set[str]:
    """Give all pieces of `GRAM` characters, blanks and punctuation aside; a shorter text is one piece."""
    words = bare(words)
    return {words[i : i + GRAM] for i in range(max(1, len(words) - GRAM + 1))}


def _grams(issues: pd.DataFrame, pairs: pd.DataFrame) -> Grams:
    """Cut the problems of these units and bulletins into pieces."""
    wanted = issues[["unit_id", "bulletin_id", "statement"]].merge(pairs[["unit_id", "bulletin_id"]])
    grams: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit, bulletin, statement in wanted.itertuples(index=False, name=None):
        grams[unit, bulletin] |= cut(statement)
    return {key: frozenset(pieces) for key, pieces in grams.items()}


def _days_of_versions(pairs: pd.DataFrame, issues: pd.DataFrame) -> pd.Series:
    """Give the bulletins without a day that of the last one of the unit that reads alike."""
    found: dict[object, pd.Timestamp] = {}
    units = pairs.loc[pairs["day"].isna(), "unit_id"].unique()
    if "statement" in issues and len(units):
        rows = pairs[pairs["unit_id"].isin(units)]
        grams = _grams(issues, rows)
        dated = {
            unit: list(zip(held["bulletin_id"], held["day"], strict=True))
            for unit, held in rows.dropna(subset="day").groupby("unit_id")
        }
        undated = rows[rows["day"].isna()]
        for index, unit, bulletin in zip(undated.index, undated["unit_id"], undated["bulletin_id"], strict=True):
            for other, day in dated.get(unit, ()):
                if are_alike(grams[unit, bulletin], grams[unit, other]):
                    found[index] = day
    return pd.Series(found, dtype="datetime64[ns]")


def _texts(known: pd.DataFrame, issues: pd.DataFrame) -> pd.Series:
    """Number the texts that bulletins of one unit and round are versions of."""
    if "statement" not in issues:
        return known.groupby(["unit_id", "round_n"]).ngroup()
    numbered = known.assign(place=range(len(known)))
    several = numbered[numbered.groupby(["unit_id", "round_n"])["place"].transform("size") > 1]
    grams = _grams(issues, several)
    links: list[tuple[int, int]] = []
    for _, rows in several.groupby(["unit_id", "round_n"]):
        keys = zip(rows["unit_id"], rows["bulletin_id"], rows["place"], strict=True)
        held = [(grams[unit, bulletin], place) for unit, bulletin, place in keys]
        links += [(place, before) for (one, place), (other, before) in combinations(held, 2) if are_alike(one, other)]
    ones, others = zip(*links, strict=True) if links else ((), ())
    graph = coo_array(([1] * len(links), (ones, others)), (len(known), len(known)))
    return pd.Series(connected_components(graph, directed=False)[1], known.index)


def latest_versions(bulletins: pd.DataFrame, issues: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out the items, and with them the bulletins, of which a later version of the same round is there.

    So nothing is counted twice. Items without a unit stay: what they are a version of cannot be told.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger.

    Returns
    -------
    tuple[pd.DataFrame, pd.DataFrame]
        The rows kept of both. A bulletin without items stays.
    """
    numbered = number_rounds(bulletins, issues)
    old = pd.MultiIndex.from_frame(numbered.loc[~numbered["latest"], ["unit_id", "bulletin_id"]])
    kept = issues[~pd.MultiIndex.from_frame(issues[["unit_id", "bulletin_id"]]).isin(old)]
    gone = set(issues["bulletin_id"]) - set(kept["bulletin_id"])
    return bulletins[~bulletins["bulletin_id"].isin(gone)], kept


def with_circumstances(issues: pd.DataFrame, bulletins: pd.DataFrame) -> pd.DataFrame:
    """Give each item what a rate may be grouped by beside its own columns.

    Parameters
    ----------
    issues, bulletins
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        The items, in their order, with `region`, `inspection` (常规巡察 …), `round_label` (第1轮 …: the rounds of the
        unit that the ledger holds, not the printed ones), `days` from feedback to publication, and `elapsed`, the same
        in the groups of `ELAPSED`. What is not known is null; so are days below zero, which no bulletin can have.
    """
    numbered = number_rounds(bulletins, issues)[["unit_id", "bulletin_id", "round_n"]]
    known = bulletins.set_index("bulletin_id")
    days = (known["published_date"] - known["feedback_date"]).dt.days.astype("Int64")
    days = days.where(days >= 0)
    placed = issues.drop(columns="round_n", errors="ignore").merge(numbered, on=["unit_id", "bulletin_id"], how="left")
    placed.index = issues.index
    return placed.assign(
        region=look_up(known["region"], issues["bulletin_id"]).astype("str"),
        inspection=look_up(known["kind"], issues["bulletin_id"]).astype("str"),
        round_label=pd.Series(
            [None if pd.isna(n) else f"第{n}轮" for n in placed["round_n"]], issues.index, dtype="str"
        ),
        days=look_up(days, issues["bulletin_id"]).astype("Int64"),
        elapsed=pd.Series([_elapsed(n) for n in look_up(days, issues["bulletin_id"])], issues.index, dtype="str"),
    )


def at_like_time(placed: pd.DataFrame, within: int = WITHIN) -> pd.DataFrame:
    """Keep the items whose bulletin came out after about as many days as the middle one.

    Later means more is done, so years or regions are compared fairly only at like times since feedback.

    Parameters
    ----------
    placed
        From `with_circumstances`.
    within
        Days that a bulletin may be away from the median of the bulletins, on either side.

    Returns
    -------
    pd.DataFrame
        The rows kept; none where no bulletin tells both days.

    Examples
    --------
    >>> placed = pd.DataFrame({"bulletin_id": ["a", "a", "b", "c"], "days": [100, 100, 160, 400]})
    >>> at_like_time(placed)["bulletin_id"].tolist()
    ['b']
    """
    middle = placed.drop_duplicates("bulletin_id")["days"].median()
    if pd.isna(middle):
        return placed.head(0)
    return placed[((placed["days"] - middle).abs() <= within).fillna(value=False)]


def versions(bulletins: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
    """List the bulletins that a later version of the same round stands for, each with that version.

    Parameters
    ----------
    bulletins, issues
        Tables of the ledger.

    Returns
    -------
    pd.DataFrame
        bulletin_id, latest_id; one row a bulletin and later version, none where there is none.
    """
    numbered = number_rounds(bulletins, issues)
    latest = numbered[numbered["latest"] & numbered["round_n"].notna()]
    pairs = numbered[~numbered["latest"]].merge(latest, on=["unit_id", "round_n", "text"], suffixes=("", "_latest"))
    return (
        pairs[["bulletin_id", "bulletin_id_latest"]]
        .drop_duplicates()
        .rename(columns={"bulletin_id_latest": "latest_id"})
    )


def same_round(bulletins: pd.DataFrame, issues: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Find the round of each unit and bulletin: (unit_id, bulletin_id) → round_n; none where it is not known."""
    numbered = number_rounds(bulletins, issues).dropna(subset="round_n")
    return {(row.unit_id, row.bulletin_id): int(row.round_n) for row in records(numbered)}


def _elapsed(days: object) -> str | None:
    """Name the group of a number of days."""
    if pd.isna(days):  # type: ignore[call-overload]
        return None
    return next(name for most, name in ELAPSED if days <= most)  # type: ignore[operator]
