"""MUC-4 answer keys (Sundheim 1992), a folder with a `key-*` file and the messages that it answers, as records.

A template becomes a record: the incident type as our event type, date, the most specific place of the location,
perpetrators as actors, physical and human targets as targets, instruments, and tolls from the human targets with the
effect DEATH or INJURY. What a slot accepts (`"A" / "B"`) are forms of one entity, each with its mentions in the text.
Optional templates and fillers (`?`) are left out and counted. The mentions are those of the fillers alone, so only the
metrics `record.*` mean anything. The text of a message is its paragraphs, each in one line.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from re import IGNORECASE, escape, findall, finditer, split, sub
from typing import TYPE_CHECKING, NamedTuple

from goldwire_corpus.errors import data_error
from goldwire_corpus.schema.prediction import PredEntity, Prediction, PredMention, PredRecord
from goldwire_eval.readers.document_pairs import Line
from goldwire_eval.readers.stream import line_blocks

if TYPE_CHECKING:
    from goldwire_eval.readers.formats import Reading

TYPES = {
    "ATTACK": "Attack", "BOMBING": "Attack", "KIDNAPPING": "Abduct", "HIJACKING": "Seize-Property",
    "ROBBERY": "Seize-Property", "ARSON": "Damage", "FORCED WORK STOPPAGE": "Demonstrate",
}  # fmt: skip
FIRST_SLOT, LAST_SLOT = 0, 24
ID, TEMPLATE, DATE, LOCATION, TYPE, INSTRUMENT = 0, 1, 2, 3, 4, 6
INDIVIDUAL, ORGANISATION, PHYSICAL = 9, 10, 12
NAME, DESCRIPTION, NUMBER, EFFECT = 18, 19, 21, 23
ACTORS = {INDIVIDUAL: "PER", ORGANISATION: "ORG"}
_SLOT = re.compile(r"(\d+)\.\s+([A-Z ]+(?:: [A-Z /]+)?)\s{2,}(.*)")
_MESSAGE = re.compile(r"(?:TST\d|DEV)-MUC[34]-\d{4}.*")
_QUOTED = r'"((?:[^"\\]|\\.)+)"'
_DAY = re.compile(r"(\d{1,2}) ([A-Z]{3}) (\d{2})")


class _Filler(NamedTuple):
    """The accepted forms of a filler, and what stands before its colon: a value, or a description of the filler."""

    forms: tuple[str, ...]
    value: str


@dataclass
class _Template:
    line: int
    slots: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def first(self, slot: int) -> str:
        return self.slots[slot][0] if self.slots[slot] else ""

    def fillers(self, slot: int) -> list[_Filler]:
        """Return the required fillers of a slot."""
        found = []
        for line in self.slots[slot]:
            value, _, forms = line.rpartition(': "')
            forms = f'"{forms}' if value else line
            if not line.startswith(("?", "-", "*")) and '"' in forms:
                found.append(_Filler(tuple(f.replace('\\"', '"') for f in findall(_QUOTED, forms)), value))
        return found


def read(path: Path, reading: "Reading") -> Iterator[Line]:
    """Yield the messages of a folder. Raises DataError if a file is missing and for a key that is cut short."""
    keys = sorted(path.glob("key-*")) if path.is_dir() else []
    texts = sorted(p for p in path.glob("*-muc[34]*") if not p.name.startswith("key-")) if path.is_dir() else []
    if len(keys) != 1 or len(texts) != 1:
        found = f"{len(keys)} files key-* and {len(texts)} files *-muc4*"
        raise data_error(str(path), 0, "corpus-format", f"expected one key and one file of messages; found {found}")
    templates: dict[str, list[_Template]] = defaultdict(list)
    for template in _templates(keys[0]):
        templates[template.first(ID)].append(template)
    for id, number, text in _messages(texts[0]):
        yield Line(str(texts[0]), number, _row(id, text, templates.pop(id, []), reading))
    if templates:
        raise data_error(str(keys[0]), 0, "corpus-format", f"templates of unknown messages: {', '.join(templates)}")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    for block in line_blocks(path):
        for line in block.decode("utf-8", "replace").split("\n")[:-1]:
            number += 1
            yield number, line


def _templates(path: Path) -> Iterator[_Template]:
    template, slot = None, -1
    for number, line in _lines(path):
        if found := _SLOT.match(line):
            at, value = int(found[1]), found[3]
            if at == FIRST_SLOT:
                if template is not None and slot != LAST_SLOT:
                    raise _cut(path, number, slot)
                template = _Template(number)
            elif at != slot + 1 or template is None:
                raise _cut(path, number, slot)
            slot = at
            template.slots[at].append(value.strip())
            if at == LAST_SLOT:
                yield template
        elif line.startswith(" ") and line.strip() and template is not None:
            template.slots[slot].append(line.strip())
    if slot not in (-1, LAST_SLOT):
        raise _cut(path, number, slot)


def _cut(path: Path, number: int, slot: int) -> Exception:
    message = f"slot {slot} is not followed by slot {slot + 1}; is the key cut short?"
    return data_error(str(path), number, "corpus-format", message)


def _messages(path: Path) -> Iterator[tuple[str, int, str]]:
    """Yield the id, the first line and the text of each message; a paragraph begins with an indented line."""
    id, first, lines = "", 0, list[str]()
    for number, line in _lines(path):
        if _MESSAGE.fullmatch(line):
            if id:
                yield id, first, _text(lines)
            id, first, lines = line.split()[0], number, []
        else:
            lines.append(line.rstrip())
    if id:
        yield id, first, _text(lines)


def _text(lines: Sequence[str]) -> str:
    paragraphs = split(r"\n\s*\n", "\n".join(lines).strip("\n"))
    return "\n\n".join(sub(r"\s+", " ", paragraph).strip() for paragraph in paragraphs if paragraph.strip())


def _row(id: str, text: str, templates: Sequence[_Template], reading: "Reading") -> Prediction:
    entities: dict[tuple[str, ...], PredEntity] = {}

    def name(forms: Sequence[str], type_: str) -> str:
        new = PredEntity(id=f"x{len(entities) + 1}", type=type_, name=_mixed(forms[0], text))
        return entities.setdefault(tuple(forms), new).name or ""

    records = []
    for template in templates:
        number = template.first(TEMPLATE)
        if "OPTIONAL" in number:
            reading.passed_over["optional templates, left out"] += 1
        elif number != "*":
            records.append(_record(template, number, name, reading))
    mentions = [
        PredMention(start=found.start(), end=found.end(), type=entity.type or "PER", level="NOM", entity=entity.id)
        for forms, entity in entities.items()
        for form in dict.fromkeys(forms)
        for found in finditer(rf"(?<!\w){escape(form)}(?!\w)", text, IGNORECASE)
    ]
    return Prediction(id=id, text=text, entities=list(entities.values()), mentions=mentions, records=records)


def _mixed(form: str, text: str) -> str:
    """Return a form as the text writes it; keys are in capitals."""
    found = next(finditer(escape(form), text, IGNORECASE), None)
    return form if found is None else found[0]


def _record(
    template: _Template, number: str, name: Callable[[Sequence[str], str], str], reading: "Reading"
) -> PredRecord:
    type_, earliest, latest = template.first(TYPE).split(" / ")[0], *_dates(template.first(DATE))
    optional = sum(line.startswith("?") for lines in template.slots.values() for line in lines)
    if optional:
        reading.passed_over["optional fillers, left out"] += optional
    human = template.fillers(NAME) + [f for f in template.fillers(DESCRIPTION) if not f.value]
    killed, wounded = (_toll(template, effect) for effect in ("DEATH", "INJURY"))
    place = _places(template.first(LOCATION))
    return PredRecord(
        id=number, type=TYPES.get(type_, type_), earliest=earliest, latest=latest,
        place=name(place, "GPE") if place else None,
        actors=[name(f.forms, kind) for slot, kind in ACTORS.items() for f in template.fillers(slot)],
        targets=[*(name(f.forms, "FAC") for f in template.fillers(PHYSICAL)), *(name(f.forms, "PER") for f in human)],
        instrument=[name(f.forms, "WEA") for f in template.fillers(INSTRUMENT)],
        killed_min=killed[0], killed_max=killed[1], wounded_min=wounded[0], wounded_max=wounded[1],
    )  # fmt: skip


def _dates(slot: str) -> tuple[str | None, str | None]:
    """Return the first and last day of all alternatives; "- D" has no first day."""
    days = [
        datetime.strptime(f"{d} {m.title()} 19{y}", "%d %b %Y").date().isoformat() for d, m, y in _DAY.findall(slot)
    ]
    if not days:
        return None, None
    return None if slot.lstrip("(").startswith("- ") else min(days), max(days)


def _places(slot: str) -> tuple[str, ...]:
    """Return the most specific place of each alternative, without its kind."""
    found = [sub(r"\s*\([^()]*\)", "", one.split(": ")[-1]).strip(" ()") for one in slot.split(" / ")]
    return tuple(dict.fromkeys(place for place in found if place not in ("", "-", "*")))


def _toll(template: _Template, effect: str) -> tuple[int | None, int | None]:
    """Return the bounds of the number of people with an effect; None if no number is given."""
    of = [(i, filler) for i, filler in enumerate(template.fillers(EFFECT)) if effect in split(" / ", filler.value)]
    if not of:
        return None, None
    numbers: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for filler in template.fillers(NUMBER):
        numbers[filler.forms].append(filler.value)
    low: int = 0
    high: int | None = 0
    for i, filler in of:
        # Of several targets with the same forms, some died and some were hurt; their order distinguishes them.
        before = sum(f.forms == filler.forms for f in template.fillers(EFFECT)[:i])
        some = numbers[filler.forms] or [""]
        least, most = _number(some[min(before, len(some) - 1)])
        low += least if filler.value == effect else 0
        high = None if high is None or most is None else high + most
    return low, high


def _number(cell: str) -> tuple[int, int | None]:
    """Return the bounds of a number: 12 / 15, 2 -, - 15, PLURAL; nothing is one person or more."""
    found = [int(n) for n in findall(r"\d+", cell)]
    if not found:
        return (2 if cell == "PLURAL" else 1), None
    if len(found) == 1 and cell.strip().endswith("-"):
        return found[0], None
    return (0 if cell.strip().startswith("-") else min(found)), max(found)
