"""How fast statements are judged and the classifier is trained, as ratios measured in one run: never a time on its own.

    python benchmarks/themes.py
    python benchmarks/themes.py --times 60

The statements are those of data/labels/themes.csv, so many times over; one process does everything.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import jieba
import pandas as pd
import rjieba

from pipeline.themes.ask import classify
from pipeline.themes.labels import read_examples, read_labels
from pipeline.themes.train import train

LABELS = Path(__file__).parents[1] / "data" / "labels" / "themes.csv"
SLOW = 10  # every so-many-th statement is enough for jieba


def rate(job: Callable[[], object], statements: int) -> float:
    """Statements a second, the best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return statements / min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    labelled = read_labels(LABELS)
    statements = [row.statement for row in labelled] * parser.parse_args().times
    frame = pd.DataFrame({"statement": statements})
    jieba.setLogLevel(60)
    jieba.initialize()
    engine = rjieba.Jieba()
    classify(frame.head(100))
    few = statements[::SLOW]
    ours = rate(lambda: classify(frame), len(statements))
    bare = rate(lambda: [engine.cut(text) for text in statements], len(statements))
    slow = rate(lambda: [jieba.lcut(text) for text in few], len(few))
    start = time.perf_counter()
    train(labelled, read_examples())
    training = len(labelled) / (time.perf_counter() - start)
    print(f"{len(statements):,} statements judged with evidence, one process")
    print(f"  against bare rjieba.cut of the same statements   {ours / bare:.2f}×")
    print(f"  against bare jieba.lcut of the same statements   {ours / slow:.1f}×")
    print(f"training, five folds and the whole, against bare rjieba.cut   {training / bare:.4f}×")


if __name__ == "__main__":
    main()
