"""Audits of the gold: what independent readers of documents chosen at random found, by layer."""

from collections import Counter
from pathlib import Path
from typing import Literal

import msgspec

from goldwire_annotation.passes import annotated
from goldwire_annotation.stages import stage_path
from goldwire_corpus.errors import data_error
from goldwire_corpus.parts import JOINED
from goldwire_corpus.release.build import SPLITS
from goldwire_corpus.schema.document import Document
from goldwire_corpus.schema.event_pairs import Judgement
from goldwire_corpus.source.files import find_facts, read_lines


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A difference between an auditor's reading and the gold, and what became of it.

    `verdict` is A if the gold is wrong by a rule, E if the guidelines did not decide, G if the gold is right.
    `decision` is the adjudicator's for A and E.
    """

    doc: str
    layer: Literal["mention", "coreference", "title", "time", "quantity", "trigger", "type", "attribute", "argument",
                   "source", "anchor", "relation"]  # fmt: skip
    description: str
    verdict: Literal["A", "E", "G"]
    correct: str | None
    reason: str
    decision: Literal["corrected", "kept", ""] = ""


_LAYERS = Verdict.__annotations__["layer"].__args__


def audit_table(folder: Path) -> str:
    """Return a Markdown table of the verdicts in the files `<doc>.jsonl` of a folder, by layer and split.

    Verdicts on judged pairs of events, which may be of other documents, are in the folder `pairs` within it.
    Raises DataError if the folder has no verdicts.
    """
    paths, pair_paths = sorted(folder.glob("*.jsonl")), sorted((folder / "pairs").glob("*.jsonl"))
    if not paths:
        raise data_error(str(folder), 0, "verdicts-missing", "no verdicts (<doc>.jsonl) in this folder")
    facts = {path.stem: find_facts(path.stem)[1] for path in (*paths, *pair_paths)}
    verdicts = [verdict for path in (*paths, *pair_paths) for verdict in read_lines(path, Verdict)]
    found = Counter((v.layer, v.verdict, v.decision == "corrected") for v in verdicts)
    wrong = Counter((v.layer, facts[v.doc].split) for v in verdicts if v.verdict == "A" and v.decision == "corrected")
    audited = Counter(facts[path.stem].split for path in paths)
    sizes = {split: Counter[str]() for split in audited}
    for path in paths:
        sizes[facts[path.stem].split].update(_sizes(annotated(path.stem, None)))
    for path in pair_paths:
        judged = read_lines(stage_path("pairs", "gold", facts[path.stem]), Judgement)
        sizes.setdefault(facts[path.stem].split, Counter())["relation"] += len(judged)
    splits = [split for split in (*SPLITS, *JOINED) if split in sizes]
    titles = [f"{split}, {audited[split]} documents: wrong of labels" for split in splits]
    lines = [
        f"| | {' | '.join(titles)} | corrected by a new rule | kept by a new rule | auditor wrong |\n"
        f"{'| --- ' * (len(titles) + 4)}|\n"
    ]
    for layer in _LAYERS:
        cells = [_share(wrong[layer, split], sizes[split][layer]) for split in splits]
        undecided = f"{found[layer, 'E', True]} | {found[layer, 'E', False]}"
        lines.append(f"| {layer} | {' | '.join(cells)} | {undecided} | {found[layer, 'G', False]} |\n")
    return "".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "-"


def _sizes(document: Document) -> dict[str, int]:
    """Return the number of gold labels by layer of stage one."""
    events = len(document.events)
    return {
        "mention": len(document.mentions), "coreference": len(document.mentions), "title": len(document.titles),
        "time": len(document.times), "quantity": len(document.quantities), "trigger": events, "type": events,
        "attribute": events, "argument": sum(len(e.arguments) for e in document.events), "source": events,
        "anchor": sum(bool(c.earliest or c.latest) for c in document.event_clusters),
    }  # fmt: skip
