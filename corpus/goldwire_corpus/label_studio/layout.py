"""Names of the labelling interface: its controls, labels and choices, from the ontology."""

import re
from functools import cache
from typing import Any, Final

from goldwire_corpus.schema.document import LEVELS, MODIFIERS, RELATIONS, TIME_TYPES
from goldwire_corpus.schema.ontology import ontology

TEXT: Final = "text"
# The one control that labels spans. With one for each kind a region could get several labels: the page adds a second
# one instead of replacing the first.
MARK: Final = "mark"
COREF: Final = "Coref"
SOURCE: Final = "Source"
# A remark on a region: kept on the server, listed in the log of decisions.
NOTE: Final = "note"
# The same for the document as a whole.
REMARK: Final = "remark"
# The key of a region's `meta` that holds the order of its arguments.
ORDER: Final = "arguments"
# The kinds of regions, and the layer of a document that each stands for.
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
    """Return what a choice left open means; None if it must be made."""
    if choice == "modifier":
        return MODIFIERS[0]
    attribute = ontology().attribute.get(choice)
    return attribute.default if attribute else None


def offers(label: str, choice: str) -> bool:
    """Return whether a region of this label has this choice: means and phase belong to one event type each."""
    event = ontology().event.get(label)
    return choice not in ("means", "phase") or (event is not None and choice in event.attributes)


def scope_labels() -> list[str]:
    """Return the labels that a link of a Count may have beside it: every scope but the default."""
    scope = ontology().argument_attribute["scope"]
    return [value for value in scope.values if value != scope.default]


def link_labels() -> list[str]:
    return [*ontology().role, *scope_labels(), SOURCE, COREF, *RELATIONS]


def number(id: str) -> int:
    """Return the number of a stand-off id (T5, E7); 0 for any other id."""
    return int(id[1:]) if re.fullmatch(r"[TE][1-9][0-9]{0,8}", id) else 0


def occurrences(text: str, quote: str) -> list[int]:
    """Return where `quote` begins in `text`, overlapping occurrences included."""
    return [i for i in range(len(text) - len(quote) + 1) if text.startswith(quote, i)] if quote else []
