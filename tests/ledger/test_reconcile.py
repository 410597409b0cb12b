"""What a bulletin says two ways: a table of bulletins with the rows that each must give."""

import pytest
from ledger_factories import DECLARED_AT, make_bulletin, make_commitment, make_item, make_items

from pipeline.ledger.reconcile import Comparison, reconcile
from pipeline.ledger.schema import COMPARISONS, SEVERITIES, VERDICTS
from pipeline.records import Bulletin, Count, Note


def rows_of(bulletin: Bulletin, code: str) -> list[Comparison]:
    return [row for row in reconcile(bulletin) if row.code == code]


def row_of(bulletin: Bulletin, code: str) -> Comparison:
    (row,) = rows_of(bulletin, code)
    return row


# what is compared, the items, what is declared → the figure counted, the verdict, the severity
TOTALS = [
    # as declared
    ("issues", make_items("ddp"), {"issues": 3}, 3, "agrees", "none"),
    ("done", make_items("dop"), {"done": 2}, 2, "agrees", "none"),  # what is kept up for good is done
    ("done_ongoing", make_items("dop"), {"done_ongoing": 1}, 1, "agrees", "none"),
    ("in_progress", make_items("dppn"), {"in_progress": 2}, 2, "agrees", "none"),
    ("not_started", make_items("dn"), {"not_started": 1}, 1, "agrees", "none"),
    ("not_started", make_items("dp"), {"not_started": 0}, 0, "agrees", "none"),  # a stated zero is compared
    ("suggestions", make_items("pp", kind="suggestion"), {"suggestions": 2}, 2, "agrees", "none"),
    ("suggestions", make_items("d"), {"suggestions": 0}, 0, "agrees", "none"),
    # otherwise than declared
    ("issues", make_items("ddp"), {"issues": 4}, 3, "differs", "major"),
    ("done", make_items("d" * 38 + "o" * 12 + "p" * 10), {"done": 53}, 50, "differs", "major"),  # anshan-wenlv
    ("done_ongoing", make_items("d" * 38 + "o" * 12 + "p" * 10), {"done_ongoing": 15}, 12, "differs", "major"),
    ("in_progress", make_items("d" * 38 + "o" * 12 + "p" * 10), {"in_progress": 7}, 10, "differs", "major"),
    # suggestions are not issues, but may have been counted in
    ("issues", [*make_items("dd"), *make_items("p", kind="suggestion")], {"issues": 2}, 2, "agrees", "none"),
    ("issues", [*make_items("dd"), *make_items("p", kind="suggestion")], {"issues": 3}, 2, "uncertain", "minor"),
    (
        "in_progress",
        [*make_items("dp"), *make_items("p", kind="suggestion")],
        {"in_progress": 2},
        1,
        "uncertain",
        "minor",
    ),
    ("issues", [*make_items("dd"), *make_items("p", kind="suggestion")], {"issues": 9}, 2, "differs", "major"),
    # nothing to count
    ("issues", [], {"issues": 3}, None, "not_assessable", "none"),
    ("suggestions", make_items("d"), {"suggestions": 3}, None, "not_assessable", "none"),
    ("done", make_items("---"), {"done": 3}, None, "not_assessable", "none"),
    ("done", make_items("ddd", status_from="declared"), {"done": 3}, None, "not_assessable", "none"),  # a circle
    ("done_ongoing", make_items("ddd", status_from="section"), {"done_ongoing": 1}, None, "not_assessable", "none"),
    ("measures_done", make_items("d"), {"measures_done": 1}, None, "not_assessable", "none"),
    ("recovered_yuan", make_items("d"), {"recovered_yuan": 12864000.0}, None, "not_assessable", "none"),
    # some do not say
    ("done", make_items("dd-"), {"done": 3}, 2, "uncertain", "minor"),
    ("done", make_items("dd-"), {"done": 2}, 2, "uncertain", "minor"),
    ("done", make_items("dd-"), {"done": 4}, 2, "differs", "major"),  # not even if all the others are
    ("done", make_items("dd-"), {"done": 1}, 2, "differs", "major"),
    ("done", [*make_items("p"), *make_items("dd", status_from="declared")], {"done": 3}, 2, "differs", "major"),
    # a section says done; one of its items says ongoing itself, so the others are not
    (
        "done_ongoing",
        [*make_items("dd", status_from="section"), *make_items("o")],
        {"done_ongoing": 1},
        1,
        "agrees",
        "none",
    ),
]


@pytest.mark.parametrize("case", TOTALS)
def test_totals(case):
    code, items, declared, *expected = case
    row = row_of(make_bulletin(items, **declared), code)
    assert [row.listed, row.verdict, row.severity] == expected
    assert row.declared == declared[code]
    assert row.declared_span == DECLARED_AT[code]


