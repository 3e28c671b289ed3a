"""Learning curves of the embedded baselines, over documents and over worlds of train, tested on test.

Each draw is an order of the worlds and an order of the documents within each. `documents` takes so many documents,
spread over all worlds as evenly as possible; `worlds` takes all documents of so many worlds; `matched` takes as many
documents as those worlds have, but spread over all worlds, so that the two differ in the number of worlds alone. The
samples of a draw are nested: a larger one contains the smaller ones.
"""

import hashlib
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, zip_longest
from math import ceil, log
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from typing import Any

from charts import COLOURS, chart, key
from markdown_table import table
from stored import origin, read_measured, signed, write_measured

from goldwire_baselines.embedded import EMBEDDED
from goldwire_baselines.leaderboard.facts import libraries_of
from goldwire_baselines.leaderboard.measure import fixed_arithmetic
from goldwire_baselines.leaderboard.record import rounded
from goldwire_baselines.leaderboard.recording import data
from goldwire_corpus import __version__
from goldwire_corpus.load import documents
from goldwire_corpus.schema.document import Document

METRICS = ("ner", "trigger.cls", "argument.attached.cls@entity", "coref.conll", "record.ceaf")
SHARES = (8, 4, 2)
"""The samples of `documents` are these parts of train: an eighth, a quarter, a half."""
WORLDS = (1, 2, 4, 8)
MATCHED = (1, 2, 4)
"""The numbers of worlds that are compared with as many documents of all worlds."""
DRAWS = 3
ALL = "all"


# ---------------------------------------------------------------- samples


def sample(train: Sequence[Document], kind: str, size: int, draw: int) -> list[Document]:
    """Return a sample of train: its documents in the order of train. `size` counts documents or, if not, worlds."""
    chance = random.Random(draw)
    worlds: dict[str, list[Document]] = {}
    for document in train:
        worlds.setdefault(document.world, []).append(document)
    order = chance.sample(sorted(worlds), len(worlds))
    shuffled = {world: chance.sample(worlds[world], len(worlds[world])) for world in order}
    whole = [document for world in order[:size] for document in shuffled[world]]
    spread = [document for document in chain(*zip_longest(*shuffled.values())) if document is not None]
    chosen = {ALL: list(train), "documents": spread[:size], "worlds": whole, "matched": spread[: len(whole)]}[kind]
    ids = {document.id for document in chosen}
    return [document for document in train if document.id in ids]


