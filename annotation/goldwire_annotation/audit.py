"""Audits of the gold: what independent readers of documents chosen at random found, by layer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from goldwire_annotation.passes import annotated
from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.document import Document
from goldwire_corpus.source.files import read_lines


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
    """Return a Markdown table of the verdicts in the files `<doc>.jsonl` of a folder.

    Raises DataError if the folder has no such file.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise data_error(str(folder), 0, "audit-missing", "no verdicts (<doc>.jsonl) in this folder")
    verdicts = [verdict for path in paths for verdict in read_lines(path, Verdict)]
    sizes = _sizes([annotated(path.stem, None) for path in paths])
    found = Counter((v.layer, v.verdict, v.decision == "corrected") for v in verdicts)
    lines = [
        f"| {len(paths)} documents | gold labels | wrong by a rule | % | corrected by a new rule | kept by a new rule "
        "| auditor wrong |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    ]
    for layer in _LAYERS:
        wrong = found[layer, "A", True]
        share = f"{100 * wrong / sizes[layer]:.1f}"
        undecided = f"{found[layer, 'E', True]} | {found[layer, 'E', False]}"
        lines.append(f"| {layer} | {sizes[layer]} | {wrong} | {share} | {undecided} | {found[layer, 'G', False]} |\n")
    return "".join(lines)


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
