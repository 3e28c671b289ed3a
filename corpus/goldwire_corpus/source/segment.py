"""Segmentation of a raw text into sentences and tokens, run once when a document enters the corpus, then frozen.

syntok (https://github.com/fnl/syntok) finds the sentences. Its tokens are split further at hyphens, as in OntoNotes and
later LDC corpora, so that "U.S." in "U.S.-backed" is a token that a mention can cover.
"""

import re
import unicodedata
from collections.abc import Iterator

from goldwire_corpus.schema.document import Segmentation, Span

_PIECE = re.compile(r"[^-\u2010-\u2015]+|[-\u2010-\u2015]+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")
# Abbreviations after which syntok wrongly ends a sentence: before a name, before a day or number, and those of
# countries and organisations, which may also end a sentence.
_BEFORE_NAME = frozenset(
    "Adm. Amb. Brig. Capt. Cmdr. Col. Cpl. Dr. Fr. Gen. Gov. Hon. Insp. Lt. Maj. Messrs. Mr. Mrs. Ms. Msgr. Pfc. Pres. "
    "Prof. Pvt. Rep. Rev. Sen. Sgt. Spc. St. Supt.".split()
)
_BEFORE_NUMBER = frozenset(
    "Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sep. Sept. Oct. Nov. Dec. No. Nos. Art. Sec. vol. p. pp.".split()
)
_COUNTRIES = frozenset("U.S. U.K. U.N. E.U. D.C.".split())
_STARTERS = frozenset(
    "A After All Also An And As At Both But By During Each For From He Her Here His How However I If In It Its Last "
    "Many Most No None On One Other Our Several She Since So Some Such That The Their Then There These They This "
    "Those Under Until We What When Where While Who With".split()
)


def segment(text: str) -> Segmentation:
    """Return sentences and tokens of a text with paragraphs separated by blank lines, which end sentences."""
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
                if sentences and sentences[-1].start >= paragraph.start() and _goes_on(text, sentences[-1], spans[0]):
                    spans = [sentences.pop(), *spans]
                sentences.append(Span(spans[0].start, spans[-1].end))
    return Segmentation(sentences, tokens)


def _goes_on(text: str, sentence: Span, following: Span) -> bool:
    """Return whether `sentence`, which ends with an abbreviation, continues with the token `following`."""
    last = text[sentence.start : sentence.end].rsplit(maxsplit=1)[-1].lstrip("(\"'\u201c\u2018")
    word = text[following.start : following.end]
    if last in _BEFORE_NAME:
        return word[0].isupper() or word in "\"'\u201c"
    if last in _BEFORE_NUMBER:
        return word[0].isdigit()
    return last in _COUNTRIES and word not in _STARTERS and word[0].isalnum()


def _rejoin(text: str, spans: list[Span]) -> list[Span]:
    """Return the tokens with each combining mark, which syntok separates, joined to its character."""
    out: list[Span] = []
    for span in spans:
        if out and out[-1].end == span.start and unicodedata.combining(text[span.start]):
            span = Span(out.pop().start, span.end)
        out.append(span)
    return out


def _split(token: str, offset: int) -> Iterator[Span]:
    for piece in _PIECE.finditer(token):
        yield Span(offset + piece.start(), offset + piece.end())
