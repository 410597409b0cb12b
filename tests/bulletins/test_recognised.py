"""What of a scan is not to be trusted is noted: totals and dates, not every figure."""

from pipeline.bulletins import note_recognition, parse
from pipeline.records import Place, Recognition, Source

TEXT = """某局党组关于巡察整改情况的通报
2024年3月1日至4月30日，区委第一巡察组对某局党组开展了常规巡察，6月5日反馈了意见。巡察反馈问题3个，已完成2个。
1.关于学习不够问题的整改
整改措施：召开会议12次，预计12月底前完成。
整改状态：正在推进。
2.关于台账缺失问题的整改
整改措施：建立台账。
整改状态：已完成。
"""


def noted(*words, unread=0):
    """The notes on the bulletin, the figures in these words being doubtful; the words are found in their order."""
    spans, position = [], 0
    for word in words:
        position = TEXT.index(word, position)
        spans.append((position, position + 1))
    places = (Place((0, TEXT.index("\n1.")), 1, (0, 0, 1, 1)), Place((TEXT.index("\n1."), len(TEXT)), 2, (0, 0, 1, 1)))
    found = Recognition(2, 0.98, unread, tuple(spans))
    source = Source("a.pdf", "", "pdf", "pdf", TEXT, "", places=places, recognition=found)
    plain = parse(TEXT)
    return note_recognition(source, plain).notes[len(plain.notes) :]


def test_totals_and_dates_with_a_doubtful_figure_are_noted():
    notes = noted("5日反馈", "3个", "12月底")
    assert [note.code for note in notes] == ["figure_doubtful"] * 3
    assert "6月5日”（第 1 页）" in notes[0].message
    assert TEXT[slice(*notes[1].span)].startswith("3")
    assert "12月底" in notes[2].message
    assert "第 2 页" in notes[2].message


def test_other_figures_are_not():
    assert noted("12次") == ()


def test_lines_that_were_left_out_are_noted():
    (note,) = noted(unread=4)
    assert (note.code, note.span) == ("lines_unread", None)
    assert "4 行" in note.message


def test_a_text_that_was_not_recognised_is_left_as_it_is():
    plain = parse(TEXT)
    assert note_recognition(Source("a.txt", "", "txt", "utf-8", TEXT, ""), plain) is plain
