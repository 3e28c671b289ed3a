"""Labels of words predicted by classifiers that were trained on the documents of other worlds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from goldwire_baselines.classifier import NONE, Classifier, window
from goldwire_baselines.words import sentences
from goldwire_corpus.schema.document import Document


class WordLabel(NamedTuple):
    """The predicted label of the word that ends at the offset `end`, in a layer of `word_labels`."""

    doc: str
    end: int
    layer: str
    label: str
    probability: float


def word_labels(document: Document) -> dict[str, dict[int, str]]:
    """Return the gold labels of words by layer and by the offset of the word's end.

    `trigger`: types of the events with this trigger, joined by +; `head`: type of the mention with this head.
    """
    triggers: dict[int, set[str]] = {}
    for event in document.events:
        triggers.setdefault(event.end, set()).add(event.type)
    heads = {mention.head_end: mention.type for mention in document.mentions}
    return {"trigger": {end: "+".join(sorted(types)) for end, types in triggers.items()}, "head": heads}


def held_out_labels(documents: Sequence[Document], folds: int) -> Iterator[WordLabel]:
    """Predict the labels of all words; no document of a word's world is in the training data of its classifier."""
    for part in _folds(documents, folds):
        yield from _predicted((d for d in documents if d.world not in part), [d for d in documents if d.world in part])


def _folds(documents: Sequence[Document], folds: int) -> list[set[str]]:
    """Divide the worlds into folds of about equal numbers of tokens."""
    sizes = Counter[str]()
    for document in documents:
        sizes[document.world] += len(document.tokens)
    parts: list[set[str]] = [set() for _ in range(min(folds, len(sizes)))]
    for world, _ in sizes.most_common():
        min(parts, key=lambda part: sum(sizes[w] for w in part)).add(world)
    return parts


def _predicted(training: Iterable[Document], documents: Sequence[Document]) -> Iterator[WordLabel]:
    models: dict[str, Classifier] = {}
    for document in training:
        for layer, labels in word_labels(document).items():
            model = models.setdefault(layer, Classifier())
            for sentence in sentences(document):
                for i, word in enumerate(sentence):
                    model.add(window(sentence, i), labels.get(word.end, NONE))
    for model in models.values():
        model.train()
    for document in documents:
        for sentence in sentences(document):
            features = [window(sentence, i) for i in range(len(sentence))]
            for layer, model in models.items():
                for word, (label, probability) in zip(sentence, model.best(features), strict=True):
                    yield WordLabel(document.id, word.end, layer, label, probability)
