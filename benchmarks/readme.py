"""Makes the table and the figures that the READMEs show, from a run on data/raw.

After `make report`, `python benchmarks/readme.py` writes the table into README.md and README.zh-CN.md, and small copies of
three figures into figures/readme-*.png.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from PIL import Image

from pipeline.analysis.completion import completion
from pipeline.analysis.recurrence import chains
from pipeline.analysis.rounds import latest_versions
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.reporting import charts_recurrence, recurrence_words, style, words
from pipeline.reporting.figures import Caption, draw, save

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- table: made by benchmarks/readme.py -->", "<!-- end -->"
SINCE = 2023  # year of feedback from which on a bulletin is shown
COPIED = ("completion_by_theme", "theme_by_unit")  # as the reports drew them
CHAINS = 8  # of the figure of what came back, which a report draws longer
PIXELS = 1300  # width: twice that of the text of a README
COLOURS = 256
LARGEST = 250_000  # bytes of a picture


def table(ledger: Ledger) -> str:
    """One row a bulletin since SINCE, of several versions the latest: what it declares and lists, and the rate of its items."""
    rows = [
        "| 单位 | 反馈年份 | 所称问题 | 列出问题 | 自报完成率（95% 区间） | 不一致的总数 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    differing = ledger.discrepancies[ledger.discrepancies["verdict"] == "differs"].groupby("bulletin_id").size()
    bulletins, _ = latest_versions(ledger.bulletins, ledger.issues)
    for bulletin in bulletins[bulletins["year"] >= SINCE].sort_values(["unit_name", "year"]).itertuples():
        issues = ledger.issues[ledger.issues["bulletin_id"] == bulletin.bulletin_id]
        rate = completion(issues).iloc[0]
        stated = "未说明状态" if rate["stated"] == 0 else f"{rate['rate']:.0%}（{rate['low']:.0%}–{rate['high']:.0%}）"
        declared = "未说明" if pd.isna(bulletin.declared_issues) else bulletin.declared_issues
        cells = (
            "多个单位" if pd.isna(bulletin.unit_name) else bulletin.unit_name,  # a digest
            bulletin.year,
            declared,
            bulletin.listed_issues,
            stated,
            differing.get(bulletin.bulletin_id, 0),
        )
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(rows)


def with_table(readme: str, made: str) -> str:
    """The README with the table between its marks."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.split(END)[1]}"


def figures(ledger: Ledger, folder: Path) -> None:
    """Copy two of the figures of a folder, and draw a shorter third, as small pictures beside them."""
    for name in COPIED:
        shrink(folder / f"{name}.png", folder / f"readme-{name}.png")
    style.use()
    bulletins, issues = latest_versions(ledger.bulletins, ledger.issues)
    found = chains(issues, bulletins)
    caption = Caption(
        recurrence_words.chains_title(found),
        "每行一链，点为各轮自报的状态；红线：前一轮自报已完成。先列次数多的",
        f"{words.source(bulletins)}只画前 {CHAINS} 条。",
    )
    shown = found.head(charts_recurrence.rows_of_chains(found, CHAINS))
    with TemporaryDirectory() as place:
        png, *_ = save(draw(charts_recurrence.paths, shown, caption), shown, Path(place), "recurrence_chains")
        shrink(png, folder / "readme-recurrence_chains.png")


def shrink(picture: Path, to: Path) -> None:
    """Write a picture smaller and in few colours."""
    with Image.open(picture) as image:
        flat = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    small = flat.resize((PIXELS, round(flat.height * PIXELS / flat.width)), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(to, optimize=True)
    if to.stat().st_size > LARGEST:
        raise ValueError(f"{to} has {to.stat().st_size:,} bytes, more than {LARGEST:,}")


def main() -> None:
    ledger = open_ledger(ROOT / "data" / "processed")
    made = table(ledger)
    for name in ("README.md", "README.zh-CN.md"):
        path = ROOT / name
        path.write_text(with_table(path.read_text(encoding="utf-8"), made), encoding="utf-8")
    figures(ledger, ROOT / "figures")


if __name__ == "__main__":
    main()
