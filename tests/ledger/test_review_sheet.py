"""The review list as a real spreadsheet: out, filled in, in again; and everything that can be wrong with it."""

import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from bulletin_maker import make_folder
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from pipeline import flow, open_ledger
from pipeline.errors import ReviewError
from pipeline.ledger import cache
from pipeline.ledger.corrections import decide, reviewed_statements
from pipeline.ledger.review_sheet import COLUMNS, EXPORTED, HELP, SHEET, export, import_, ranked
from pipeline.ledger.reviews import NAME, load, scheme
from pipeline.ledger.schema import STATUSES
from pipeline.records import Themes

GOLDEN = Path(__file__).parents[1] / "golden"
AT = {name: place for place, name in enumerate(COLUMNS, start=1)}


class Corpus:
    """A folder of bulletins with its ledger; `rows` are the sheet's rows by issue_id, to be filled in."""

    def __init__(self, folder, out):
        self.folder, self.out, self.file = folder, out, out.parent / "review.xlsx"
        self.build()

    def build(self):
        self.summary = flow.build(self.folder, self.out, workers=1)
        self.ledger = open_ledger(self.out)
        return self.ledger

    def export(self, **options):
        self.file.unlink(missing_ok=True)
        export(self.ledger, self.file, **{"everything": True} | options)
        self.book = load_workbook(self.file)
        self.sheet = self.book[SHEET]

    def row(self, issue):
        return next(row for row in range(2, self.sheet.max_row + 1) if self.sheet.cell(row, AT["编号"]).value == issue)

    def fill(self, row, **cells):
        for name, cell in cells.items():
            self.sheet.cell(row, AT[name]).value = cell

    def import_(self, reviewer="analyst-a", **options):
        self.book.save(self.file)
        return import_(self.file, self.ledger, self.folder, reviewer, **options)

    def refuse(self, **options):
        """Import what is wrong; the faults."""
        before = load(self.folder)
        with pytest.raises(ReviewError) as error:
            self.import_(**options)
        assert load(self.folder) == before
        return error.value.faults

    def issue(self, issue):
        return self.ledger.issues.set_index("issue_id").loc[issue]

    def outcomes(self):
        return Counter(self.ledger.reviews["outcome"])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    make_folder(folder / "in", 4)
    Corpus(folder / "in", folder / "out")
    return folder


