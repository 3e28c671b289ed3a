"""A document with the analysis of a spaCy pipeline: its tokens, entities and dependency parse by offset."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from goldwire_corpus.schema.document import Document

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token


class Parsed:
    """A document and its spaCy `Doc`; the tokens are spaCy's own, the sentences those of the document."""

    def __init__(self, document: Document, doc: "Doc") -> None:
        self.document, self.doc = document, doc

    def root(self, start: int, end: int) -> "Token":
        """Return the syntactic head of the tokens that touch ``[start, end)``, in code points of the text."""
        return self._tokens(start, end).root

    def sentences(self) -> Iterator["Span"]:
        """Yield the tokens of each sentence of the document."""
        for sentence in self.document.sentences:
            yield self._tokens(sentence.start, sentence.end)

    def _tokens(self, start: int, end: int) -> "Span":
        span = self.doc.char_span(start, end, alignment_mode="expand")
        if span is None:
            raise ValueError(f"no token in [{start}, {end}) of {self.document.id}")
        return span


def parse(nlp: "Language", document: Document) -> Parsed:
    """Analyse a document; the parser keeps to the sentences that are frozen in the data."""
    doc = nlp.make_doc(document.text)
    starts = {sentence.start for sentence in document.sentences}
    for token in doc:
        token.is_sent_start = token.idx in starts
    return Parsed(document, nlp(doc))


def start_of(token: "Token") -> int:
    return int(token.idx)


def end_of(token: "Token") -> int:
    return int(token.idx + len(token.text))


def path(origin: "Token", goal: "Token", longest: int) -> tuple[str, ...] | None:
    """Return the dependencies from one token up to the nearest common ancestor and down to the other.

    A preposition is part of its dependency's name. None if there are more than `longest`, or no common ancestor.
    """
    above = [origin, *origin.ancestors]
    places = {token.i: n for n, token in enumerate(above)}
    down: list[Token] = []
    for token in (goal, *goal.ancestors):
        if token.i in places:
            up = above[: places[token.i]]
            if len(up) + len(down) > longest:
                return None
            return (*(f"<{edge(t)}" for t in up), *(f">{edge(t)}" for t in reversed(down)))
        down.append(token)
    return None


def edge(token: "Token") -> str:
    """Return the dependency of a token on its head, with the word of a preposition or particle."""
    return f"{token.dep_}:{token.lower_}" if token.dep_ in ("prep", "agent", "dative", "mark") else str(token.dep_)
