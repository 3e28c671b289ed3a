"""The cases: what is measured beside what, which figures must agree, and what each case is to reach."""

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from measure import Cost, Program, cost, costs
from place import OURS, Place

TIMES = 7


class DisagreementError(Exception):
    """Two scorers of one definition give two figures: no timing of such a pair means anything."""


@dataclass
class Target:
    """What is to be reached, what was measured, and whether that does."""

    wanted: str
    measured: str
    met: bool


@dataclass
class Result:
    """A table: of each program by name its cost, and its CPU seconds on next to nothing."""

    title: str
    note: str
    costs: dict[str, Cost]
    start: dict[str, float]
    ours: str
    targets: list[Target]


def _at_most(wanted: float, what: str, value: float, unit: str) -> Target:
    return Target(f"{what}: at most {wanted:g} {unit}", f"{value:.3g} {unit}", value <= wanted)


def _at_least(wanted: float, what: str, value: float) -> Target:
    return Target(f"{what}: at least {wanted:g} times", f"{value:.3g} times", value >= wanted)


def _agree(case: str, pairs: Iterator[tuple[str, float, float]]) -> None:
    """Raises DisagreementError where two figures are not equal to nine digits."""
    wrong = [f"{name}: {a!r} and {b!r}" for name, a, b in pairs if not math.isclose(a, b, rel_tol=1e-9)]
    if wrong:
        raise DisagreementError(f"{case}: " + "; ".join(wrong))


def _ours(said: dict[str, Any], metric: str) -> dict[str, float]:
    found: dict[str, float] = said["metrics"][metric]
    return found


def _figures(peer: dict[str, Any], said: dict[str, Any], metrics: dict[str, str], fields: tuple[str, ...]) -> Any:
    """Of each measure and field, the peer's figure and that of our metric."""
    for name, metric in metrics.items():
        for field in fields:
            yield f"{metric} {field}", peer[f"{name}.{field}"], _ours(said, metric)[field]


# ------------------------------------------------------------------ names


def ner(place: Place) -> Result:
    peers = ("seqeval", "seqeval-strict", "nervaluate", "conlleval")

    def programs(data: str) -> list[Program]:
        folder = place.data(data)
        sides = folder / "gold.conll", folder / "pred.conll"
        files = {name: (folder / "both.conll",) * 2 if name == "conlleval" else sides for name in peers}
        return [
            place.goldwire("goldwire", data, "ner"),
            place.goldwire("goldwire, tags", data, "ner", "conll"),
            *(place.peer(name, *files[name]) for name in peers),
        ]

    found, start = costs(programs("ner"), TIMES), costs(programs("ner-tiny"), TIMES)
    f1 = _ours(found["goldwire"].said, "ner")["f1"]
    _agree("ner", ((name, found[name].said["f1"], f1) for name in peers))
    _agree("ner, tags", iter([("f1", _ours(found["goldwire, tags"].said, "ner")["f1"], f1)]))
    tags = found["goldwire, tags"]
    reach = {("goldwire", "seqeval-strict"): 13, ("goldwire", "nervaluate"): 12,
             ("goldwire, tags", "seqeval-strict"): 11.5, ("goldwire, tags", "nervaluate"): 10}  # fmt: skip
    targets = [
        _at_least(wanted, f"{kind} faster than {name}", found[name].cpu / found[kind].cpu)
        for (kind, name), wanted in reach.items()
    ]
    targets += [
        _at_most(100, f"memory, {name}", cost.peak, "MB")
        for name, cost in (("JSON lines", found["goldwire"]), ("tags", tags))
    ]
    note = (
        "1,000 documents, 1,000,000 tokens, 50,000 entities; `--metrics ner`, with intervals and error classes. All "
        "give the same F1, which is checked. `goldwire` reads JSON lines, the others files of tags. poseval and "
        "conlleval.pl are not on PyPI and not measured."
    )
    return Result("Flat names", note, found, {n: c.cpu for n, c in start.items()}, "goldwire, tags", targets)


