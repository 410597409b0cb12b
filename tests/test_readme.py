"""What the READMEs show is what a run makes."""

import re
import sys
from pathlib import Path

import pytest
from PIL import Image
from sample import copy_raw

from pipeline.flow import build
from pipeline.ledger.store import open_ledger

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
import readme  # noqa: E402


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    made = tmp_path_factory.mktemp("sample")
    out = made / "ledger"
    build(copy_raw(made / "raw"), out)
    return readme.table(open_ledger(out))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_table_is_the_one_that_a_run_makes(name, table):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert readme.with_table(text, table) == text


def test_every_file_that_the_readmes_name_is_there():
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for link in [part.split(")")[0] for part in text.split("](")[1:]]:
            assert (ROOT / link).exists(), link


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_three_pictures_are_shown_small_and_told_in_words(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    shown = re.findall(r"!\[(.+)\]\((figures/readme-.+\.png)\)\n\n\*\S", text)  # a caption follows
    assert [path for _, path in shown] == [
        f"figures/readme-{figure}.png" for figure in (*readme.COPIED, "recurrence_chains")
    ]
    for told, path in shown:
        assert len(told) >= 20
        with Image.open(ROOT / path) as picture:
            assert picture.width == readme.PIXELS
        assert (ROOT / path).stat().st_size <= readme.LARGEST


def test_a_small_picture_keeps_its_colours(tmp_path):
    large = Image.new("RGBA", (2600, 200), "white")
    colours = [(11, 79, 138), (86, 160, 211), (239, 178, 90), (179, 64, 31), (213, 217, 223)]
    for n, colour in enumerate(colours):
        large.paste(colour, (500 * n, 50, 500 * n + 100, 150))
    large.save(tmp_path / "large.png")
    readme.shrink(tmp_path / "large.png", tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as picture:
        small = picture.convert("RGB")
    for n, colour in enumerate(colours):
        assert all(abs(a - b) <= 6 for a, b in zip(small.getpixel((250 * n + 25, 50)), colour, strict=True))


def test_a_picture_that_is_too_large_is_refused(tmp_path):
    noise = Image.effect_noise((1300, 900), 90)
    noise.save(tmp_path / "noise.png")
    with pytest.raises(ValueError, match="more than 250,000"):
        readme.shrink(tmp_path / "noise.png", tmp_path / "small.png")
