"""What changes when items are matched leniently, and whether lenient matching is what a reader would do.

F1 and ranks of every stored system under exact matching, by heads (of mentions, fillers and triggers), by entities, and
for tolls within the gold bounds. A pair of systems is reversed if the better one under exact matching is the worse one
under lenient matching; their number is the distance of Kendall (1938). Then the pairs read by hand (verdict_counts.py).
Figures are those of the first run of each system, since records hold only the leading metrics of the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from charts import chart, key, styles
from markdown_table import table
from pair_sample import read_drawn_from, read_readers, read_sample, read_verdicts
from stored import records
from verdict_counts import reading

from goldwire_baselines.leaderboard.record import HELD_OUT, Record
from goldwire_corpus.parts import JOINED

LADDERS: dict[str, dict[str, str]] = {
    "mentions": {"exact": "mention.exact", "head": "mention.head"},
    "triggers": {"exact": "trigger.cls", "head": "trigger.head"},
    "arguments": {how: f"argument.cls@{how}" for how in ("exact", "head", "entity")},
    "attached arguments": {how: f"argument.attached.cls@{how}" for how in ("exact", "head", "entity")},
    "killed": {"exact": "record.killed", "within": "record.killed.within"},
    "wounded": {"exact": "record.wounded", "within": "record.wounded.within"},
}
"""The metrics of each layer by how they match, the strictest first."""
TABLES = (("mentions", "triggers"), ("arguments", "attached arguments"), ("killed", "wounded"))
CLEAR = 1
"""Points of F1 by which two systems differ that change places, for the change to be listed."""
Scores = Mapping[str, Mapping[str, float]]
"""F1 by system and metric."""


class Shift(NamedTuple):
    """What happens to systems between two metrics: pairs of different F1 by the first, those reversed, and changes."""

    pairs: int
    reversed: list[tuple[str, str]]
    changes: list[float]


def section() -> str:
    found = records()
    scores = f1_by_metric(found, HELD_OUT)
    return "\n".join(
        [
            "### Exact and lenient matching",
            "",
            f"F1 on `{HELD_OUT}` and in brackets the rank, when items must be equal (`exact`), when their head words "
            "must be (`head`), when a filler may be any mention of the gold entity (`entity`), and when a toll may be "
            "any interval inside the gold one (`within`). Lines of the plot that cross are systems that change places.",
            "",
            f"![F1 of every system by matching, a panel for each of {', '.join(LADDERS)}](analysis/plots/matching.svg)",
            "",
            *(_score_table(layers, scores) for layers in TABLES),
            *_answer(shifts(scores), scores),
            "",
            "Reversed pairs of systems (Kendall distance) among those that differ by `exact`, by part, and the change "
            "of F1 on the held-out documents in points: mean over the systems and range.",
            "",
            table(["layer", "from exact to", HELD_OUT, *JOINED, "change"], list(_shift_rows(found))),
            *_cautions(found, scores),
            "",
            reading(read_sample(), read_verdicts(), read_readers(), read_drawn_from()),
        ]
    )  # fmt: skip


def f1_by_metric(found: Iterable[Record], part: str) -> dict[str, dict[str, float]]:
    """Return F1 by system and metric, of the first run on a part; what a system did not attempt is left out."""
    scores = {}
    for record in found:
        if part in record.runs[0].parts:
            metrics = record.runs[0].parts[part].metrics
            scores[record.name] = {name: f.f1 for name, f in metrics.items() if f.f1 is not None}
    return scores


def shifts(scores: Scores) -> dict[tuple[str, str], Shift]:
    """Return the shift from exact to each other matching by layer and matching, where two systems attempt the layer."""
    found = {}
    for layer, metrics in LADDERS.items():
        for how in list(metrics)[1:]:
            one = shift(scores, metrics["exact"], metrics[how])
            if len(one.changes) > 1:
                found[layer, how] = one
    return found


def shift(scores: Scores, strict: str, lenient: str) -> Shift:
    both = {name: (own[strict], own[lenient]) for name, own in scores.items() if strict in own and lenient in own}
    pairs = [(a, b) for a, b in combinations(both, 2) if both[a][0] != both[b][0]]
    opposite = [(a, b) for a, b in pairs if (both[a][0] - both[b][0]) * (both[a][1] - both[b][1]) < 0]
    return Shift(len(pairs), opposite, [after - before for before, after in both.values()])


# ---------------------------------------------------------------- text


def _score_table(layers: Sequence[str], scores: Scores) -> str:
    columns = [(f"{layer}, {how}", metric) for layer in layers for how, metric in LADDERS[layer].items()]
    rows = [[system, *(_cell(scores, system, metric) for _, metric in columns)] for system in scores]
    return table(["system", *(heading for heading, _ in columns)], rows)


def _cell(scores: Scores, system: str, metric: str) -> str:
    if metric not in scores[system]:
        return "-"
    own = scores[system][metric]
    better = sum(other.get(metric, -1.0) > own for other in scores.values())
    return f"{100 * own:.1f} ({better + 1})"


def _answer(found: Mapping[tuple[str, str], Shift], scores: Scores) -> Iterator[str]:
    """Yield how many pairs of systems change places, and the differences of those before and after."""
    total, changed = sum(one.pairs for one in found.values()), sum(len(one.reversed) for one in found.values())
    yield (f"- Pairs of systems that change places between exact and lenient matching: {changed} of {total}. Those "
           f"that differ by {CLEAR} point or more both before and after:")  # fmt: skip
    for (layer, how), one in found.items():
        for a, b in one.reversed:
            metrics = LADDERS[layer]["exact"], LADDERS[layer][how]
            before, after = (100 * (scores[a][metric] - scores[b][metric]) for metric in metrics)
            if min(abs(before), abs(after)) >= CLEAR:
                yield f"  - {layer}: {a} against {b}, {before:+.1f} points by exact, {after:+.1f} by {how}."


def _shift_rows(found: Sequence[Record]) -> Iterator[list[str]]:
    by_part = {part: shifts(f1_by_metric(found, part)) for part in (HELD_OUT, *JOINED)}
    for layer, metrics in LADDERS.items():
        for how in list(metrics)[1:]:
            here = [by_part[part].get((layer, how)) for part in by_part]
            cells = ["-" if one is None else f"{len(one.reversed)} of {one.pairs}" for one in here]
            points = [100 * change for change in here[0].changes] if here[0] else []
            spread = f"{mean(points):+.1f} ({min(points):+.1f} to {max(points):+.1f})" if points else "-"
            yield [layer, how, *cells, spread]


def _cautions(found: Sequence[Record], scores: Scores) -> Iterator[str]:
    yield "- Two systems that change places may differ by less than their confidence intervals (see the results above)."
    several = [record.name for record in found if len(record.runs) > 1]
    if several:
        yield f"- Figures of the first of several seeds: {', '.join(several)}."
    if absent := [record.name for record in found if record.name not in scores]:
        yield f"- Without figures on `{HELD_OUT}`: {', '.join(absent)}."


# ---------------------------------------------------------------- plot


def plot(path: Path) -> None:
    found = records()
    scores = f1_by_metric(found, HELD_OUT)
    style_of = styles(record.name for record in found)
    with chart(path, 2, 3, (9, 6)) as (figure, panels):
        for panel, (layer, metrics) in zip(panels, LADDERS.items(), strict=True):
            for system, own in scores.items():
                values = [(place, own[metric]) for place, metric in enumerate(metrics.values()) if metric in own]
                panel.plot(
                    [place for place, _ in values], [100 * value for _, value in values], label=system,
                    **style_of[system],
                )  # fmt: skip
            panel.set_title(layer)
            panel.set_xticks(range(len(metrics)), list(metrics))
            panel.set_xlim(-0.3, len(metrics) - 0.7)
            panel.set_xlabel("matching")
            panel.set_ylabel("F1 (%)")
        key(figure, panels[0].lines)
