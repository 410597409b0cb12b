"""The records that cross the borders between the stages. They hold and do nothing; this file imports nothing of ours.

A span is a pair (start, end) of character positions in `Source.text`, end not included: text[start:end] is the thing itself.
What the text does not say is None or empty, never a guess.
"""

from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that could not be read or looks wrong."""

    code: str  # one word for counting, e.g. "number_skipped"
    message: str  # one sentence in Chinese, for the analyst
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the collector knows of a file that its text need not say (a row of data/raw/manifest.csv)."""

    unit: str | None = None
    region: str | None = None
    url: str | None = None
    published: str | None = None  # ISO date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text is printed."""

    span: Span
    page: int  # from 1
    # Left, top, right, bottom from the top left corner of the page, turned and straightened for reading; in points, of a
    # picture in parts of its longer side, which counts 842.
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What character recognition (OCR) gave of the pages that are pictures."""

    pages: int  # recognised
    confidence: float  # mean over their characters, 0..1
    unread: int  # lines left out, since they are too unclear
    doubts: tuple[Span, ...]  # digits and numerals recognised with too little confidence to be trusted


@dataclass(frozen=True, slots=True)
class Source:
    """One document as received, and its clean text."""

    path: str  # as given
    sha256: str  # of the bytes as received
    format: str  # txt, md, html, mht, docx, doc, pdf, image, xlsx, csv
    encoding: str  # utf-8, utf-8-sig, gb18030, …; that of the format itself where it has but one
    text: str  # clean text: one paragraph a line; every span points into it
    text_sha256: str  # of `text` in UTF-8
    # Clean position clean[i] comes from position raw[i] of the decoded file (of a file that is no text: of its paragraphs and
    # rows, one a line); between two entries both run on in step.
    clean: tuple[int, ...] = ()
    raw: tuple[int, ...] = ()
    repairs: dict[str, int] = field(default_factory=dict)  # how often each repair was made
    manifest: Manifest = Manifest()
    places: tuple[Place, ...] = ()  # of a PDF or picture, in the order of the text
    recognition: Recognition | None = None  # where pages had to be recognised
    notes: tuple[str, ...] = ()  # parts of the file that were not read, each in a sentence in Chinese


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the bulletin, with the characters that state it."""

    value: str | int | float | None
    span: Span


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the highest-level list in the measures text."""

    n: int  # 1, 2, 3 … as counted, not as printed
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """A word that spoke for a theme."""

    theme: str
    word: str
    weight: float
    span: Span | None  # where it stands in the clean text


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes of one item."""

    themes: tuple[str, ...]  # at least one, the primary first
    primary: str
    confidence: float  # 0..1
    evidence: tuple[Evidence, ...]
    review: bool  # to be looked at by a person


@dataclass(frozen=True, slots=True)
class Commitment:
    """A date that an item promises: 预计六月底前完成."""

    text: str  # the clause
    span: Span
    date_text: str  # the printed date
    due: str | None  # ISO; the last day of the promised period; None where it cannot be told


@dataclass(frozen=True, slots=True)
class Item:
    """A leaf issue, or a suggestion, with what was done about it. A text field that is absent is None."""

    n: str  # the number as printed; an unnumbered leaf gets <parent>.<ordinal>
    kind: str  # issue, suggestion
    unit: str | None  # named by the heading in a digest of several units, else None
    aspect: str | None  # 方面
    category: str | None  # the heading between aspect and leaf
    statement: str
    description: str | None
    cause: str | None
    measures_text: str | None
    outcome: str | None
    incomplete_reason: str | None
    next_steps: str | None
    target: str | None  # 整改目标
    deadline: str | None
    responsible: str | None
    measures: tuple[Measure, ...]
    commitments: tuple[Commitment, ...]
    status: str  # done, done_ongoing, in_progress, not_started, not_stated
    status_from: str  # item, section, declared, none
    status_text: str | None  # the printed words
    status_span: Span | None
    span: Span
    statement_span: Span
    spans: dict[str, tuple[Span, ...]]  # of every other text field; the field is their texts joined by newlines


@dataclass(frozen=True, slots=True)
class Count:
    """A number that the text states about a part of the bulletin: 理论学习方面（3分类10个问题）, （一）已整改完成的问题16个."""

    heading: str  # the part, e.g. 理论学习方面
    what: str  # a key of `declared`: issues, categories, done …
    value: int
    listed: int  # how many the part lists
    span: Span  # of the stated number
    listed_span: Span  # of the part


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One bulletin, read."""

    facts: dict[str, Fact]  # title, unit, party_body, team, kind, round, four dates; absent key: not said
    declared: dict[str, Fact]  # totals the text states; absent key: not said
    counts: tuple[Count, ...]  # numbers stated about parts
    items: tuple[Item, ...]
    notes: tuple[Note, ...]
