"""Measures how well scans are read: the sample scan against its twin, as it is and made worse.

    python benchmarks/scan.py [--pages N ...]

Prints the share of characters that are wrong, left out or added (character error rate, without blanks and with the punctuation of
one width), the items and fields that differ from the twin's, and how many wrong figures fall below a bound of confidence.
Recognition takes seconds a page.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from pathlib import Path
from unicodedata import normalize

import numpy as np
from PIL import Image, ImageFilter

from pipeline.bulletins import parse
from pipeline.sources import read
from pipeline.sources.pdf_layout import FIGURES, SURE, Char
from pipeline.sources.pdf_pages import render
from pipeline.sources.scan import recognise

ROOT = Path(__file__).parents[1]
SCAN = ROOT / "data" / "raw" / "wangchuan-school-2018.pdf"
TWIN = ROOT / "data" / "truth" / "texts" / "wangchuan-school-2018.txt"
WORSE = (("coarse", 70), ("coarse", 55), ("coarse", 45), ("soft", 3), ("soft", 4), ("noisy", 80), ("noisy", 130))
BOUNDS = (0.5, 0.7, 0.8, 0.9, SURE, 0.99)


def plain(text: str) -> str:
    """Without blanks and differences of width."""
    return "".join(normalize("NFKC", text).split())


def errors(found: str, truth: str) -> int:
    """Count the characters to change, leave out or add (by difflib, which finds at least as many as there are)."""
    steps = SequenceMatcher(None, found, truth, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in steps if kind != "equal")


def worsen(picture: np.ndarray, kind: str, amount: float) -> np.ndarray:
    """Make a page coarser (pixels an inch), softer (radius) or noisier (spread of 255)."""
    image = Image.fromarray(picture)
    if kind == "coarse":
        part = amount * 11.7 / max(image.size)
        small = image.resize((int(image.width * part), int(image.height * part)), Image.Resampling.BILINEAR)
        image = small.resize(image.size, Image.Resampling.BILINEAR)
    elif kind == "soft":
        image = image.filter(ImageFilter.GaussianBlur(amount))
    elif kind == "noisy":
        noise = np.random.default_rng(1).normal(0, amount, (image.height, image.width, 1))
        image = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    return np.asarray(image)


def as_it_is() -> None:
    begun = time.perf_counter()
    scan = read(SCAN)
    seconds = time.perf_counter() - begun
    twin = read(TWIN)
    wrong, length = errors(plain(scan.text), plain(twin.text)), len(plain(twin.text))
    found = scan.recognition
    assert found is not None  # noqa: S101  it is a scan
    print(
        f"{SCAN.name}: {found.pages} pages, {seconds / found.pages:.1f} seconds a page, mean confidence {found.confidence}"
    )
    print(f"  {wrong} of {length} characters wrong ({wrong / length:.2%}); {found.unread} lines left out")
    print(f"  {len(found.doubts)} figures below the bound of {SURE}")
    one, two = parse(scan.text), parse(twin.text)
    print(f"  items: {len(one.items)}, of the twin {len(two.items)}")
    for n, (here, there) in enumerate(zip(one.items, two.items, strict=False), start=1):
        differing = [k for k, v in asdict(here).items() if "span" not in k and words(v) != words(asdict(there)[k])]
        if differing:
            print(f"    item {n} differs in {', '.join(differing)}")
    lost = [k for k in two.facts if k not in one.facts or one.facts[k].value != two.facts[k].value]
    lost += [k for k in two.declared if k not in one.declared or one.declared[k].value != two.declared[k].value]
    print(f"  facts and totals lost or changed: {', '.join(lost) or 'none'}")


def words(value: object) -> object:
    """What a field says, without where it stands."""
    if isinstance(value, dict):
        return {key: words(inner) for key, inner in value.items() if "span" not in key}
    return [words(inner) for inner in value] if isinstance(value, list | tuple) else value


def made_worse(pages: Sequence[int]) -> None:
    clean = {number: (picture, scale) for number, picture, scale in render(SCAN.read_bytes(), pages)}
    best = {number: said(recognise(picture, scale).chars) for number, (picture, scale) in clean.items()}
    print(f"pages {', '.join(str(n + 1) for n in pages)} made worse, against what is recognised of them as they are")
    wrong: list[float] = []
    right: list[float] = []
    for kind, amount in WORSE:
        count, unread = 0, 0
        for number, (picture, scale) in clean.items():
            found = recognise(worsen(picture, kind, amount), scale)
            text = said(found.chars)
            count += errors(text, best[number])
            unread += found.unread
            sort_figures(found.chars, best[number], right, wrong)
        print(
            f"  {kind} {amount:g}: {count / sum(map(len, best.values())):.2%} of characters wrong, {unread} lines left out"
        )
    print(f"of all these, {len(wrong)} figures are wrong and {len(right)} right; below a bound are")
    for bound in BOUNDS:
        low, alarms = sum(c < bound for c in wrong), sum(c < bound for c in right)
        print(
            f"  {bound}: {low / max(1, len(wrong)):.0%} of the wrong ones, {alarms / max(1, len(right)):.1%} of the right ones"
        )


def said(chars: Sequence[Char]) -> str:
    return "".join(plain(char.text) for char in chars)


def sort_figures(chars: Sequence[Char], truth: str, right: list[float], wrong: list[float]) -> None:
    """Add the confidence of every figure to the right or to the wrong ones."""
    each = [(letter, char.confidence) for char in chars for letter in plain(char.text)]
    steps = SequenceMatcher(None, [letter for letter, _ in each], list(truth), autojunk=False).get_opcodes()
    for kind, a, b, _, _ in steps:
        for letter, confidence in each[a:b]:
            if FIGURES.match(letter):
                (right if kind == "equal" else wrong).append(confidence)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, nargs="+", default=[1, 2, 5], help="which pages are made worse")
    asked = options.parse_args()
    as_it_is()
    made_worse([number - 1 for number in asked.pages])


if __name__ == "__main__":
    main()
