"""The truth of the sample corpus agrees with itself, with the texts and with the story that was decided before."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from truth import RAW, ROOT, TRUTH, expected, path_of, text_of, truth

from pipeline.sources.manifest import read_manifest

REGISTER = truth("register")
FILES = list(REGISTER["file"])
POINTING = ["chains", "common", "copied", "commitments", "discrepancies", "duplicates", "beyond_story"]
STORY = (ROOT / "docs" / "corpus-story.md").read_text(encoding="utf-8")
THEMES = {
    "理论学习",
    "意识形态",
    "三重一大",
    "财务",
    "选人用人",
    "党建",
    "党风廉政",
    "作风",
    "内部治理",
    "主责主业",
    "整改落实",
}
COUNTED = {
    "issues": len,
    "done": lambda items: sum(i["status"] in {"done", "done_ongoing"} for i in items),
    "done_ongoing": lambda items: sum(i["status"] == "done_ongoing" for i in items),
    "in_progress": lambda items: sum(i["status"] == "in_progress" for i in items),
    "not_started": lambda items: sum(i["status"] == "not_started" for i in items),
    "measures": lambda items: sum(i["measures"] for i in items),
}


def squeezed(text):
    """The words alone: without blanks, markdown and the page numbers that stand between them."""
    return re.sub(r"[\s*#]", "", re.sub(r"\n+- \d+ -\n+", "\n", text))


def text(file):
    """The text as a collector's editor shows it, read without the package."""
    content = text_of(file).read_bytes()
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return content.decode("gb18030").replace("\r\n", "\n")


def item(row):
    return expected(row.file)["items"][row.ordinal - 1]


def pointing(name):
    """The rows of a table that are about one item."""
    table = truth(name)
    return table[table["ordinal"].notna()].itertuples()


