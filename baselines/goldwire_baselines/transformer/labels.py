"""Label sets of the network, all from the ontology, with the positions of labels in the outputs of its heads."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldwire_corpus.schema.document import CAUSAL, LEVELS
from goldwire_corpus.schema.event_pairs import CAUSAL_LABELS, TEMPORAL_LABELS
from goldwire_corpus.schema.ontology import ontology

VALUES = ("TIME", "QTY", "TITLE")
SUBEVENT_LABELS = ("none", "whole", "part")
ATTRIBUTES = ("realis", "polarity", "means", "phase", "stance")
__all__ = ["ATTRIBUTES", "CAUSAL", "LEVELS", "SUBEVENT_LABELS", "VALUES", "Labels", "groups", "labels"]


class Labels(NamedTuple):
    """Labels in the order of the outputs.

    `kinds` are the classes of items: type and level of a mention ("PER.NAM"), values, and event types. `allowed` has
    shape (event types, kinds, roles): whether an event of the type takes a filler of the kind in the role.
    """

    entities: list[str]
    events: list[str]
    roles: list[str]
    kinds: list[str]
    allowed: NDArray[np.bool_]

    def mention(self, type: str, level: str) -> int:
        return self.entities.index(type) * len(LEVELS) + LEVELS.index(level)

    def value(self, name: str) -> int:
        return len(self.entities) * len(LEVELS) + VALUES.index(name)

    def event(self, type: str) -> int:
        return len(self.kinds) - len(self.events) + self.events.index(type)


@cache
def labels() -> Labels:
    """Return the labels of the ontology."""
    onto = ontology()
    entities, events, roles = list(onto.entity), list(onto.event), list(onto.role)
    kinds = [f"{type_}.{level}" for type_ in entities for level in LEVELS] + [*VALUES, *events]
    filler = [kind.partition(".")[0] for kind in kinds[: len(kinds) - len(events)]] + ["EVENT"] * len(events)
    allowed = np.array(
        [
            [[role in onto.roles_of(event) and kind in onto.role[role].fillers for role in roles] for kind in filler]
            for event in events
        ]
    )
    return Labels(entities, events, roles, kinds, allowed)


def groups() -> dict[str, list[str]]:
    """Return the classes of every head that chooses one label: attributes, scope, and relations of a pair."""
    onto = ontology()
    return {
        **{name: onto.attribute[name].values for name in ATTRIBUTES},
        "scope": onto.argument_attribute["scope"].values,
        "temporal": list(TEMPORAL_LABELS),
        "causal": list(CAUSAL_LABELS),
        "subevent": list(SUBEVENT_LABELS),
    }
