"""Where the project's folders are. Nothing else of the package may be imported here.

Every default path starts at the project's root, because a shell and Jupyter disagree about the working directory:
`make` runs in the root, a notebook in its own folder.
"""

from pathlib import Path


def find_root(start: Path, package: Path) -> Path:
    """Find the nearest of `start` and the folders above it that holds data/raw; else `package`; else `start`.

    Parameters
    ----------
    start
        Where to begin, usually the working directory.
    package
        The folder that holds the package: the root when it runs from a clone.
    """
    for folder in (start, *start.parents, package):
        if (folder / "data" / "raw").is_dir():
            return folder
    return start


ROOT = find_root(Path.cwd(), Path(__file__).resolve().parent.parent)
RAW = ROOT / "data" / "raw"  # bulletins as received
PROCESSED = ROOT / "data" / "processed"  # the ledger
REPORTS = PROCESSED / "reports"  # pages, and the notebooks as they were run
FIGURES = ROOT / "figures"
EXPORTS = ROOT / "data" / "exports"  # the ledger for other programs
NOTEBOOKS = ROOT / "notebooks"
PLAN = ROOT / "reports.toml"  # which reports there are beside the notebooks' own
LABELS = ROOT / "data" / "labels" / "themes.csv"  # statements with their themes
MODEL = ROOT / "data" / "labels" / "model.npz"  # a classifier trained here, in place of the one in the package