def one_document(place: Place) -> Result:
    sets = {"in one document": "ner-one", "over 100 documents": "ner-hundred"}
    programs = []
    for name, data in sets.items():
        programs.append(place.goldwire(f"JSON lines, {name}", data, "ner"))
        programs.append(place.goldwire(f"tags, {name}", data, "ner", "conll"))
    found = costs(programs, TIMES)
    targets = [
        _at_most(1.5, f"one document against 100, {kind}",
                 found[f"{kind}, in one document"].cpu / found[f"{kind}, over 100 documents"].cpu, "times")
        for kind in ("JSON lines", "tags")
    ]  # fmt: skip
    note = "10,000 entities, 200,000 tokens; `--metrics ner`. Of one document there is no interval to make."
    return Result("One long document", note, found, {}, "JSON lines, over 100 documents", targets)


# ------------------------------------------------------------------ coreference


def coref(place: Place) -> Result:
    def programs(data: str) -> list[Program]:
        folder = place.data(data)
        return [
            place.goldwire("goldwire", data, "coref"),
            place.peer("scorch", folder / "gold", folder / "pred"),
            place.peer("coreference-eval", folder / "gold.clusters.jsonl", folder / "pred.clusters.jsonl"),
        ]

    found, start = costs(programs("coref"), TIMES), costs(programs("coref-tiny"), TIMES)
    said = found["goldwire"].said
    sums = {"b3": "coref.b3", "ceafm": "coref.ceafm"}
    _agree("scorch", _figures(found["scorch"].said, said, sums, ("precision", "recall")))
    dropped = {name: f"coref.{name}@nosingletons" for name in ("muc", "b3", "ceafe", "lea")}
    _agree("coreference-eval", _figures(found["coreference-eval"].said, said, dropped, ("precision", "recall", "f1")))
    targets = [_at_least(5.5, "faster than scorch", found["scorch"].cpu / found["goldwire"].cpu)]
    note = (
        "1,000 documents of 200 mentions. `--metrics coref`: MUC, B3, CEAFm, CEAFe, LEA, BLANC and their average, with "
        "and without singletons, with intervals. scorch gives five of them, coreference-eval four. Checked: B3 and "
        "CEAFm of scorch (precision and recall; the rest it averages over documents), all of coreference-eval (which "
        "leaves singletons out). The Perl reference scorer, coval (the scorer; PyPI has another project of that name) "
        "and corefud-scorer are not on PyPI and not measured."
    )
    return Result("Coreference", note, found, {n: c.cpu for n, c in start.items()}, "goldwire", targets)


def coref_one(place: Place) -> Result:
    def programs(data: str) -> list[Program]:
        folder = place.data(data)
        return [
            place.goldwire("goldwire", data, "coref"),
            place.peer("scorch", folder / "gold", folder / "pred"),
        ]

    found, start = costs(programs("coref-one"), TIMES), costs(programs("coref-tiny"), TIMES)
    same = {name: f"coref.{name}" for name in ("muc", "b3", "ceafm", "ceafe", "blanc")}
    _agree("scorch", _figures(found["scorch"].said, found["goldwire"].said, same, ("precision", "recall", "f1")))
    ours = found["goldwire"]
    targets = [
        _at_most(0.12, "after start", ours.cpu - start["goldwire"].cpu, "s"),
        _at_most(80, "memory", ours.peak, "MB"),
    ]
    note = (
        "One document of 20,000 mentions. Checked: MUC, B3, CEAFm, CEAFe and BLANC are scorch's. "
        "coreference-eval, whose assignment is written in Python, is not tried."
    )
    return Result("One document of 20,000 mentions", note, found, {n: c.cpu for n, c in start.items()}, "goldwire",
                  targets)  # fmt: skip


# ------------------------------------------------------------------ events, resamples, growth


