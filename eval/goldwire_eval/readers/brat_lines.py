"""One file of brat stand-off as any tool writes it (https://brat.nlplab.org/standoff.html), line by line.

`goldwire_corpus.source.brat` reads our own, strict form; here only the grammar of the lines is checked.
"""

from itertools import pairwise
from pathlib import Path

import msgspec

from goldwire_corpus.errors import DataError, ValidationError, data_error
from goldwire_eval.readers.stream import lines

# A document with 100,000 mentions takes 3 MiB, one with as many events 11.
LARGEST = 32 << 20
# Of one file; a file that is something else has an error a line.
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


Stretch = tuple[int, int]


class SpanLine(msgspec.Struct):
    """`start` and `end` in code points; `gaps`: the stretches in between that a discontinuous span leaves out."""

    type: str
    start: int
    end: int
    surface: str
    line: int
    gaps: list[Stretch] = []


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

    `invalid`: the types of spans whose line is invalid. `passed_over`: counts of what belongs to another scheme.
    `readable`: False if the file could not be read at all. `scopes`: the scope of a Count by its event and filler.
    """

    spans: dict[str, SpanLine] = {}
    events: dict[str, EventLine] = {}
    labels: dict[str, dict[str, Label]] = {}
    references: dict[str, Reference] = {}
    relations: list[tuple[str, str, str, int]] = []
    coreferent: list[tuple[list[str], int]] = []
    invalid: list[str] = []
    passed_over: dict[str, int] = {}
    readable: bool = True
    scopes: dict[str, dict[str, str]] = {}

    def pass_over(self, what: str) -> None:
        """Count a line, or a part of one, that no layer takes."""
        self.passed_over[what] = self.passed_over.get(what, 0) + 1


class _LineError(ValueError):
    """`id` is that of the error; `kind` names the line in a note, if another scheme may have such lines."""

    def __init__(self, id: str, message: str, kind: str = ""):
        super().__init__(message)
        self.id, self.kind = id, kind


def parse(path: Path, errors: list[ValidationError], any_labels: bool = False) -> Raw:
    """Read a file; add the errors of its lines to `errors`.

    With `any_labels`, lines that belong to another scheme (attributes, groups, normalisations) are counted and passed
    over. Raises DataError if the file cannot be read at all.
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
            if any_labels and error.kind:
                raw.pass_over(error.kind)
            else:
                note(errors, ValidationError(str(path), number, error.id, str(error)))
    return raw


def note(errors: list[ValidationError], error: ValidationError) -> None:
    """Add to the errors of one file; of too many the rest is left out, in one line that says so."""
    if len(errors) < MOST_ERRORS:
        errors.append(error)
    elif len(errors) == MOST_ERRORS:
        message = f"more than {MOST_ERRORS} errors in this file; the rest is not listed"
        errors.append(ValidationError(error.path, 0, "errors-many", message))


def parse_safely(path: Path, errors: list[ValidationError], any_labels: bool = False) -> Raw:
    """Read a file as `parse` does, with an empty result for one that cannot be read."""
    try:
        return parse(path, errors, any_labels)
    except DataError as error:
        errors += error.errors
        return Raw(readable=False)


def _store(raw: Raw, line: str, number: int) -> None:
    identifier, _, rest = line.partition("\t")
    first, _, last = rest.partition("\t")
    words = first.split()
    kind = identifier[:1]
    if kind in ("T", "E") and (identifier in raw.spans or identifier in raw.events):
        raw.invalid += words[:1] if kind == "T" else []
        raise _LineError("id-duplicate", f"duplicate id {identifier}")
    match kind, words:
        case "T", [type_, *offsets] if offsets:
            try:
                start, end, gaps = _offsets(identifier, " ".join(offsets))
            except _LineError:
                raw.invalid.append(type_)
                raise
            raw.spans[identifier] = SpanLine(type_, start, end, last, number, gaps)
        case "E", [head, *items]:
            pairs = [_pair(item, line) for item in items]
            raw.events[identifier] = EventLine(*_pair(head, line), pairs, number)
        case "A" | "M", [name, target, *value]:
            if name.lower() not in KNOWN:
                raise _LineError("label-unknown", f"{identifier}: unknown attribute {name[:60]!r}", _attribute(name))
            _label(raw, target, name, " ".join(value), number)
        case "#", ["Scope", target]:
            filler, _, scope = last.partition(" ")
            raw.scopes.setdefault(target, {})[filler] = scope
        case "#", words:
            # Any other note is a comment, whatever its form.
            if len(words) == 2 and words[0].lower() in KNOWN:
                _label(raw, words[1], words[0], last, number)
        case "N", ["Reference", target, key]:
            reference = raw.references.setdefault(target, Reference(key, last, number))
            if reference.key != key:
                kind = "second references (N) of an item passed over"
                raise _LineError("label-duplicate", f"{target} has two references", kind)
        case "N", [name, *_]:
            raise _LineError("line-format", f"invalid line {line[:60]!r}", f"normalisations {name[:60]!r} passed over")
        case "R", [type_, one, two]:
            first, second = _pair(one, line)[1], _pair(two, line)[1]
            if type_.lower() in COREFERENCE:
                raw.coreferent.append(([first, second], number))
            else:
                raw.relations.append((type_, first, second, number))
        case "*", ["Equiv", *targets]:
            raw.coreferent.append((targets, number))
        case "*", [name, *_]:
            raise _LineError("line-format", f"unknown group {name[:60]!r}; expected Equiv",
                             f"groups {name[:60]!r} passed over")  # fmt: skip
        case _:
            raise _format(line)


def _attribute(name: str) -> str:
    return f"attributes {name[:60]!r} passed over"


def _offsets(identifier: str, text: str) -> tuple[int, int, list[Stretch]]:
    """Return start, end and the gaps between the stretches of a span."""
    stretches = [_stretch(identifier, part) for part in text.split(";")]
    gaps = [(one[1], two[0]) for one, two in pairwise(stretches)]
    if any(start > end for start, end in gaps):
        raise _LineError("span-discontinuous", f"{identifier}: the parts of {text[:60]!r} are not in order")
    return stretches[0][0], stretches[-1][1], [gap for gap in gaps if gap[0] < gap[1]]


def _stretch(identifier: str, text: str) -> Stretch:
    numbers = text.split()
    # No text has a billion code points, and longer digits are costly to read.
    if len(numbers) != 2 or not all(n.isascii() and n.isdigit() and len(n) <= 9 for n in numbers):
        raise _LineError("line-format", f"{identifier}: expected two offsets, found {text[:60]!r}")
    start, end = map(int, numbers)
    if start >= end:
        raise _LineError("span-range", f"{identifier}: empty span [{start}, {end}): end is exclusive")
    return start, end


def _pair(item: str, line: str) -> tuple[str, str]:
    name, _, target = item.rpartition(":")
    if not name or not target:
        raise _format(line)
    return name, target


def _label(raw: Raw, target: str, name: str, value: str, number: int) -> None:
    label = raw.labels.setdefault(target, {}).setdefault(name.lower(), Label(value, number))
    if label.value != value:
        raise _LineError("label-duplicate", f"{target} has two values of {name}", _attribute(name))


def _format(line: str) -> _LineError:
    return _LineError("line-format", f"invalid stand-off line {line[:60]!r}")
