"""IOB2 tags from spans (Ramshaw and Marcus 1995; Tjong Kim Sang and Veenstra 1999)."""

from collections.abc import Iterable, Sequence

from goldwire_corpus.schema.document import Span
from goldwire_corpus.schema.ontology import ontology


def tag_labels() -> list[str]:
    """Return all tags in the order of the class ids of `ner`."""
    return ["O", *(f"{prefix}-{type_}" for type_ in ontology().entity for prefix in "BI")]


def tag(tokens: Sequence[Span], spans: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return the tags of `tokens` for spans ``(start, end, type)`` in code points, which match token boundaries.

    Of overlapping spans the longest is kept, of equally long ones the first, because IOB2 has no overlaps.
    """
    starts = {token.start: i for i, token in enumerate(tokens)}
    ends = {token.end: i for i, token in enumerate(tokens)}
    tags = ["O"] * len(tokens)
    for start, end, type_ in sorted(spans, key=lambda s: (s[0] - s[1], s[0], s[2])):
        first, last = starts.get(start), ends.get(end)
        if first is None or last is None or any(t != "O" for t in tags[first : last + 1]):
            continue
        tags[first : last + 1] = [f"B-{type_}", *[f"I-{type_}"] * (last - first)]
    return tags
