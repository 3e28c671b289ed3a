"""Do ranks on invented worlds carry over to other texts?

For each leading metric the F1 of every stored system on test (invented worlds) is compared with that on the retold
story and on the real parts: Kendall's tau-b (Kendall 1945) and Spearman's rho of the systems, with the exact one-sided
p of tau under all orders of the systems, and the number of pairs of systems in the same order. A pair differs clearly
if one system is better in so many of the worlds of test that a two-sided sign test gives p < 0.05.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import factorial
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from charts import chart, key, styles
from markdown_table import table
from stored import f1, records, signed

from goldwire_baselines.leaderboard.board import LEADS
from goldwire_baselines.leaderboard.record import HELD_OUT, PARTS, Record
from goldwire_corpus.load import documents
from goldwire_corpus.parts import JOINED

INVENTED, *OTHERS = PARTS
LEVEL = 0.05


class Order(NamedTuple):
    """The orders of some systems on two parts by one metric.

    `tau`, `rho` and `p` are None of fewer than three systems or if all are equal on a part. `pairs` have different F1
    on test, `kept` of them the same order on the other part; `clear` pairs differ clearly on test.
    """

    systems: int
    tau: float | None
    rho: float | None
    p: float | None
    pairs: int
    kept: int
    clear: int
    clear_kept: int


def section() -> str:
    found, worlds = records(), sorted({document.world for document in documents(INVENTED)})
    orders = {
        (part, metric): order
        for part in OTHERS
        for metric in LEADS
        if (order := compare(found, metric, part, worlds)).systems > 1
    }
    return "\n".join(
        [
            "### Do ranks on invented worlds carry over?",
            "",
            f"F1 of each system on the invented worlds (`{INVENTED}`) and on texts about the real world: the retold "
            "story, and the parts `field` and `wire` of real text. Lines that cross are systems that change places; "
            "each panel has a scale of its own.",
            "",
            f"![F1 of every system by part, a panel for each of {', '.join(LEADS)}](analysis/plots/parts.svg)",
            "",
            *_answer(orders),
            "",
            "Pairs of systems in the same order, all metrics together. A pair differs clearly if one system is better "
            f"in so many of the {len(worlds)} worlds of `{INVENTED}` that a sign test gives p < {LEVEL}.",
            "",
            table(
                [f"from {INVENTED} to", "all pairs", "pairs that differ clearly", "other pairs"], list(_pairs(orders))
            ),
            "Rank correlation of the systems: Kendall's tau-b, Spearman's rho, and the exact one-sided p of tau.",
            "",
            table(["metric", "systems", *OTHERS], list(_correlations(orders))),
            f"Change of F1 from `{INVENTED}`, in points: mean over the systems, and in brackets the range.",
            "",
            table(["metric", *OTHERS], list(_changes(found))),
            *_cautions(orders, found),
            "",
        ]
    )


def compare(found: Sequence[Record], metric: str, part: str, worlds: Iterable[str]) -> Order:
    """Compare the order of systems on test with that on another part, of the systems that have a figure on both."""
    both = [record for record in found if None not in (f1(record, INVENTED, metric), f1(record, part, metric))]
    first, second = ([f1(record, p, metric) or 0.0 for record in both] for p in (INVENTED, part))
    by_world = [_by_world(record, metric, worlds) for record in both]
    pairs = [(i, j) for i, j in combinations(range(len(both)), 2) if first[i] != first[j]]
    kept = {(i, j) for i, j in pairs if (first[i] - first[j]) * (second[i] - second[j]) > 0}
    clear = {(i, j) for i, j in pairs if sign_test(by_world[i], by_world[j]) < LEVEL}
    tau, rho, p = correlation(first, second)
    return Order(len(both), tau, rho, p, len(pairs), len(kept), len(clear), len(clear & kept))


def _by_world(record: Record, metric: str, worlds: Iterable[str]) -> dict[str, float]:
    """Return F1 by world, of several runs that of the first, since the others have no figures by world."""
    rows = record.runs[0].parts[HELD_OUT].worlds
    found = {world: rows[world].get(metric) for world in worlds if world in rows}
    return {world: figures.f1 for world, figures in found.items() if figures is not None and figures.f1 is not None}


def sign_test(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the two-sided p of a sign test over worlds; those in which two systems are equal are left out."""
    from scipy.stats import binomtest

    differences = [first[world] - second[world] for world in first if world in second]
    better, worse = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def correlation(first: Sequence[float], second: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Return tau-b, rho, and the one-sided p of tau: exact without ties, which SciPy approximates."""
    from scipy.stats import kendalltau, spearmanr

    if len(first) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return None, None, None
    tau = kendalltau(first, second, alternative="greater")
    return float(tau.statistic), float(spearmanr(first, second).statistic), float(tau.pvalue)


# ---------------------------------------------------------------- text


def _answer(orders: Mapping[tuple[str, str], Order]) -> Iterable[str]:
    """Yield how many pairs keep their order on real text, and by part the metrics with a significant correlation."""
    real = _sums(order for (part, _), order in orders.items() if part in JOINED)
    if real:
        yield (f"- On real text, of the pairs of systems that differ clearly on `{INVENTED}`, {real.of_clear()} keep "
               f"their order, and of the other pairs {real.of_others()}.")  # fmt: skip
    for part in OTHERS:
        here = {metric: order.p for (p, metric), order in orders.items() if p == part}
        significant = [f"`{metric}`" for metric, p in here.items() if p is not None and p < LEVEL]
        if here:
            yield f"- Metrics with a significant rank correlation to `{part}`: {', '.join(significant) or 'none'}."


class Sums(NamedTuple):
    """The numbers of pairs of `Order`, summed over metrics."""

    pairs: int
    kept: int
    clear: int
    clear_kept: int

    def of_all(self) -> str:
        return _share(self.kept, self.pairs)

    def of_clear(self) -> str:
        return _share(self.clear_kept, self.clear)

    def of_others(self) -> str:
        return _share(self.kept - self.clear_kept, self.pairs - self.clear)


def _share(some: int, of: int) -> str:
    return f"{some} of {of}" if of else "none"


def _sums(orders: Iterable[Order]) -> Sums | None:
    """Return the sums of some orders, None if they have no pairs."""
    found = [order[-4:] for order in orders if order.pairs]
    return Sums(*map(sum, zip(*found, strict=True))) if found else None


def _pairs(orders: Mapping[tuple[str, str], Order]) -> Iterable[list[str]]:
    for part in OTHERS:
        sums = _sums(order for (p, _), order in orders.items() if p == part)
        if sums is not None:
            yield [part, sums.of_all(), sums.of_clear(), sums.of_others()]


def _correlations(orders: Mapping[tuple[str, str], Order]) -> Iterable[list[str]]:
    for metric in LEADS:
        here = [orders.get((part, metric)) for part in OTHERS]
        sizes = list(dict.fromkeys(str(order.systems) for order in here if order is not None))
        if sizes:
            yield [metric, "/".join(sizes), *map(_correlation, here)]


def _correlation(order: Order | None) -> str:
    if order is None or order.tau is None or order.p is None:
        return "-"
    return f"{order.tau:.2f}, {order.rho:.2f} ({'<0.001' if order.p < 0.001 else f'{order.p:.3f}'})"


def _changes(found: Sequence[Record]) -> Iterable[list[str]]:
    for metric in LEADS:
        cells = []
        for part in OTHERS:
            pairs = [(f1(record, INVENTED, metric), f1(record, part, metric)) for record in found]
            changes = [100 * (b - a) for a, b in pairs if a is not None and b is not None]
            low, high = min(changes, default=0.0), max(changes, default=0.0)
            cells.append(f"{signed(mean(changes))} ({signed(low)} to {signed(high)})" if changes else "-")
        yield [metric, *cells]


def _cautions(orders: Mapping[tuple[str, str], Order], found: Sequence[Record]) -> Iterable[str]:
    most = max((order.systems for order in orders.values()), default=0)
    if most:
        yield (f"- {most} systems have {factorial(most):,} orders, so p cannot be below {1 / factorial(most):.2g}, and "
               "a correlation of so few has a wide interval; p is not corrected for the number of tests.")  # fmt: skip
    yield "- Systems that share components are not independent, so the p of a correlation is a lower bound."
    sizes = {part: max((record.documents.get(part, 0) for record in found), default=0) for part in PARTS}
    yield ("- Documents: " + ", ".join(f"{number} ({part})" for part, number in sizes.items()) + ". Differences on a "
           "part of one document or one story may be chance.")  # fmt: skip
    seeds = [record.name for record in found if len(record.runs) > 1]
    if seeds:
        yield f"- F1 is the mean over seeds for {', '.join(seeds)}; the sign test uses the first seed."


# ---------------------------------------------------------------- plot


def plot(path: Path) -> None:
    found = records()
    style_of = styles(record.name for record in found)
    with chart(path, 2, 3, (9, 6)) as (figure, panels):
        for panel, metric in zip(panels, LEADS, strict=True):
            for record in found:
                values = [(n, v) for n, part in enumerate(PARTS) if (v := f1(record, part, metric)) is not None]
                panel.plot(
                    [place for place, _ in values], [100 * value for _, value in values], label=record.name,
                    **style_of[record.name],
                )  # fmt: skip
            panel.set_title(metric)
            panel.set_xticks(range(len(PARTS)), [f"{part}\n{_size(found, part)}" for part in PARTS])
            panel.set_ylabel("F1 (%)")
            panel.set_xlim(-0.3, len(PARTS) - 0.7)
        key(figure, panels[0].lines)


def _size(found: Sequence[Record], part: str) -> str:
    number = max((record.documents.get(part, 0) for record in found), default=0)
    return f"{number} doc{'' if number == 1 else 's'}."
