"""Small PDFs with a text layer, drawn by matplotlib in points from the top left corner of an A4 page."""

import io
from pathlib import Path

import matplotlib as mpl
import mplfonts
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

FONT = FontProperties(fname=str(Path(mplfonts.__file__).parent / "fonts" / "SimHei.ttf"))
WIDTH, HEIGHT = 595, 842


class Sheet:
    """One page."""

    def __init__(self, width=WIDTH, height=HEIGHT):
        self.size = width, height
        self.figure = Figure(figsize=(width / 72, height / 72))

    def write(self, x, y, text, size=12, **more):
        """Text with its lower left corner at x, y."""
        width, height = self.size
        self.figure.text(x / width, 1 - y / height, text, fontproperties=FONT, fontsize=size, **more)
        return self

    def paragraph(self, x, y, text, width=30, size=12):
        """Lines of so many characters, the first indented by two."""
        first, rest = text[: width - 2], text[width - 2 :]
        lines = [first] + [rest[n : n + width] for n in range(0, len(rest), width)]
        for n, line in enumerate(lines):
            self.write(x + (2 * size if n == 0 else 0), y + n * 1.6 * size, line, size)
        return y + len(lines) * 1.6 * size

    def line(self, x, y, to_x, to_y):
        width, height = self.size
        self.figure.add_artist(
            mpl.lines.Line2D([x / width, to_x / width], [1 - y / height, 1 - to_y / height], lw=0.8, color="black")
        )

    def cell(self, box, lines, size=10):
        left, top, right, bottom = box
        self.line(left, top, right, top)
        self.line(left, bottom, right, bottom)
        self.line(left, top, left, bottom)
        self.line(right, top, right, bottom)
        for n, words in enumerate(lines):
            self.write(left + 3, top + (n + 1) * 1.4 * size, words, size)


def pdf(*sheets):
    made = io.BytesIO()
    with mpl.rc_context({"pdf.fonttype": 42}), PdfPages(made) as pages:
        for sheet in sheets:
            pages.savefig(sheet.figure)
    return made.getvalue()
