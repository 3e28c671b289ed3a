"""General English: lemmas and parts of speech of a word, and the entity and event types that it usually has in news.

Lemmas and parts of speech are those of lemminflect (https://github.com/bjascob/LemmInflect); a word that it does not
know is likely a name. The types of words are in `lexicon.toml`.
"""

import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_SHORT = {"NOUN": "N", "VERB": "V", "ADJ": "J", "ADV": "R", "PROPN": "P", "AUX": "X"}
UNKNOWN = "?"


class Entry(NamedTuple):
    """What the lexicon knows of a word.

    `pos` has a letter for each part of speech that the word may have, or UNKNOWN; `lemma` is that of the verb or else
    the noun; `types` are entity types, event types and TITLE.
    """

    pos: str
    lemma: str
    types: tuple[str, ...]


@lru_cache(maxsize=100_000)
def entry(word: str) -> Entry:
    """Return the entry of a lower-case word."""
    import lemminflect

    lemmas = lemminflect.getAllLemmas(word)
    pos = "".join(sorted({_SHORT.get(tag, tag) for tag in lemmas})) or UNKNOWN
    forms = dict.fromkeys([word, *(lemma for tag in lemmas for lemma in lemmas[tag])])
    types = sorted({type_ for form in forms for type_ in _types().get(form, ())})
    return Entry(pos, next((lemmas[tag][0] for tag in ("VERB", "NOUN", "ADJ") if tag in lemmas), word), tuple(types))


@cache
def _types() -> dict[str, set[str]]:
    groups = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
    types: dict[str, set[str]] = defaultdict(set)
    for listed in groups.values():
        for type_, words in listed.items():
            for word in words.split():
                types[word].add(type_)
    return dict(types)
