"""Sentences and tokens of a raw text, by syntok; run once when a document enters the corpus, then frozen.

syntok (https://github.com/fnl/syntok) finds the sentences. Its tokens are split further at hyphens, as the LDC has
done since OntoNotes, so that the "U.S." of "U.S.-backed" is a token that a mention can cover.
"""

import re
from collections.abc import Iterator

from goldwire_corpus.schema import Segmentation, Span

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
            spans = [
                span
                for token in sentence
                if token.value.strip()
                for span in _split(token.value, paragraph.start() + token.offset)
            ]
            if spans:
                tokens.extend(spans)
                sentences.append(Span(spans[0].start, spans[-1].end))
    return Segmentation(sentences, tokens)


def _split(token: str, offset: int) -> Iterator[Span]:
    for piece in _PIECE.finditer(token):
        yield Span(offset + piece.start(), offset + piece.end())
