"""Prompt and target for generative models, generated from the ontology and the document."""

from functools import cache
from typing import Any

import msgspec

from goldwire_corpus.schema.document import MODIFIERS, Document, Mention
from goldwire_corpus.schema.ontology import ontology


@cache
def instructions() -> str:
    """Return the part of the prompt that is the same for all documents."""
    onto = ontology()
    entities = "\n".join(f"- {name}: {entity.definition}" for name, entity in onto.entity.items())
    events = "\n".join(f"- {name} ({', '.join(event.roles)}): {event.definition}" for name, event in onto.event.items())
    attributes = ", ".join(f'"{name}": {" | ".join(map(repr, a.values))}' for name, a in onto.attribute.items())
    attributes = attributes.replace("'", '"')
    scopes = f'"scope": {" | ".join(f"{value!r}" for value in onto.argument_attribute["scope"].values)}'.replace(
        "'", '"'
    )
    return f"""Extract the annotations of the news text below as one JSON object with these keys.
"mentions": every mention of an entity: {{"id", "quote", "nth", "head": the name or noun that heads it, "type", "level": "NAM" | "NOM" | "PRO", "entity"}}; coreferent mentions share their "entity".
"times": time expressions: {{"id", "quote", "nth", "type": "DATE" | "TIME" | "DURATION" | "SET", "value": TIMEX3}}.
"quantities": {{"id", "quote", "nth", "min", "max", "modifier": {" | ".join(f'"{m}"' for m in MODIFIERS)}, "unit"}}.
"titles": posts and ranks of persons: {{"id", "quote", "nth"}}.
"events": every mention of an event: {{"id", "quote", "nth", "type", {attributes}, "source": id of a mention or "AUTHOR", "cluster", "arguments": [{{"role", "filler": id}}]}}.
A "Count" argument also has {scopes}: "total" of the event as its source gives it, "part" of a total that the text gives or implies, "superseded" where the same source gives another figure elsewhere in the text.
"means" only of an Attack, "phase" only of an Operation. "quote" is copied exactly from the text; "nth" says which of its occurrences in the text is meant, counted from 1.

Entity types:
{entities}

Event types, with the roles each takes beside {", ".join(onto.common.roles)}:
{events}
"""


def prompt(document: Document) -> str:
    """Return the prompt of a document."""
    return f"{instructions()}\n{question(document)}"


def question(document: Document) -> str:
    """Return the part of the prompt that differs between documents."""
    return f"Published: {document.published or 'unknown'}\nText:\n{document.text}\n"


def target(document: Document) -> str:
    """Return the gold of the layers that the prompt requests, as a prediction with quotes."""
    text = document.text

    def span(item: Any) -> dict[str, Any]:
        quote = text[item.start : item.end]
        position, nth = text.find(quote), 1
        while position != item.start:
            position, nth = text.find(quote, position + 1), nth + 1
        return {"id": item.id, "quote": quote, "nth": nth}

    def head(mention: Mention) -> dict[str, str]:
        """Return the head, or an empty dict if its words occur more than once in the mention."""
        quote = text[mention.head_start : mention.head_end]
        return {"head": quote} if text.count(quote, mention.start, mention.end) == 1 else {}

    answer = {
        "mentions": [
            {**span(m), **head(m), "type": m.type, "level": m.level, "entity": m.entity} for m in document.mentions
        ],
        "times": [{**span(t), "type": t.type, "value": t.value} for t in document.times],
        "quantities": [
            {**span(q), "min": q.min, "max": q.max, "modifier": q.modifier, "unit": q.unit} for q in document.quantities
        ],
        "titles": [span(p) for p in document.titles],
        "events": [
            {
                **span(e),
                "type": e.type,
                **{name: value for name in ontology().attribute if (value := getattr(e, name)) is not None},
                "source": e.source,
                "cluster": e.cluster,
                "arguments": [
                    {"role": a.role, "filler": a.filler, **({"scope": a.scope} if a.scope else {})} for a in e.arguments
                ],
            }
            for e in document.events
        ],
    }
    return msgspec.json.encode(answer).decode()
