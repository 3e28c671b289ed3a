"""Names of controls, labels and choices of the labelling interface, from the ontology."""

import re
from functools import cache
from typing import Any, Final

from goldwire_corpus.schema.document import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
from goldwire_corpus.schema.ontology import ontology

TEXT: Final = "text"
# One control labels spans of all kinds. With a control for each kind, a region could have several labels, because the
# page would add a label of another control instead of replacing the first one.
MARK: Final = "mark"
COREF: Final = "Coref"
SOURCE: Final = "Source"
# A remark on a region, which the log of decisions quotes.
NOTE: Final = "note"
# A remark on the document.
REMARK: Final = "remark"
# The key of a region's `meta` that holds the order of its arguments.
ORDER: Final = "arguments"
# The kinds of regions and their layers in a document.
LAYERS: Final = {
    "entity": "mentions", "time": "times", "quantity": "quantities", "title": "titles", "event": "events",
}  # fmt: skip
# Per-region text fields, by kind.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "entity": ("key", "head"),
    "time": ("value",),
    "quantity": ("min", "max", "unit"),
    "title": (),
    "event": ("cluster", "earliest", "latest"),
}
# Per-region choices, by kind.
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "entity": ("level",),
    "time": ("timex",),
    "quantity": ("modifier",),
    "title": (),
    "event": ("realis", "polarity", "means", "phase", "stance"),
}
Json = dict[str, Any]


def labels_of(kind: str) -> list[str]:
    """Return the labels of a kind of regions."""
    onto = ontology()
    match kind:
        case "entity":
            return list(onto.entity)
        case "event":
            return list(onto.event)
        case _:
            return {"time": ["TIME"], "quantity": ["QTY"], "title": ["TITLE"]}[kind]


@cache
def kinds() -> dict[str, str]:
    """Return the kind of every label."""
    return {label: kind for kind in LAYERS for label in labels_of(kind)}


def values_of(choice: str) -> list[str]:
    """Return the values of a per-region choice."""
    fixed = {"level": LEVELS, "timex": TIME_TYPES, "modifier": MODIFIERS}
    return list(fixed[choice]) if choice in fixed else ontology().attribute[choice].values


def default_of(choice: str) -> str | None:
    """Return the default of a choice; None if it is required."""
    if choice == "modifier":
        return MODIFIERS[0]
    attribute = ontology().attribute.get(choice)
    return attribute.default if attribute else None


def offers(label: str, choice: str) -> bool:
    """Return whether regions of this label have this choice; means and phase belong to one event type each."""
    event = ontology().event.get(label)
    return choice not in ("means", "phase") or (event is not None and choice in event.attributes)


def scope_labels() -> list[str]:
    """Return the further labels of a link of a Count: all scopes except the default."""
    scope = ontology().argument_attribute["scope"]
    return [value for value in scope.values if value != scope.default]


def link_labels() -> list[str]:
    """Return all labels of links."""
    return [*ontology().role, *scope_labels(), SOURCE, COREF, *RELATIONS]


def number(id: str) -> int:
    """Return the number of a stand-off id (T5, E7); 0 for any other id."""
    return int(id[1:]) if re.fullmatch(r"[TE][1-9][0-9]{0,8}", id) else 0


def occurrences(text: str, quote: str) -> list[int]:
    """Return the offsets of `quote` in `text`, including overlapping occurrences."""
    return [i for i in range(len(text) - len(quote) + 1) if text.startswith(quote, i)] if quote else []