def grid(train: Sequence[Document]) -> Iterator[tuple[str, int, int]]:
    """Yield kind, size and draw of each sample."""
    for draw in range(DRAWS):
        yield from (("documents", len(train) // share, draw) for share in SHARES)
        yield from (("worlds", size, draw) for size in WORLDS)
        yield from (("matched", size, draw) for size in MATCHED)
    yield ALL, len(train), 0


def digest(chosen: Sequence[Document]) -> str:
    """Return eight digits that identify the documents of a sample."""
    return hashlib.sha256("\n".join(document.id for document in chosen).encode()).hexdigest()[:8]


# ---------------------------------------------------------------- measurement


def measure() -> None:
    """Train and score every embedded baseline on every sample, one after the other: about 20 minutes of one core."""
    samples = list(grid(documents("train")))
    facts = {
        "data": {"version": data().version, "digest": data().digest},
        "goldwire": __version__,
        "libraries": {name: version for system in EMBEDDED for name, version in libraries_of(system).items()},
    }
    rows: list[dict[str, Any]] = []
    for system in EMBEDDED:
        rows += measured_rows(system, samples)
        # Those of one system are kept if the next one is interrupted.
        write_measured("curves", facts, rows)


def measured_rows(system: str, samples: Sequence[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """Return the figures of a system by sample, measured in a process with the arithmetic of `goldwire bench`."""
    with fixed_arithmetic(), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_rows, system, samples).result()


def _rows(system: str, samples: Sequence[tuple[str, int, int]]) -> list[dict[str, Any]]:
    import goldwire as gw

    from goldwire_eval import extractor

    train, test = documents("train"), documents("test")
    rows = []
    for number, (kind, size, draw) in enumerate(samples, 1):
        chosen = sample(train, kind, size, draw)
        scores = gw.score(extractor.run(system, chosen, test), "test", metrics=METRICS)
        rows.append(
            {
                "system": system, "kind": kind, "size": size, "draw": draw, "sample": digest(chosen),
                "documents": len(chosen), "worlds": len({d.world for d in chosen}),
                "tokens": sum(len(d.tokens) for d in chosen),
                "f1": {metric: rounded(scores[metric].f1) for metric in METRICS},
            }
        )  # fmt: skip
        if sys.stderr.isatty():
            print(f"\r{system}: {number} of {len(samples)}", end="", file=sys.stderr)
    return rows


# ---------------------------------------------------------------- text


class Results:
    """The measured rows: F1 in per cent by system, kind, size and metric, a value for each draw."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self.systems = list(dict.fromkeys(row["system"] for row in rows))
        (whole,) = {(row["documents"], row["worlds"]) for row in rows if row["kind"] == ALL}
        self.documents, self.worlds = whole

    def sizes(self, kind: str) -> list[int]:
        """Return the sizes of a kind of sample; of a curve the whole of train is the last."""
        found = sorted({row["size"] for row in self.rows if row["kind"] == kind})
        return found if kind == "matched" else [*found, self._whole(kind)]

    def _whole(self, kind: str) -> int:
        return int(self.documents if kind == "documents" else self.worlds)

    def draws(self, system: str, kind: str, size: int, metric: str) -> list[float]:
        """Return F1 of each draw, in order of the draws; of the whole of train one value."""
        wanted = ALL if size == self._whole(kind) else kind
        rows = [row for row in self.rows if (row["system"], row["kind"]) == (system, wanted)]
        found = [row for row in rows if wanted == ALL or row["size"] == size]
        return [100 * row["f1"][metric] for row in sorted(found, key=lambda row: row["draw"])]

    def differences(self, system: str, size: int, metric: str) -> list[float]:
        """Return for each draw what spreading the documents of so many worlds over all worlds adds."""
        spread, few = (self.draws(system, kind, size, metric) for kind in ("matched", "worlds"))
        return [a - b for a, b in zip(spread, few, strict=True)]


def section() -> str:
    measured = read_measured("curves")
    found = Results(measured["rows"])
    compared = found.sizes("matched")
    return "\n".join(
        [
            "### Learning curves",
            "",
            "The embedded baselines, trained on parts of `train` and tested on `test`: on documents spread over all "
            f"{found.worlds} worlds (left), and on all documents of some worlds (right). Lines are means of {DRAWS} "
            "draws, areas their range.",
            "",
            "![F1 by the number of documents and by the number of worlds in train](analysis/plots/curves.svg)",
            "",
            *_answer(found, compared),
            "",
            "What the same number of documents adds if it is spread over all worlds instead of coming from few, in "
            "points of F1: mean of the draws, and in brackets their range. Positive: more worlds help.",
            "",
            table(["system", "metric", *map(_plural, compared)], list(_compared(found, compared)), text=2),
            "<details><summary>The figures of the curves</summary>",
            "",
            table(["system", "metric", *(f"{size} documents" for size in found.sizes("documents"))],
                  list(_curve(found, "documents")), text=2),
            table(["system", "metric", *map(_plural, found.sizes("worlds"))], list(_curve(found, "worlds")), text=2),
            "</details>",
            "",
            f"- Worlds differ in size. Documents in the draws: {_documents(found)}.",
            "- Tokens of spread documents for each token of those of few worlds, and what more tokens are worth by the "
            f"mean slope of the curves on the left: {_tokens(found, compared)}.",
            "- The range of the draws does not cover the uncertainty of the test documents, which all samples share.",
            *origin(measured, {row["system"]: row["f1"] for row in found.rows if row["kind"] == ALL}),
        ]
    )  # fmt: skip


def _answer(found: Results, compared: Sequence[int]) -> Iterator[str]:
    half, whole = found.sizes("documents")[-2:]
    gains = {
        system: mean(mean(found.draws(system, "documents", whole, m)) - mean(found.draws(system, "documents", half, m))
                     for m in METRICS)
        for system in found.systems
    }  # fmt: skip
    listed = ", ".join(f"{signed(gain)} ({system})" for system, gain in gains.items())
    yield f"- From {half} documents to {whole}, F1 changes by {listed} points, a mean over the metrics."
    for size in compared:
        differences = [mean(found.differences(s, size, m)) for s in found.systems for m in METRICS]
        more = sum(d > 0 for d in differences)
        yield (f"- At the size of {_plural(size)}, the same number of documents spread over all worlds changes F1 by "
               f"{signed(mean(differences))} points; it is better in {more} of {len(differences)} pairs of a system "
               "and a metric.")  # fmt: skip


def _documents(found: Results) -> str:
    """Return the numbers of documents in the draws of each number of worlds."""
    numbers: dict[int, list[int]] = {}
    for row in found.rows:
        if (row["system"], row["kind"]) == (found.systems[0], "worlds"):
            numbers.setdefault(row["size"], []).append(row["documents"])
    return "; ".join(f"{', '.join(map(str, some))} ({_plural(size)})" for size, some in numbers.items())


def _tokens(found: Results, sizes: Sequence[int]) -> str:
    """Return how many tokens spread documents have for each token of those of so many worlds, and what that is worth.

    It is worth what the curve over documents gains for a growth by this factor, at its mean slope over the logarithm.
    """
    few, *_, whole = found.sizes("documents")
    gained = mean(
        mean(found.draws(s, "documents", whole, m)) - mean(found.draws(s, "documents", few, m))
        for s in found.systems
        for m in METRICS
    )
    tokens: dict[tuple[str, int], int] = {}
    for row in found.rows:
        if row["system"] == found.systems[0]:
            tokens[row["kind"], row["size"]] = tokens.get((row["kind"], row["size"]), 0) + row["tokens"]
    ratios = {n: tokens["matched", n] / tokens["worlds", n] for n in sizes}
    return ", ".join(
        f"{ratio:.2f} ({_plural(n)}; {signed(gained * log(ratio) / log(whole / few))} points)"
        for n, ratio in ratios.items()
    )


def _compared(found: Results, sizes: Sequence[int]) -> Iterator[list[str]]:
    for system in found.systems:
        for metric in METRICS:
            yield [system, metric, *(_cell(found.differences(system, size, metric), signed) for size in sizes)]


def _curve(found: Results, kind: str) -> Iterator[list[str]]:
    for system in found.systems:
        for metric in METRICS:
            yield [
                system,
                metric,
                *(_cell(found.draws(system, kind, n, metric), "{:.1f}".format) for n in found.sizes(kind)),
            ]


def _cell(values: Sequence[float], shown: Callable[[float], str]) -> str:
    """Return the mean of some draws and their range."""
    spread = f" ({shown(min(values))} to {shown(max(values))})" if len(values) > 1 else ""
    return shown(mean(values)) + spread


def _plural(worlds: int) -> str:
    return f"{worlds} world{'s' if worlds > 1 else ''}"


# ---------------------------------------------------------------- plot


def plot(path: Path) -> None:
    from matplotlib.lines import Line2D

    found = Results(read_measured("curves")["rows"])
    top = 10 * ceil(max(100 * value for row in found.rows for value in row["f1"].values()) / 10)
    dashes = dict(zip(found.systems, (":", "--", "-"), strict=False))
    with chart(path, 1, 2, (9, 5)) as (figure, panels):
        for panel, kind in zip(panels, ("documents", "worlds"), strict=True):
            sizes = found.sizes(kind)
            for system in found.systems:
                for metric, colour in zip(METRICS, COLOURS, strict=False):
                    values = [found.draws(system, kind, size, metric) for size in sizes]
                    panel.fill_between(sizes, list(map(min, values)), list(map(max, values)), color=colour, alpha=0.12,
                                       linewidth=0)  # fmt: skip
                    panel.plot(
                        sizes, list(map(mean, values)), dashes[system], color=colour, label=f"{system}, {metric}"
                    )
            panel.set_xscale("log", base=2)
            panel.set_xticks(sizes, list(map(str, sizes)))
            panel.set_xlabel({"documents": "documents of train, spread over all worlds",
                              "worlds": "worlds of train, all their documents"}[kind])  # fmt: skip
            panel.set_ylabel("F1 (%)")
            panel.set_ylim(0, top)
        colours = [Line2D([], [], color=c, label=m) for m, c in zip(METRICS, COLOURS, strict=False)]
        styles = [Line2D([], [], color="#555555", linestyle=dash, label=system) for system, dash in dashes.items()]
        # Filled by columns: the metrics become the first row.
        pairs = chain(*zip_longest(colours, styles))
        key(figure, [line for line in pairs if line is not None], columns=len(colours))