def story_table(first):
    """The rows of the story's table whose header begins with this word."""
    lines = STORY.split(f"\n| {first} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


# The files


def test_register_manifest_and_readings_name_the_same_bulletins():
    assert len(set(FILES)) == len(FILES)
    assert {path_of(file).name for file in FILES} == set(read_manifest(RAW))
    assert {path.stem for path in (TRUTH / "bulletins").iterdir()} == set(FILES)


def test_every_file_is_in_the_manifest_and_known_by_a_reserved_address():
    here = {path.name for path in RAW.iterdir()} - {"README.md", "manifest.csv", "unit_aliases.csv"}
    manifest = read_manifest(RAW)
    assert set(manifest) == here
    for row in manifest.values():
        assert urlsplit(row.url).hostname in {"example.com", "example.net", "example.org"}
        assert row.published
        assert row.region
        assert row.note


def test_a_file_that_is_no_text_has_a_twin_and_no_other_has():
    others = {file for file in FILES if path_of(file).suffix not in {".txt", ".md"}}
    assert others == {path.stem for path in (TRUTH / "texts").iterdir()}
    assert others == set(REGISTER.loc[REGISTER["form"] != "text", "file"])


def test_the_data_stay_small():
    size = sum(path.stat().st_size for name in ("raw", "truth") for path in (TRUTH.parent / name).rglob("*"))
    assert size < 15_000_000


# The readings


@pytest.mark.parametrize("file", FILES)
def test_a_reading_is_made_of_the_words_of_its_text(file):
    said = squeezed(text(file))
    for number, read in enumerate(expected(file)["items"], start=1):
        assert squeezed(read["statement"]) in said, number
        for words in (
            *(read["responsible"] or "").split("；"),
            read["deadline"] or "",
        ):  # leader and office have a label each
            assert squeezed(words) in said, (number, words)
        assert read["themes"], number
        assert set(read["themes"]) <= THEMES, number
        assert read["primary"] in read["themes"], number


@pytest.mark.parametrize("file", FILES)
def test_totals_contradict_the_items_where_it_says_so_and_nowhere_else(file):
    read = expected(file)
    issues = [i for i in read["items"] if i["kind"] == "issue"]
    told = all(i["status"] != "not_stated" for i in issues)  # else the items cannot contradict
    found = set()
    for key, count in COUNTED.items():
        declared, counted = read["bulletin"]["declared"][key], count(issues)
        with_suggestions = key == "measures" and declared == count(read["items"])
        if declared not in {None, counted} and not with_suggestions and (told or key in {"issues", "measures"}):
            found.add((declared, counted))
    rows = truth("discrepancies").query("file == @file and declared.notna()")
    assert found == set(zip(rows["declared"], rows["counted"], strict=True))


# The plants


@pytest.mark.parametrize("name", POINTING)
def test_rows_point_to_items_that_are_there(name):
    for row in pointing(name):
        assert item(row)["n"] == row.n, row
    assert set(truth(name)["file"]) <= set(FILES)


@pytest.mark.parametrize("row", story_table("chain"), ids=lambda row: row[0])
def test_a_chain_has_the_rounds_of_the_story(row):
    code, _, rounds = row
    unit = code.split("-")[0]
    words = {"done": {"done", "done_ongoing"}, "in progress": {"in_progress"}, "not stated": {"not_stated"}}
    wanted = {int(year): words[status] for year, status in re.findall(r"(\d{4}) (done|in progress|not stated)", rounds)}
    found = truth("chains").query("chain == @code and role == 'named'").merge(REGISTER, on="file")
    of_unit = REGISTER[REGISTER["units"].str.split("|").map(lambda units: unit in units)]
    assert list(found["file"]) == list(of_unit.loc[of_unit["year"].isin(wanted), "file"])
    for planted in found.itertuples():
        assert planted.status in wanted[planted.year]
        assert planted.status == item(planted)["status"]


def test_no_chain_is_without_story():
    assert set(truth("chains")["chain"]) == {row[0] for row in story_table("chain")}


@pytest.mark.parametrize("row", story_table("group"), ids=lambda row: row[0])
def test_a_group_has_the_members_of_the_story(row):
    group, _, also = row
    found = truth("common").set_index("group", drop=False).loc[[group]]
    members = {(r.file, r.ordinal) for r in found.itertuples()}
    chains = truth("chains").query("role == 'named'")
    for code in re.findall(r"[A-Z]{3}-[A-Z]", also):
        assert {(r.file, r.ordinal) for r in chains[chains["chain"] == code].itertuples()} <= members, code
    for file in re.findall(r"[a-z]+-[a-z]+-\d{4}", also):
        assert file in set(found["file"])


def test_copied_answers_stand_letter_for_letter():
    copied = truth("copied")
    for row in copied.itertuples():
        assert row.text in squeezed(text(row.file)), row
    texts = {answer: row for answer, row, _ in story_table("id")}
    for answer in ("P1", "P2", "P3"):
        assert set(copied.loc[copied["answer"] == answer, "text"]) == {texts[answer]}
    assert texts["P4"] in set(copied["text"])
    assert copied.groupby("answer").size().to_dict() == {"P1": 3, "P2": 3, "P3": 5, "P4": 2, "P5": 2}


def test_promises_stand_in_the_text_and_were_still_to_come():
    for row in truth("commitments").itertuples():
        assert squeezed(row.promise) in squeezed(text(row.file)), row
        months = re.findall(r"(\d{4})年(\d{1,2})月", row.promise)
        if len(months) == 1:
            assert row.due.startswith(f"{months[0][0]}-{int(months[0][1]):02}"), row
        if row.due:
            assert date.fromisoformat(row.due) > date.fromisoformat(expected(row.file)["bulletin"]["published_date"])


def test_what_is_done_but_still_to_come_is_promised():
    promised = {(row.file, row.ordinal) for row in truth("commitments").itertuples()}
    for row in truth("discrepancies").query("kind == 'done_but_future'").itertuples():
        assert item(row)["status"] in {"done", "done_ongoing"}
        assert (row.file, row.ordinal) in promised


def test_a_duplicate_has_the_same_items_and_a_revision_others_where_it_says_so():
    twice = truth("duplicates")
    for (file, of, kind), rows in twice.groupby(["file", "of", "kind"]):
        changed = {
            number
            for number, (mine, theirs) in enumerate(
                zip(expected(file)["items"], expected(of)["items"], strict=True), start=1
            )
            if mine != theirs
        }
        assert changed == set(rows["ordinal"].dropna())
        assert bool(changed) == (kind == "revision")
