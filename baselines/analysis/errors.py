"""Errors by class, and what all stored systems get wrong alike on the held-out documents.

The classes are those of the scorer (`goldwire_eval.error_analysis.taxonomy`). For the second part every stored
prediction is matched with gold again, item by item (`judged_items`). A mention, trigger or argument is missed if no
prediction of the system equals it in span and label; an argument also counts as found if another mention of its entity
is predicted. A record is missed if no predicted record agrees with it in half of the slots that either fills. Groups of
items are those of `item_facts`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import nan, prod
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from item_facts import Facts, facts_of, seen_in
from judged_items import LAYERS, MISSED, SPURIOUS, Judged, Key, gold_keys, judge, stored_systems
from markdown_table import table

from goldwire_annotation.agreement import bounds, counted
from goldwire_baselines.leaderboard.measure import gold_of
from goldwire_baselines.leaderboard.record import HELD_OUT
from goldwire_corpus.load import documents as documents_of
from goldwire_corpus.parts import Copies
from goldwire_corpus.schema.document import Document
from goldwire_eval.error_analysis.taxonomy import CLASSES
from goldwire_eval.reporting.text import interval, percent
from goldwire_eval.stats.units import unit_of

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

NAMES = {"mention": "mentions", "event": "triggers", "argument": "arguments", "record": "records"}
FEWEST, FEWEST_MISSED = 30, 10
"""The fewest gold items, and the fewest missed by all, of a group that is listed."""
ROWS, EXAMPLES = 8, 3
FREQUENCIES = {
    "mention": ("head in train", "times train has the head with this type"),
    "event": ("trigger in train", "times train has the trigger with this type"),
}
"""The layers of the plot, with the fact on its axis and the label of this."""
TIMES = {
    "never": "none", "only with other types": "other types", "1 to 4 times": "1 to 4", "5 to 19 times": "5 to 19",
    "20 times or more": "20 or more",
}  # fmt: skip
EVERY_SYSTEM = "all of them"
REACH = 70
"""Characters quoted at most on either side of an item."""


class Group(NamedTuple):
    """The gold items with one value of a fact, and how many of them all systems miss."""

    fact: str
    value: str
    gold: int
    missed: int
    bounds: Sequence[float] | None


def section() -> str:
    """Return the section, from the stored records and predictions."""
    return render(*_stored(), documents_of("train"))


def plot(path: Path) -> None:
    """Draw the share of items that each system misses by how often train has their head or trigger."""
    from charts import chart, key, styles

    _, judged, documents = _stored()
    facts = facts_of(documents, seen_in(documents_of("train")))
    places = range(len(TIMES))
    style_of = styles(judged) | {EVERY_SYSTEM: {"color": "black", "marker": "x", "linestyle": "--"}}
    with chart(path, 1, 2, (9, 4)) as (figure, panels):
        lines: list[Line2D] = []
        for panel, (layer, (fact, axis)) in zip(panels, FREQUENCIES.items(), strict=True):
            lines = []
            for name, shares in missed_by_frequency(layer, facts[layer], judged).items():
                (line,) = panel.plot(
                    places, [nan if x is None else 100 * x for x in shares], label=name, **style_of[name],
                )  # fmt: skip
                lines.append(line)
            counts = Counter(of_item[fact] for of_item in facts[layer].values())
            panel.set_xticks(places, [f"{label}\n({counts[value]:,})" for value, label in TIMES.items()])
            panel.set_xlabel(axis)
            panel.set_ylabel(f"{NAMES[layer]} that are missed (%)")
            panel.set_ylim(0, 103)
        key(figure, lines)


@cache
def _stored() -> tuple[dict[str, dict[str, int]], dict[str, Judged], list[Document]]:
    """Return the errors by class and the judged items of each stored system, and the held-out documents.

    The section and the plot share them.
    """
    gold = gold_of(Copies())
    classes, judged = {}, {}
    for record, predictions in stored_systems(gold):
        classes[record.name] = record.runs[0].parts[HELD_OUT].errors
        judged[record.name] = judge(predictions, gold[HELD_OUT], record.name)
    return classes, judged, gold[HELD_OUT]


def render(
    classes: Mapping[str, Mapping[str, int]], judged: Mapping[str, Judged], documents: Sequence[Document],
    train: Sequence[Document],
) -> str:  # fmt: skip
    """Return the section for these systems, their errors by class and what they make of each item."""
    keys, facts = gold_keys(documents), facts_of(documents, seen_in(train))
    for key, of_item in facts["argument"].items():
        of_item["trigger"] = _found_by(key, judged)
    shared = {layer: shared_misses(layer, judged) for layer in LAYERS}
    tables = {layer: over_represented(shared[layer], facts[layer], documents) for layer in LAYERS}
    return "\n".join([
        "### Errors by class", "",
        "Shares of a system's errors on the held-out documents. An error that pairs a gold and a predicted item is of "
        "one class between; an item without a partner is missed or spurious.", "",
        _classes_table(classes),
        "### Where all systems fail alike", "",
        f"Items of the held-out documents as {', '.join(judged)} predict them (the first run of a system with several "
        "seeds). A mention, trigger or argument is missed if no prediction equals it in span and label (of an argument "
        "any mention of the filler's entity will do), a record if no prediction agrees with it in half of its slots. "
        "*Independent* is the product of the shares that the systems miss; more than that is missed by all because the "
        "systems find the same items hard. *No partner* counts the items that no system finds even with a wrong label, "
        "extent or event, or, of records, in any slot.", "",
        _shared_table(keys, judged, shared),
        f"Groups of gold items that are missed by all most often: those with {FEWEST} items or more of which "
        f"{FEWEST_MISSED} or more are missed by all, at most {ROWS} of a layer, ordered by their share. A group is one "
        "value of one fact, so that groups overlap. Intervals resample worlds.", "",
        *(_group_table(layer, keys, shared, tables[layer]) for layer in LAYERS),
        "![Share of mentions and triggers that each system misses, by frequency in train](analysis/plots/errors.svg)",
        "",
        "Wrong predictions by how many systems make the same, in span and label (of arguments also in trigger and "
        "type). Of those of all but one or all, *no partner* counts the ones that are spurious for each system that "
        "makes them: nothing in gold is paired with them.", "",
        _wrong_table(judged),
        f"Examples: for each of the first {EXAMPLES} groups of a layer the first item, by document and offset, that "
        "all miss, in a document not quoted before; and of each layer the wrong prediction without a partner that most "
        "systems make, the first of several. **Bold** is the item, *italic* the trigger of an argument.", "",
        *examples(documents, judged, shared, tables, facts),
    ]) + "\n"  # fmt: skip


# ---------------------------------------------------------------- what is counted


def _found_by(argument: Key, judged: Mapping[str, Judged]) -> str:
    """Return how many systems have the trigger of an argument, in words."""
    systems = _attempting("event", judged)
    missing = sum(Key(argument.document, *(argument.event or ())) in one.missed["event"] for one in systems)
    return "found by all" if not missing else "found by none" if missing == len(systems) else "found by some"


def _attempting(layer: str, judged: Mapping[str, Judged]) -> list[Judged]:
    return [one for one in judged.values() if layer in one.missed]


def shared_misses(layer: str, judged: Mapping[str, Judged]) -> dict[Key, bool]:
    """Return the gold items that all systems miss, and whether each is without a partner in all of them."""
    found = [one.missed[layer] for one in _attempting(layer, judged)]
    if not found:
        return {}
    common = set(found[0]).intersection(*found[1:])
    return {key: all(missed[key] == MISSED for missed in found) for key in sorted(common, key=_place)}


def shared_wrong(layer: str, judged: Mapping[str, Judged]) -> Counter[Key]:
    """Return the wrong predictions, and how many systems make each."""
    return Counter(key for one in _attempting(layer, judged) for key in one.wrong[layer])


def missed_by_frequency(
    layer: str, facts: Mapping[Key, Facts], judged: Mapping[str, Judged]
) -> dict[str, list[float | None]]:
    """Return the share of items that each system, and all of them, miss, by frequency in train as in TIMES."""
    systems = {name: set(one.missed[layer]) for name, one in judged.items() if layer in one.missed}
    systems[EVERY_SYSTEM] = set(shared_misses(layer, judged))
    of_time: dict[str, list[Key]] = {value: [] for value in TIMES}
    for key, of_item in facts.items():
        of_time[of_item[FREQUENCIES[layer][0]]].append(key)
    return {
        name: [len(missed.intersection(keys)) / len(keys) if keys else None for keys in of_time.values()]
        for name, missed in systems.items()
    }


def over_represented(
    shared: Mapping[Key, bool], facts: Mapping[Key, Facts], documents: Sequence[Document]
) -> list[Group]:
    """Return the groups whose share of items missed by all is greatest, and above that of all items."""
    units = {d.id: unit_of(d.part, d.world) or d.id for d in documents}
    gold: dict[tuple[str, str], Counter[str]] = {}
    missed: dict[tuple[str, str], Counter[str]] = {}
    for key, of_item in facts.items():
        for fact in of_item.items():
            gold.setdefault(fact, Counter())[units[key.document]] += 1
            missed.setdefault(fact, Counter())[units[key.document]] += key in shared
    kept = [f for f in gold if gold[f].total() >= FEWEST and missed[f].total() >= FEWEST_MISSED]
    limits = _bounds(kept, gold, missed, sorted(set(units.values())))
    groups = [Group(*f, gold[f].total(), missed[f].total(), limits[f]) for f in kept]
    average = len(shared) / len(facts) if facts else 0.0
    above = [group for group in groups if group.missed / group.gold > average]
    return sorted(above, key=lambda g: (-g.missed / g.gold, g.fact, g.value))[:ROWS]


def _bounds(
    kept: Sequence[tuple[str, str]], gold: Mapping[tuple[str, str], Counter[str]],
    missed: Mapping[tuple[str, str], Counter[str]], units: Sequence[str],
) -> dict[tuple[str, str], Sequence[float] | None]:  # fmt: skip
    """Return the interval of each share; F1 is a share if the misses of both sides are the rest."""
    names = ["\t".join(f) for f in kept]
    counts = [
        {
            name: (missed[f][unit], rest := gold[f][unit] - missed[f][unit], rest)
            for name, f in zip(names, kept, strict=True)
        }
        for unit in units
    ]
    found = bounds(counted(counts, names, list(units))) if kept else {}
    return {f: found.get(name) for name, f in zip(names, kept, strict=True)}


def _place(key: Key) -> tuple[object, ...]:
    return key.document, key.start, key.end, key.label, key.event or ()


# ---------------------------------------------------------------- tables


def _classes_table(classes: Mapping[str, Mapping[str, int]]) -> str:
    totals = {name: sum(errors.values()) for name, errors in classes.items()}
    rows = [
        [error, *(percent(errors.get(error, 0) / totals[name] if totals[name] else None)
                  for name, errors in classes.items())]
        for error in CLASSES
        if any(errors.get(error) for errors in classes.values())
    ]  # fmt: skip
    return table(["%", *classes], [*rows, ["number of errors", *(f"{total:,}" for total in totals.values())]])


def _shared_table(
    keys: Mapping[str, Sequence[Key]], judged: Mapping[str, Judged], shared: Mapping[str, Mapping[Key, bool]]
) -> str:
    rows = []
    for layer, name in NAMES.items():
        number, systems = len(keys[layer]), _attempting(layer, judged)
        if not number or not systems:
            continue
        shares = [len(one.missed[layer]) / number for one in systems]
        common = shared[layer]
        rows.append([
            name, f"{number:,}", str(len(systems)), f"{percent(min(shares))} to {percent(max(shares))}",
            f"{percent(len(common) / number)} ({len(common):,})", percent(prod(shares)),
            f"{percent(sum(common.values()) / number)} ({sum(common.values()):,})",
        ])  # fmt: skip
    head = ["%", "gold items", "systems", "each misses", "all miss", "independent", "no partner in any"]
    return table(head, rows)


def _group_table(
    layer: str, keys: Mapping[str, Sequence[Key]], shared: Mapping[str, Mapping[Key, bool]], groups: Sequence[Group]
) -> str:
    number, missed = len(keys[layer]), len(shared[layer])
    rows = [
        [f"{g.fact}: {g.value}", f"{g.gold:,}", f"{g.missed:,}", percent(g.missed / g.gold),
         interval(g.bounds) if g.bounds else "-", f"{g.missed / g.gold / (missed / number):.1f}"]
        for g in groups
    ]  # fmt: skip
    everything = [["all", f"{number:,}", f"{missed:,}", percent(missed / number if number else None), "", ""]]
    head = [NAMES[layer], "gold items", "all miss", "%", "95 % interval", "times the average"]
    return table(head, everything + rows)


def _wrong_table(judged: Mapping[str, Judged]) -> str:
    rows = []
    for layer in ("mention", "event", "argument"):
        systems, counts = len(_attempting(layer, judged)), shared_wrong(layer, judged)
        half, most, alike = (
            [key for key, number in counts.items() if number >= max(least, 1)]
            for least in ((systems + 1) // 2, systems - 1, systems)
        )
        labels = Counter(key.label for key in most)
        frequent = sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
        rows.append([
            NAMES[layer], *(f"{len(some):,}" for some in (counts, half, most, alike)),
            f"{sum(_spurious(layer, key, judged) for key in most):,}",
            ", ".join(f"{label} {number}" for label, number in frequent) or "-",
        ])  # fmt: skip
    head = ["wrong predictions", "different ones", "of half or more", "of all but one or all", "of all",
            "no partner", "labels of those of all but one or all"]  # fmt: skip
    return table(head, rows)


def _spurious(layer: str, key: Key, judged: Mapping[str, Judged]) -> bool:
    return all(one.wrong[layer].get(key, SPURIOUS) == SPURIOUS for one in _attempting(layer, judged))


# ---------------------------------------------------------------- examples


def examples(
    documents: Sequence[Document], judged: Mapping[str, Judged], shared: Mapping[str, Mapping[Key, bool]],
    tables: Mapping[str, Sequence[Group]], facts: Mapping[str, Mapping[Key, Facts]],
) -> Iterator[str]:  # fmt: skip
    """Yield a line for each example, by the rule that the section states. Records have no place to quote."""
    of_id, quoted = {d.id: d for d in documents}, set[str]()

    def first(keys: Sequence[Key]) -> Key | None:
        free = [key for key in keys if key.document not in quoted]
        if not free:
            return None
        quoted.add(free[0].document)
        return free[0]

    for layer in ("mention", "event", "argument"):
        for group in tables[layer][:EXAMPLES]:
            members = [key for key in shared[layer] if facts[layer][key].get(group.fact) == group.value]
            if key := first(members):
                what = f"{_label(key)}, missed ({group.fact}: {group.value})"
                yield f"- {NAMES[layer]}: {what}: {_quote(of_id[key.document], key)}"
    for layer in ("mention", "event", "argument"):
        systems, counts = len(_attempting(layer, judged)), shared_wrong(layer, judged)
        alike = [k for k in sorted(counts, key=lambda k: (-counts[k], _place(k))) if _spurious(layer, k, judged)]
        if key := first(alike):
            makers = f"predicted by {counts[key]} of {systems}"
            yield f"- {NAMES[layer]}: {_label(key)}, {makers}: {_quote(of_id[key.document], key)}"


def _label(key: Key) -> str:
    return key.label if key.event is None else f"{key.label} of {key.event[2]}"


def _quote(document: Document, key: Key) -> str:
    """Return the words around an item, and around the trigger of an argument."""
    marks = [(key.start, key.end, "**")]
    if key.event is not None:
        marks.append((*key.event[:2], "*"))
    pieces: list[tuple[int, int]] = []
    for start, end, _ in sorted(marks):
        low, high = _window(document, start, end)
        if pieces and low <= pieces[-1][1]:
            pieces[-1] = (pieces[-1][0], max(high, pieces[-1][1]))
        else:
            pieces.append((low, high))
    shown = " … ".join(_marked(document.text, low, high, marks) for low, high in pieces)
    return f"“{shown}” ({document.id})"


def _window(document: Document, start: int, end: int) -> tuple[int, int]:
    """Return a piece of the sentence of a span that begins and ends between words."""
    sentence = next((s for s in document.sentences if s.start <= start < s.end), None)
    low, high = (start, end) if sentence is None else (min(sentence.start, start), max(sentence.end, end))
    if start - low > REACH:
        low = document.text.find(" ", start - REACH, start) + 1 or start
    if high - end > REACH:
        high = max(document.text.rfind(" ", end, end + REACH), end)
    return low, high


def _marked(text: str, low: int, high: int, marks: Sequence[tuple[int, int, str]]) -> str:
    """Return a piece of a text with the marks around the spans in it; of spans that overlap the first alone."""
    out, at = "", low
    for start, end, mark in marks and sorted(marks):
        if at <= start and end <= high:
            out += f"{text[at:start]}{mark}{text[start:end]}{mark}"
            at = end
    return " ".join((out + text[at:high]).split())


if __name__ == "__main__":
    print(section())
