"""CoNLL-2012 (Pradhan et al. 2012), `*_conll`: coreference and names.

A document is a part, `NAME#PART`; its text is the words with a space between them and a line for each sentence. A
mention of a cluster has the type of the name on its span, else MENTION; a name in no cluster has no entity.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import Prediction, PredMention
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.stream import line_blocks

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading

NAMES, FEWEST_COLUMNS, WORD = 10, 12, 3
UNTYPED = "MENTION"
Spans = dict[tuple[int, int], str]


class _Part:
    """A part that is being read: its text, and the spans that are open."""

    def __init__(self, id: str, line: int):
        self.id, self.line = id, line
        self.text, self.begins_sentence = "", True
        self.names: Spans = {}
        self.clusters: list[tuple[int, int, str]] = []
        self.open_name: tuple[int, str] | None = None
        self.open_clusters: dict[str, list[int]] = defaultdict(list)

    def add(self, columns: list[str]) -> str | None:
        """Add a word with its columns; return the error in them, if any."""
        self.text += "" if not self.text else "\n" if self.begins_sentence else " "
        self.begins_sentence = False
        start = len(self.text)
        self.text += columns[WORD]
        return self._name(columns[NAMES], start) or self._coreference(columns[-1], start)

    def _name(self, cell: str, start: int) -> str | None:
        if cell.startswith("("):
            if self.open_name is not None:
                return "a name inside a name"
            self.open_name = (start, cell.strip("()*"))
        if cell.endswith(")"):
            if self.open_name is None:
                return "a name ends that has not begun"
            self.names[self.open_name[0], len(self.text)] = self.open_name[1]
            self.open_name = None
        return None

    def _coreference(self, cell: str, start: int) -> str | None:
        for item in () if cell in ("-", "_", "*") else cell.split("|"):
            if not (found := fullmatch(r"(\(?)([^()]+)(\)?)", item)):
                return f"coreference {cell!r}"
            begins, cluster, ends = found.groups()
            if begins:
                self.open_clusters[cluster].append(start)
            if ends:
                if not self.open_clusters[cluster]:
                    return f"a mention of cluster {cluster} ends that has not begun"
                self.clusters.append((self.open_clusters[cluster].pop(), len(self.text), cluster))
        return None

    def close(self, name: str, number: int) -> Line:
        """Return the finished document. Raises DataError if a span is open."""
        still_open = [cluster for cluster, starts in self.open_clusters.items() if starts]
        if still_open or self.open_name is not None:
            what = f"cluster {still_open[0]}" if still_open else "a name"
            raise data_error(name, number, "corpus-format", f"{self.id}: {what} is not closed at the end of the part")
        mentions = [
            PredMention(start=start, end=end, type=self.names.pop((start, end), UNTYPED), entity=cluster)
            for start, end, cluster in sorted(self.clusters)
        ]
        mentions += [PredMention(start=s, end=e, type=type_) for (s, e), type_ in self.names.items()]
        mentions.sort(key=lambda m: (m.start or 0, -(m.end or 0)))
        return Line(name, self.line, Prediction(id=self.id, text=self.text, mentions=mentions))


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the parts of a file. Raises DataError for a line that cannot be read and for a part without end."""
    name, part, number = str(path), None, 0
    for number, line in _lines(path):
        if line.startswith("#begin document"):
            part = _Part(_id(line), number)
        elif line.startswith("#end document"):
            if part is not None:
                yield part.close(name, number)
            part = None
        elif part is not None and line:
            columns = line.split()
            if len(columns) < FEWEST_COLUMNS:
                message = f"{len(columns)} columns; expected at least {FEWEST_COLUMNS}"
                raise data_error(name, number, "corpus-format", message)
            if wrong := part.add(columns):
                raise data_error(name, number, "corpus-format", wrong)
        elif part is not None:
            part.begins_sentence = True
    if part is not None:
        raise data_error(name, number, "corpus-format", f"{part.id} has no #end document; is the file cut off?")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    for block in line_blocks(path):
        for line in block.decode("utf-8").splitlines():
            number += 1
            yield number, line.strip()


def _id(line: str) -> str:
    found = fullmatch(r"#begin document \((.*)\);(?: part (\d+))?.*", line)
    if not found:
        return line.removeprefix("#begin document").strip(" ();")
    return found[1] if found[2] is None else f"{found[1]}#{int(found[2])}"