def test_totals_point_to_the_first_item_concerned():
    row = row_of(make_bulletin(make_items("dppd"), in_progress=7), "in_progress")
    assert row.listed_span == (560, 610)
    assert "7" in row.message
    assert "2" in row.message


def test_what_is_not_declared_is_not_compared():
    assert {row.code for row in reconcile(make_bulletin(make_items("dp")))} == set()


def test_figures_are_printed_in_full():
    message = row_of(make_bulletin(make_items("d"), recovered_yuan=12864000.5), "recovered_yuan").message
    assert "12864000.5" in message
    assert "e+" not in message


def suggestions(*measures: str):
    return [make_item("in_progress", kind="suggestion", measures=measures)]


# measures declared, items → (counted, verdict) without and with suggestions
MEASURES = [
    (3, [make_item(measures=("甲", "乙", "丙"))], [(3, "agrees")]),
    (4, [make_item(measures=("甲", "乙", "丙"))], [(3, "differs")]),
    # fushun-leifeng: 37 declared, 31 with issues, 8 with suggestions: neither is right
    (37, [make_item(measures=["甲"] * 31), *suggestions(*["乙"] * 8)], [(31, "differs"), (39, "differs")]),
    # either way of counting may be meant, so one that fits is enough
    (3, [make_item(measures=("甲", "乙", "丙")), *suggestions("丁")], [(3, "agrees"), (4, "agrees")]),
    (4, [make_item(measures=("甲", "乙", "丙")), *suggestions("丁")], [(3, "agrees"), (4, "agrees")]),
    (9, [make_item(measures=())], [(None, "not_assessable")]),
]


@pytest.mark.parametrize(("declared", "items", "expected"), MEASURES)
def test_measures_without_and_with_suggestions(declared, items, expected):
    bulletin = make_bulletin(items, measures=declared)
    found = rows_of(bulletin, "measures") + rows_of(bulletin, "measures_with_suggestions")
    assert [(row.listed, row.verdict) for row in found] == expected
    assert all(row.declared_span == DECLARED_AT["measures"] for row in found)


def test_measures_point_to_the_first_measure():
    assert row_of(make_bulletin([make_item(at=700)], measures=5), "measures").listed_span == (721, 722)


# declared figures → the sum, the verdict; None: no row
SUMS = [
    ({"issues": 19, "done": 16, "in_progress": 3}, 19, "agrees"),
    ({"issues": 60, "done": 53, "in_progress": 7, "not_started": 0}, 60, "agrees"),
    ({"issues": 19, "done": 15, "in_progress": 3}, 18, "differs"),
    ({"issues": 19, "done": 16, "in_progress": 3, "not_started": 1}, 20, "differs"),
    ({"issues": 19, "done": 16, "in_progress": 6, "suggestions": 3}, 22, "uncertain"),
    ({"issues": 19, "done": 16}, None, None),  # the rest is not said to be anything
    ({"done": 16, "in_progress": 3}, None, None),
]


@pytest.mark.parametrize(("declared", "total", "verdict"), SUMS)
def test_statuses_add_up_to_the_issues(declared, total, verdict):
    found = rows_of(make_bulletin(**declared), "status_sum")
    assert [(row.declared, row.listed, row.verdict) for row in found] == (
        [] if verdict is None else [(declared["issues"], total, verdict)]
    )
    for row in found:
        assert (row.declared_span, row.listed_span) == (DECLARED_AT["issues"], DECLARED_AT["done"])


def test_suggestions_that_are_only_listed_may_be_counted_in_too():
    items = make_items("pp", kind="suggestion")
    assert row_of(make_bulletin(items, issues=19, done=16, in_progress=5), "status_sum").verdict == "uncertain"
    assert row_of(make_bulletin(make_items("pp"), issues=19, done=16, in_progress=5), "status_sum").verdict == "differs"


def test_a_part_is_not_more_than_the_whole():
    assert row_of(make_bulletin(done=3, done_ongoing=4), "ongoing_within_done").verdict == "differs"
    assert row_of(make_bulletin(measures=3, measures_done=4), "done_within_measures").verdict == "differs"
    assert not rows_of(make_bulletin(done=4, done_ongoing=4), "ongoing_within_done")


HEADINGS = [
    ({"aspects": 2}, {"aspects": (2, "agrees")}),
    ({"aspects": 3}, {"aspects": (2, "differs")}),
    ({"categories": 3}, {"categories": (3, "agrees")}),  # 学习 occurs under both aspects
    ({"aspects": 3, "categories": 2}, {"aspects": (2, "agrees"), "categories": (3, "agrees")}),  # 2大类3个方面
    ({"aspects": 3, "categories": 4}, {"aspects": (2, "differs"), "categories": (3, "differs")}),
]


