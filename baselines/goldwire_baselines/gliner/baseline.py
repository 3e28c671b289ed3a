"""Baseline `gliner`: mentions by a GLiNER model from our label descriptions, everything else as baseline `rules`.

The model is not trained. `fit` chooses the threshold of its scores on documents of train.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from goldwire_baselines import rules
from goldwire_baselines.gliner.models import Model, Scored, chosen, load
from goldwire_baselines.gliner.windows import windows
from goldwire_baselines.phrases import mention_of
from goldwire_baselines.words import DETERMINERS
from goldwire_corpus.schema.document import Document, Mention
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, Prediction, PredMention
from goldwire_eval.given import GivenDocument, given_layers

DEFAULT_THRESHOLD = 0.5
_LOWEST = 0.1
_GRID = [n / 20 for n in range(2, 20)]
_LAST_WORD = re.compile(r"\b(\w+) $")
_DOCUMENTS = 12
"""How many documents of train the threshold is chosen on."""


class Baseline:
    """An extractor on a GLiNER or GLiNER2 model, given as an object or by name; see `models.load`.

    Without a name the model is that of GOLDWIRE_GLINER, or else the default. Raises UsageError if it cannot be loaded.
    """

    uses = GIVEN_LAYERS

    def __init__(self, model: str | Model | None = None) -> None:
        self.model = load(chosen(model)) if model is None or isinstance(model, str) else model
        self.threshold = DEFAULT_THRESHOLD
        self.rules = rules.Baseline()

    def fit(self, documents: Sequence[Document]) -> None:
        """Fit `rules`, and choose the threshold with the best F1 of heads and types on some of the documents."""
        self.rules.fit(documents)
        some = documents[:: max(1, len(documents) // _DOCUMENTS)][:_DOCUMENTS]
        if some:
            found = [(document, self._spans(document, _LOWEST)) for document in some]
            self.threshold = max(_GRID, key=lambda threshold: (_f1(found, threshold), threshold))

    def predict(self, document: Document) -> Prediction:
        if "mentions" in given_layers(document):
            return self.rules.predict(document)
        mentions = self.mentions(document)
        heads = {m.head_end for m in mentions}
        # No description asks for pronouns, so these are those of `rules`.
        by_rule = self.rules.predict(document).mentions or ()
        mentions += [m for m in by_rule if m.level == "PRO" and m.head_end not in heads]
        return self.rules.predict(_with_mentions(document, mentions))

    def mentions(self, document: Document) -> list[PredMention]:
        """Return the mentions that the model finds, one for a span: the type with the best score."""
        best: dict[tuple[int, int], Scored] = {}
        for s in self._spans(document, self.threshold):
            span = _with_determiner(document.text, s)
            if span not in best or s.score > best[span].score:
                best[span] = s
        return [mention_of(s.type, span, document.text) for span, s in sorted(best.items())]

    def _spans(self, document: Document, threshold: float) -> list[Scored]:
        """Return the scored spans of a document, read window by window."""
        return [
            s._replace(start=start + s.start, end=start + s.end)
            for start, end in windows(document, self.model.limit)
            for s in self.model.spans(document.text[start:end], threshold)
        ]


def _with_determiner(text: str, s: Scored) -> tuple[int, int]:
    """Return the span of a phrase with the determiner before its noun, which spans of models seldom have."""
    before = _LAST_WORD.search(text, max(0, s.start - 10), s.start)
    phrase = mention_of(s.type, (s.start, s.end), text)
    determined = text[s.start : s.end].split(maxsplit=1)[0].lower() in DETERMINERS
    if before and before[1].lower() in DETERMINERS and phrase.level == "NOM" and not determined:
        return before.start(1), s.end
    return s.start, s.end


def _f1(found: Sequence[tuple[Document, list[Scored]]], threshold: float) -> float:
    """Return the F1 of ends of heads and types over names and nominals."""
    correct = predicted = expected = 0
    for document, scored in found:
        gold = {(m.head_end, m.type) for m in document.mentions if m.level != "PRO"}
        likely = [s for s in scored if s.score >= threshold]
        own = {(mention_of(s.type, (s.start, s.end), document.text).head_end, s.type) for s in likely}
        correct, predicted, expected = correct + len(gold & own), predicted + len(own), expected + len(gold)
    return 2 * correct / (predicted + expected) if predicted + expected else 0.0


def _with_mentions(document: Document, mentions: Iterable[PredMention]) -> GivenDocument:
    """Return the document with mentions as a given layer, beside those that it has."""
    fields = {name: getattr(document, name) for name in Document.__struct_fields__}
    own = [msgspec.convert({**msgspec.structs.asdict(m), "entity": m.id}, Mention) for m in mentions]
    return GivenDocument(**{**fields, "mentions": own, "given": given_layers(document) | {"mentions"}})
