"""Mentions of entities: their heads are labelled word by word, then each head gets an extent, so that mentions nest.

Names are labelled twice, the first time together with titles. The second labeller also sees the first one's labels of
the same words elsewhere in the document; in training these come from a labeller that was trained on other worlds.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from goldwire_baselines.analysis import Analysis, decode, encode
from goldwire_baselines.lexicon import entry
from goldwire_baselines.sparse import NONE, LinearModel, Row
from goldwire_baselines.taggers import Tagger
from goldwire_baselines.token_features import vote_features
from goldwire_baselines.words import DETERMINERS, STOPS, Word
from goldwire_corpus.schema.prediction import PredMention, PredSpan

_LEFT, _RIGHT = 9, 16
"""How many words an extent may reach from its head."""
_TITLE = "TITLE"
_PUNCTUATION = frozenset(",.;:?!-()[]")
_HALVES = 2


class MentionFinder:
    def __init__(self, make: Callable[[], Tagger]) -> None:
        self.make = make
        self.names, self.heads = make(), make()
        self.lefts, self.rights = LinearModel(), LinearModel()

    def fit(self, documents: Sequence[Analysis]) -> None:
        worlds = sorted({d.document.world for d in documents})
        half = {world: number % _HALVES for number, world in enumerate(worlds)}
        for held_out in range(_HALVES):
            first = self._first(d for d in documents if half[d.document.world] != held_out)
            for d in documents:
                if half[d.document.world] == held_out:
                    for rows, labels in zip(_rows(d, _labels(d, first)), _head_labels(d), strict=True):
                        self.heads.add(rows, labels)
        self.names = self._first(documents)
        self.heads.train()
        for d in documents:
            self._learn_extents(d)
        self.lefts.train()
        self.rights.train()

    def _first(self, documents: Iterable[Analysis]) -> Tagger:
        tagger = self.make()
        for d in documents:
            for rows, own in zip(d.rows, _name_labels(d), strict=True):
                tagger.add(rows, own)
        tagger.train()
        return tagger

    def _learn_extents(self, d: Analysis) -> None:
        for sentence in d.sentences:
            at_end = {w.end: i for i, w in enumerate(sentence)}
            for m in d.document.mentions:
                head = at_end.get(m.head_end)
                if head is None:
                    continue
                first = next(i for i, w in enumerate(sentence) if w.start <= m.head_start < w.end)
                label = f"{m.type}.{m.level}"
                for model, start, edge, step in ((self.lefts, first, m.start, -1), (self.rights, head, m.end, 1)):
                    for j in _candidates(sentence, start, step):
                        at = sentence[j].start if step < 0 else sentence[j].end
                        model.add(_edge(sentence, start, j, step, label), "yes" if at == edge else NONE)

    def find(self, d: Analysis) -> list[tuple[list[PredMention], list[PredSpan]]]:
        """Return the mentions and the titles of each sentence."""
        named = _labels(d, self.names)
        heads = [decode(self.heads.tag(rows)) for rows in _rows(d, named)]
        lefts = self._extents(self.lefts, d, [[(first, label) for first, _, label in own] for own in heads], -1)
        rights = self._extents(self.rights, d, [[(last, label) for _, last, label in own] for own in heads], 1)
        found: list[tuple[list[PredMention], list[PredSpan]]] = []
        for sentence, own, labels in zip(d.sentences, heads, named, strict=True):
            mentions: dict[tuple[int, int], PredMention] = {}
            for first, last, label in own:
                type_, level = label.split(".")
                start, end = sentence[next(lefts)].start, sentence[next(rights)].end
                mentions.setdefault((start, end), PredMention(
                    id=f"m{start}-{end}", start=start, end=end, type=type_, level=level,
                    head_start=sentence[first].start, head_end=sentence[last].end,
                ))  # fmt: skip
            titles = [
                PredSpan(id=f"p{sentence[first].start}", start=sentence[first].start, end=sentence[last].end)
                for first, last, label in decode(labels)
                if label == _TITLE
            ]
            found.append((list(mentions.values()), titles))
        return found

    def _extents(self, model: LinearModel, d: Analysis, heads: list[list[tuple[int, str]]], step: int) -> Iterator[int]:
        """Yield the best edge of each head; all edges of a document are scored at once, which is what takes time."""
        edges = [
            _edge(sentence, head, j, step, label)
            for sentence, own in zip(d.sentences, heads, strict=True)
            for head, label in own
            for j in _candidates(sentence, head, step)
        ]
        if len(model.labels) < 2:
            yield from (head for own in heads for head, _ in own)
            return
        margins = iter(model.scores(edges)[:, model.labels.index("yes")].tolist())
        for sentence, own in zip(d.sentences, heads, strict=True):
            for head, _ in own:
                scored = {j: next(margins) for j in _candidates(sentence, head, step)}
                yield max(scored, key=scored.__getitem__)


def _labels(d: Analysis, tagger: Tagger) -> list[list[str]]:
    return [tagger.tag(rows) for rows in d.rows]


def _rows(d: Analysis, named: list[list[str]]) -> list[list[Row]]:
    votes = vote_features(d.sentences, named)
    return [[[*a, *b] for a, b in zip(rows, more, strict=True)] for rows, more in zip(d.rows, votes, strict=True)]


def _name_labels(d: Analysis) -> list[list[str]]:
    """Return the labels of names and titles; the words of a title within a name are those of the name."""
    spans = {(p.start, p.end): _TITLE for p in d.document.titles}
    spans |= {(m.head_start, m.head_end): f"{m.type}.NAM" for m in d.document.mentions if m.level == "NAM"}
    return [encode(sentence, spans) for sentence in d.sentences]


def _head_labels(d: Analysis) -> list[list[str]]:
    """Return the labels of heads; of nested heads ("northern Lemre") the outer one is kept."""
    heads = {
        (m.head_start, m.head_end): f"{m.type}.{m.level}"
        for m in sorted(d.document.mentions, key=lambda m: m.head_end - m.head_start)
    }
    return [encode(sentence, heads) for sentence in d.sentences]


def _candidates(sentence: list[Word], head: int, step: int) -> list[int]:
    """Return the positions where a mention with this head may begin (step -1) or end (step 1)."""
    reach = range(head, max(-1, head - _LEFT), -1) if step < 0 else range(head, min(len(sentence), head + _RIGHT))
    barred = STOPS if step < 0 else STOPS | DETERMINERS
    return [j for j in reach if j == head or not (sentence[j].lower in barred or sentence[j].lower in _PUNCTUATION)]


def _edge(sentence: list[Word], head: int, edge: int, step: int, label: str) -> Row:
    level = label[-3:]
    beyond = edge + step
    outside = sentence[beyond] if 0 <= beyond < len(sentence) else None
    out = outside.lower if outside else "<edge>"
    out_pos = entry(out).pos + outside.shape[:1] if outside else "<edge>"
    between = sentence[edge : head + 1] if step < 0 else sentence[head : edge + 1]
    inner = sentence[edge]
    far = min(abs(head - edge), 8)
    row = [
        f"out={out}", f"out={out} {label}", f"outpos={out_pos} {level}", f"in={inner.lower} {level}",
        f"inpos={entry(inner.lower).pos}{inner.shape[:1]} {level}", f"in={inner.lower} out={out}",
        f"pos={entry(inner.lower).pos}{inner.shape[:1]} {out_pos} {level}",
        f"{label} {far}", f"{level} {far} {out}", f"{level} {far} {out_pos}",
    ]  # fmt: skip
    if 0 <= beyond + step < len(sentence):
        row.append(f"out2={out} {sentence[beyond + step].lower}")
    inside = [w.lower for w in (between[:-1] if step < 0 else between[1:])]
    row += [f"over={word} {level}" for word in inside if len(word) < 5 or entry(word).pos in ("?", "X")]
    row += [f"overpos={entry(word).pos} {level}" for word in inside]
    first = (sentence[head + 1] if head + 1 < len(sentence) else None) if step > 0 else None
    if first:
        row.append(f"after head={first.lower} {far}")
    return row
