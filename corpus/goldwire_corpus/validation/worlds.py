"""Checks across worlds: splits, names, motifs, lengths and shared runs of words.

A model must not profit in one split from the worlds of another, so invented worlds share no names, at most two motifs
and no long run of words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import msgspec

from goldwire_corpus.errors import DataError, ValidationError
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.knowledge_base import KnowledgeBase
from goldwire_corpus.source.files import Facts, read_lines

LONGEST_SHARED_RUN = 7
MOST_WORDS = 900
MOST_SHARED_MOTIFS = 2
COMMON_TYPE = 25
LARGEST_TRIGGER_SHARE = 0.40
REAL_SPLITS = frozenset({"retold", "wire", "field"})
_NAMED_TYPES = frozenset({"PER", "GPE", "LOC", "FAC", "VEH"})
"""Types with proper names; names of organisations often consist of ordinary words ("Interior Ministry")."""
_ORDINARY = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday father mother brother sister uncle aunt grandfather grandmother upper lower inner "
    "outer north south east west northern southern eastern western central great grand little new old mount saint port "
    "fort cape lake river island bridge street square compact courier watch herald gazette san sant santa "
    "excellency".split()
)
_SHORTEST_NAME = 4


class Motifs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `motifs.jsonl`: plot elements of a world, as short noun phrases."""

    world: str
    motifs: list[str]


def world_splits(facts: Iterable[Facts], path: str) -> Iterator[ValidationError]:
    """Yield an error for each world in several splits; the real world may be in several of REAL_SPLITS."""
    splits: dict[str, set[str]] = defaultdict(set)
    for row in facts:
        splits[row.world].add(row.split)
    for world, found in splits.items():
        if len(found) > 1 and not found <= REAL_SPLITS:
            message = f"world {world} occurs in more than one split: {', '.join(sorted(found))}"
            yield ValidationError(path, 0, "world-split", message)


def shared_names(
    kbs: Mapping[str, KnowledgeBase], documents: Sequence[Document], root: Path
) -> Iterator[ValidationError]:
    """Yield an error for each proper name that two invented worlds share.

    A word of a name is proper if it does not occur in lower case in a text, description or title, and if it is not an
    abbreviation.
    """
    texts = [d.text for d in documents]
    texts += [entry.description for kb in kbs.values() for entry in kb.values()]
    texts += [d.text[t.start : t.end].lower() for d in documents for t in d.titles]
    lower = {word for text in texts for word in re.findall(r"\b[^\W\d_]+\b", text) if word.islower()} | _ORDINARY
    first: dict[str, tuple[str, str]] = {}
    for world, kb in sorted(kbs.items()):
        own: dict[str, str] = {}
        for entry in kb.values():
            if entry.kind == "entity" and entry.type in _NAMED_TYPES:
                for name in (entry.name, *entry.aliases):
                    for word in re.findall(r"[^\W\d_]+(?!\.)\b", name):
                        if word[0].isupper() and len(word) >= _SHORTEST_NAME and word.lower() not in lower:
                            own.setdefault(word.lower(), name)
        for word, name in own.items():
            if word in first:
                other, other_name = first[word]
                message = f"{name!r} of {world} shares a name with {other_name!r} of {other}; rename one of them"
                yield ValidationError(str(root / "kb" / f"{world}.jsonl"), 0, "name-shared", message)
        for word, name in own.items():
            first.setdefault(word, (world, name))


def shared_motifs(splits: Mapping[str, str], root: Path) -> Iterator[ValidationError]:
    """Yield an error for each pair of worlds of different splits with more than two common motifs."""
    path = root / "motifs.jsonl"
    try:
        rows = read_lines(path, Motifs) if path.exists() else []
    except DataError as error:
        yield from error.errors
        return
    motifs = {row.world: {" ".join(m.lower().split()) for m in row.motifs} for row in rows}
    for world in splits.keys() - motifs.keys():
        yield ValidationError(
            str(path), 0, "motifs-missing", f"no motifs of world {world}; add a line for it", "warning"
        )
    for a, b in combinations([row.world for row in rows if row.world in splits], 2):
        common = sorted(motifs[a] & motifs[b])
        if splits[a] != splits[b] and len(common) > MOST_SHARED_MOTIFS:
            message = f"{a} ({splits[a]}) and {b} ({splits[b]}) share {len(common)} motifs: {', '.join(common)}"
            yield ValidationError(str(path), 0, "motif-shared", message)


def long_documents(documents: Iterable[Document], root: Path) -> Iterator[ValidationError]:
    """Yield an error for each document with more than MOST_WORDS words."""
    for document in documents:
        words = len(document.text.split())
        if words > MOST_WORDS:
            path = str(root / document.part / f"{document.id}.txt")
            yield ValidationError(path, 0, "document-long", f"{words} words; expected at most {MOST_WORDS}")


def shared_runs(documents: Iterable[Document], root: Path) -> Iterator[ValidationError]:
    """Yield an error for each document that shares a run of eight words with one of another world, as templates do."""
    first: dict[tuple[str, ...], Document] = {}
    for document in documents:
        words = re.findall(r"[\w']+", document.text.lower())
        size = LONGEST_SHARED_RUN + 1
        runs = [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]
        shared = next((run for run in runs if run in first and first[run].world != document.world), None)
        if shared:
            path = str(root / document.part / f"{document.id}.txt")
            yield ValidationError(path, 0, "run-shared", f"shares {' '.join(shared)!r} with {first[shared].id}")
        for run in runs:
            first.setdefault(run, document)


def trigger_shares(documents: Iterable[Document], path: str) -> Iterator[ValidationError]:
    """Yield an error for each common event type of which one word triggers over 40 %, except State ("said")."""
    words: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        if document.text:
            for e in (e for e in document.events if e.type != "State"):
                words[e.type][document.text[e.start : e.end].lower()] += 1
    for type_, counts in words.items():
        word, most = counts.most_common(1)[0]
        if counts.total() >= COMMON_TYPE and most > LARGEST_TRIGGER_SHARE * counts.total():
            message = f"{word!r} triggers {most} of {counts.total()} mentions of {type_}"
            yield ValidationError(path, 0, "trigger-share", message)
