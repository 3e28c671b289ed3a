"""One file of brat stand-off as any tool writes it (https://brat.nlplab.org/standoff.html), line by line.

`goldwire_corpus.source.brat` reads our own, strict form; here nothing but the grammar of the lines is asked for.
"""

from pathlib import Path

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_eval.readers.stream import lines

# A document with 100,000 mentions takes 3 MiB, one with as many events 11.
LARGEST = 32 << 20
# Of one file; a file that is something else has a fault a line.
MOST_ERRORS = 1000
COREFERENCE = {"coref", "coreference"}
# The layers by the labels that their items take; `negation` is the flag of the BioNLP shared tasks.
LABELS = {
    "mentions": {"level", "head"},
    "times": {"type", "value"},
    "quantities": {"modifier", "bounds", "unit"},
    "titles": set[str](),
    "events": {"realis", "polarity", "means", "phase", "stance", "anchor", "negation"},
}
KNOWN = set[str]().union(*LABELS.values())


class SpanLine(msgspec.Struct):
    type: str
    start: int
    end: int
    surface: str
    line: int


class EventLine(msgspec.Struct):
    """`arguments` are pairs of role and id."""

    type: str
    trigger: str
    arguments: list[tuple[str, str]]
    line: int


class Label(msgspec.Struct):
    value: str
    line: int


class Reference(msgspec.Struct):
    key: str
    name: str
    line: int


class Raw(msgspec.Struct):
    """The lines of a file by kind: `labels` by target and lower-cased name, `coreferent` the ids of one cluster.

    `scopes` gives the scope of a Count by its event and filler.
    """

    spans: dict[str, SpanLine] = {}
    events: dict[str, EventLine] = {}
    labels: dict[str, dict[str, Label]] = {}
    references: dict[str, Reference] = {}
    relations: list[tuple[str, str, str, int]] = []
    coreferent: list[tuple[list[str], int]] = []
    scopes: dict[str, dict[str, str]] = {}


class _LineError(ValueError):
    """`id` is that of the incident."""

    def __init__(self, id: str, message: str):
        super().__init__(message)
        self.id = id


def parse(path: Path, errors: list[ValidationError]) -> Raw:
    """Reads a file; what is wrong with a line is added to `incidents`.

    Raises DataError where the file cannot be read at all.
    """
    if path.exists() and path.stat().st_size > LARGEST:
        raise data_error(str(path), 0, "file-too-large", f"more than {LARGEST >> 20} MiB for one document")
    raw = Raw()
    for number, line in lines(path):
        try:
            _store(raw, line.decode("utf-8"), number)
        except UnicodeDecodeError as error:
            note(errors, ValidationError(str(path), number, "encoding", f"not UTF-8: {error.reason}"))
        except _LineError as error:
            note(errors, ValidationError(str(path), number, error.id, str(error)))
    return raw


def note(errors: list[ValidationError], incident: ValidationError) -> None:
    """Adds to the incidents of one file; of too many the rest is left out, and that is said."""
    if len(errors) < MOST_ERRORS:
        errors.append(incident)
    elif len(errors) == MOST_ERRORS:
        message = f"more than {MOST_ERRORS} faults in this file; the rest is not listed"
        errors.append(ValidationError(incident.path, 0, "faults-many", message))


def parse_safely(path: Path, errors: list[ValidationError]) -> Raw:
    """The same, with an empty result for a file that cannot be read."""
    try:
        return parse(path, errors)
    except DataError as error:
        errors += error.errors
        return Raw()


def _store(raw: Raw, line: str, number: int) -> None:
    identifier, _, rest = line.partition("\t")
    first, _, last = rest.partition("\t")
    words = first.split()
    kind = identifier[:1]
    if kind in ("T", "E") and (identifier in raw.spans or identifier in raw.events):
        raise _LineError("id-duplicate", f"{identifier} stands twice")
    match kind, words:
        case "T", [type_, *offsets] if offsets:
            start, end = _offsets(identifier, " ".join(offsets))
            raw.spans[identifier] = SpanLine(type_, start, end, last, number)
        case "E", [head, *items]:
            pairs = [_pair(item, line) for item in items]
            raw.events[identifier] = EventLine(*_pair(head, line), pairs, number)
        case "A" | "M", [name, target, *value]:
            if name.lower() not in KNOWN:
                raise _LineError("label-unknown", f"{identifier}: no label {name[:60]!r}")
            _label(raw, target, name, " ".join(value), number)
        case "#", ["Scope", target]:
            filler, _, scope = last.partition(" ")
            raw.scopes.setdefault(target, {})[filler] = scope
        case "#", [name, target]:
            # Any other note is a comment.
            if name.lower() in KNOWN:
                _label(raw, target, name, last, number)
        case "N", ["Reference", target, key]:
            reference = raw.references.setdefault(target, Reference(key, last, number))
            if reference.key != key:
                raise _LineError("label-duplicate", f"{target} has two references")
        case "R", [type_, one, two]:
            first, second = _pair(one, line)[1], _pair(two, line)[1]
            if type_.lower() in COREFERENCE:
                raw.coreferent.append(([first, second], number))
            else:
                raw.relations.append((type_, first, second, number))
        case "*", ["Equiv", *targets]:
            raw.coreferent.append((targets, number))
        case _:
            raise _format(line)


def _offsets(identifier: str, text: str) -> tuple[int, int]:
    if ";" in text:
        raise _LineError("span-discontinuous", f"{identifier} has more than one stretch ({text[:60]}); give one span")
    numbers = text.split()
    # No text has a billion code points, and longer digits are costly to read.
    if len(numbers) != 2 or not all(n.isascii() and n.isdigit() and len(n) <= 9 for n in numbers):
        raise _LineError("line-format", f"{identifier}: not two offsets: {text[:60]!r}")
    start, end = map(int, numbers)
    if start >= end:
        raise _LineError("span-range", f"{identifier} [{start}, {end}) is empty")
    return start, end


def _pair(item: str, line: str) -> tuple[str, str]:
    name, _, target = item.rpartition(":")
    if not name or not target:
        raise _format(line)
    return name, target


def _label(raw: Raw, target: str, name: str, value: str, number: int) -> None:
    label = raw.labels.setdefault(target, {}).setdefault(name.lower(), Label(value, number))
    if label.value != value:
        raise _LineError("label-duplicate", f"{target} has two values of {name}")


def _format(line: str) -> _LineError:
    return _LineError("line-format", f"not a stand-off line: {line[:60]!r}")
