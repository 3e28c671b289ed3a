"""Event triggers by lemmas counted on train, and the attributes of events by the parse around their triggers."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from goldwire_baselines.lexicon import entry
from goldwire_baselines.spacy_pipeline.counts import Counts
from goldwire_baselines.spacy_pipeline.parsed import Parsed, edge, end_of, start_of
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredEvent

if TYPE_CHECKING:
    from spacy.tokens import Token

_NONE, _IN, _OUT = "-", "in", "out"
_CONTENT = frozenset(("NOUN", "VERB", "ADJ", "PROPN", "ADV", "AUX"))
_HARM = frozenset(("Die", "Injure"))
_CONDITIONS = frozenset("if unless until whether".split())


class TriggerFinder:
    def __init__(self) -> None:
        self.types, self.particles = Counts(), Counts()
        self.attributes = {name: Counts() for name in ("realis", "polarity", "means", "phase", "stance")}

    def fit(self, documents: Sequence[Parsed]) -> None:
        for d in documents:
            types: dict[int, set[str]] = {}
            for e in d.document.events:
                token = d.root(e.start, e.end)
                types.setdefault(token.i, set()).add(e.type)
                if (particle := _particle(token)) is not None:
                    inside = end_of(particle) <= e.end
                    self.particles.add(_particle_keys(token, particle), _IN if inside else _OUT)
                for name, counts in self.attributes.items():
                    if (value := getattr(e, name)) is not None:
                        counts.add(_circumstances(name, token, e.type), value)
            for token in d.doc:
                if token.pos_ in _CONTENT:
                    self.types.add(_trigger_keys(token), "+".join(sorted(types.get(token.i, ()))) or _NONE)

    def find(self, d: Parsed) -> list[PredEvent]:
        """Return the events of a document in text order, without attributes."""
        found = []
        for sentence in d.sentences():
            labels = {token: label for token in sentence if (label := self._label(token)) != _NONE}
            attacked = "Attack" in labels.values()
            for token, label in labels.items():
                types = label.split("+")
                if attacked and _HARM & {*types}:
                    # Killing is an attack only if no other word of the sentence names that attack (guidelines, 5.1).
                    types = [t for t in types if t != "Attack"]
                start, end = start_of(token), self._end(token)
                found += [PredEvent(id=f"e{start}{type_}", start=start, end=end, type=type_) for type_ in types]
        return found

    def _label(self, token: "Token") -> str:
        """Return the types of the events of a token, joined, or NONE."""
        named = token.ent_type_ and token.pos_ == "PROPN"
        return _NONE if named or token.pos_ not in _CONTENT else self.types.best(_trigger_keys(token), _NONE)

    def _end(self, token: "Token") -> int:
        """Return where a trigger ends: after a particle or preposition that belongs to it in train ("call for")."""
        particle = _particle(token)
        if particle is None or self.particles.best(_particle_keys(token, particle), _OUT) == _OUT:
            return end_of(token)
        return end_of(particle)

    def describe(self, d: Parsed, events: Sequence[PredEvent]) -> None:
        """Set the attributes of events by the parse around their triggers."""
        for e in events:
            token = d.root(e.start or 0, e.end or 0)
            for name, counts in self.attributes.items():
                if name not in ("means", "phase") or name in ontology().event[e.type].attributes:
                    default = ontology().attribute[name].default
                    setattr(e, name, counts.best(_circumstances(name, token, e.type), default))


def _particle(token: "Token") -> "Token | None":
    """Return the particle or preposition right after a verb ("shut down", "call for")."""
    after = next((child for child in token.rights if child.dep_ in ("prt", "prep")), None)
    return after if after is not None and after.i == token.i + 1 and token.pos_ == "VERB" else None


def _particle_keys(token: "Token", particle: "Token") -> list[Hashable]:
    return [(token.lemma_.lower(), particle.lower_), particle.dep_]


def _trigger_keys(token: "Token") -> list[Hashable]:
    lemma, particle = token.lemma_.lower(), _particle(token)
    own = (lemma, token.pos_)
    keys: list[Hashable] = [(*own, particle.lower_)] if particle is not None else []
    kinds = tuple(t for t in entry(token.lower_).types if t in ontology().event)
    return [*keys, (*own, token.lower_), own, lemma, ("lexicon", kinds, token.pos_)]


def _circumstances(name: str, token: "Token", type_: str) -> list[Hashable]:
    """Return what decides an attribute of the event of a trigger, from narrow to wide."""
    lemma, above = token.lemma_.lower(), token.head.lemma_.lower()
    if name in ("means", "phase"):
        return [(lemma, above), (lemma, token.pos_), lemma]
    negated, modal = _negated(token), _modal(token)
    if name == "polarity":
        return [(negated, edge(token), above), negated]
    if name == "stance":
        return [(type_, negated, edge(token), above), (edge(token), above)]
    mood = (negated, modal, _condition(token))
    return [
        (type_, token.tag_, mood, edge(token), above), (token.tag_, mood, edge(token), above),
        (type_, token.tag_, mood), (token.tag_, mood), mood,
    ]  # fmt: skip


def _negated(token: "Token") -> bool:
    return any(child.dep_ == "neg" or child.lower_ in ("no", "neither", "never") for child in token.children) or (
        any(child.dep_.startswith("nsubj") and child.lower_ in ("nobody", "none") for child in token.children)
    )


def _modal(token: "Token") -> str:
    """Return the modal verb or the "to" of a verb; that of the first verb of a coordination counts for all."""
    for verb in (token, *(t for t in (token.head,) if token.dep_ == "conj")):
        for child in verb.lefts:
            if child.tag_ == "MD" or (child.tag_ == "TO" and child.dep_ == "aux"):
                return str(child.lower_)
    return ""


def _condition(token: "Token") -> bool:
    return any(child.dep_ == "mark" and child.lower_ in _CONDITIONS for child in token.children)
