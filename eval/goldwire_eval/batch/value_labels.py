"""The labels that other schemes have for our times, quantities and nationalities (`ontology.toml`, value_labels)."""

import re
from collections.abc import Iterable

from goldwire_corpus.schema.ontology import ValueLabels, ontology

_CURRENCY_CODE = re.compile("[A-Z]{3}")
_DETERMINERS = frozenset(
    "a an the some two three four five six seven eight nine ten eleven twelve several dozens hundreds thousands".split()
)
_SHORTEST_STEM = 3


def time_label(labels: ValueLabels, type: str | None, value: str | None) -> str | None:
    """Return the label of a TIMEX3 expression: a duration or set is a time of day if it is shorter than a day."""
    value = value or ""
    if type == "TIME" or value.startswith("PT") or (type is None and "T" in value and value[:1].isdigit()):
        return labels.time
    return labels.date


def quantity_label(labels: ValueLabels, unit: str | None) -> str | None:
    """Return the label of a quantity by its unit."""
    units, name = ontology().units, (unit or "").casefold().replace("-", " ")
    if name in units.money or _CURRENCY_CODE.fullmatch(unit or ""):
        return labels.money
    if name in units.percent:
        return labels.percent
    return labels.measure if name in units.measure else labels.number


def is_nationality(name: str, places: Iterable[str]) -> bool:
    """Return whether a name is an adjective of nationality or a demonym, of these places or of a known one."""
    words = name.split()
    while len(words) > 1 and (words[0].casefold() in _DETERMINERS or words[0].isdigit()):
        del words[0]
    if len(words) != 1:
        return False
    forms = {words[0].casefold(), words[0].casefold().removesuffix("s")}
    rules = ontology().nationality
    if not forms.isdisjoint(known.casefold() for known in rules.names):
        return True
    stems = {form.removesuffix(suffix) for form in forms for suffix in rules.suffixes if form.endswith(suffix)}
    return any(
        word.startswith(stem) and len(stem) >= max(_SHORTEST_STEM, len(word) - _SHORTEST_STEM)
        for place in places
        for word in place.casefold().split()
        if word not in forms
        for stem in stems
    )
