"""Word pieces of a document in windows of whole sentences."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from goldwire_baselines.transformer.encoders import Encoder
from goldwire_baselines.transformer.view import Ints, View

SHAPES = ("special", "lower", "Title", "Title first in its sentence", "UPPER", "mixed", "digits", "other")
"""Classes of the letters of a word, which encoders of lower-cased text do not see."""
WINDOW = 384
"""Most word pieces of a window, if the encoder can take them."""


class Pieces(NamedTuple):
    """Arrays of shape (windows, word pieces): ids, mask, word of each piece (-1 for none), and class of letters."""

    arrays: tuple[Ints, Ints, Ints, Ints]
    words: int


def pieces_of(view: View, encoder: Encoder) -> Pieces:
    """Return the word pieces of a document in windows of at most WINDOW pieces with the special ones."""
    tokenizer, limit = encoder.tokenizer, min(WINDOW, encoder.limit)
    encoded = tokenizer([w.text for w in view.words], is_split_into_words=True, add_special_tokens=False,
                        truncation=False, verbose=False)  # fmt: skip
    ids, word = encoded["input_ids"], encoded.word_ids()
    shapes = [_shape(w.text, bool(view.bounds[view.sentence[i]] == i)) for i, w in enumerate(view.words)]
    before, after = _special(tokenizer)
    rows = []
    for low, high in _windows(_sentence_ends(view, word), limit - len(before) - len(after)):
        full = [*before, *ids[low:high], *after]
        places = [*[-1] * len(before), *word[low:high], *[-1] * len(after)]
        rows.append((full, [1] * len(full), places, [0 if w < 0 else shapes[w] for w in places]))
    pads = (tokenizer.pad_token_id or 0, 0, -1, 0)
    width = max(len(row[0]) for row in rows)
    ids_, mask, words, classes = (
        np.array([row[k] + [pad] * (width - len(row[k])) for row in rows], dtype=np.int64) for k, pad in enumerate(pads)
    )
    return Pieces((ids_, mask, words, classes), len(view.words))


def _special(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Return the ids that the tokenizer puts before and after the pieces of a text."""
    bare, full = (tokenizer("a", add_special_tokens=special)["input_ids"] for special in (False, True))
    start = next(i for i in range(len(full)) if full[i : i + len(bare)] == bare)
    return full[:start], full[start + len(bare) :]


def _sentence_ends(view: View, word: Sequence[int]) -> list[int]:
    """Return the position after the last piece of every sentence."""
    sentence = [int(view.sentence[w]) for w in word]
    return [i + 1 for i in range(len(word)) if i + 1 == len(word) or sentence[i + 1] != sentence[i]]


def _windows(ends: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Divide pieces into as few windows as possible, of about equal length, at ends of sentences where possible."""
    total = ends[-1]
    aim = -(-total // -(-total // limit))
    windows, low, last = [], 0, 0
    for end in ends:
        if end - low > limit and last > low:
            windows.append((low, last))
            low = last
        while end - low > limit:
            windows.append((low, low + limit))
            low += limit
        if end - low >= aim and end > low:
            windows.append((low, end))
            low = end
        last = end
    return [*windows, (low, total)] if low < total else windows


def _shape(word: str, first: bool) -> int:
    if word.islower():
        return 1
    if re.fullmatch(r"[^\W\d_][^\W\d_A-Z'-]*", word) and word[0].isupper() and (len(word) > 1 or first):
        return 3 if first else 2
    if word.isupper():
        return 4
    if any(c.isupper() for c in word):
        return 5
    return 6 if word[0].isdigit() else 7