@pytest.mark.parametrize(("declared", "expected"), HEADINGS)
def test_aspects_and_categories(declared, expected):
    places = [("甲", "学习"), ("甲", "学习"), ("甲", "作风"), ("乙", "学习")]
    bulletin = make_bulletin([make_item(aspect=a, category=c) for a, c in places], **declared)
    assert {code: (row_of(bulletin, code).listed, row_of(bulletin, code).verdict) for code in expected} == expected


def test_headings_that_are_missing_are_no_contradiction():
    assert row_of(make_bulletin(make_items("dd"), aspects=3), "aspects").verdict == "not_assessable"
    some = [make_item(aspect="甲"), make_item(aspect=None)]
    assert row_of(make_bulletin(some, aspects=3), "aspects").verdict == "uncertain"
    some = [make_item(aspect="甲", category="乙"), make_item(aspect="甲")]
    assert row_of(make_bulletin(some, categories=3, aspects=2), "categories").verdict == "uncertain"
    assert row_of(make_bulletin(some, categories=3, aspects=2), "aspects").verdict == "differs"


@pytest.mark.parametrize(("listed", "verdict"), [(10, "agrees"), (9, "differs"), (0, "not_assessable")])
def test_numbers_that_a_heading_states(listed, verdict):
    count = Count("理论学习方面", "issues", 10, listed, (40, 42), (43, 99))
    row = row_of(make_bulletin(counts=(count,)), "part_issues")
    assert (row.declared, row.listed, row.verdict) == (10, listed, verdict)
    assert (row.declared_span, row.listed_span) == ((40, 42), (43, 99))
    assert "理论学习方面" in row.message


# measures and outcome of a done item → the verdict; None: nothing wrong
FUTURE = [
    (("拟于12月组织专业教练员走进中小学。",), None, "differs"),
    (("预计年底前印发制度。",), "将于6月开展培训。", "differs"),
    (("督促各县（市）区落实。拟于12月组织专业教练员走进中小学。",), None, "uncertain"),
    (("拟于5月份邀请专家培训。", "已修订招标办法。"), None, None),  # something is done
    (("拟于5月份邀请专家培训。",), "开展了自查。", None),
    (("拟于5月份邀请专家培训。完成自查。",), None, None),
    (("拟于5月份完成自查。",), None, "differs"),
    (("已于6月底前修订制度。",), None, None),
    (("制定学习计划，将其纳入台账。",), None, None),  # a plan is a thing, and done
    (("拟定实施方案。", "开展模拟演练。"), None, None),
    (("将在职党员编入网格。",), None, None),
    (("制定制度。",), None, None),  # no tense at all: no reason to doubt
    ((), None, None),
]


@pytest.mark.parametrize(("measures", "outcome", "verdict"), FUTURE)
def test_done_but_still_to_come(measures, outcome, verdict):
    done = make_item("done", measures=measures, outcome=outcome, status_span=(10, 12))
    found = rows_of(make_bulletin([make_item(), done]), "done_but_future")
    assert [row.verdict for row in found] == ([] if verdict is None else [verdict])
    for row in found:
        assert (row.ordinal, row.declared_span, row.listed_span) == (2, (10, 12), (521, 522))
    still_open = make_item("in_progress", measures=measures, outcome=outcome)
    assert not rows_of(make_bulletin([still_open]), "done_but_future")


def test_done_but_promised_for_after_publication():
    promised = make_item("done", commitments=(make_commitment("2021-06-30"),))
    found = rows_of(make_bulletin([promised], facts={"published_date": "2021-06-01"}), "done_but_future")
    assert [(row.verdict, row.listed_span) for row in found] == [("uncertain", (530, 538))]
    assert not rows_of(make_bulletin([promised], facts={"published_date": "2021-07-01"}), "done_but_future")
    assert not rows_of(make_bulletin([promised]), "done_but_future")
    unclear = make_item("done", commitments=(make_commitment(None),))
    assert not rows_of(make_bulletin([unclear], facts={"published_date": "2021-06-01"}), "done_but_future")


def test_done_with_a_reason_why_not():
    item = make_item("done", incomplete_reason="资金未到位。", spans={"incomplete_reason": ((540, 546),)})
    row = row_of(make_bulletin([item]), "done_but_reason")
    assert (row.verdict, row.listed_span) == ("differs", (540, 546))
    assert not rows_of(make_bulletin([make_item("in_progress", incomplete_reason="资金未到位。")]), "done_but_reason")


# outcome of an unfinished item → whether it says that all is done
SETTLED = [
    ("按照巡察反馈的整改时间节点，有序推进，完成整改。", True),  # fushun-leifeng
    ("该问题已全部整改完成。", True),
    ("已整改到位。", True),
    ("5月20日销号。", True),
    ("尚未完成整改。", False),
    ("确保年底前整改到位。", False),
    ("部分问题整改完成。", False),
    ("力争按时间节点，完成整改。", False),
    ("已完成招标，正在施工。", False),  # a piece of it
    ("正科级干部已任党群工作部部长。", False),
    (None, False),
]


