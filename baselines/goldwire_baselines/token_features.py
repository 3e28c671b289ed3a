"""Features of words for sequence labellers: a list of strings for each word of each sentence of a document.

They look at words, affixes, shapes, the lexicon, the run of capitalised words that a word belongs to, and, for
capitalised words, at the other places of the document where the same word occurs: names of an invented world are
known from nothing but their contexts.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from goldwire_baselines.lexicon import entry
from goldwire_baselines.words import Word

Row = list[str]
_REACH = 2
_LINKS = frozenset("- al bin bint ibn abu ben de la le da do dos del della di du van von der el ould".split())


def token_features(sentences: Sequence[Sequence[Word]]) -> list[list[Row]]:
    """Return the features of all words of a document, by sentence."""
    contexts = [[_context(sentence, i) for i in range(len(sentence))] for sentence in sentences]
    lower = {w.lower for sentence in sentences for w in sentence if w.text[0].islower()}
    elsewhere: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence, around in zip(sentences, contexts, strict=True):
        for i, word in enumerate(sentence):
            if is_capital(word):
                elsewhere[word.text].update(around[i])
                elsewhere[word.text]["mid"] += i > 0
    return [
        [_features(sentence, i, around[i], elsewhere, lower) for i in range(len(sentence))]
        for sentence, around in zip(sentences, contexts, strict=True)
    ]


def is_capital(word: Word) -> bool:
    return word.text[0].isupper()


def _features(
    sentence: Sequence[Word], i: int, around: Row, elsewhere: Mapping[str, Counter[str]], lower: set[str]
) -> Row:
    word = sentence[i]
    row = ["bias", *_window(sentence, i)]
    row += [f"end{n}={word.lower[-n:]}" for n in (1, 4)] + [f"begin{n}={word.lower[:n]}" for n in (2, 3, 4)]
    if is_capital(word):
        row += around
        row.append(f"capital {'first' if i == 0 else 'mid'} {'lower' if word.lower in lower else ''}")
        row.append(f"capital {entry(word.lower).pos}")
        others = elsewhere[word.text] - Counter([*around, *(["mid"] if i else [])])
        row += [f"doc {feature}" for feature in others]
        if not others:
            row.append("doc once")
    return row


def _window(sentence: Sequence[Word], i: int) -> Row:
    row = []
    for offset in range(-_REACH, _REACH + 1):
        j = i + offset
        if not 0 <= j < len(sentence):
            row.append(f"{offset} edge")
            continue
        word, known = sentence[j], entry(sentence[j].lower)
        row += [f"{offset}w={word.lower}", f"{offset}s={word.shape}", f"{offset}p={known.pos}"]
        row += [f"{offset}k={type_}" for type_ in known.types]
        if abs(offset) <= 1:
            row += [f"{offset}l={known.lemma}", f"{offset}e2={word.lower[-2:]}", f"{offset}e3={word.lower[-3:]}"]
    for one in (i - 1, i):
        if one >= 0 and one + 1 < len(sentence):
            a, b = sentence[one], sentence[one + 1]
            row.append(f"{one - i}bigram={a.lower} {b.lower}")
            row.append(f"{one - i}pos={entry(a.lower).pos} {entry(b.lower).pos}")
            row += [f"{one - i}wk={a.lower} {type_}" for type_ in entry(b.lower).types]
    if 0 < i < len(sentence) - 1:
        row.append(f"around={sentence[i - 1].lower} {sentence[i + 1].lower}")
    return row


def _context(sentence: Sequence[Word], i: int) -> Row:
    """Return features of the run of capitalised words around a capitalised word."""
    if not is_capital(sentence[i]):
        return []
    first = last = i
    while first > 0 and _joined(sentence, first - 1):
        first -= 1
    while last + 1 < len(sentence) and _joined(sentence, last + 1):
        last += 1
    row = [f"run={min(last - first, 3)}", f"place={'B' if i == first else 'I'}{'E' if i == last else ''}"]
    for side, j in (("left", first - 1), ("right", last + 1)):
        if 0 <= j < len(sentence):
            row.append(f"{side}={sentence[j].lower}")
            row += [f"{side} kind={type_}" for type_ in entry(sentence[j].lower).types]
            row.append(f"{side} pos={entry(sentence[j].lower).pos}")
        else:
            row.append(f"{side}=edge")
    row += [f"with={sentence[j].lower}" for j in range(first, last + 1) if j != i]
    row += [f"ends={type_}" for type_ in entry(sentence[last].lower).types]
    row += [f"starts={type_}" for type_ in entry(sentence[first].lower).types]
    return row


def _joined(sentence: Sequence[Word], i: int) -> bool:
    """Return whether a word belongs to the run of its capitalised neighbour: a capital, or a link between two."""
    if is_capital(sentence[i]):
        return not (i == 0 and entry(sentence[i].lower).pos not in ("?", "N", "P"))
    if not 0 < i < len(sentence) - 1 or sentence[i].lower not in _LINKS:
        return False
    return is_capital(sentence[i - 1]) or is_capital(sentence[i + 1]) or sentence[i - 1].lower in _LINKS


def vote_features(sentences: Sequence[Sequence[Word]], labels: Sequence[Sequence[str]]) -> list[list[Row]]:
    """Return features of the labels that a first labeller gave to the words of a document, by sentence.

    They are the labels of the word and its neighbours, and those of the same capitalised word elsewhere in the document
    (as in Krishnan and Manning 2006).
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence, row in zip(sentences, labels, strict=True):
        for word, label in zip(sentence, row, strict=True):
            if is_capital(word):
                votes[word.text][label] += 1
    return [
        [_votes(sentence, row, i, votes) for i in range(len(sentence))]
        for sentence, row in zip(sentences, labels, strict=True)
    ]


def _votes(sentence: Sequence[Word], labels: Sequence[str], i: int, votes: Mapping[str, Counter[str]]) -> Row:
    row = [f"{j - i}first={labels[j]}" for j in (i - 1, i, i + 1) if 0 <= j < len(labels)]
    if is_capital(sentence[i]):
        others = votes[sentence[i].text] - Counter([labels[i]])
        row += [f"voted={label}" for label in others]
        types = Counter[str]()
        for label, count in others.items():
            types[label.rpartition("-")[2]] += count
        if types:
            row.append(f"vote={max(types, key=lambda t: (types[t], t))}")
    return row
