"""What readers call pairs that exact matching counts as wrong, and what lenient matching makes of the same pairs.

Intervals are those of Wilson (1927) at 95 %. Agreement of two readers is their raw agreement and Cohen's kappa (1960).
As a classifier of what readers call right, a lenient metric has a precision (of the pairs that it credits, those that
are right) and a recall (of the pairs that are right, those that it credits).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_table import table
from near_pairs import LAYERS
from pair_sample import VERDICTS, DrawnFrom, Sampled, Verdict

RIGHT, PARTLY, WRONG = VERDICTS
Verdicts = Mapping[str, str]
"""The verdict on each pair, by its id."""


def reading(
    pairs: Sequence[Sampled], readers: Mapping[str, Mapping[str, Verdict]], who: Mapping[str, str], drawn: DrawnFrom
) -> str:
    """Return the part of the section about the pairs that were read; `who` describes the readers."""
    views = views_of(readers)
    generative = {source.system for source in drawn.sources if source.generative}
    sources = [f"{source.system} on {'+'.join(source.splits)}" for source in drawn.sources]
    return "\n".join(
        [
            f"**What readers say.** {len(pairs)} pairs of a gold and a predicted item that exact matching counts as "
            "wrong, although the one overlaps the other or may answer it, drawn by layer and system "
            f"({', '.join(sources)}) and read one by one "
            f"against the guidelines by {_number(readers)}. *right*: a table would get the same fact; *partly*: the "
            "same fact, with words lost or added that matter, or a label that can be defended; *wrong*: another fact. "
            "In brackets the 95 % interval.",
            "",
            table(["pairs", "reader", "n", *VERDICTS, "right, %", "right or partly, %"],
                  list(_verdict_rows(pairs, views, generative))),
            "What lenient matching makes of these pairs: how many it credits (c) and does not credit (n) of each "
            "verdict, and precision and recall of its credit against the reader, in per cent.",
            "",
            table(["metric", "reader", *(f"{verdict}, c/n" for verdict in VERDICTS), "precision, recall of right",
                   "precision, recall of right or partly"], list(_credit_rows(pairs, views))),
            *_answer(pairs, views),
            *_agreement(pairs, readers),
            *(f"- Reader {name}: {who.get(name, 'not described')}." for name in readers),
            "- The shares of layers and systems in the sample are fixed and not those of all errors, so a row over "
            "several layers describes the sample alone. All pairs of the same kinds: "
            + ", ".join(f"{number} ({stratum})" for stratum, number in drawn.candidates.items()) + ".",
            "- No metric credits a time or quantity of another span.",
        ]
    )  # fmt: skip


def views_of(readers: Mapping[str, Mapping[str, Verdict]]) -> dict[str, dict[str, str]]:
    """Return the verdicts of each reader by pair, and if there are several those in which all of them agree."""
    views = {name: {id: row.verdict for id, row in rows.items()} for name, rows in readers.items()}
    if len(views) > 1:
        first, *others = views.values()
        views["agreed"] = {id: v for id, v in first.items() if all(other[id] == v for other in others)}
    return views


def share(hits: int, of: int) -> str:
    """Return a share in per cent with its interval; `-` of nothing."""
    from scipy.stats import binomtest

    if not of:
        return "-"
    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return f"{100 * hits / of:.0f} ({100 * interval.low:.0f}-{100 * interval.high:.0f})"


def credit_table(pairs: Iterable[Sampled], verdicts: Verdicts, metric: str) -> Counter[tuple[str, bool]]:
    """Return how many of the judged pairs of a metric there are by verdict and by whether it credits them."""
    return Counter(
        (verdicts[pair.id], pair.credit[metric]) for pair in pairs if metric in pair.credit and pair.id in verdicts
    )


def disagreements(first: Verdicts, second: Verdicts) -> Counter[tuple[str, str]]:
    """Return how often two readers differ, by both verdicts, the better one first."""
    return Counter(
        tuple(sorted((first[id], second[id]), key=VERDICTS.index))  # type: ignore[misc]
        for id in first if first[id] != second[id]
    )  # fmt: skip


# ---------------------------------------------------------------- text


def _number(readers: Mapping[str, object]) -> str:
    return "one reader" if len(readers) == 1 else f"{len(readers)} readers who did not see each other's verdicts"


def _verdict_rows(pairs: Sequence[Sampled], views: Mapping[str, Verdicts], generative: set[str]) -> Iterator[list[str]]:
    groups = {layer: [pair for pair in pairs if pair.layer == layer] for layer in LAYERS} | {"all": list(pairs)}
    if generative:
        of_text = [pair for pair in pairs if generative & set(pair.systems)]
        groups[f"of {', '.join(sorted(generative))}"] = of_text
        groups["of the other systems alone"] = [pair for pair in pairs if not generative & set(pair.systems)]
    for name, group in groups.items():
        for view, verdicts in views.items():
            counts = Counter(verdicts[pair.id] for pair in group if pair.id in verdicts)
            n = counts.total()
            yield [name, view, str(n), *(str(counts[verdict]) for verdict in VERDICTS), share(counts[RIGHT], n),
                   share(counts[RIGHT] + counts[PARTLY], n)]  # fmt: skip


def _credit_rows(pairs: Sequence[Sampled], views: Mapping[str, Verdicts]) -> Iterator[list[str]]:
    for metric in _metrics(pairs):
        for view, verdicts in views.items():
            counts = credit_table(pairs, verdicts, metric)
            cells = [f"{counts[verdict, True]}/{counts[verdict, False]}" for verdict in VERDICTS]
            yield [metric, view, *cells, _quality(counts, [RIGHT]), _quality(counts, [RIGHT, PARTLY])]


def _metrics(pairs: Iterable[Sampled]) -> list[str]:
    return list(dict.fromkeys(metric for pair in pairs for metric in pair.credit))


def _quality(counts: Counter[tuple[str, bool]], good: Sequence[str]) -> str:
    """Return precision and recall of the credit, of pairs whose verdict is good."""
    hits = sum(counts[verdict, True] for verdict in good)
    credited = sum(counts[verdict, True] for verdict in VERDICTS)
    return ", ".join(
        f"{100 * hits / of:.0f}" if of else "-" for of in (credited, sum(_judged(counts, verdict) for verdict in good))
    )


def _judged(counts: Counter[tuple[str, bool]], verdict: str) -> int:
    return counts[verdict, True] + counts[verdict, False]


def _answer(pairs: Sequence[Sampled], views: Mapping[str, Verdicts]) -> Iterator[str]:
    for view, verdicts in views.items():
        some: Counter[str] = Counter()
        all_: Counter[str] = Counter()
        for pair in pairs:
            if pair.credit and pair.id in verdicts:
                all_[verdicts[pair.id]] += 1
                some[verdicts[pair.id]] += any(pair.credit.values())
        shares = ", ".join(f"{some[v]} of {all_[v]} {v}" for v in VERDICTS)
        yield f"- Credited by the lenient metrics of their layers, by the verdicts of {_reader(view)}: {shares}."


def _reader(view: str) -> str:
    return "both readers where they agree" if view == "agreed" else f"reader {view}"


def _agreement(pairs: Sequence[Sampled], readers: Mapping[str, Mapping[str, Verdict]]) -> Iterator[str]:
    if len(readers) < 2:
        yield "- Verdicts of one reader only, so nothing is known about agreement."
        return
    from sklearn.metrics import cohen_kappa_score

    (a, first), (b, second) = [(name, views_of({name: rows})[name]) for name, rows in readers.items()][:2]
    ids = [pair.id for pair in pairs]
    kappa = cohen_kappa_score([first[id] for id in ids], [second[id] for id in ids], labels=list(VERDICTS))
    equal = sum(first[id] == second[id] for id in ids)
    yield f"- Readers {a} and {b} agree on {share(equal, len(ids))} % of the pairs; Cohen's kappa {kappa:.2f}."
    kinds = disagreements(first, second)
    by_layer = Counter(pair.layer for pair in pairs if first[pair.id] != second[pair.id])
    if kinds:
        of_kinds = ", ".join(f"{n} {x} or {y}" for (x, y), n in sorted(kinds.items(), key=lambda k: (-k[1], k[0])))
        of_layers = ", ".join(f"{by_layer[layer]} {layer}" for layer in LAYERS if by_layer[layer])
        yield f"- Pairs on which they differ, by verdicts: {of_kinds}; by layer: {of_layers}."
