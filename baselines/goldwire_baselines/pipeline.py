"""The learnt baselines: stages that are fitted one by one on gold, with labellers of one kind for words."""

from collections.abc import Callable, Sequence

from goldwire_baselines.analysis import analyse
from goldwire_baselines.arguments import ArgumentFinder, item
from goldwire_baselines.assemble import assemble
from goldwire_baselines.event_relations import RelationModel
from goldwire_baselines.given import Given
from goldwire_baselines.mentions import MentionFinder
from goldwire_baselines.taggers import Tagger
from goldwire_baselines.time_expressions import times
from goldwire_baselines.triggers import TriggerFinder
from goldwire_baselines.values import quantities
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import GIVEN_LAYERS, PredEvent, Prediction, PredMention, PredSpan


class Pipeline:
    """An extractor; `make` creates the labeller of words of each stage."""

    uses = GIVEN_LAYERS

    def __init__(self, make: Callable[[], Tagger]) -> None:
        self.mentions, self.triggers = MentionFinder(make), TriggerFinder(make)
        self.arguments, self.relations = ArgumentFinder(), RelationModel()

    def fit(self, documents: Sequence[Document]) -> None:
        analyses = [analyse(document) for document in documents]
        self.mentions.fit(analyses)
        self.triggers.fit(analyses)
        self.arguments.fit(analyses)
        self.relations.fit(documents)

    def predict(self, document: Document) -> Prediction:
        d = analyse(document)
        given = Given(document)
        found_times = times(document) if given.times is None else given.times
        found_quantities = quantities(document, found_times) if given.quantities is None else given.quantities
        values: list[tuple[PredSpan, str]] = [(t, "TIME") for t in found_times]
        values += [(q, "QTY") for q in found_quantities]
        mentions: list[PredMention] = []
        titles: list[PredSpan] = []
        events: list[PredEvent] = []
        for sentence, (named, posts), triggered in zip(
            d.sentences, self.mentions.find(d), self.triggers.find(d, given), strict=True
        ):
            low, high = sentence[0].start, sentence[-1].end
            here = given.within(low, high)
            named = named if here.mentions is None else here.mentions
            posts = posts if here.titles is None else here.titles
            items = [item(m, m.type) for m in named]
            items += [item(v, kind) for v, kind in values if low <= (v.start or 0) < high]
            items += [item(p, "TITLE") for p in posts] + [item(e, "EVENT") for e in triggered]
            self.arguments.attach(sentence, triggered, items)
            mentions, titles, events = mentions + named, titles + posts, events + triggered
        relate = self.relations.relations
        return assemble(document, mentions, found_times, found_quantities, titles, events, given, relate)
