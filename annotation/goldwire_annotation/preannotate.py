"""Conversion of a prediction to a pre-annotation with offsets, ids and labels of the labelling interface.

An annotator will review the pre-annotation, so invalid items are left out with a warning and the others are kept.
"""

import re
from typing import Any

import msgspec

from goldwire_corpus.errors import ValidationError
from goldwire_corpus.label_studio.layout import CHOICES, LAYERS, labels_of, offers, values_of
from goldwire_corpus.schema.document import AUTHOR, NIL, RELATIONS
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, Prediction, PredMention, PredSpan
from goldwire_eval.batch.quotes import GroundingError, ground

_CHOICE_FIELD = {"timex": "type"}


def preannotate(prediction: Prediction, text: str, path: str, line: int) -> tuple[Prediction, list[ValidationError]]:
    """Return the prediction in the form that `label_studio.encode` expects, and a warning for each item left out."""
    placer = _PreannotationBuilder(prediction, text, path, line)
    return placer.prediction(), placer.warnings


class _PreannotationBuilder:
    def __init__(self, prediction: Prediction, text: str, path: str, line: int):
        self.given, self.text, self.path, self.line = prediction, text, path, line
        self.warnings: list[ValidationError] = []
        self.ids: dict[str, str] = {}
        self.spans: dict[tuple[int, int], str] = {}

    def warn(self, id: str, message: str) -> None:
        self.warnings.append(
            ValidationError(self.path, self.line, id, f"{self.given.id}: {message}; left out", "warning")
        )

    def prediction(self) -> Prediction:
        layers = {kind: self._placed(kind) for kind in LAYERS}
        self._number(layers)
        links = {x.id: x.link for x in self.given.entities or []}
        links |= {x.id: x.link for x in self.given.event_clusters or []}
        mentions = [self._mention(m, links) for m in layers["entity"]]
        events = [self._event(e, links) for e in layers["event"]]
        clusters = {e.cluster for e in events}
        anchors = [msgspec.structs.replace(c, id=_key(c.id, links)) for c in self.given.event_clusters or []]
        relations = [
            msgspec.structs.replace(r, from_=_key(r.from_, links), to=_key(r.to, links))
            for r in self.given.relations or []
        ]
        kept = [r for r in relations if r.type in RELATIONS and {r.from_, r.to} <= clusters and r.from_ != r.to]
        if len(kept) < len(relations):
            number = len(relations) - len(kept)
            self.warn("link-dangling", f"{number} relations with an unknown type or an end that is not an event")
        return Prediction(
            id=self.given.id, mentions=mentions, times=layers["time"], quantities=layers["quantity"],
            titles=layers["title"], events=events, event_clusters=anchors, relations=kept,
        )  # fmt: skip

    # ------------------------------------------------------------------ spans

    def _placed(self, kind: str) -> list[Any]:
        """Return copies of the valid items of a layer with offsets, without duplicates of span and label."""
        found: dict[tuple[int, int, str], Any] = {}
        for x in getattr(self.given, LAYERS[kind]) or []:
            label = x.type if kind in ("entity", "event") else labels_of(kind)[0]
            span = self._span(x)
            if label not in labels_of(kind):
                self.warn("type-unknown", f"unknown type {label!r} of {LAYERS[kind]}")
            elif span is not None and (*span, label) in found:
                self.warn("duplicate", f"{label} {self.text[slice(*span)]!r} is a duplicate")
                if x.id is not None:
                    self.ids[x.id] = f"={found[*span, label].id}"
            elif span is not None:
                copy = msgspec.structs.replace(x, start=span[0], end=span[1], quote=None, nth=None)
                copy.id = x.id if x.id is not None else f"#{kind}{len(found)}"
                self._check_choices(copy, kind, label)
                found[*span, label] = copy
        return list(found.values())

    def _span(self, x: PredSpan) -> tuple[int, int] | None:
        if x.quote is not None:
            try:
                return ground(self.text, x.quote, x.nth)
            except GroundingError as error:
                self.warn(error.id, str(error))
                return None
        if x.start is not None and x.end is not None and x.start < x.end <= len(self.text):
            return x.start, x.end
        self.warn("span-range", f"span [{x.start}, {x.end}) is empty or outside the text")
        return None

    def _check_choices(self, x: Any, kind: str, label: str) -> None:
        for name in CHOICES[kind]:
            field = _CHOICE_FIELD.get(name, name)
            value = getattr(x, field)
            if value is not None and not (value in values_of(name) and offers(label, name)):
                self.warn(f"{name}-unknown", f"{label} has no {name} {value!r}")
                setattr(x, field, None)

    def _number(self, layers: dict[str, list[Any]]) -> None:
        """Assign ids to spans and events in text order."""
        items = [(x, kind) for kind, found in layers.items() for x in found]
        for n, (x, kind) in enumerate(sorted(items, key=lambda item: (item[0].start, -item[0].end)), 1):
            id = f"{'E' if kind == 'event' else 'T'}{n}"
            self.ids[x.id] = id
            if kind != "event":
                self.spans.setdefault((x.start, x.end), id)
            x.id = id
        for original, id in list(self.ids.items()):
            if id.startswith("="):
                self.ids[original] = self.ids[id[1:]]

    # ------------------------------------------------------------------ links

    def _mention(self, m: PredMention, links: dict[str, str | None]) -> PredMention:
        head: tuple[int | None, int | None] = (m.head_start, m.head_end)
        if m.head is not None:
            try:
                head = ground(self.text, m.head, None, (m.start or 0, m.end or 0))
            except GroundingError as error:
                self.warn(error.id, f"head of {self.text[m.start : m.end]!r}: {error}")
                head = (None, None)
        if head[0] is None or head[1] is None or not (m.start or 0) <= head[0] < head[1] <= (m.end or 0):
            head = (None, None)
        entity = None if m.entity is None else _key(m.entity, links)
        return msgspec.structs.replace(m, head=None, head_start=head[0], head_end=head[1], entity=entity)

    def _event(self, e: PredEvent, links: dict[str, str | None]) -> PredEvent:
        arguments: list[PredArgument] = []
        for a in e.arguments or []:
            filler = self._filler(a.filler)
            if a.role not in ontology().role:
                self.warn("role-unknown", f"unknown role {a.role!r}")
            elif filler is None or filler == e.id:
                self.warn("filler-unmarked", f"{a.role} of {self.text[e.start : e.end]!r} has an unknown filler")
            elif (a.role, filler) not in [(x.role, x.filler) for x in arguments]:
                arguments.append(PredArgument(role=a.role, filler=filler, scope=a.scope))
        source = AUTHOR if e.source in (None, AUTHOR) else self._filler(e.source) or AUTHOR
        cluster = None if e.cluster is None else _key(e.cluster, links)
        return msgspec.structs.replace(e, arguments=arguments, source=source, cluster=cluster)

    def _filler(self, filler: str | PredSpan) -> str | None:
        if isinstance(filler, str):
            return self.ids.get(filler)
        span = self._span(filler)
        return self.spans.get(span) if span else None


def _key(id: str, links: dict[str, str | None]) -> str:
    """Return the key of a cluster: its link to the knowledge base if it has one, otherwise its id."""
    link = links.get(id)
    key = id if link in (None, NIL, "") else str(link)
    return re.sub(r"\s+", "-", key) if ":" in key else "nil:" + re.sub(r"\s+", "-", key)
