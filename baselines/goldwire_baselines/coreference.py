"""Coreference of entity mentions by sieves, the surest first (Raghunathan et al. 2010, Lee et al. 2013).

Names are linked by equality, alias, acronym and demonym; noun phrases by apposition, predication and head; pronouns by
the nearest mention that agrees. What counts as coreferent is section 1 of the annotation guidelines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from goldwire_baselines.lexicon import entry
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.prediction import PredMention

_RELATIVE = frozenset("who which that whose whom where".split())
_SHE = frozenset("she her hers herself".split())
_HE = frozenset("he him his himself".split())
_IT = frozenset("it its itself".split())
_THEY = frozenset("they them their theirs themselves".split())
_I = frozenset("i me my mine myself".split())
_WE = frozenset("we us our ours ourselves".split())
_YOU = frozenset("you your yours".split())
_DEFINITE = frozenset("the this that these those its his her their our".split())
_OWN = frozenset("a an some any no every each another other few several many more most both".split())
_ADJECTIVE = ("ians", "ans", "ese", "ish", "ian", "ean", "an", "is", "i", "n", "s")
_SENTENCES = 4
"""How many sentences back a pronoun may refer."""


class _Mention:
    """A mention with what the sieves ask of it; `words` are those of its head in lower case."""

    def __init__(self, document: Document, m: PredMention, number: int, sentence: int) -> None:
        self.number, self.sentence = number, sentence
        self.type, self.level = m.type, m.level or "NAM"
        self.start, self.end = m.start or 0, m.end or 0
        self.head_start, self.head_end = m.head_start or 0, m.head_end or 0
        self.head = document.text[self.head_start : self.head_end]
        self.text = document.text[self.start : self.end]
        self.words = re.findall(r"\w+", self.head.lower())
        self.all_words = re.findall(r"[\w']+", self.text.lower())
        self.first = self.all_words[0] if self.all_words else ""
        self.lemma = _noun(self.words[-1]) if self.words else ""

    @property
    def modifiers(self) -> set[str]:
        """The words before the head noun without determiners."""
        before = self.text[: max(0, self.head_start - self.start)].lower()
        return {w for w in re.findall(r"\w+", before) if w not in _DEFINITE | _OWN}

    @property
    def plural(self) -> bool:
        """Whether the head is a plural noun, or a number of people."""
        word = self.words[-1] if self.words else ""
        return _noun(word) != word or word in ("people", "police") or word.isdigit()


def _noun(word: str) -> str:
    known = entry(word)
    return known.lemma if "N" in known.pos and word.endswith(("s", "men", "people", "children")) else word


def link(document: Document, mentions: Sequence[PredMention]) -> dict[str, str]:
    """Give each mention the id of its entity; return the name of each entity."""
    starts = [sentence.start for sentence in document.sentences]
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].start or 0, -(mentions[i].end or 0)))
    found = [
        _Mention(document, mentions[i], n, bisect_right(starts, mentions[i].start or 0)) for n, i in enumerate(order)
    ]
    clusters = _Clusters(found)
    for sieve in _SIEVES:
        for m in found:
            sieve(document, m, found, clusters)
    names: dict[str, str] = {}
    for m, i in zip(found, order, strict=True):
        key = f"n{clusters.of(m)}"
        mentions[i].entity = key
    for key, members in _grouped(mentions).items():
        best = min(
            members,
            key=lambda m: (m.level != "NAM", m.level != "NOM", -_width(m) if m.level == "NAM" else 0, m.start or 0),
        )
        whole = best.level != "NAM"
        start, end = (best.start, best.end) if whole else (best.head_start, best.head_end)
        names[key] = document.text[start or 0 : end or 0]
    return names


def _width(m: PredMention) -> int:
    return (m.head_end or 0) - (m.head_start or 0)


def _grouped(mentions: Iterable[PredMention]) -> dict[str, list[PredMention]]:
    groups: dict[str, list[PredMention]] = {}
    for m in mentions:
        groups.setdefault(str(m.entity), []).append(m)
    return groups


class _Clusters:
    """Disjoint sets of mentions; a cluster is named by its first mention."""

    def __init__(self, mentions: Sequence[_Mention]) -> None:
        self.parents = list(range(len(mentions)))
        self.types = [m.type for m in mentions]

    def of(self, m: _Mention) -> int:
        i = m.number
        while self.parents[i] != i:
            i = self.parents[i]
        return i

    def join(self, a: _Mention, b: _Mention) -> None:
        one, two = sorted((self.of(a), self.of(b)))
        self.parents[two] = one


def _before(m: _Mention, found: Sequence[_Mention]) -> list[_Mention]:
    """Return the mentions that begin before a mention, nearest first."""
    return list(reversed(found[: m.number]))


def _same_name(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    if m.level == "NAM":
        for other in found[: m.number]:
            if other.level == "NAM" and other.type == m.type and other.words == m.words:
                clusters.join(other, m)
                return


def _acronym(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    if m.level != "NAM" or not re.fullmatch(r"(?:[A-Z]\.?){2,6}", m.head):
        return
    letters = m.head.replace(".", "").lower()
    for other in found:
        if other.level == "NAM" and other.type == m.type and len(other.words) > 1:
            capitals = "".join(w[0] for w in re.findall(r"\w+", other.head) if w[0].isupper()).lower()
            initials = "".join(w[0] for w in other.words)
            if letters in (capitals, initials):
                clusters.join(other, m)
                return


def _short_name(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    """Link a name to a longer one that has all its words: the surname of a person, the short form of a body."""
    if m.level != "NAM":
        return
    longer = [
        other for other in found
        if other.level == "NAM" and other.type == m.type and len(other.words) > len(m.words)
        and set(m.words) <= set(other.words)
    ]  # fmt: skip
    if m.type != "PER":
        longer = [
            other for other in longer if other.words[: len(m.words)] == m.words or other.words[-1:] == m.words[-1:]
        ]
        if m.type in ("GPE", "LOC"):
            return
    if longer:
        clusters.join(min(longer, key=lambda o: (o.start > m.start, abs(o.start - m.start))), m)


def _demonym(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    """Link the adjective of a country to its name."""
    if m.level != "NAM" or m.type != "GPE" or len(m.words) != 1:
        return
    stems = [m.words[0][: -len(end)] for end in _ADJECTIVE if m.words[0].endswith(end)]
    for other in found:
        if other.level == "NAM" and other.type == "GPE" and len(other.words) == 1 and other.words != m.words:
            name = other.words[0]
            if any(len(s) > 2 and (name == s or (name[:-1] == s and name[-1] in "aeiouy")) for s in stems):
                clusters.join(other, m)
                return


def _apposition(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    """Link "Oda Marrec, a captain" and "the captain, Oda Marrec"; an acronym in parentheses belongs to its name."""
    for other in _before(m, found)[:12]:
        if other.type != m.type or other.end > m.start or other.sentence != m.sentence:
            continue
        between = document.text[other.end : m.start]
        levels = {other.level, m.level}
        if between in (" (", " [") and levels == {"NAM"}:
            clusters.join(other, m)
            return
        if between != ", " or "PRO" in levels:
            continue
        after = document.text[m.end : m.end + 5]
        closed = re.match(r"[,.;:)]|\s*$", after) and not re.match(r",? and\b", after)
        if levels == {"NAM", "NOM"} and (closed or m.first in ("a", "an", "the", "his", "her", "its", "their")):
            if m.level == "NAM" and other.plural:
                continue
            clusters.join(other, m)
            return
        if (
            levels == {"NOM"}
            and closed
            and m.first in ("a", "an", "the")
            and not re.search(r"\band ", document.text[m.end : m.end + 60])
        ):
            clusters.join(other, m)
            return


def _predicate(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    if m.level == "NOM":
        for other in _before(m, found)[:8]:
            if other.type == m.type and other.end <= m.start and other.sentence == m.sentence:
                between = document.text[other.end : m.start]
                if re.fullmatch(
                    r",? (?:is|are|was|were|became|remains|remained|am|'s|has been|had been)(?: (?:also|now|still))? ",
                    between,
                ):
                    clusters.join(other, m)
                return


def _relative(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    """Link a relative pronoun to the phrase right before it, or to the phrase whose clause it opens."""
    if m.level != "PRO" or m.head.lower() not in _RELATIVE:
        return
    near = [
        o for o in _before(m, found)
        if o.sentence == m.sentence and o.head_end <= m.start and o.level != "PRO" and o.number != m.number
    ]  # fmt: skip
    holding = [o for o in near if o.end >= m.end and o.type == m.type]
    touching = [o for o in near if re.fullmatch(r",? ?(?:(?:of|in|for|by|to|with|from|on|at|most of|some of|all of) )?",
                                               document.text[o.end : m.start]) and o.type == m.type]  # fmt: skip
    same = [o for o in near if o.type == m.type]
    if chosen := max(holding, key=lambda o: o.start, default=None) or min(
        touching, key=lambda o: o.start, default=None
    ):
        clusters.join(chosen, m)
    elif same:
        clusters.join(same[0], m)


def _same_head(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    """Link a definite phrase to the nearest phrase before it with its head noun and no other modifiers."""
    if m.level != "NOM" or not _refers_back(m):
        return
    for other in _before(m, found):
        if other.level != "NOM" or other.type != m.type or other.lemma != m.lemma or other.end > m.start:
            continue
        if other.plural != m.plural or not m.modifiers <= other.modifiers | set(other.all_words):
            continue
        clusters.join(other, m)
        return


def _refers_back(m: _Mention) -> bool:
    if m.first in _OWN or m.first.isdigit():
        return False
    return m.first in _DEFINITE or (m.type in ("ORG", "GPE") and not m.plural)


def _noun_of_name(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    """Link "the ministry" to "Ministry of Justice", "the mayor" to "Mayor Oda Marrec"."""
    if m.level != "NOM" or m.first not in ("the", "this", "that") or len(m.all_words) > 3:
        return
    head = m.words[-1] if m.words else ""
    for other in _before(m, found):
        if other.level == "NAM" and other.type == m.type and other.end <= m.start and head in other.all_words:
            clusters.join(other, m)
            return


def _pronoun(document: Document, m: _Mention, found: Sequence[_Mention], clusters: _Clusters) -> None:
    word = m.head.lower()
    if m.level != "PRO" or word in _RELATIVE:
        return
    before = [o for o in _before(m, found) if m.sentence - o.sentence < _SENTENCES and o.head_end <= m.start]
    chosen: _Mention | None = None
    if word in _I | _WE | _YOU:
        group = next(g for g in (_I, _WE, _YOU) if word in g)
        chosen = next((o for o in before if o.level == "PRO" and o.head.lower() in group and o.type == m.type), None)
    elif word in _HE | _SHE:
        other_sex = _SHE if word in _HE else _HE
        chosen = _nearest(m, [o for o in before if o.type == "PER" and not (o.level == "NOM" and o.plural)
                              and o.head.lower() not in other_sex | _I | _WE | _YOU | _THEY])  # fmt: skip
    elif word in _IT:
        chosen = _nearest(m, [o for o in before if o.type == m.type and not (o.level == "NOM" and o.plural)])
    elif word in _THEY:
        chosen = _nearest(m, [o for o in before if o.type == m.type
                              and (o.level != "NOM" or o.plural or o.type == "ORG")
                              and not (o.level == "NAM" and o.type == "PER")
                              and o.head.lower() not in _HE | _SHE | _IT | _I | _WE | _YOU])  # fmt: skip
    if chosen is not None:
        clusters.join(chosen, m)


def _nearest(m: _Mention, candidates: Sequence[_Mention]) -> _Mention | None:
    """Return the likeliest antecedent: of the own sentence or the one before, its first mention; else the nearest."""
    outer = [o for o in candidates if o.level != "PRO" or o.head.lower() not in _RELATIVE]
    for sentence in range(m.sentence, m.sentence - _SENTENCES, -1):
        inside = [o for o in outer if o.sentence == sentence and not (o.start <= m.start < o.end)]
        if inside:
            return min(inside, key=lambda o: o.start)
    return None


_SIEVES = (
    _same_name, _acronym, _short_name, _demonym, _apposition, _predicate, _relative, _same_head, _noun_of_name,
    _pronoun,
)  # fmt: skip
"""The sieves in order of their precision; each runs over the whole document before the next."""
