"""Layout `compact`: a short prompt and short answers, for small models and slow machines.

The model gives quotes of mentions and titles by type, and events with trigger and the quotes that fill roles. Times and
quantities are found by rule as in the other baselines. Level and head of a mention follow from its form, a name is
marked wherever it occurs, and attributes of events are not asked for.
"""

import json
import re
from functools import cache
from typing import Any

from goldwire_baselines.llm.items import Grounding, Items, Span
from goldwire_baselines.llm.json_schema import array, object_
from goldwire_baselines.phrases import brief, mention_of
from goldwire_baselines.time_expressions import times
from goldwire_baselines.values import quantities
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredArgument, PredEvent, PredMention, PredSpan
from goldwire_eval.batch.head_rule import head_end

KEYS = ("mentions", "events")
_TITLE = "TITLE"


@cache
def instructions() -> str:
    """Return the part of the prompt that is the same for all documents."""
    onto = ontology()
    entities = "\n".join(f"{name}: {brief(entity.definition)}" for name, entity in onto.entity.items())
    events = "\n".join(f"{name}: {', '.join(event.roles)}" for name, event in onto.event.items())
    return f"""Annotate the news text. Answer with one JSON object with two keys.
"mentions": for each type the names and noun phrases of the text that refer to such entities, copied exactly.
"events": each event of the text in its order: {{"type", "trigger": the one word of the text \
that names it, and for each role a phrase of the text}}. Beside its own roles every event takes \
{", ".join(onto.common.roles)}.

Types of mentions:
{entities}
{_TITLE}: {brief(onto.value[_TITLE].definition)}

Types of events and their roles:
{events}
"""


@cache
def schema(most: int = 0) -> dict[str, Any]:
    """Return the JSON Schema of an answer, with lists of at most `most` items unless it is 0.

    An event has only roles of its type.
    """
    onto, text = ontology(), {"type": "string", "minLength": 1}

    def event(name: str) -> dict[str, Any]:
        roles = onto.roles_of(name)
        properties = {"type": {"const": name}, "trigger": text, "nth": {"type": "integer", "minimum": 1}}
        return object_(properties | dict.fromkeys(roles, text), optional=("nth", *roles))

    quotes = {**array(text, most), "minItems": 1}
    mentions = object_(dict.fromkeys([*onto.entity, _TITLE], quotes), optional=(*onto.entity, _TITLE))
    events = array({"anyOf": [event(name) for name in onto.event]}, most)
    return object_({"mentions": mentions, "events": events})


def target(document: Document) -> str:
    """Return the gold as an answer: every quote once, no pronouns, and the first filler of each role."""
    text = document.text
    mentions: dict[str, list[str]] = {name: [] for name in (*ontology().entity, _TITLE)}
    for kind, item in [*((m.type, m) for m in document.mentions if m.level != "PRO"),
                       *((_TITLE, t) for t in document.titles)]:  # fmt: skip
        quote = text[item.start : item.end]
        if quote not in mentions[kind]:
            mentions[kind].append(quote)
    surface = {
        x.id: text[x.start : x.end]
        for x in (*document.mentions, *document.times, *document.quantities, *document.titles, *document.events)
    }
    events = []
    for e in document.events:
        arguments: dict[str, str] = {}
        for a in e.arguments:
            arguments.setdefault(a.role, surface[a.filler])
        ordered = {role: arguments[role] for role in ontology().roles_of(e.type) if role in arguments}
        events.append({"type": e.type, "trigger": text[e.start : e.end], **ordered})
    answer = {"mentions": {kind: quotes for kind, quotes in mentions.items() if quotes}, "events": events}
    return json.dumps(answer, ensure_ascii=False)


def read(answer: dict[str, Any], document: Document, grounding: Grounding) -> Items:
    """Return the items of an answer, with times and quantities by rule."""
    found_times = times(document)
    items = Items(times=found_times, quantities=quantities(document, found_times))
    given = answer.get("mentions")
    for kind, quotes in given.items() if isinstance(given, dict) else ():
        for quote in quotes if isinstance(quotes, list) else ():
            _add_mention(items, kind, quote, grounding)
    pending = []
    given = answer.get("events")
    for raw in given if isinstance(given, list) else ():
        event = _event(raw, items.events, grounding)
        if event is not None and all(e.id != event.id for e in items.events):
            items.events.append(event)
            pending.append((event, {key: value for key, value in raw.items() if key not in ("type", "trigger", "nth")}))
    for event, arguments in pending:
        _Fillers(items, grounding).fill(event, arguments)
    return items


