"""Audits of the gold: what independent readers of documents chosen at random found, by layer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from goldwire_annotation.passes import annotated
from goldwire_corpus.errors import data_error
from goldwire_corpus.release.build import SPLITS
from goldwire_corpus.schema.document import Document
from goldwire_corpus.source.files import JOINED, find_facts, read_lines


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference between an auditor's reading and the gold, and what became of it.

    `verdict` is A if the gold is wrong by a rule, E if the guidelines did not decide, G if the gold is right.
    `decision` is the adjudicator's for A and E.
    """

    doc: str
    layer: Literal["mention", "coreference", "title", "time", "quantity", "trigger", "type", "attribute", "argument",
                   "source", "anchor"]  # fmt: skip
    description: str
    verdict: Literal["A", "E", "G"]
    correct: str | None
    reason: str
    decision: Literal["corrected", "kept", ""] = ""


_LAYERS = Verdict.__annotations__["layer"].__args__


def audit_table(folder: Path) -> str:
    """Return a Markdown table of the verdicts in the files `<doc>.jsonl` of a folder, by layer and split.

    Raises DataError if the folder has no such file.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise data_error(str(folder), 0, "verdicts-missing", "no verdicts (<doc>.jsonl) in this folder")
    splits = {path.stem: find_facts(path.stem)[1].split for path in paths}
    verdicts = [verdict for path in paths for verdict in read_lines(path, Verdict)]
    found = Counter((v.layer, v.verdict, v.decision == "corrected") for v in verdicts)
    wrong = Counter((v.layer, splits[v.doc]) for v in verdicts if v.verdict == "A" and v.decision == "corrected")
    audited = {split: n for split in (*SPLITS, *JOINED) if (n := sum(s == split for s in splits.values()))}
    sizes = {s: _sizes(annotated(doc, None) for doc, split in splits.items() if split == s) for s in audited}
    titles = [f"{split}, {number} documents: wrong of labels" for split, number in audited.items()]
    lines = [
        f"| | {' | '.join(titles)} | corrected by a new rule | kept by a new rule | auditor wrong |\n"
        f"{'| --- ' * (len(titles) + 4)}|\n"
    ]
    for layer in _LAYERS:
        cells = [_share(wrong[layer, split], sizes[split][layer]) for split in audited]
        undecided = f"{found[layer, 'E', True]} | {found[layer, 'E', False]}"
        lines.append(f"| {layer} | {' | '.join(cells)} | {undecided} | {found[layer, 'G', False]} |\n")
    return "".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "-"


def _sizes(documents: Iterable[Document]) -> Counter[str]:
    """Return the number of gold labels by layer."""
    sizes: Counter[str] = Counter()
    for d in documents:
        of_events: Sequence[str] = ("trigger", "type", "attribute", "source")
        sizes.update(dict.fromkeys(of_events, len(d.events)))
        sizes.update(
            {"mention": len(d.mentions), "coreference": len(d.mentions), "title": len(d.titles), "time": len(d.times),
             "quantity": len(d.quantities), "argument": sum(len(e.arguments) for e in d.events),
             "anchor": sum(bool(c.earliest or c.latest) for c in d.event_clusters)}
        )  # fmt: skip
    return sizes
