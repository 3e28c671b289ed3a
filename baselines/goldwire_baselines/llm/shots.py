"""Examples for the prompt, chosen from the training documents only."""

from collections.abc import Sequence
from statistics import median_low

from goldwire_baselines.llm.excerpts import Excerpt, excerpts
from goldwire_baselines.llm.layouts import Layout
from goldwire_corpus.schema.document import Document


def choose(documents: Sequence[Document], count: int, layout: Layout) -> list[Excerpt]:
    """Return the paragraphs that show the most labels not yet shown, one after another, none longer than the median."""
    paragraphs = [e for d in documents for e in excerpts(d, "paragraph")]
    if not paragraphs or not count:
        return []
    offered = [(e, len(e.document.text) + len(layout.target(e.document))) for e in paragraphs]
    limit = median_low(length for _, length in offered)
    left = [(_labels(e.document), -length, e) for e, length in offered if length <= limit]
    chosen: list[Excerpt] = []
    shown: set[str] = set()
    while left and len(chosen) < count:
        best = max(left, key=lambda candidate: (len(candidate[0] - shown), candidate[1]))
        left.remove(best)
        shown |= best[0]
        chosen.append(best[2])
    return chosen


def _labels(document: Document) -> set[str]:
    """Return the types and roles in a document."""
    roles = {argument.role for event in document.events for argument in event.arguments}
    return {m.type for m in document.mentions} | {e.type for e in document.events} | roles
