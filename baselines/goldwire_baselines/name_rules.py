"""Names by rule: runs of capitalised words, typed by what occurs in and around all their occurrences in a document."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from goldwire_baselines.lexicon import UNKNOWN, entry
from goldwire_baselines.words import DETERMINERS, STOPS, Word

_PLACE_BEFORE = frozenset("in at near from to outside inside around across toward towards".split())
_LINKS = frozenset("- al bin bint ibn abu ben de la le da do dos del di du van von der el ould".split())
_OF = frozenset(("of", "for", "the"))
_SAYING = frozenset("said says told added warned announced wrote".split())
_ADJECTIVAL = ("i", "ian", "ean", "ish", "ese")
_TYPES = ("PER", "ORG", "GPE", "LOC", "FAC", "VEH", "WEA", "INF", "COM")


class Name(NamedTuple):
    """A name [first, last] of words of a sentence, and the words of its titles [title, first)."""

    sentence: int
    title: int
    first: int
    last: int


def names(sentences: Sequence[Sequence[Word]], titles: Collection[str]) -> list[tuple[Name, str]]:
    """Return the names of a document and their types; `titles` are the lower-case words of posts and ranks."""
    lower = {w.lower for sentence in sentences for w in sentence if w.text[0].islower()}
    found = [Name(number, *run) for number, sentence in enumerate(sentences) for run in _runs(sentence, titles, lower)]
    votes: dict[str, Counter[str]] = {}
    for name in found:
        sentence = sentences[name.sentence]
        votes.setdefault(_text(sentence, name), Counter()).update(_votes(sentence, name))
    # The parts of a person's name are names of that person.
    people = {w.text for name in found for w in sentences[name.sentence][name.first : name.last + 1]
              if name.last > name.first and _best(votes[_text(sentences[name.sentence], name)]) == "PER"}  # fmt: skip
    typed = []
    for name in found:
        text = _text(sentences[name.sentence], name)
        if text in people:
            votes[text]["PER"] += 3
        typed.append((name, _best(votes[text])))
    return typed


def _text(sentence: Sequence[Word], name: Name) -> str:
    return " ".join(w.text for w in sentence[name.first : name.last + 1])


def _best(votes: Counter[str]) -> str:
    return max(_TYPES, key=lambda t: votes[t]) if votes else "GPE"


def _runs(sentence: Sequence[Word], titles: Collection[str], lower: Collection[str]) -> Iterator[tuple[int, int, int]]:
    """Yield the first word of the titles before each name, its first and its last word."""
    i = 0
    while i < len(sentence):
        if not _capital(sentence, i, lower):
            i += 1
            continue
        last = i
        while True:
            end = last + 1
            while end < len(sentence) and sentence[end].lower in _LINKS | _OF:
                end += 1
            joined = {w.lower for w in sentence[last + 1 : end]}
            if end >= len(sentence) or not _capital(sentence, end, lower) or end - last > 3:
                break
            # "Front for the Defence of X" is one name, "Mayor of X" and "Orsk of the Y" are not.
            if joined & _OF and "ORG" not in entry(sentence[i].lower).types:
                break
            last = end
        first = i
        while first < last and sentence[first].lower in titles:
            first += 1
        yield i, first, last
        i = last + 1


def _capital(sentence: Sequence[Word], i: int, lower: Collection[str]) -> bool:
    word = sentence[i]
    if not word.text[0].isupper() or word.lower in STOPS | DETERMINERS:
        return False
    # At the start of a sentence a word of the dictionary is a name only if a name goes on.
    known = entry(word.lower).pos != UNKNOWN or len(word.text) < 3
    continued = i + 1 < len(sentence) and sentence[i + 1].text[0].isupper()
    return i > 0 or not (known or word.lower in lower) or (continued and word.lower not in lower)


def _votes(sentence: Sequence[Word], name: Name) -> Iterator[str]:
    """Yield types that the words in and around an occurrence of a name suggest, once for each cue."""
    last = sentence[name.last]
    before = sentence[name.title - 1].lower if name.title else ""
    after = sentence[name.last + 1].lower if name.last + 1 < len(sentence) else ""
    long = name.last > name.first
    if name.first > name.title or after in _SAYING:
        yield from ["PER"] * 3
    kinds = [t for t in entry(last.lower).types if t in _TYPES]
    if long and kinds and entry(last.lower).pos != UNKNOWN:
        yield from [kinds[0]] * 4
    following = [t for t in entry(after).types if t in _TYPES]
    if before in ("the", "a", "") and following and not last.lower.endswith(_ADJECTIVAL):
        yield from following[:1] * 2
    if last.lower.endswith(_ADJECTIVAL) and following and not long:
        yield from ["GPE"] * 3
    if before in _PLACE_BEFORE:
        yield from ["GPE"] * 2
    if last.text.isupper() and len(last.text) > 1:
        yield from ["ORG"] * 3
    if before == "the" and not following:
        yield from ["ORG"] * 2
    if long and not kinds and before not in _PLACE_BEFORE and before != "the":
        yield from ["PER"] * 2
    yield "PER" if long else "GPE"
