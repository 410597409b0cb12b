"""Tables in the clean text: rows as lines, cells parted by tabs."""

from pipeline.bulletins import parse
from pipeline.sources.repair import repair

OPENING = "望海市渔业局关于巡察整改进展情况的通报\n根据市委统一部署，2023年3月1日至4月28日，市委第二巡察组对望海市渔业局党组开展了巡察。\n"
HEADER = "问题类别\t序号\t反馈问题\t整改措施\t责任领导/责任科室\t整改时限\t完成情况\t整改进展"
ROWS = (
    "一、业务方面\t1\t渔船检验超期。抽查12艘有4艘超期。\t一是补验4艘；二是建立到期提醒。\t分管副局长\t2023年8月\t已完成\t8月底4艘全部补验。",
    "\t2\t渔港垃圾清运不及时\t①增设垃圾点3处。②每周检查。\t\t立行立改\t正在推进\t已设2处。预计2024年3月底前再设1处。",
    "二、财务方面\t3\t报销审核不严\t退回单据6张\t办公室\t2023年6月\t已完成，并长期坚持\t",
)
TABLE = "\n".join(
    (OPENING + "二、整改情况\n反馈问题3个，已完成2个，正在推进1个。", HEADER, *ROWS, "望海市渔业局\n2023年12月1日")
)


def read(raw):
    text = repair(raw).text
    return text, parse(text)


def test_a_row_is_an_item():
    text, bulletin = read(TABLE)
    assert [item.n for item in bulletin.items] == ["1", "2", "3"]
    assert [item.statement for item in bulletin.items] == ["渔船检验超期", "渔港垃圾清运不及时", "报销审核不严"]
    assert [item.description for item in bulletin.items] == ["抽查12艘有4艘超期。", None, None]
    assert [len(item.measures) for item in bulletin.items] == [2, 2, 1]
    assert [item.status for item in bulletin.items] == ["done", "in_progress", "done_ongoing"]
    assert {item.status_from for item in bulletin.items} == {"item"}
    assert [item.outcome for item in bulletin.items] == [
        "8月底4艘全部补验。",
        "已设2处。预计2024年3月底前再设1处。",
        None,
    ]
    assert [item.deadline for item in bulletin.items] == ["2023年8月", "立行立改", "2023年6月"]
    for item in bulletin.items:
        assert text[slice(*item.statement_span)] == item.statement
        assert all(text[slice(*measure.span)] == measure.text for measure in item.measures)


def test_merged_cells_hold_for_the_rows_below():
    _, bulletin = read(TABLE)
    assert [item.aspect for item in bulletin.items] == ["业务", "业务", "财务"]
    assert [item.responsible for item in bulletin.items] == ["分管副局长", "分管副局长", "办公室"]


def test_a_promise_in_a_cell_is_a_commitment():
    _, bulletin = read(TABLE)
    assert [[promise.due for promise in item.commitments] for item in bulletin.items][1] == ["2024-03-31"]


def test_totals_are_read_beside_the_table_and_not_in_it():
    _, bulletin = read(TABLE)
    assert {key: fact.value for key, fact in bulletin.declared.items()} == {"issues": 3, "done": 2, "in_progress": 1}


def test_a_row_without_a_problem_goes_on_with_the_one_above():
    rows = (
        "\t1\t渔船检验超期\t1.补验4艘；\t张组\t8月\t已完成\t已补验",
        "\t\t\t2.建立到期提醒；\t\t\t\t",
        "\t\t\t3.约谈船东。\t\t\t\t",
    )
    _, bulletin = read("\n".join((OPENING, HEADER, *rows)))
    assert [(item.statement, len(item.measures)) for item in bulletin.items] == [("渔船检验超期", 3)]


def test_a_header_printed_again_on_the_next_page_is_no_row():
    _, bulletin = read("\n".join((OPENING, HEADER, ROWS[0], HEADER, *ROWS[1:])))
    assert [item.n for item in bulletin.items] == ["1", "2", "3"]


def test_columns_are_told_by_their_words_in_any_order():
    header = "反馈问题\t整改进展情况\t整改举措\t备注"
    rows = ("渔船检验超期\t已完成。已补验4艘。\t补验4艘\t无", "渔港垃圾清运不及时\t正在整改。\t每周检查\t")
    _, bulletin = read("\n".join((OPENING, header, *rows)))
    assert [(item.n, item.status, item.outcome) for item in bulletin.items] == [
        ("1", "done", "已补验4艘。"),
        ("2", "in_progress", None),
    ]
    assert [note.message for note in bulletin.notes if note.code == "column_unread"] == ["表格有未读入的列：备注"]


def test_a_table_of_something_else_is_none():
    _, bulletin = read(f"{OPENING}\n姓名\t职务\t电话\n甲\t局长\t1\n乙\t副局长\t2")
    assert bulletin.items == ()


def test_tabs_that_part_no_cells_are_blanks():
    assert repair("整改措施：\t开会\n整改成效：\t好").text == "整改措施：开会\n整改成效：好"
