"""The pages in a real browser: a row leads to its sentence, offline, without an error.

Chromium is Debian's (`apt-get install chromium`), driven by playwright; its own browsers are not downloaded.
"""

import json
import shutil
from pathlib import Path

import pytest
from sample import copy_raw
from test_run import notebook

from pipeline import open_ledger
from pipeline.flow import build, report
from pipeline.reporting.places import address
from pipeline.reporting.source_view import write_source

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")

TABLES = (
    "from pipeline import open_ledger\nfrom pipeline.reporting import tables\nopened = open_ledger(ledger)",
    "tables.show(opened.issues, ['n', 'statement', 'status'], limit=1000)",
    "tables.show(opened.measures, ['text'], limit=5000)",
    "tables.show(opened.bulletins, ['unit_name', 'year'], limit=1000)",
)
MARKED = "[...document.querySelectorAll('mark.here')].map(mark => mark.textContent).join('')"


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The folder of a project after a report over the sample bulletins."""
    made = tmp_path_factory.mktemp("project")
    build(copy_raw(made / "raw"), made / "ledger")
    (made / "notebooks").mkdir()
    notebook(made / "notebooks", "rows", *TABLES)
    report(made / "ledger", made / "reports", folder=made / "notebooks", figures=made / "figures")
    return made


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A page that must go without an error, a warning, and any request but for files that were opened on purpose."""
    context = browser.new_context()
    opened = context.new_page()
    said, asked = [], []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.set_default_timeout(20_000)
    yield opened
    assert said == []
    assert all(url.startswith(("file:///", "data:")) for url in asked), asked
    assert all(url.startswith("data:") or url.partition("#")[0].endswith(".html") for url in asked), asked
    context.close()


def open_source(page, reports, place):
    page.goto(f"{(reports / 'reports' / 'rows' / 'rows.html').as_uri().rpartition('/')[0]}/{place}")


def is_seen(page, selector):
    """Whether the first of these stands within the window."""
    box = page.locator(selector).first.bounding_box()
    return box is not None and 0 <= box["y"] < page.viewport_size["height"]


