"""The sheet of a reader: the pairs with their surroundings, without systems, credits and verdicts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from near_pairs import Item
from pair_sample import FOLDER, Sampled

from goldwire_corpus.atomic_write import write_atomic
from goldwire_corpus.schema.document import Document


def write_sheet(folder: Path, pairs: Sequence[Sampled], gold: Mapping[str, Document]) -> None:
    """Write the instructions, the pairs and the texts of their documents into a folder."""
    write_atomic(folder / "README.md", (FOLDER / "instructions.md").read_bytes())
    rows = [entry(pair, gold[pair.document]) for pair in pairs]
    write_atomic(folder / "sheet.jsonl", b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    for id in sorted({pair.document for pair in pairs}):
        d = gold[id]
        head = f"{d.title}\n{d.publication}\n\n"
        write_atomic(folder / "documents" / f"{id}.txt", (head + d.text + "\n").encode())


def entry(pair: Sampled, d: Document) -> dict[str, Any]:
    """Return what a reader sees of a pair."""
    return {
        "id": pair.id,
        "layer": pair.layer,
        "document": pair.document,
        "published": d.published,
        "context": context(pair, d),
        "gold": _facts(pair.gold),
        "predicted": _facts(pair.predicted),
    }


def context(pair: Sampled, d: Document) -> str:
    """Return the sentences of both items and of the triggers, and one before and after each.

    The gold item is in [G ... G], the predicted one in [P ... P], a trigger of an argument in [T ... T].
    """
    marks = {("G", *pair.gold.span), ("P", *pair.predicted.span)}
    marks |= {("T", *item.event[1:3]) for item in (pair.gold, pair.predicted) if item.event is not None}
    shown: set[int] = set()
    for _, start, end in marks:
        touched = [i for i, s in enumerate(d.sentences) if s.start < end and start < s.end]
        shown |= set(range(max(0, touched[0] - 1), min(len(d.sentences), touched[-1] + 2)))
    parts: list[str] = []
    for i in sorted(shown):
        parts += ["[...]"] if parts and i - 1 not in shown else []
        parts.append(_marked(d.text, d.sentences[i].start, d.sentences[i].end, sorted(marks)))
    return " ".join(" ".join(parts).split())


def _marked(text: str, low: int, high: int, marks: Sequence[tuple[str, int, int]]) -> str:
    """Return a stretch of the text with the marks that begin or end in it."""
    edges = [(end, 0, -start, f" {mark}]") for mark, start, end in marks if low < end <= high]
    edges += [(start, 1, -end, f"[{mark} ") for mark, start, end in marks if low <= start < high]
    out, last = "", low
    for at, _, _, edge in sorted(edges):
        out, last = out + text[last:at] + edge, at
    return out + text[last:high]


def _facts(item: Item) -> dict[str, Any]:
    facts: dict[str, Any] = {"text": item.text, "label": item.label}
    facts |= {"level": item.level, "value": item.value, "filler": item.filler}
    if item.event is not None:
        facts["event"] = f"{item.event[0]}: {item.event[3]}"
    return {name: value for name, value in facts.items() if value}
