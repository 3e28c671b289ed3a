"""Measures the scorer beside its peers: `python eval/benchmarks/run.py [CASE ...] [--update] [--folder DIR]`.

Prints Markdown; `--update` puts the whole of it between the markers in eval/README.md, and takes every case.
"""

import argparse
import sys
from pathlib import Path

from cases import CASES, DisagreementError, Result
from measure import cost
from place import HERE, PACKAGES, Place
from tables import coverage, coverage_targets, machine, table, targets

COVERAGE = "coverage"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join([*CASES, COVERAGE]) + "; all without any")
    parser.add_argument("--update", action="store_true", help="write the results into eval/README.md")
    parser.add_argument("--folder", type=Path, help="where the data and the peers are kept, about 900 MB")
    options = parser.parse_args()
    unknown = set(options.cases) - {*CASES, COVERAGE}
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}")
    if options.update and options.cases:
        parser.error("--update takes every case")
    wanted = options.cases or [*CASES, COVERAGE]
    try:
        text = report(Place(options.folder), wanted)
    except (DisagreementError, RuntimeError) as error:
        sys.exit(f"error: {error}")
    print(text)
    if options.update:
        update(HERE.parent / "README.md", text)


def report(place: Place, wanted: list[str]) -> str:
    results: list[Result] = []
    for name in [name for name in CASES if name in wanted]:
        print(f"measuring {name}", file=sys.stderr)
        results.append(CASES[name](place))
    reached = [(result.title, target) for result in results for target in result.targets]
    tables = [table(result) for result in results]
    if COVERAGE in wanted:
        print("simulating test sets", file=sys.stderr)
        found = cost(place.script(COVERAGE, "coverage.py")).said
        reached += [("Coverage", target) for target in coverage_targets(found)]
        tables.append(f"### Coverage of the intervals\n\n{NOTE}\n{coverage(found)}")
    return "\n".join([machine(place.versions()), targets(reached), *tables])


NOTE = (
    "Per cent of 95 % intervals that hold the true F1, over 2,000 simulated test sets each, those for which the scorer "
    "prints an interval; in brackets their median width, in points. `printed` is the scorer's own, the others are told "
    "in `eval/benchmarks/coverage.py`. 93 to 97 is right; below, the interval is too narrow.\n"
)


def update(path: Path, text: str) -> None:
    sys.path[:0] = PACKAGES
    from goldwire_corpus.atomic_write import write_atomic
    from goldwire_corpus.release.dataset_card import fill

    write_atomic(path, fill(path.read_text(encoding="utf-8"), {"benchmarks": text}))


if __name__ == "__main__":
    main()