def events(place: Place) -> Result:
    def programs(data: str) -> list[Program]:
        files = [str(place.data(data) / f"{side}.jsonl") for side in ("gold", "pred")]
        return [
            place.goldwire("goldwire", data, "trigger,argument"),
            place.script("decode, rows kept", "decode.py", *files, "keep"),
            place.script("decode, rows dropped", "decode.py", *files),
        ]

    found, start = costs(programs("events"), TIMES), costs(programs("events-tiny"), TIMES)
    ours = found["goldwire"].cpu
    targets = [_at_most(3, "times decode, rows kept", ours / found["decode, rows kept"].cpu, "times")]
    note = (
        "1,000 documents of 150 mentions and 100 events with 3 arguments each: 100,000 events. "
        "`--metrics trigger,argument`: every trigger metric, and every argument metric with fillers exact, by head and "
        "by entity. Beside it both files decoded by msgspec with the same types and nothing else done. TextEE's scorer "
        "is not on PyPI and not measured."
    )
    return Result("Events", note, found, {n: c.cpu for n, c in start.items()}, "goldwire", targets)


def resamples(place: Place) -> Result:
    program = place.script("resample", "resample.py")
    # As the command does.
    program.env = {**program.env, "OPENBLAS_NUM_THREADS": "1"}
    some = [cost(program) for _ in range(TIMES)]
    said = some[0].said
    seconds = tuple(c.said["seconds"] for c in some)
    found = {"resample": Cost(median(seconds), median(c.peak for c in some), said, 0.0, seconds)}
    note = (
        f"{said['resamples']:,} resamples of 1,000 documents, {said['metrics']} metrics of {said['columns']} "
        "statistics; CPU seconds of the intervals alone, in process."
    )
    targets = [_at_most(0.35, "all metrics", found["resample"].cpu, "s")]
    return Result("Intervals", note, found, {}, "resample", targets)


def growth(place: Place) -> Result:
    names = {"100,000 documents": "small-100000", "1,000,000 documents": "small-1000000"}
    programs = [place.goldwire(name, data, None) for name, data in names.items()]
    found = costs(programs, 1)
    small, large = (found[name] for name in names)
    targets = [
        _at_most(1.3, "memory of 1,000,000 against 100,000", large.peak / small.peak, "times"),
        _at_most(12, "time of 1,000,000 against 100,000", large.cpu / small.cpu, "times"),
    ]
    note = "Documents of two mentions and an event, every metric that they attempt. Run once."
    return Result("Many small documents", note, found, {}, "100,000 documents", targets)


def processes(place: Place) -> Result:
    """Wall time, which other programs on the machine change more than CPU seconds."""
    one = place.goldwire("one process", "ner-large", "ner", "conll")
    two = place.goldwire("--jobs 2", "ner-large", "ner", "conll")
    two.command = [*two.command, "--jobs", "2"]
    found = costs([one, two], TIMES)
    _agree("processes", iter([("f1", *(_ours(c.said, "ner")["f1"] for c in found.values()))]))
    for name in found:
        found[name] = replace(found[name], cpu=found[name].wall)
    targets = [_at_least(1.6, "less wall time with --jobs 2", found["one process"].wall / found["--jobs 2"].wall)]
    note = (
        "10,000 documents, 10,000,000 tokens in files of tags, `--metrics ner`; wall seconds in place of CPU seconds. "
        "The peak of memory is that of the process that was started."
    )
    return Result("Two processes", note, found, {}, "one process", targets)


def start(place: Place) -> Result:
    """What a user waits for before anything is read."""
    code = {"import goldwire": "import goldwire", "goldwire --help": "from goldwire.cli import main; main()"}
    programs = [
        Program(name, [sys.executable, "-c", text, *(["--help"] if "main" in text else [])], OURS)
        for name, text in code.items()
    ]
    found = costs(programs, TIMES)
    targets = [_at_most(wanted, name, found[name].cpu, "s")
               for name, wanted in (("goldwire --help", 0.12), ("import goldwire", 0.15))]  # fmt: skip
    return Result("Start", "Python's own start included.", found, {}, "goldwire --help", targets)


CASES: dict[str, Callable[[Place], Result]] = {
    "ner": ner,
    "one-document": one_document,
    "coref": coref,
    "coref-one": coref_one,
    "events": events,
    "resamples": resamples,
    "growth": growth,
    "processes": processes,
    "start": start,
}