@pytest.fixture
def corpus(built, tmp_path):
    """Four small bulletins, exported in full."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    corpus = Corpus(tmp_path / "in", tmp_path / "out")
    corpus.export()
    return corpus


# Out


def test_the_sheet_is_made_for_work(corpus):
    sheet = corpus.sheet
    last = len(corpus.ledger.issues) + 1
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:U{last}")
    assert all(cell.alignment.wrap_text for cell in sheet[2] if not isinstance(cell.value, float | int))
    shaded = {sheet.cell(1, cell.column).value for cell in sheet[2] if cell.fill.fill_type == "solid"}
    assert shaded == {name for name, (_, fill) in COLUMNS.items() if fill}
    assert corpus.book[EXPORTED].sheet_state == "veryHidden"
    assert any("zhenggai review import" in str(cell) for row in corpus.book[HELP].values for cell in row)


def test_lists_drop_down_and_hold_all_that_can_be_chosen(corpus):
    def choices(name):
        (rule,) = [rule for rule in corpus.sheet.data_validations.dataValidation if f"{letter(name)}2" in rule.sqref]
        assert str(rule.sqref) == f"{letter(name)}2:{letter(name)}{corpus.sheet.max_row}"
        if rule.formula1.startswith('"'):
            return rule.formula1.strip('"').split(",")
        name, _, cells = rule.formula1.replace("$", "").partition("!")
        return [cell.value for (cell,) in corpus.book[name.strip("'")][cells]]

    def letter(name):
        return corpus.sheet.cell(1, AT[name]).column_letter

    assert choices("新主题1") == choices("新主题2") == choices("新主题3") == list(scheme())
    assert choices("新状态") == list(STATUSES.values())
    assert choices("确认") == ["是"]


def test_an_item_stands_with_its_evidence_and_its_source(corpus):
    issue = corpus.ledger.issues.iloc[0]
    row = {name: corpus.sheet.cell(corpus.row(issue["issue_id"]), place).value for name, place in AT.items()}
    assert row["问题"] == issue["statement"]
    assert row["现有主题"] == "、".join(issue["themes"])
    assert row["现有状态"] == STATUSES[issue["status"]]
    assert (row["单位"], row["年份"], row["序号"]) == (issue["unit"], issue["year"], issue["n"])
    assert all(f"{word['word']}（{word['theme']} " in row["依据"] for word in json.loads(issue["evidence"])[:2])
    assert corpus.ledger.quote(issue["issue_id"]) == row["原文"]
    assert (corpus.folder / row["文件"]).exists()
    assert row["新主题1"] is row["确认"] is None


def test_the_most_pressing_come_first(ledgers, tmp_path):
    rows = [  # what it says, confidence, primary, review
        ("甲", 0.9, "财务", False),
        ("乙", 0.5, "作风", True),  # 0.5
        ("乙", 0.9, "作风", False),
        ("丙", 0.2, "作风", True),  # 0.8
        ("丁", 0.4, "财务", True),  # 0.6 × 1.5
        ("乙", 0.3, "作风", True),  # 0.7 × 3
    ]
    issues = [
        {"issue_id": str(i), "statement": s, "confidence": c, "primary": p, "review": r}
        for i, (s, c, p, r) in enumerate(rows)
    ]
    found = ranked(open_ledger(ledgers.write(tmp_path / "out", issues=issues)))
    assert list(found["issue_id"]) == ["5", "1", "4", "3", "2", "0"]
    assert found["pressing"].tolist() == pytest.approx([2.1, 1.5, 0.9, 0.8, 0.3, 0.15])


def test_only_what_is_to_be_reviewed_and_only_so_many(corpus, tmp_path):
    review = set(corpus.ledger.issues.loc[corpus.ledger.issues["review"], "issue_id"])
    file = tmp_path / "a.xlsx"
    assert export(corpus.ledger, file) == len(review)
    assert export(corpus.ledger, tmp_path / "b.xlsx", limit=3, everything=True) == 3
    assert load_workbook(tmp_path / "b.xlsx")[SHEET].max_row == 4
    if not review:
        assert not file.exists()


def test_a_sheet_is_never_written_over(corpus):
    corpus.book.save(corpus.file)
    before = corpus.file.read_bytes()
    with pytest.raises(ReviewError, match="可能有还没导入的决定"):
        export(corpus.ledger, corpus.file)
    assert corpus.file.read_bytes() == before


HOSTILE = [
    "=1+1",
    "+1",
    "@SUM(A1)",
    "https://example.org",
    "_x0041_",
    "1",
    "甲\x01乙",
    "丙\u2028丁\ue000",
    "长" * 40_000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_text_is_text_and_comes_back(corpus, words):
    issue = corpus.ledger.issues["issue_id"].iloc[0]
    decide(corpus.ledger, issue, reviewer="analyst-a", folder=corpus.folder, statement=words)
    assert corpus.build().issues["statement"].iloc[0] == words
    corpus.export()
    row = corpus.row(issue)
    assert corpus.sheet.cell(row, AT["问题"]).data_type == "s"
    assert corpus.sheet.cell(row, AT["问题"]).hyperlink is None
    corpus.fill(row, 确认="是")
    assert len(corpus.import_().decisions) == 1


# In


def test_what_was_entered_is_stored(corpus):
    first, second, third = corpus.ledger.issues["issue_id"].iloc[:3]
    corpus.fill(corpus.row(first), 新主题1="整改落实", 新主题2=" 作风 ", 新状态="正在推进", 理由="原文\n写得清楚")
    corpus.fill(corpus.row(second), 确认="是")
    corpus.fill(corpus.row(third), 新问题表述="  学习抓得\n不紧 ", 新单位="市文化馆(美术馆)")
    done = corpus.import_(reason="第一批")
    before = corpus.ledger.issues.set_index("issue_id")
    assert [(d.issue_id, d.field, d.old, d.new, d.reason) for d in load(corpus.folder)] == [
        (d.issue_id, d.field, d.old, d.new, d.reason) for d in done.decisions
    ]
    assert {(d.issue_id, d.field): (d.old, d.new, d.reason) for d in done.decisions} == {
        (first, "themes"): ("|".join(before.loc[first, "themes"]), "整改落实|作风", "原文 写得清楚"),
        (first, "status"): ("done", "in_progress", "原文 写得清楚"),
        (second, "themes"): ("|".join(before.loc[second, "themes"]),) * 2 + ("第一批",),
        (third, "statement"): (before.loc[third, "statement"], "学习抓得 不紧", "第一批"),
        (third, "unit"): (before.loc[third, "unit"], "市文化馆(美术馆)", "第一批"),
    }
    for decision in done.decisions:
        assert decision.reviewer == "analyst-a"
        assert datetime.fromisoformat(decision.decided_at).utcoffset().total_seconds() == 0
        assert (corpus.folder / decision.path).exists()
        assert decision.statement == before.loc[decision.issue_id, "statement"]
    corpus.build()
    assert corpus.outcomes() == {"applied": 4, "confirmed": 1}
    found = corpus.issue(first)
    assert (found["themes"], found["primary"], found["status"]) == (["整改落实", "作风"], "整改落实", "in_progress")
    assert (found["corrected"], found["review"]) == (["themes", "status"], False)
    assert (found["confidence"], found["evidence"]) == (before.loc[first, "confidence"], before.loc[first, "evidence"])
    assert corpus.issue(second)["corrected"] == []
    found = corpus.issue(third)
    assert (found["unit"], found["unit_name"]) == ("市文化馆(美术馆)", "市文化馆（美术馆）")
    assert found["unit_id"] != before.loc[third, "unit_id"]
    # the words of the bulletin are where they were
    assert (
        corpus.ledger.text(found["bulletin_id"])[found["statement_start"] : found["statement_end"]]
        == (before.loc[third, "statement"])
    )
    assert list(reviewed_statements(corpus.ledger)["issue_id"]) == sorted([first, second])


def test_rows_may_be_sorted_filtered_and_deleted_and_columns_moved(corpus):
    rows = [[cell.value for cell in row] for row in corpus.sheet.iter_rows()]
    head, first, second, *others = rows
    second[AT["确认"] - 1] = "是"
    book = Workbook()
    book.active.title = SHEET
    for row in [head, *reversed(others), second]:  # the first is deleted
        book.active.append(["我的备注", *reversed(row)])
    book.active.row_dimensions[3].hidden = True
    book.create_sheet(EXPORTED)
    for number, (cell,) in enumerate(corpus.book[EXPORTED].values, start=1):
        book[EXPORTED].cell(number, 1, cell)
    corpus.book = book
    done = corpus.import_()
    assert [d.issue_id for d in done.decisions] == [second[0]]
    assert (done.entries, done.empty, done.deleted) == (1, len(others), (first[0],))


def test_a_second_import_adds_nothing(corpus):
    first, second = corpus.ledger.issues["issue_id"].iloc[:2]
    corpus.fill(corpus.row(first), 新主题1="财务", 新状态="未启动", 新问题表述="学习不紧", 新单位="市体育馆")
    corpus.fill(corpus.row(second), 确认="是")
    assert len(corpus.import_().decisions) == 5
    before = (corpus.folder / NAME).read_bytes()
    assert corpus.import_().decisions == ()  # before the build
    corpus.build()
    assert corpus.import_().decisions == ()  # and after
    assert (corpus.folder / NAME).read_bytes() == before


def test_a_dry_run_writes_nothing(corpus):
    corpus.fill(2, 确认="是")
    assert len(corpus.import_(dry_run=True).decisions) == 1
    assert not (corpus.folder / NAME).exists()


def test_an_empty_sheet_is_no_decision(corpus):
    assert corpus.import_().decisions == ()
    assert not (corpus.folder / NAME).exists()


# What is wrong in a row (by column) → what the message says beside the row's number and its id
WRONG = [
    ({"新主题1": "财经"}, "没有主题“财经”；可用的是 理论学习、三重一大"),
    ({"新主题1": "财务", "新主题2": "财务"}, "主题“财务”给了两次"),
    ({"新主题2": "财务"}, "没有依次填；请从“新主题1”填起"),
    ({"新主题1": "财务", "新主题3": "作风"}, "没有依次填"),
    ({"新主题1": "财务", "确认": "是"}, "既确认了现有主题，又填了新主题"),
    ({"确认": "对"}, "“确认”填的是“对”；只能填“是”"),
    ({"新状态": "完了"}, "没有整改状态“完了”；可用的是 done（已完成）"),
    ({"新问题表述": "=A1"}, "“新问题表述”填的是“=A1”，是公式或错误值"),
    ({"新单位": "#REF!"}, "“新单位”填的是“#REF!”"),
    ({"新单位": ArrayFormula("N2", "=A1:A2")}, "“新单位”填的是“=A1:A2”"),
    ({"编号": "b000000000000-00001", "确认": "是"}, "台账里没有这个编号"),
    ({"问题": "改了", "确认": "是"}, "“问题”是“改了”，台账里是“"),
    ({"现有主题": "财务、党建", "新状态": "未启动"}, "“现有主题”是“财务、党建”，台账里是“"),
    ({"现有状态": "未启动", "确认": "是"}, "“现有状态”是“未启动”，台账里是“已完成”"),
    ({"单位": "", "确认": "是"}, "“单位”是“”，台账里是“市"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "fault"), WRONG)
def test_a_wrong_row_is_named_and_nothing_is_imported(corpus, cells, fault):
    corpus.fill(5, 确认="是")  # another row, in which nothing is wrong
    corpus.fill(3, **cells)
    issue = corpus.sheet.cell(3, AT["编号"]).value
    (found,) = corpus.refuse()
    assert found.startswith(f"第 3 行（编号 {issue}）：")
    assert fault in found


def test_all_that_is_wrong_is_named_in_order(corpus):
    corpus.fill(4, 新状态="完了", 新主题1="财经")
    corpus.fill(2, 新单位="=A1", 确认="对")
    corpus.sheet.cell(6, AT["编号"]).value = None
    corpus.sheet.cell(7, AT["编号"]).value = corpus.sheet.cell(3, AT["编号"]).value
    faults = corpus.refuse()
    assert [fault[:5] for fault in faults] == ["第 2 行"] * 2 + ["第 4 行"] * 2 + ["第 6 行", "第 7 行"]
    assert faults[-2] == "第 6 行：没有编号；请改回原样，或删去这一行"
    assert faults[-1].endswith("这个编号在第 3 行已有；请只留一行")


def test_columns_that_were_sorted_by_themselves_are_noticed(corpus):
    ids = [corpus.sheet.cell(row, AT["编号"]).value for row in range(2, corpus.sheet.max_row + 1)]
    for row, issue in enumerate(reversed(ids), start=2):
        corpus.fill(row, 编号=issue, 确认="是")
    assert len(corpus.refuse()) >= len(ids) - 1  # the one in the middle may be where it was


# what was done to the file → what the message says
DAMAGES = [
    (lambda book: book[SHEET].cell(1, AT["新主题1"], "主题一"), "第 1 行：没有列“新主题1”；不认识的列：主题一"),
    (lambda book: book[SHEET].delete_cols(AT["确认"]), "没有列“确认”；请把列名改回"),
    (lambda book: book[SHEET].cell(1, AT["理由"], "确认"), "没有列“理由”"),
    (lambda book: book[SHEET].cell(1, len(COLUMNS) + 1, "确认"), "列“确认”出现了不止一次"),
    (lambda book: book[SHEET].insert_rows(1), "没有列“编号”“单位”“年份”"),
    (lambda book: book[SHEET].delete_rows(1, 1000), "没有列“编号”"),
    (lambda book: setattr(book[SHEET], "title", "Sheet1"), "里没有工作表“复核”，只有 Sheet1、说明、导出"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "fault"), DAMAGES)
def test_a_damaged_sheet_is_refused(corpus, damage, fault):
    damage(corpus.book)
    (found,) = corpus.refuse()
    assert fault in found
    assert str(corpus.file) in found


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0 old Excel", "编号,确认\n".encode(), None])
def test_what_is_no_spreadsheet_is_refused(corpus, data):
    whole = corpus.file.read_bytes()
    corpus.file.write_bytes(whole[: len(whole) // 2] if data is None else data)
    with pytest.raises(ReviewError, match="不是 XLSX 表格"):
        import_(corpus.file, corpus.ledger, corpus.folder, "analyst-a")


def test_a_reviewer_has_a_name_and_the_folder_is_the_right_one(corpus, tmp_path):
    corpus.fill(2, 确认="是")
    assert "没有复核人" in corpus.refuse(reviewer=" ")[0]
    (tmp_path / "other").mkdir()
    with pytest.raises(ReviewError, match="请指明台账所读的文件夹"):
        import_(corpus.file, corpus.ledger, tmp_path / "other", "analyst-a")


# Two reviews of one item


def test_a_decision_that_the_ledger_does_not_know_yet_may_be_repeated_but_not_contradicted(corpus):
    corpus.fill(2, 新主题1="整改落实")
    corpus.import_()
    assert len(corpus.import_("analyst-b").decisions) == 1  # two agree
    corpus.fill(2, 新主题1="作风")
    faults = corpus.refuse(reviewer="analyst-c")
    assert len(faults) == 2
    assert "主题“作风”与 analyst-a " in faults[0]
    assert "的决定“整改落实”矛盾；请先运行 zhenggai build" in faults[0]
    corpus.build()
    assert corpus.outcomes() == {"applied": 2}


def test_a_sheet_from_before_a_build_that_changed_the_item_is_refused(corpus):
    stale = corpus.book
    issue = corpus.sheet.cell(2, AT["编号"]).value
    decide(corpus.ledger, issue, reviewer="analyst-a", folder=corpus.folder, themes=["内部治理", "整改落实"])
    corpus.build()
    corpus.fill(2, 新主题1="作风")
    corpus.book = stale
    (fault,) = corpus.refuse(reviewer="analyst-b")
    assert "台账里是“内部治理、整改落实”" in fault
    corpus.export()
    corpus.fill(corpus.row(issue), 新主题1="作风")  # in sight of it
    corpus.import_("analyst-b")
    corpus.build()
    assert corpus.outcomes() == {"superseded": 1, "applied": 1}
    assert corpus.issue(issue)["themes"] == ["作风"]


def test_a_contradiction_is_shown_and_can_be_settled(corpus, tmp_path):
    issue = corpus.sheet.cell(2, AT["编号"]).value
    for reviewer, theme in (("analyst-a", "整改落实"), ("analyst-b", "内部治理")):  # each on a machine of its own
        folder = tmp_path / reviewer
        shutil.copytree(corpus.folder, folder)
        decide(corpus.ledger, issue, reviewer=reviewer, folder=folder, themes=theme)
    merged = (tmp_path / "analyst-a" / NAME).read_text("utf-8") + (tmp_path / "analyst-b" / NAME).read_text(
        "utf-8"
    ).split("\n", 1)[1]
    (corpus.folder / NAME).write_text(merged, "utf-8")
    before = corpus.issue(issue)["themes"]
    corpus.build()
    assert corpus.outcomes() == {"conflict": 2}
    assert corpus.issue(issue)["themes"] == before
    assert len(corpus.summary.warnings) == 2
    assert all("analyst-a 定为“整改落实”、analyst-b 定为“内部治理”" in warning for warning in corpus.summary.warnings)
    corpus.export(everything=False)
    row = corpus.row(issue)
    assert corpus.sheet.cell(row, AT["提示"]).value.count("决定互相矛盾") == 2
    corpus.fill(row, 新主题1="内部治理")
    assert {(d.old, d.new) for d in corpus.import_("analyst-c").decisions} == {
        ("|".join(before), "内部治理"),
        ("整改落实", "内部治理"),
        ("内部治理", "内部治理"),
    }
    corpus.build()
    assert corpus.outcomes() == {"superseded": 2, "applied": 2, "confirmed": 1}
    assert (corpus.issue(issue)["themes"], corpus.summary.warnings) == (["内部治理"], ())


# From a notebook


def test_decide(corpus):
    issue = corpus.ledger.issues["issue_id"].iloc[0]

    def say(**values):
        return decide(corpus.ledger, issue, reviewer="analyst-a", reason="核对过", folder=corpus.folder, **values)

    (one, other) = say(themes=["整改落实", "作风"], status="in_progress")
    assert load(corpus.folder) == [one, other]
    assert (one.new, other.new, one.reason) == ("整改落实|作风", "in_progress", "核对过")
    assert say(themes=["整改落实", "作风"]) == []
    corpus.build()
    assert corpus.issue(issue)["corrected"] == ["themes", "status"]
    assert [d.old for d in say(themes="作风")] == ["整改落实|作风"]


@pytest.mark.parametrize(
    ("issue", "values", "fault"),
    [
        ("x", {"status": "done"}, "没有条目 x"),
        (None, {}, "没有一项可以复核；可用的是 themes"),
        (None, {"category": "整改落实"}, "category可以复核"),
        (None, {"themes": ["财经"]}, "没有主题“财经”"),
        (None, {"themes": []}, "主题没有填"),
    ],
)
def test_decide_refuses_what_cannot_be(corpus, issue, values, fault):
    issue = issue or corpus.ledger.issues["issue_id"].iloc[0]
    with pytest.raises(ReviewError, match=fault):
        decide(corpus.ledger, issue, reviewer="analyst-a", folder=corpus.folder, **values)
    assert not (corpus.folder / NAME).exists()


# All of it: a hundred decisions, texts that change, a classifier that is trained anew, and a second review


def fill_in_a_hundred(corpus):
    """Enter a hundred decisions, every fifth of a kind: by issue_id the field, its new value, the words and the file."""
    machine = corpus.ledger.issues.set_index("issue_id")
    paths = corpus.ledger.bulletins.set_index("bulletin_id")["path"]
    wanted = {}
    for place, (issue, item) in enumerate(machine.iloc[:100].iterrows()):
        first = "财务" if item["primary"] != "财务" else "党建"
        status = "in_progress" if item["status"] != "in_progress" else "done"
        field, new, cells = [
            ("themes", f"{first}|作风", {"新主题1": first, "新主题2": "作风"}),
            ("themes", "|".join(item["themes"]), {"确认": "是"}),
            ("status", status, {"新状态": STATUSES[status]}),
            ("statement", f"改写的问题{place}", {"新问题表述": f"改写的问题{place}"}),
            ("unit", "云栖市档案馆", {"新单位": "云栖市档案馆"}),
        ][place % 5]
        wanted[issue] = (field, new, item["statement"], paths[item["bulletin_id"]])
        corpus.fill(corpus.row(issue), **cells)
    return wanted


def change_texts(corpus, wanted):
    """Add a sentence to a text, reword a statement in another, remove an item from a third; the two that are gone."""
    more, reworded, removed = "layout4_g.txt", "layout6_g.txt", "layout8_g.txt"
    lost = {path: next(i for i in reversed(wanted) if wanted[i][3] == path) for path in (reworded, removed)}
    words = wanted[lost[reworded]][2]
    for path, old, new in [
        (more, "\n", "\n特此公布，欢迎社会各界监督。\n"),
        (reworded, words, f"{words}的情况仍然存在"),
        (removed, corpus.ledger.quote(lost[removed]), ""),
    ]:
        text = (corpus.folder / path).read_text("utf-8")
        before, found, after = text.rpartition(old)
        assert found
        (corpus.folder / path).write_text(before + new + after, "utf-8")
    return set(lost.values()), {issue for issue in wanted if wanted[issue][3] in (more, reworded, removed)}


def train_anew(monkeypatch):
    """Let every item have other themes than before."""
    parse_file = flow.parse_file

    def parse_and_judge(*args):
        source, bulletin, _, reason = parse_file(*args)
        return source, bulletin, [Themes(("党风廉政",), "党风廉政", 0.3, (), review=True)] * len(bulletin.items), reason

    monkeypatch.setattr(flow, "parse_file", parse_and_judge)
    monkeypatch.setattr(cache, "code_version", lambda *_: "trained anew")


def check(corpus, wanted, fits):
    """Every decision that fits is what the ledger says, and nothing else was changed."""
    issues = corpus.ledger.issues.set_index("issue_id")
    for issue, now in fits.items():
        field, new, *_ = wanted[issue]
        found = issues.loc[now, field]
        assert ("|".join(found) if field == "themes" else found) == new
        assert set(issues.loc[now, "corrected"]) <= {field}
    assert not any(issues["corrected"].drop(list(fits.values())))
    units = issues.loc[[now for issue, now in fits.items() if wanted[issue][0] == "unit"], "unit_id"]
    assert units.nunique() == 1


def test_a_hundred_decisions_are_applied_or_reported(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    for file in [*GOLDEN.glob("layout?_a.txt"), *GOLDEN.glob("layout?_g.txt")]:
        shutil.copy(file, tmp_path / "in")
    corpus = Corpus(tmp_path / "in", tmp_path / "out")
    corpus.export()
    wanted = fill_in_a_hundred(corpus)
    assert len(corpus.import_().decisions) == 100
    corpus.build()
    assert corpus.outcomes() == {"applied": 80, "confirmed": 20}
    check(corpus, wanted, {issue: issue for issue in wanted})

    lost, touched = change_texts(corpus, wanted)
    corpus.build()
    reviews = corpus.ledger.reviews.set_index("issue_id")
    assert len(reviews) == 100
    assert reviews["conflict"].dropna().to_dict() == dict.fromkeys(lost, "item_gone")
    assert len(corpus.summary.warnings) == 2
    fits = reviews["fits"].dropna().to_dict()
    assert {issue for issue in fits if fits[issue] != issue} == touched - lost
    assert len(touched) >= 12
    check(corpus, wanted, fits)

    train_anew(monkeypatch)
    corpus.build()
    assert corpus.outcomes() == Counter(reviews["outcome"])
    check(corpus, wanted, fits)
    judged = {now for issue, now in fits.items() if wanted[issue][0] == "themes"}
    assert set(reviewed_statements(corpus.ledger)["issue_id"]) == judged
    assert set(corpus.ledger.issues.loc[~corpus.ledger.issues["review"], "issue_id"]) == judged

    # A second review: ten that were decided before, on whatever, and the one that was reworded.
    ten = sorted(fits, key=lambda issue: wanted[issue][0] != "themes")[:5]  # the themes of five, and of …
    ten += [issue for issue in fits if issue not in ten][-5:]
    replaced = Counter(reviews.loc[issue, "outcome"] for issue in ten if wanted[issue][0] == "themes")
    corpus.export()
    statements = corpus.ledger.issues.set_index("statement")["issue_id"]
    again = [*(fits[issue] for issue in ten), *statements[statements.index.str.endswith("的情况仍然存在")]]
    for issue in again:
        corpus.fill(corpus.row(issue), 新主题1="整改落实", 新主题2="选人用人", 新主题3="理论学习")
    assert len(corpus.import_("analyst-b").decisions) == len(again) == 11
    corpus.build()
    assert replaced.total() >= 2
    assert corpus.outcomes() == Counter(reviews["outcome"]) - replaced + Counter(
        applied=11, superseded=replaced.total()
    )
    assert all(corpus.issue(issue)["primary"] == "整改落实" for issue in again)
