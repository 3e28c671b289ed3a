"""Statistics of style that compare the invented texts with real ones, without storing any text.

Texts are segmented like the corpus. Rates are per 1,000 tokens; the type-token ratio is the mean over consecutive
segments of 1,000 lower-cased words. Statistics of annotations are None for texts without annotations.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, pstdev

import msgspec

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.document import Document, Span, marked
from goldwire_corpus.source.files import read_lines, read_text
from goldwire_corpus.source.segment import segment

STRETCH = 1000
_QUOTED = re.compile(r'"[^"\n]*"')
_MUC_DOCUMENT = re.compile(r"^TST4-MUC4-\d+\s*$", re.MULTILINE)


class TextFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    documents: int
    tokens: int
    sentence_mean: float
    sentence_spread: float
    type_token_ratio: float | None
    said: float
    quoted: float
    mentions: float | None = None
    pronouns: float | None = None
    named: float | None = None
    events: float | None = None
    far_arguments: float | None = None


ROWS = {
    "documents": "documents",
    "tokens": "tokens",
    "sentence_mean": "tokens of a sentence, mean",
    "sentence_spread": "tokens of a sentence, standard deviation",
    "type_token_ratio": "type-token ratio of 1,000 words",
    "said": '"said"',
    "quoted": "words in quotation marks",
    "mentions": "mentions",
    "pronouns": "pronouns",
    "named": "named mentions",
    "events": "event mentions",
    "far_arguments": "arguments in another sentence than their trigger",
}
"""The rows of the table: the field and its name."""
_SIZES = ("documents", "tokens")


class _Text(msgspec.Struct):
    text: str
    sentences: list[Span]
    tokens: list[Span]


def measure(documents: Iterable[Document]) -> TextFigures:
    """Return the figures of annotated documents. Raises DataError if there are none."""
    rows = list(documents)
    figures = _measure([_Text(d.text, d.sentences, d.tokens) for d in rows])
    tokens = figures.tokens / 1000

    def rate(number: int) -> float:
        return round(number / tokens, 1)

    mentions = [m for d in rows for m in d.mentions]
    return msgspec.structs.replace(
        figures,
        mentions=rate(len(mentions)),
        pronouns=rate(sum(m.level == "PRO" for m in mentions)),
        named=rate(sum(m.level == "NAM" for m in mentions)),
        events=rate(sum(len(d.events) for d in rows)),
        far_arguments=rate(sum(map(_far_arguments, rows))),
    )


def measure_texts(texts: Iterable[str]) -> TextFigures:
    """Return the figures of plain texts, segmented like the corpus. Raises DataError if there are none."""
    segmented = ((text, segment(text)) for text in texts)
    return _measure([_Text(text, spans.sentences, spans.tokens) for text, spans in segmented])


def _measure(texts: list[_Text]) -> TextFigures:
    if not any(t.tokens for t in texts):
        raise data_error("", 0, "text-missing", "no text to measure")
    lengths = [
        sum(sentence.start <= token.start < sentence.end for token in t.tokens)
        for t in texts
        for sentence in t.sentences
    ]
    tokens = sum(len(t.tokens) for t in texts)
    words = [w.lower() for t in texts for x in t.tokens if (w := t.text[x.start : x.end])[0].isalnum()]
    stretches = [words[i : i + STRETCH] for i in range(0, len(words) - STRETCH + 1, STRETCH)]
    quoted = sum(len(re.findall(r"\w+", quote)) for t in texts for quote in _QUOTED.findall(t.text))
    return TextFigures(
        len(texts),
        tokens,
        round(mean(lengths), 1),
        round(pstdev(lengths), 1),
        round(mean(len(set(stretch)) / STRETCH for stretch in stretches), 3) if stretches else None,
        round(1000 * words.count("said") / tokens, 1),
        round(1000 * quoted / tokens, 1),
    )


def _far_arguments(document: Document) -> int:
    starts = {x.id: x.start for x in marked(document)}

    def sentence(start: int) -> int:
        return next((i for i, s in enumerate(document.sentences) if start < s.end), len(document.sentences))

    return sum(sentence(starts[a.filler]) != sentence(e.start) for e in document.events for a in e.arguments)


# ------------------------------------------------------------------ real texts


def real_figures(annotated: Mapping[str, Sequence[Document]], real: Path | None) -> dict[str, TextFigures]:
    """Return the figures of annotated documents and of the texts in the folder `real`, by name.

    `real` has the files as published: `re3d/<source>/documents.json`, `muc4/tst4-muc4.mixed-case`,
    `wikievents/dev.jsonl`. Raises DataError if it has none of them.
    """
    found = {name: measure(documents) for name, documents in annotated.items()}
    for name, texts in _collections(real) if real is not None else ():
        found[name] = measure_texts(texts)
    if not found:
        message = "found none of the real texts; expected re3d, muc4 or wikievents, or --article"
        raise data_error(str(real or ""), 0, "text-missing", message)
    return found


def _collections(real: Path) -> Iterator[tuple[str, list[str]]]:
    for path in sorted(real.glob("re3d/*/documents.json")):
        yield f"re3d: {path.parent.name}", [_plain(row["text"]) for row in read_lines(path, dict)]
    muc = real / "muc4" / "tst4-muc4.mixed-case"
    if muc.exists():
        # Lines of MUC-4 are wrapped, and square brackets enclose editorial remarks.
        texts = [re.sub(r"\[[^\]]*\]", " ", text) for text in _MUC_DOCUMENT.split(read_text(muc))[1:]]
        yield "MUC-4 tst4", [_plain(re.sub(r"(?<!\n)\n(?!\n)", " ", text)) for text in texts]
    wikievents = real / "wikievents" / "dev.jsonl"
    if wikievents.exists():
        rows = read_lines(wikievents, dict)
        # One sentence per paragraph, because the text of the file has no space between sentences.
        yield "WikiEvents dev", ["\n\n".join(_plain(sentence[1]) for sentence in row["sentences"]) for row in rows]


def _plain(text: str) -> str:
    """Return the text with straight quotes and single spaces."""
    text = re.sub("[\u201c\u201d]", '"', re.sub("[\u2018\u2019]", "'", text))
    return re.sub(r"\n\s*\n\s*", "\n\n", re.sub(r"[ \t\u00a0]+", " ", text)).strip()


# ------------------------------------------------------------------ table


OUTSIDE = " *"


def figures_table(ours: Mapping[str, TextFigures], real: Mapping[str, TextFigures]) -> str:
    """Return a Markdown table of our splits and real texts; an asterisk marks a figure outside their range."""
    lines = [f"| | {' | '.join([*ours, 'range of real texts', *real])} |"]
    lines.append(f"| --- |{' --- |' * (len(ours) + 1 + len(real))}")
    for field, name in ROWS.items():
        values = [value for f in real.values() if (value := getattr(f, field)) is not None]
        low, high = (min(values), max(values)) if len(values) > 1 and field not in _SIZES else (None, None)
        cells = []
        for figures in ours.values():
            value = getattr(figures, field)
            outside = value is not None and low is not None and high is not None and not low <= value <= high
            cells.append(_cell(value) + OUTSIDE * outside)
        cells.append("" if low is None else f"{_cell(low)} to {_cell(high)}")
        cells += [_cell(getattr(f, field)) for f in real.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def read_real_figures(path: Path) -> dict[str, TextFigures]:
    """Return the stored figures of real texts. Raises DataError if the file is missing or invalid."""
    try:
        return msgspec.json.decode(read_text(path), type=dict[str, TextFigures])
    except msgspec.DecodeError as error:
        raise data_error(str(path), 0, "json", str(error)) from None