def test_a_row_of_a_report_leads_to_its_sentence(page, reports):
    ledger = open_ledger(reports / "ledger")
    item = ledger.issues.iloc[len(ledger.issues) // 2]
    page.goto((reports / "reports" / "rows" / "rows.html").as_uri())
    row = page.locator("table").first.locator("tbody tr").nth(len(ledger.issues) // 2)
    assert item["statement"] in row.inner_text()
    row.locator("a.place").click()
    page.wait_for_selector("mark.here")
    assert page.url.endswith(f"{item['bulletin_id']}.html#{item['statement_start']}-{item['statement_end']}")
    assert page.evaluate(MARKED) == ledger.text(item["bulletin_id"])[item["statement_start"] : item["statement_end"]]
    assert is_seen(page, "mark.here")
    current = page.locator(".items a[aria-current]")
    assert current.count() == 1
    assert current.get_attribute("data-issue") == item["issue_id"]


def test_the_same_from_the_folder_of_the_run(page, reports):
    (run,) = (reports / "runs").glob("*-rows")
    page.goto((run / "rows.html").as_uri())
    page.locator("a.place").first.click()
    page.wait_for_selector("mark.here")
    first = open_ledger(reports / "ledger").issues.iloc[0]
    assert page.evaluate(MARKED).replace("\n", "") == first["statement"].replace("\n", "")


def test_every_statement_and_measure_is_marked_as_the_ledger_has_it(page, reports):
    """All rows of all bulletins, by their addresses alone."""
    ledger = open_ledger(reports / "ledger")
    wanted = [
        (row.bulletin_id, row.start, row.end)
        for table, prefix in ((ledger.issues, "statement"), (ledger.measures, "text"))
        for row in table[["bulletin_id", f"{prefix}_start", f"{prefix}_end"]]
        .set_axis(["bulletin_id", "start", "end"], axis="columns")
        .itertuples()
    ]
    checked = 0
    for bulletin in ledger.bulletins["bulletin_id"]:
        text = ledger.text(bulletin)
        open_source(page, reports, address(bulletin))
        spans = [(int(start), int(end)) for owner, start, end in wanted if owner == bulletin]
        found = page.evaluate(
            "spans => spans.map(([start, end]) => { history.replaceState(null, '', `#${start}-${end}`); show(); return "
            + MARKED
            + "; })",
            spans,
        )
        assert found == [text[start:end].replace("\n", "") for start, end in spans]
        checked += len(spans)
    assert checked == len(ledger.issues) + len(ledger.measures) > 0


def test_the_list_jumps_and_marks_one_place_at_a_time(page, reports):
    ledger = open_ledger(reports / "ledger")
    items = ledger.issues[ledger.issues["bulletin_id"] == ledger.issues["bulletin_id"].value_counts().index[0]]
    open_source(page, reports, address(items["bulletin_id"].iloc[0]))
    assert page.locator("mark.here").count() == 0
    before = page.evaluate("document.querySelector('article').textContent")
    for at in (-1, 0, -1):
        item = items.iloc[at]
        page.locator(f".items a[data-issue='{item['issue_id']}']").click()
        page.wait_for_function(f"{MARKED} === {json.dumps(item['statement'])}")
        assert is_seen(page, "mark.here")
    assert page.evaluate("document.querySelector('article').textContent") == before


def test_an_item_without_a_span_is_found_by_its_id(page, reports):
    ledger = open_ledger(reports / "ledger")
    item = ledger.issues.iloc[-1]
    open_source(page, reports, address(item["bulletin_id"], issue=item["issue_id"]))
    page.wait_for_selector("mark.here")
    assert page.evaluate(MARKED) == item["statement"]


def test_a_place_that_is_not_there_marks_nothing(page, reports):
    bulletin = open_ledger(reports / "ledger").bulletins["bulletin_id"].iloc[0]
    for wrong in ("9999999-10000000", "5-5", "x", "%E4", "1-2-3"):
        open_source(page, reports, f"{address(bulletin)}#{wrong}")
        page.reload()
        assert page.locator("mark.here").count() == 0


def test_colours_follow_the_switch(page, reports):
    ledger = open_ledger(reports / "ledger")
    open_source(page, reports, address(ledger.bulletins["bulletin_id"].iloc[0]))
    colour = "getComputedStyle(document.querySelector('.f-statement[title]')).backgroundColor"
    by_field = page.evaluate(colour)
    page.locator("#by-theme").check()
    by_theme = page.evaluate(colour)
    assert len({by_field, by_theme, "rgba(0, 0, 0, 0)"}) == 3
    assert page.locator(".legend.theme").is_visible()
    assert not page.locator(".legend.field").is_visible()


def test_characters_beyond_the_first_plane_are_counted_as_one(page, ledgers, tmp_path):
    made = ledgers.bulletin("甲", 2024, "d")
    text = "\N{SAUROPOD}\N{CJK UNIFIED IDEOGRAPH-20000}中共甲关于整改情况的通报\n\N{SAUROPOD}第一句。第二句。\n"
    from conftest import bulletin_id

    identity = bulletin_id(text)
    made["text"] = text
    for table in ("bulletins", "issues", "measures", "discrepancies", "documents"):
        for row in [made[table]] if isinstance(made[table], dict) else made[table]:
            row["bulletin_id"] = identity
    start = text.index("第二句")
    made["issues"][0] |= {"statement": "第二句", "statement_start": start, "statement_end": start + 3}
    write_source(open_ledger(ledgers.join(tmp_path / "ledger", [made])), tmp_path / "source", lambda *_: None)
    page.goto((tmp_path / "source" / f"{identity}.html").as_uri() + f"#{start}-{start + 3}")
    page.wait_for_selector("mark.here")
    assert page.evaluate(MARKED) == "第二句"


def test_a_report_prints_to_a4_with_its_contents_and_its_code_only_if_asked(page, reports, tmp_path):
    pypdfium2 = pytest.importorskip("pypdfium2")

    def print_it():
        page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
        with pypdfium2.PdfDocument(tmp_path / "page.pdf") as pdf:
            return pdf[0].get_size(), "".join(sheet.get_textpage().get_text_range() for sheet in pdf)

    page.goto((reports / "reports" / "rows" / "rows.html").as_uri())
    (width, height), text = print_it()
    assert (round(width), round(height)) == (595, 842)
    assert "open_ledger" not in text
    page.locator("#show-code").check()
    _, text = print_it()
    assert "open_ledger" in text


def test_the_pages_are_there(reports):
    assert len(list((reports / "source").glob("b*.html"))) == len(open_ledger(reports / "ledger").bulletins)
    assert isinstance(reports, Path)
