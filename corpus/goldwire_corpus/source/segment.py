"""Sentences and tokens of a raw text, by syntok; run once when a document enters the corpus, then frozen.

syntok (https://github.com/fnl/syntok) finds the sentences. Its tokens are split further at hyphens, as the LDC has
done since OntoNotes, so that the "U.S." of "U.S.-backed" is a token that a mention can cover.
"""

import re
import unicodedata
from collections.abc import Iterator

from goldwire_corpus.schema.document import Segmentation, Span

_PIECE = re.compile(r"[^-\u2010-\u2015]+|[-\u2010-\u2015]+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")


def segment(text: str) -> Segmentation:
    """Segments a text whose paragraphs are parted by a blank line; a sentence never crosses a paragraph."""
    from syntok import segmenter
    from syntok.tokenizer import Tokenizer

    tokenizer = Tokenizer(emit_hyphen_or_underscore_sep=True, replace_not_contraction=False)
    sentences: list[Span] = []
    tokens: list[Span] = []
    for paragraph in _PARAGRAPH.finditer(text):
        raw = list(tokenizer.tokenize(paragraph.group()))
        for sentence in segmenter.segment(iter(raw)):
            pieces = (_split(t.value, paragraph.start() + t.offset) for t in sentence if t.value.strip())
            spans = _rejoin(text, [span for piece in pieces for span in piece])
            if spans:
                tokens.extend(spans)
                sentences.append(Span(spans[0].start, spans[-1].end))
    return Segmentation(sentences, tokens)


def _rejoin(text: str, spans: list[Span]) -> list[Span]:
    """Puts a combining mark, which syntok makes a token of, back to the character that it combines with."""
    out: list[Span] = []
    for span in spans:
        if out and out[-1].end == span.start and unicodedata.combining(text[span.start]):
            span = Span(out.pop().start, span.end)
        out.append(span)
    return out


def _split(token: str, offset: int) -> Iterator[Span]:
    for piece in _PIECE.finditer(token):
        yield Span(offset + piece.start(), offset + piece.end())
