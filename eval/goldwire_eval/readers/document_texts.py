"""Documents found by their texts, for predictions that carry no ids."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from unicodedata import normalize

from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.text_difference import spaced

_ALIKE = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u2010\u2011\u2212", "''\"\"-----")


class TextIds:
    """The ids of gold documents by text. Documents of one text are taken in the order of gold, if all are expected."""

    def __init__(self, gold: Iterable[Line] | None):
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._expected: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()
        for line in gold or ():
            self._ids[spaced(line.row.text or "")].append(line.row.id)

    def expect(self, texts: Iterable[str]) -> None:
        """Count the documents that are to be found, by text."""
        self._expected.update(map(spaced, texts))

    def find(self, text: str) -> str | None:
        """Return the id of the next document of a text; None if there is none, or if it is not certain which."""
        text = spaced(text)
        ids = self._ids.get(text, [])
        if not ids or (self._expected[text] != len(ids) and len(ids) > 1):
            return None
        # A second document of a text that gold has once is a duplicate.
        at = min(self._taken[text], len(ids) - 1)
        self._taken[text] += 1
        return ids[at]

    def reason(self, text: str) -> str:
        """Return why no document was found for a text, as a message."""
        text = spaced(text)
        ids = self._ids.get(text, [])
        if ids:
            return (
                f"{len(ids)} gold documents ({', '.join(map(repr, ids[:5]))}) and {self._expected[text]} of this file "
                'have this same text: give each document its id (doc.user_data["id"], data.id)'
            )
        for what, form in _FORMS.items():
            for own, names in self._ids.items():
                if form(own) == form(text):
                    return f"no id, and no gold document has this text; that of {names[0]!r} differs in {what} only"
        return "no id, and no gold document has this text"


_FORMS: dict[str, Callable[[str], str]] = {
    "Unicode normalisation (NFC against NFD)": lambda text: normalize("NFC", text),
    "line ends": lambda text: text.replace("\r\n", "\n").replace("\r", "\n"),
    "white space": lambda text: "".join(text.split()),
    "characters that look alike": lambda text: "".join(normalize("NFKC", text).split()).translate(_ALIKE),
}
