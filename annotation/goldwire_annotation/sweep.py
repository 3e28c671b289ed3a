"""Sweep of the gold: words that differ from like contexts or a confident prediction, and the verdicts of readers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from goldwire_corpus.errors import data_error
from goldwire_corpus.release.build import SPLITS
from goldwire_corpus.schema.document import Document
from goldwire_corpus.source.files import find_facts, read_lines

NONE = "-"
Labels = Mapping[str, Mapping[int, str]]


class _Doubt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word, its gold label, and the label that it might have instead; `sentence` counts from 1."""

    doc: str
    sentence: int
    start: int
    word: str
    layer: str
    gold: str
    other: str


class Flag(_Doubt, frozen=True, kw_only=True):
    """A word whose gold label a reader has to look at.

    `kind`: `context` if the same word between the same two words mostly has the label `other`; `model` if a classifier
    trained on other worlds predicts `other`. `share`: of the like contexts with that label, or the probability.
    """

    kind: Literal["context", "model"]
    share: float
    text: str


class Verdict(_Doubt, frozen=True, kw_only=True):
    """What a reader found about a flag: whether its gold label is right by the guidelines."""

    verdict: Literal["right", "undecided", "wrong"]
    reason: str


class _Place(NamedTuple):
    document: Document
    sentence: int
    start: int
    end: int
    context: tuple[str, str, str]


def context_flags(documents: Sequence[Document], labels: Mapping[str, Labels], majority: float) -> Iterator[Flag]:
    """Yield the words whose label differs from that of at least a share `majority` of the like contexts.

    `labels`: of each document by layer and end of word. A context is a word and its two neighbours, in lower case.
    """
    groups: dict[tuple[str, str, str], list[_Place]] = {}
    for place in _places(documents):
        groups.setdefault(place.context, []).append(place)
    for places in groups.values():
        for layer in labels[places[0].document.id]:
            found = [labels[p.document.id][layer].get(p.end, NONE) for p in places]
            (usual, number), *rest = Counter(found).most_common()
            if not rest or number < 2 or number / len(found) < majority:
                continue
            for place, gold in zip(places, found, strict=True):
                if gold != usual:
                    yield _flag(place, layer, gold, usual, "context", number / len(found))


def model_flags(
    documents: Sequence[Document],
    labels: Mapping[str, Labels],
    predicted: Iterable[tuple[str, int, str, str, float]],
    confidence: float,
) -> Iterator[Flag]:
    """Yield the words whose predicted label differs from the gold with a probability of at least `confidence`.

    A prediction of no label is left out, since a classifier knows too few words to doubt one that has a label.
    `predicted`: document, end of word, layer, label and probability.
    """
    places = {(place.document.id, place.end): place for place in _places(documents)}
    for doc, end, layer, label, probability in predicted:
        gold = labels[doc][layer].get(end, NONE)
        if probability >= confidence and label not in (gold, NONE):
            yield _flag(places[doc, end], layer, gold, label, "model", probability)


def _flag(place: _Place, layer: str, gold: str, other: str, kind: Literal["context", "model"], share: float) -> Flag:
    text, sentence = place.document.text, place.document.sentences[place.sentence]
    return Flag(
        doc=place.document.id, sentence=place.sentence + 1, start=place.start, word=text[place.start : place.end],
        layer=layer, gold=gold, other=other, kind=kind, share=round(share, 3), text=text[sentence.start : sentence.end],
    )  # fmt: skip


def _places(documents: Iterable[Document]) -> Iterator[_Place]:
    for document in documents:
        for number, sentence in enumerate(document.sentences):
            tokens = [t for t in document.tokens if sentence.start <= t.start < sentence.end]
            words = ["<start>", *(document.text[t.start : t.end].lower() for t in tokens), "<end>"]
            for i, token in enumerate(tokens):
                yield _Place(document, number, token.start, token.end, (words[i], words[i + 1], words[i + 2]))


def verdicts_table(folder: Path) -> str:
    """Return a Markdown table of the verdicts in the files `<doc>.jsonl` of a folder, by split and layer.

    Raises DataError if the folder has no such file.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise data_error(str(folder), 0, "verdicts-missing", "no verdicts (<doc>.jsonl) in this folder")
    numbers = Counter(
        (find_facts(path.stem)[1].split, v.layer, v.verdict) for path in paths for v in read_lines(path, Verdict)
    )
    lines = ["| | flags read | gold right | undecided | wrong, corrected |\n| --- | --- | --- | --- | --- |\n"]
    for split in SPLITS:
        for layer in sorted({layer for s, layer, _ in numbers if s == split}):
            right, undecided, wrong = (numbers[split, layer, v] for v in ("right", "undecided", "wrong"))
            lines.append(f"| {split}, {layer} | {right + undecided + wrong} | {right} | {undecided} | {wrong} |\n")
    return "".join(lines)
