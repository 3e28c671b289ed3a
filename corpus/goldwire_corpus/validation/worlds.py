"""Checks across worlds: splits, names, motifs, lengths and shared runs of words.

No world of one split may be recalled from another: invented worlds share no name, hardly a motif and no run of words.
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
"""Types whose names are words of their own; those of bodies are often made of ordinary words ("Interior Ministry")."""
_ORDINARY = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday father mother brother sister uncle aunt grandfather grandmother upper lower inner "
    "outer north south east west northern southern eastern western central great grand little new old mount saint port "
    "fort cape lake river island bridge street square compact courier watch herald gazette".split()
)
_SHORTEST_NAME = 4


class Motifs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `motifs.jsonl`: the plot elements of a world, as short noun phrases."""

    world: str
    motifs: list[str]


def world_splits(facts: Iterable[Facts], path: str) -> Iterator[ValidationError]:
    """Yield the worlds that occur in more than one split; the real world is test only, under several names."""
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
    """Yield the proper names that two invented worlds share.

    A word of a name is proper if no text, description or title has it in lower case and it is no abbreviation.
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
                other, theirs = first[word]
                message = f"{name!r} of {world} shares a name with {theirs!r} of {other}; rename one of them"
                yield ValidationError(str(root / "kb" / f"{world}.jsonl"), 0, "name-shared", message)
        for word, name in own.items():
            first.setdefault(word, (world, name))


def shared_motifs(splits: Mapping[str, str], root: Path) -> Iterator[ValidationError]:
    """Yield pairs of worlds of different splits that share more than two motifs; `splits` gives the split of each."""
    path = root / "motifs.jsonl"
    try:
        rows = read_lines(path, Motifs) if path.exists() else []
    except DataError as error:
        yield from error.errors
        return
    motifs = {row.world: {" ".join(m.lower().split()) for m in row.motifs} for row in rows}
    for world in splits.keys() - motifs.keys():
        yield ValidationError(str(path), 0, "motifs-missing", f"world {world} has no motifs here", "warning")
    for one, two in combinations([row.world for row in rows if row.world in splits], 2):
        common = sorted(motifs[one] & motifs[two])
        if splits[one] != splits[two] and len(common) > MOST_SHARED_MOTIFS:
            message = f"{one} ({splits[one]}) and {two} ({splits[two]}) share {len(common)} motifs: {', '.join(common)}"
            yield ValidationError(str(path), 0, "motif-shared", message)


def long_documents(documents: Iterable[Document], root: Path) -> Iterator[ValidationError]:
    """Yield the documents written for the corpus that are longer than a model of 512 tokens reads in a few windows."""
    for document in documents:
        words = len(document.text.split())
        if words > MOST_WORDS:
            path = str(root / document.part / f"{document.id}.txt")
            yield ValidationError(path, 0, "document-long", f"{words} words; expected at most {MOST_WORDS}")


def shared_runs(documents: Iterable[Document], root: Path) -> Iterator[ValidationError]:
    """Yield documents that share a run of eight words with a document of another world: a sign of a template."""
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
    """Yield the common event types of which one word triggers more than 40 %; State is left out, news says "said"."""
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
