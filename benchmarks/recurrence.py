"""How fast like issues are found among many, as ratios to sparse-dot-topn in the same run, and how many links are kept.

    python benchmarks/recurrence.py
    python benchmarks/recurrence.py --issues 10000 50000 --least 0.45  # the bound of the reports

The issues are the statements of data/labels/themes.csv told anew: other figures, clauses of two statements joined or left
out, words put for their like. So groups of every size occur. Both sides start from the same features, the making of which
is told apart; the plain call has two threads, the bands one. `themselves` is the share of the links of the exact product (at
least so alike, the strongest 20 of each) that are found too; where many are equally alike, which 20 is chance, and the bands
link the members of a bucket to two of them only. So beside it stands the share whose two ends are joined by at most two of the
links found, or by any number; and how much of all is in the largest connected part: where it is much, the last says little.
"""

import argparse
import multiprocessing
import random
import re
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sparse_dot_topn import sp_matmul_topn

from pipeline.analysis.likeness import TOP, Features, Links, featurize, find_by_bands, find_exactly

LABELS = Path(__file__).parents[1] / "data" / "labels" / "themes.csv"
LEAST = 0.7  # nearly the same words; what counts as one weakness in a ledger is less (recurrence.LEAST)
JOINED = 0.25  # share of issues that have a clause of another statement
TAILS = (
    "问题突出",
    "不到位",
    "不够规范",
    "有差距",
    "执行不严",
    "时有发生",
    "把关不严",
    "落实不力",
    "流于形式",
    "管理松散",
)
LIKE = {"管理": "管控", "制度": "规定", "资金": "经费", "干部": "人员", "检查": "查验", "审批": "批准", "学习": "研学"}


def issues(n: int, seed: int = 0) -> list[str]:
    """So many statements, made from the labelled ones."""
    rng = random.Random(seed)
    known = pd.read_csv(LABELS, keep_default_na=False)["statement"].tolist()
    clauses = [re.split("[，；]", statement) for statement in known]
    made = []
    for _ in range(n):
        parts = list(rng.choice(clauses))
        if rng.random() < JOINED:
            parts.append(rng.choice(rng.choice(clauses)))
        if len(parts) > 1 and rng.random() < 0.3:
            parts.pop(rng.randrange(len(parts)))
        text = "，".join(parts)
        for word, other in LIKE.items():
            if word in text and rng.random() < 0.3:
                text = text.replace(word, other)
        text = re.sub(r"\d+", lambda _: str(rng.randint(2, 999)), text)
        made.append(text + (rng.choice(TAILS) if rng.random() < 0.5 else ""))
    return made


def product(features: Features, least: float) -> Links:
    """The plain call: the whole product with the strongest of each row, two threads."""
    matrix = sparse.csr_matrix(features.matrix)
    found = sp_matmul_topn(matrix, matrix.T.tocsr(), top_n=TOP + 1, threshold=np.float32(least), n_threads=2).tocoo()
    ahead = found.row < found.col
    return Links(found.row[ahead].astype(np.int64), found.col[ahead].astype(np.int64), found.data[ahead])


def kept(reference: Links, links: Links, n: int) -> tuple[float, float, float]:
    """Share of the reference's links whose ends are connected, are two steps apart at most, and are linked themselves."""
    joined = sparse.coo_array((np.ones(len(links), np.int8), (links.one, links.other)), (n, n))
    _, part = connected_components(joined, directed=False)
    near = sparse.csr_array(joined + joined.T + sparse.eye_array(n, dtype=np.int8), dtype=np.float32)
    steps = np.concatenate(
        [
            np.asarray(
                near[reference.one[at : at + 200_000]].multiply(near[reference.other[at : at + 200_000]]).sum(axis=1)
            )
            for at in range(0, len(reference), 200_000)
        ]
    )
    found = np.isin(reference.one * n + reference.other, links.one * n + links.other)
    return float(np.mean(part[reference.one] == part[reference.other])), float(np.mean(steps > 0)), float(found.mean())


def largest(links: Links, n: int) -> float:
    """Share of the statements in the largest connected part: where it is large, staying connected means little."""
    _, part = connected_components(
        sparse.coo_array((np.ones(len(links)), (links.one, links.other)), (n, n)), directed=False
    )
    return float(np.bincount(part).max() / n)


def measure(job: Callable[[], Links]) -> tuple[Links, float, float]:
    receive, send = multiprocessing.Pipe(duplex=False)

    def run() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        links = job()
        seconds = time.perf_counter() - start
        send.send((links, seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024))

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    answer = receive.recv()
    process.join()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", type=int, nargs="*", default=[10_000, 50_000, 200_000])
    parser.add_argument("--least", type=float, default=LEAST)
    arguments = parser.parse_args()
    before: tuple[int, float, float] | None = None
    for n in arguments.issues:
        start = time.perf_counter()
        features = featurize(issues(n))
        making = time.perf_counter() - start
        reference, whole, much = measure(partial(product, features, arguments.least))
        print(
            f"{n:,} issues, {len(reference):,} links in the exact product; {largest(reference, n):.1%} in its largest part"
        )
        for name, find in (("exact, themes heard", find_exactly), ("bands of signatures", find_by_bands)):
            if find is find_exactly and n > 50_000:
                continue
            links, seconds, memory = measure(partial(find, features, arguments.least))
            connected, close, found = kept(reference, links, n)
            print(
                f"  {name:20} {whole / seconds:5.1f}× as fast   links: themselves {found:6.1%}, by two {close:6.1%}, "
                f"joined {connected:6.1%}   "
                f"memory {memory / max(much, 1):5.1f}× ({memory:,.0f} MB)"
            )
        print(f"  making the features against the bands {making / seconds:5.2f}×")
        if before:
            size, slow, quick = before
            grown = np.log(n / size)
            print(
                f"  grows with n to the {np.log(whole / slow) / grown:.2f} (product), {np.log(seconds / quick) / grown:.2f} (bands)"
            )
        before = n, whole, seconds


if __name__ == "__main__":
    main()
