"""Mentions: names are the entities of the pipeline, other heads are counted on train, extents come from the parse.

Which words head mentions of which type is counted by word and tag, and for words that train lacks by their types in the
lexicon; which dependents belong to an extent is counted by dependency and preposition.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from goldwire_baselines.lexicon import entry
from goldwire_baselines.spacy_pipeline.counts import Counts
from goldwire_baselines.spacy_pipeline.labels import type_of
from goldwire_baselines.spacy_pipeline.parsed import Parsed, end_of, start_of
from goldwire_baselines.spacy_pipeline.titles import TitleFinder
from goldwire_corpus.schema.document import Mention
from goldwire_corpus.schema.ontology import ontology
from goldwire_corpus.schema.prediction import PredMention

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_NONE, _IN, _OUT = "-", "in", "out"
_MODIFIERS = frozenset(("compound", "amod", "nmod"))
_RELATIVE = frozenset(("WDT", "WP", "WP$", "WRB"))
_PLACES = frozenset(("GPE", "LOC", "FAC"))
_NOUNS = frozenset(("NN", "NNS"))


class MentionFinder:
    """Finds mentions; `titles` are fitted before and do not belong to names."""

    def __init__(self, titles: TitleFinder) -> None:
        self.titles = titles
        self.heads, self.extents, self.classes = Counts(), Counts(), Counts()

    def fit(self, documents: Sequence[Parsed]) -> None:
        for d in documents:
            titles = self.titles.tokens(d)
            gold = {d.root(m.head_start, m.head_end).i: m for m in d.document.mentions}
            # The words of names, also common nouns that belong to one, do not head other mentions.
            named: set[int] = set()
            for entity, _ in _names(d, titles):
                named |= {token.i for token in entity}
                if (noun := _class_noun(entity)) is not None:
                    m = gold.get(entity.root.i)
                    whole = m is not None and m.level == "NAM" and m.start <= start_of(noun) and end_of(noun) <= m.end
                    self.classes.add(_class_keys(entity, noun), m.type if m is not None and whole else _NONE)
                    named |= {noun.i} if whole else set()
            for sentence in d.sentences():
                for token in sentence:
                    m = gold.get(token.i)
                    if m is not None:
                        self._learn_extent(token, m)
                    if token.i not in named and token.tag_ not in _RELATIVE and not token.is_space:
                        self.heads.add(_head_keys(token), f"{m.type}.{m.level}" if m and m.level != "NAM" else _NONE)

    def _learn_extent(self, head: "Token", m: Mention) -> None:
        for child in reversed(list(head.lefts)):
            inside = start_of(child) >= m.start
            self.extents.add(_edge_keys(head, child), _IN if inside else _OUT)
            if not inside:
                break
        for child in head.rights:
            inside = end_of(child) <= m.end
            self.extents.add(_edge_keys(head, child), _IN if inside else _OUT)
            if not inside:
                break

    def find(self, d: Parsed) -> list[PredMention]:
        """Return the mentions of a document in text order, no two of one span."""
        found: dict[tuple[int, int], PredMention] = {}
        types: dict[int, str] = {}
        taken: set[int] = set()
        for entity, type_ in _names(d, self.titles.tokens(d)):
            taken |= {token.i for token in entity}
            head, noun = entity.root, _class_noun(entity)
            if noun is not None and (type_of_class := self.classes.best(_class_keys(entity, noun), _NONE)) != _NONE:
                type_, head = type_of_class, noun
                taken.add(noun.i)
            types[head.i] = type_
            start, end = self._extent(head)
            _add(found, min(start, entity.start_char), max(end, entity.end_char), entity.start_char, entity.end_char,
                 type_, "NAM")  # fmt: skip
        for sentence in d.sentences():
            for token in sentence:
                if token.i in taken or token.is_space or token.tag_ in _RELATIVE:
                    continue
                label = self.heads.best(_head_keys(token), _NONE)
                if label != _NONE:
                    types[token.i], level = label.split(".")
                    start, end = self._extent(token) if level == "NOM" else (start_of(token), end_of(token))
                    _add(found, start, end, start_of(token), end_of(token), types[token.i], level)
        for token, type_ in _relative_pronouns(d, types):
            _add(found, start_of(token), end_of(token), start_of(token), end_of(token), type_, "PRO")
        return sorted(found.values(), key=lambda m: (m.start or 0, -(m.end or 0)))

    def _extent(self, head: "Token") -> tuple[int, int]:
        """Return the span of the phrase of a head: the dependents next to it that belong to such phrases in train."""
        start, end = start_of(head), end_of(head)
        for child in reversed(list(head.lefts)):
            if self.extents.best(_edge_keys(head, child), _IN) == _OUT:
                break
            start = start_of(child.left_edge)
        for child in head.rights:
            if self.extents.best(_edge_keys(head, child), _OUT) == _OUT:
                break
            end = self._right(child)
        return start, end

    def _right(self, token: "Token") -> int:
        """Return where a dependent ends: a prepositional phrase with the extent of its noun."""
        if token.dep_ in ("prep", "agent"):
            objects = [child for child in token.rights if child.dep_ == "pobj"]
            return max([end_of(token), *(self._extent(child)[1] for child in objects)])
        return end_of(token.right_edge)


def _names(d: Parsed, titles: Collection[int]) -> Iterator[tuple["Span", str]]:
    """Yield the names among the entities with their types; a name has its commonest type of the document."""
    named = []
    votes: dict[str, Counter[str]] = {}
    for entity in d.doc.ents:
        type_, name = type_of(entity), _trimmed(d, entity, titles)
        if type_ is not None and any(token.text[:1].isupper() for token in name):
            named.append(name)
            votes.setdefault(name.text, Counter())[type_] += 1
    for name in named:
        counted = votes[name.text]
        yield name, max(counted, key=lambda t: (counted[t], t))


def _trimmed(d: Parsed, entity: "Span", titles: Collection[int]) -> "Span":
    """Return an entity without what the guidelines keep out of a head: determiner, titles and possessive."""
    start, end = entity.start, entity.end
    while start < end and (d.doc[start].tag_ == "DT" or d.doc[start].is_space or start in titles):
        start += 1
    while start < end and (d.doc[end - 1].tag_ == "POS" or d.doc[end - 1].is_punct or d.doc[end - 1].is_space):
        end -= 1
    return d.doc[start:end]


def _class_noun(entity: "Span") -> "Token | None":
    """Return the common noun that a name may form one name with: "the village of X", "the X group"."""
    root = entity.root
    noun = root.head.head if root.dep_ == "pobj" and root.head.lower_ == "of" else root.head
    joined = noun is not root.head or root.dep_ in _MODIFIERS
    return noun if joined and noun.tag_ in _NOUNS and noun.i not in range(entity.start, entity.end) else None


def _class_keys(entity: "Span", noun: "Token") -> list[Hashable]:
    side = "of" if noun.i < entity.start else "before"
    kinds = tuple(t for t in entry(noun.lower_).types if t in ontology().entity)
    return [(side, noun.lemma_), (side, kinds)]


def _relative_pronouns(d: Parsed, types: dict[int, str]) -> Iterator[tuple["Token", str]]:
    """Yield the pronouns that open a relative clause on a mention, with its type."""
    for token in d.doc:
        if token.tag_ not in _RELATIVE:
            continue
        clause = next((t for t in (token, *token.ancestors) if t.dep_ == "relcl"), None)
        type_ = types.get(clause.head.i) if clause is not None else None
        if type_ is not None and (token.tag_ != "WRB" or (token.lower_ == "where" and type_ in _PLACES)):
            yield token, type_


def _head_keys(token: "Token") -> list[Hashable]:
    place = token.dep_ if token.dep_ in _MODIFIERS or token.pos_ in ("PRON", "NUM") else "head"
    keys: list[Hashable] = [(token.lower_, token.tag_, place), (token.lower_, place), ("lemma", token.lemma_, place)]
    if token.pos_ == "NUM":
        keys.append(("tag", token.tag_, token.dep_))
    if token.tag_ in _NOUNS:
        kinds = tuple(t for t in entry(token.lower_).types if t in ontology().entity)
        keys.append(("lexicon", kinds, place))
    return keys


def _edge_keys(head: "Token", child: "Token") -> list[Hashable]:
    side = "left" if child.i < head.i else "right"
    first = child.left_edge
    comma = side == "right" and (first.is_punct or (first.i > 0 and head.doc[first.i - 1].is_punct))
    word = child.lower_ if child.dep_ in ("prep", "agent", "det", "punct") else child.tag_
    return [(side, child.dep_, word, comma, head.tag_), (side, child.dep_, word, comma), (side, child.dep_, comma)]


def _add(
    found: dict[tuple[int, int], PredMention], start: int, end: int, head_start: int, head_end: int, type_: str,
    level: str,
) -> None:  # fmt: skip
    found.setdefault((start, end), PredMention(
        id=f"m{start}-{end}", start=start, end=end, head_start=head_start, head_end=head_end, type=type_, level=level,
    ))  # fmt: skip
