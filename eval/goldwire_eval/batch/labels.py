"""The label set of both sides: Goldwire's own, that of another scheme through the ontology's mappings, or any labels.

Under another scheme gold is mapped to it, and predictions have its labels. Labels without a counterpart are left out of
both sides: gold of a type that is not mapped, and predictions of a label of the scheme that no type maps to.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

import numpy as np

from goldwire_corpus.schema.ontology import EventType, Ontology, ontology
from goldwire_eval.batch.arrays import Ints, Vocabulary, dense, ints, pack, translated
from goldwire_eval.policy import ANY, OWN, SCHEMES

INVALID, UNMAPPED = -1, -2
Pair = tuple[str, str]


class Labels:
    """The codes of the labels of one side: INVALID for one that is unknown, UNMAPPED for one without a counterpart.

    `names` gives the label of each type code; entity and event types share the codes.
    """

    def __init__(self, names: Vocabulary, roles: Vocabulary, scheme: str):
        self.scheme = scheme
        self.names, self.role_names = names, roles
        self.entity: dict[str, int] = {}
        self.event: dict[str, int] = {}
        self.role: dict[Pair, int] = {}
        self.means: dict[str, int] = {}
        """Codes that a value of `means` gives an event in place of its type's."""
        self.fillers: dict[int, set[str]] = {}
        """What may fill the role of a code, in our own types; empty for a role of another scheme alone."""
        self.value_labels = ontology().value_labels.get(scheme)
        """The labels of values and nationalities, where the scheme has any."""
        self.values: dict[str, int] = {}
        """The codes of labels of values, which are mentions in this scheme and layers of their own in ours."""

    @cached_property
    def takes(self) -> dict[str, list[str]]:
        """Return the roles that can be compared, by the event type that has them."""
        takes: dict[str, list[str]] = {}
        for (type_, role), code in self.role.items():
            if code >= 0:
                takes.setdefault(type_, []).append(role)
        return takes

    def entities(self, types: Ints, names: Sequence[str]) -> Ints:
        """Return the type codes of mentions; `names` are those of the codes in `types`, here and below."""
        return translated(types, names, self.names.__getitem__ if self.scheme == ANY else _or_invalid(self.entity))

    def value_types(self, types: Ints, names: Sequence[str]) -> Ints:
        """Return the codes of mentions that are values in this scheme, INVALID for all others."""
        return translated(types, names, _or_invalid(self.values))

    def events(self, types: Ints, means: Ints, names: Sequence[str]) -> Ints:
        if self.scheme == ANY:
            return translated(types, names, self.names.__getitem__)
        codes = translated(types, names, _or_invalid(self.event))
        if self.means:
            own = translated(means, names, _or_invalid(self.means))
            codes = np.where((own == INVALID) | (codes == INVALID), codes, own)
        return codes

    def roles(self, types: Ints, roles: Ints, names: Sequence[str]) -> Ints:
        """Return the code of each of `roles`, of an argument of an event whose type is in `types`."""
        if not len(roles):
            return roles
        number, count = dense(pack(types, roles)[0])
        some = np.zeros(count, dtype=np.int64)
        # Any row of a pair will do.
        some[number] = np.arange(len(number))
        pairs = zip(types[some].tolist(), roles[some].tolist(), strict=True)
        return ints([self._role(names[type_], names[role]) for type_, role in pairs])[number]

    def _role(self, type_: str, role: str) -> int:
        return self.role_names[role] if self.scheme == ANY else self.role.get((type_, role), INVALID)


def _or_invalid(codes: Mapping[str, int]) -> Callable[[str], int]:
    return lambda name: codes.get(name, INVALID)


def both(scheme: str) -> tuple[Labels, Labels]:
    """Return the labels of gold and of predictions under a scheme; they share their codes."""
    names, roles = Vocabulary(), Vocabulary()
    gold, pred = Labels(names, roles, scheme), Labels(names, roles, scheme)
    if scheme == OWN:
        _own(gold)
        _own(pred)
    elif scheme != ANY:
        _mapped(gold, pred, scheme)
    known = ontology().role
    of = gold.role.items() if scheme != ANY else (((ANY, role), roles[role]) for role in known)
    for (_, role), code in of:
        gold.fillers.setdefault(code, set()).update(known[role].fillers)
    pred.fillers = gold.fillers
    return gold, pred


def _own(labels: Labels) -> None:
    onto = ontology()
    labels.entity = {name: labels.names[name] for name in onto.entity}
    labels.event = {name: labels.names[name] for name in onto.event}
    labels.role = {(name, role): labels.role_names[role] for name in onto.event for role in onto.roles_of(name)}


def _mapped(gold: Labels, pred: Labels, scheme: str) -> None:
    onto = ontology()
    names, roles = gold.names, gold.role_names
    for name, entity in onto.entity.items():
        label = getattr(entity, scheme, None)
        gold.entity[name] = UNMAPPED if label is None else names[label]
        if label is not None:
            pred.entity[label] = names[label]
    for name, event in onto.event.items():
        label = getattr(event, scheme, None)
        gold.event[name] = UNMAPPED if label is None else names[label]
        if label is not None:
            pred.event[label] = names[label]
        for role in onto.roles_of(name):
            said = role_in(onto, event, role, scheme)
            gold.role[name, role] = UNMAPPED if label is None or said is None else roles[said]
            if label is not None and said is not None:
                pred.role[label, said] = roles[said]
    for attribute in onto.attribute.values():
        for value, label in getattr(attribute, scheme, {}).items():
            gold.means[value] = pred.event[label] = names[label]
    values = gold.value_labels
    if values is not None:
        if values.nationality is not None:
            pred.entity[values.nationality] = names[values.nationality]
        kinds = (values.date, values.time, values.money, values.percent, values.measure, values.number)
        gold.values = pred.values = {label: names[label] for label in kinds if label is not None}
    _beyond(pred, onto, scheme)
    _spell(pred)


def _spell(pred: Labels) -> None:
    """Accept a colon between type and subtype, as many systems write ACE's."""
    for label in [label for label in pred.event if "." in label]:
        pred.event[label.replace(".", ":")] = pred.event[label]
    for label, role in [pair for pair in pred.role if "." in pair[0]]:
        pred.role[label.replace(".", ":"), role] = pred.role[label, role]


def _beyond(pred: Labels, onto: Ontology, scheme: str) -> None:
    """Accept the labels of the scheme that no Goldwire type maps to; they are not scored."""
    beyond = onto.scheme.get(scheme)
    if beyond is None:
        return
    for label in beyond.entity:
        pred.entity.setdefault(label, UNMAPPED)
    for label in beyond.event:
        pred.event.setdefault(label, UNMAPPED)
    spoken = {role for _, role in pred.role} | set(beyond.role)
    for label in pred.event:
        for role in spoken:
            pred.role.setdefault((label, role), UNMAPPED)


def role_in(onto: Ontology, event: EventType, role: str, scheme: str) -> str | None:
    """Return the name of a role of an event type in a scheme, None if it has none."""
    own = event.role_names.get(scheme, {}).get(role)
    return own or getattr(onto.role[role], scheme, None)


def schemes_of(mentions: Collection[str], events: Collection[str], but: str) -> list[str]:
    """Return the label sets, other than `but`, that have all of these mention and event types."""
    found = []
    for scheme in SCHEMES:
        if scheme not in (ANY, but):
            labels = both(scheme)[1]
            if labels.entity.keys() >= {*mentions} and labels.event.keys() >= {*events}:
                found.append(scheme)
    return found