def _add_mention(items: Items, kind: str, quote: Any, grounding: Grounding) -> None:
    """Add the mention or title; a name is added at each of its occurrences."""
    grounding.counts["items"] += 1
    if not isinstance(quote, str) or (kind not in ontology().entity and kind != _TITLE):
        grounding.counts["invalid"] += 1
        return
    span = grounding.find(quote, None, "mentions")
    if span is None:
        return
    if kind == _TITLE:
        if not any((t.start, t.end) == span for t in items.titles):
            items.titles.append(PredSpan(id=f"p{span[0]}-{span[1]}", start=span[0], end=span[1]))
        return
    mention = mention_of(kind, span, grounding.text)
    places = [span]
    if mention.level == "NAM":
        name = re.escape(grounding.text[span[0] : span[1]])
        places = [m.span() for m in re.finditer(rf"(?<!\w){name}(?!\w)", grounding.text)] or [span]
    known = {(m.start, m.end) for m in items.mentions}
    items.mentions += [mention_of(kind, place, grounding.text) for place in places if place not in known]


def _event(raw: Any, before: list[PredEvent], grounding: Grounding) -> PredEvent | None:
    """Return the event, or None if it is invalid or not in the text.

    Events are given in the order of the text, so that without `nth` a trigger is the next occurrence of its word after
    the last event, or the first one if there is none, of those that are not yet events of this type.
    """
    grounding.counts["items"] += 1
    if not isinstance(raw, dict) or raw.get("type") not in ontology().event or not isinstance(raw.get("trigger"), str):
        grounding.counts["invalid"] += 1
        return None
    nth, trigger = raw.get("nth"), raw["trigger"]
    word = rf"(?<!\w){re.escape(trigger)}(?!\w)"
    taken = {e.start for e in before if e.type == raw["type"]}
    free = [m.start() for m in re.finditer(word, grounding.text) if trigger and m.start() not in taken]
    last = (before[-1].start or 0) if before else 0
    if free and not (isinstance(nth, int) and nth > 0):
        grounding.counts["quotes"] += 1
        start = min(free, key=lambda place: (place < last, place))
        span: Span | None = (start, start + len(trigger))
    else:
        span = grounding.find(trigger, nth if isinstance(nth, int) and nth > 0 else None, f"events {raw['type']}")
    if span is None:
        return None
    return PredEvent(id=f"e{span[0]}-{raw['type']}", start=span[0], end=span[1], type=raw["type"])


class _Fillers:
    """The items that fill roles, found by quote: the occurrence nearest to the trigger."""

    def __init__(self, items: Items, grounding: Grounding):
        self.items, self.grounding = items, grounding
        self.kinds: dict[str, list[PredSpan]] = {"TIME": [*items.times], "QTY": [*items.quantities],
                                                 "TITLE": [*items.titles], "EVENT": [*items.events]}  # fmt: skip
        for mention in items.mentions:
            self.kinds.setdefault(mention.type, []).append(mention)

    def fill(self, event: PredEvent, arguments: dict[str, Any]) -> None:
        """Set the arguments of an event."""
        event.arguments = []
        roles = ontology().roles_of(event.type)
        for role, quote in arguments.items():
            self.grounding.counts["arguments"] += 1
            if role not in roles or not isinstance(quote, str):
                self.grounding.counts["unresolved"] += 1
                continue
            filler = self._filler(event, role, quote)
            if filler is None:
                self.grounding.counts["unresolved"] += 1
            else:
                event.arguments.append(PredArgument(role=role, filler=filler))

    def _filler(self, event: PredEvent, role: str, quote: str) -> str | None:
        """Return the id of the item that a quote names, which is added as a mention if there is none of a fit type."""
        allowed = ontology().role[role].fillers
        text = self.grounding.text
        places = [m.span() for m in re.finditer(re.escape(quote), text, re.IGNORECASE)] if quote.strip() else []
        self.grounding.counts["quotes"] += 1
        if not places:
            self.grounding.counts["ungrounded"] += 1
            return None
        start, end = min(places, key=lambda p: abs(p[0] - (event.start or 0)))
        candidates = [x for kind in allowed for x in self.kinds.get(kind, ()) if x is not event]
        equal = [x for x in candidates if (x.start, x.end) == (start, end)]
        touching = [x for x in candidates if (x.start or 0) < end and start < (x.end or 0)]
        head = head_end(text, start, end)
        near = [x for x in touching if not isinstance(x, PredMention) or x.head_end == head]
        if equal or near:
            return str((equal or near)[0].id)
        entity = next((kind for kind in allowed if kind in ontology().entity), None)
        if entity is None:
            return None
        if any((m.start, m.end) == (start, end) for m in self.items.mentions):
            return None  # A mention of a type that the role does not allow.
        mention = mention_of(entity, (start, end), text)
        self.items.mentions.append(mention)
        self.kinds.setdefault(entity, []).append(mention)
        return str(mention.id)