@pytest.mark.parametrize(("outcome", "settled"), SETTLED)
def test_unfinished_but_done(outcome, settled):
    item = make_item("in_progress", outcome=outcome, status_span=(10, 14), spans={"outcome": ((540, 550),)})
    found = rows_of(make_bulletin([item]), "unfinished_but_done")
    assert [row.verdict for row in found] == (["differs"] if settled else [])
    for row in found:
        assert (row.ordinal, row.declared_span, row.listed_span) == (1, (10, 14), (540, 550))
    assert not rows_of(make_bulletin([make_item("done", outcome=outcome)]), "unfinished_but_done")


def test_items_without_measures():
    items = [make_item(), make_item(measures=(), at=800, n="2")]
    row = row_of(make_bulletin(items), "no_measures")
    assert (row.verdict, row.ordinal, row.listed_span) == ("uncertain", 2, (800, 850))
    assert not rows_of(make_bulletin([make_item(measures=(), measures_text="见附件")]), "no_measures")


def test_a_bulletin_that_lists_no_measures_at_all_gets_one_row():
    row = row_of(make_bulletin([make_item(measures=()), make_item(measures=())]), "no_measures")
    assert (row.verdict, row.ordinal) == ("not_assessable", None)


def test_notes_on_numbering_become_rows():
    notes = tuple(Note(code, "序号", (60 + i, 61 + i)) for i, code in enumerate(("number_skipped", "number_restarted")))
    found = reconcile(make_bulletin(notes=(*notes, Note("other", "别的", (1, 2)))))
    assert [(row.code, row.verdict, row.listed_span) for row in found] == [
        ("number_skipped", "uncertain", (60, 61)),
        ("number_restarted", "uncertain", (61, 62)),
    ]


# what a row says, word for word
MESSAGES = [
    (make_bulletin(make_items("dp"), issues=3), "通报称问题数为3，逐条统计为2，相差1。"),
    (make_bulletin(make_items("dp"), issues=2), "通报称问题数为2，逐条统计为2，一致。"),
    (make_bulletin(make_items("d-"), done=2), "通报称已完成数为2，逐条统计为1，但有1条没有单独说明。"),
    (
        make_bulletin([make_item(measures=("甲", "乙"))], measures=3),
        "通报称整改措施为3条，逐条统计为2条，相差1。",
    ),
    (
        make_bulletin([make_item(measures=("甲", "乙")), *suggestions("丙")], measures=3),
        "通报称整改措施为3条，逐条统计不含意见建议的为2条，按另一口径一致。",
    ),
    (
        make_bulletin([make_item("in_progress", outcome="按时间节点，有序推进，完成整改，长期坚持。")]),
        "问题1（学习不够）列为未完成，成效却称“完成整改”。",
    ),
    (
        make_bulletin(
            [make_item("done", kind="suggestion", statement="一二三四五六七八九十" * 2, incomplete_reason="缺钱")]
        ),
        "意见建议1（一二三四五六七八九十一二三四五六七八九十）列为已完成，却写有未完成原因。",
    ),
    (
        make_bulletin([make_item("done", statement="一二三四五六七八九十" * 2 + "多", incomplete_reason="缺钱")]),
        "问题1（一二三四五六七八九十一二三四五六七八九十…）列为已完成，却写有未完成原因。",
    ),
]


@pytest.mark.parametrize(("bulletin", "message"), MESSAGES)
def test_messages(bulletin, message):
    assert reconcile(bulletin)[0].message == message


def test_every_row_is_in_the_closed_sets():
    bulletins = [make_bulletin(items, **declared) for _, items, declared, *_ in TOTALS]
    rows = [row for bulletin in bulletins for row in reconcile(bulletin)]
    assert {row.code for row in rows} <= COMPARISONS.keys()
    assert {row.verdict for row in rows} == VERDICTS.keys()
    assert {row.severity for row in rows} == SEVERITIES.keys()
    assert all(row.message.endswith("。") for row in rows)


def test_a_figure_of_a_scan_that_may_be_misread_contradicts_nothing():
    items = make_items("ddp")
    sure, doubtful = DECLARED_AT["issues"], Note("figure_doubtful", "“3个”识别把握不足", DECLARED_AT["done"])
    bulletin = make_bulletin(items, notes=(doubtful,), issues=4, done=1)
    found = {row.code: row for row in reconcile(bulletin)}
    assert (found["done"].verdict, found["done"].severity) == ("uncertain", "minor")
    assert "识别" in found["done"].message
    assert (found["issues"].verdict, found["issues"].declared_span) == ("differs", sure)
    assert row_of(make_bulletin(items, notes=(doubtful,), done=2), "done").verdict == "agrees"
