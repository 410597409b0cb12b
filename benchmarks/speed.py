"""How fast the whole job is, as ratios measured in one run: never a time on its own, since machines differ.

    python benchmarks/speed.py               the table that README quotes
    python benchmarks/speed.py --documents 400 --growth 100 1000 10000

The bulletins are the samples of data/raw with other figures in them, so that no two are the same text.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import jieba

from pipeline.bulletins import parse
from pipeline.flow import build
from pipeline.sources import read
from pipeline.sources.repair import repair

LENGTHS = (4, 16, 64)
RAW = Path(__file__).parents[1] / "data" / "raw"


def samples() -> list[str]:
    return [
        read(path).text for path in sorted(RAW.iterdir()) if path.suffix in {".txt", ".md"} and path.stem != "README"
    ]


def write_corpus(folder: Path, documents: int) -> int:
    """Writes so many bulletins and returns their characters."""
    folder.mkdir(parents=True)
    texts, rng, characters = samples(), random.Random(0), 0
    for number in range(documents):
        text = re.sub(r"\d+(?=[次个条人份项])", lambda _: str(rng.randint(2, 99)), texts[number % len(texts)])
        text += f"\n（{number}）"
        characters += len(text)
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
    return characters


def seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def jieba_rate(folder: Path, share: int) -> float:
    """Characters a second of bare jieba.lcut over every share-th document, its dictionary loaded before."""
    jieba.setLogLevel(60)
    jieba.initialize()
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())[::share]]
    return sum(map(len, texts)) / seconds(lambda: [jieba.lcut(text) for text in texts])


def build_rate(folder: Path, characters: int, workers: int) -> float:
    """Characters a second of read + parse + themes + tables into an empty ledger."""
    with tempfile.TemporaryDirectory() as out:
        return characters / seconds(lambda: build(folder, Path(out), workers=workers))


def length_ratio(times: int) -> float:
    """Characters a second of repairing and parsing all samples as one text so many times over, against them once."""
    once = "\n".join(samples())
    rates = [
        len(text) / min(seconds(lambda text=text: parse(repair(text).text)) for _ in range(3))
        for text in (once, "\n".join([once] * times))
    ]
    return rates[1] / rates[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=600)
    parser.add_argument("--growth", type=int, nargs="*", default=[100, 1000, 10_000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        corpus = Path(place) / "corpus"
        characters = write_corpus(corpus, arguments.documents)
        # Both sides are measured with code and dictionaries loaded.
        warm = Path(place) / "warm"
        build_rate(warm, write_corpus(warm, 8), 1)
        floor = jieba_rate(corpus, max(1, arguments.documents // 60))
        one = build_rate(corpus, characters, 1)
        two = build_rate(corpus, characters, 2)
        print(f"{arguments.documents} bulletins, {characters:,} characters: read + parse + themes + tables")
        print(f"  against bare jieba.lcut over the same text, one core   {one / floor:5.1f}×")
        print(f"  against bare jieba.lcut over the same text, two cores  {two / floor:5.1f}×")
        print(f"  two cores against one                                  {two / one:5.2f}×")
        for times in LENGTHS:
            print(
                f"  one text {times:3} times as long: characters a second of repair + parse   {length_ratio(times):5.2f}×"
            )
        first = None
        for documents in arguments.growth:
            folder = Path(place) / f"corpus{documents}"
            rate = build_rate(folder, write_corpus(folder, documents), 2)
            shutil.rmtree(folder)
            first = first or rate
            print(
                f"  {documents:6} bulletins: characters a second against those at {arguments.growth[0]}  {rate / first:5.2f}×"
            )


if __name__ == "__main__":
    sys.exit(main())
