"""A document as the learnt stages see it: its words by sentence and their features."""

from typing import NamedTuple

from goldwire_baselines.token_features import Row, token_features
from goldwire_baselines.words import Word, sentences
from goldwire_corpus.schema.document import Document


class Analysis(NamedTuple):
    document: Document
    sentences: list[list[Word]]
    rows: list[list[Row]]


def analyse(document: Document) -> Analysis:
    found = sentences(document)
    return Analysis(document, found, token_features(found))


def encode(sentence: list[Word], spans: dict[tuple[int, int], str]) -> list[str]:
    """Return the labels O, B-X and I-X of a sentence for non-overlapping spans of the document with their labels X."""
    starts = {w.start: i for i, w in enumerate(sentence)}
    ends = {w.end: i for i, w in enumerate(sentence)}
    labels = ["O"] * len(sentence)
    for (start, end), label in spans.items():
        if start in starts and end in ends:
            first, last = starts[start], ends[end]
            labels[first : last + 1] = [f"B-{label}", *[f"I-{label}"] * (last - first)]
    return labels


def decode(labels: list[str]) -> list[tuple[int, int, str]]:
    """Return the spans [first, last] of words with their labels."""
    spans: list[tuple[int, int, str]] = []
    for i, label in enumerate(labels):
        if label.startswith("B-"):
            spans.append((i, i, label[2:]))
        elif label.startswith("I-") and spans and spans[-1][1] == i - 1 and spans[-1][2] == label[2:]:
            spans[-1] = (spans[-1][0], i, label[2:])
    return spans
