"""Titles: words that are titles in train, or in the lexicon where they stand as titles do in train."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from goldwire_baselines.lexicon import entry
from goldwire_baselines.spacy_pipeline.counts import Counts
from goldwire_baselines.spacy_pipeline.parsed import Parsed, end_of, start_of
from goldwire_corpus.schema.prediction import PredSpan

if TYPE_CHECKING:
    from spacy.tokens import Token

_TITLE, _NONE = "TITLE", "-"


class TitleFinder:
    def __init__(self) -> None:
        self.words = Counts()

    def fit(self, documents: Sequence[Parsed]) -> None:
        for d in documents:
            spans = [d.doc.char_span(t.start, t.end, alignment_mode="expand") for t in d.document.titles]
            inside = {token.i for span in spans if span is not None for token in span}
            for token in d.doc:
                if _word(token):
                    self.words.add(_keys(token), _TITLE if token.i in inside else _NONE)

    def tokens(self, d: Parsed) -> set[int]:
        """Return the positions of the tokens that are titles or parts of them."""
        return {t.i for t in d.doc if _word(t) and self.words.best(_keys(t), _NONE) == _TITLE}

    def find(self, d: Parsed) -> list[PredSpan]:
        """Return the titles of a document in text order: runs of such tokens."""
        chosen = self.tokens(d)
        found = []
        for first in sorted(i for i in chosen if i - 1 not in chosen):
            last = first
            while last + 1 in chosen:
                last += 1
            start, end = start_of(d.doc[first]), end_of(d.doc[last])
            found.append(PredSpan(id=f"p{start}", start=start, end=end))
        return found


def _word(token: "Token") -> bool:
    return bool(token.text[:1].isalpha())


def _keys(token: "Token") -> list[Hashable]:
    following = token.nbor() if token.i + 1 < len(token.doc) else None
    named = following is not None and following.ent_type_ == "PERSON"
    capital = token.text[:1].isupper() and not token.is_sent_start
    modified = token.head.lower_ if token.dep_ in ("compound", "amod", "nmod") else ""
    return [
        (token.lower_, named, _known(modified)), (token.lower_, named), token.lower_,
        (_known(token.lower_), named, capital, bool(modified), _known(modified)),
    ]  # fmt: skip


def _known(word: str) -> bool:
    return "TITLE" in entry(word).types
