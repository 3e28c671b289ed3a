"""Write the analysis in baselines/README.md and its plots: `python baselines/analysis/build.py [--check]`.

The text is between the markers `analysis` of that page, the plots are in plots/. Both come from stored records, stored
predictions and measured/NAME.json; `--measure NAME...` first measures again what is slow. `--check` writes nothing and
exits with 1 and the names of what differs.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Also if this file is loaded as a module, such as by a test.
sys.path[:0] = [] if str(HERE) in sys.path else [str(HERE)]

from charts import same_plot  # noqa: E402

from goldwire_corpus.atomic_write import write_atomic  # noqa: E402
from goldwire_corpus.errors import DataError, UsageError  # noqa: E402
from goldwire_corpus.release.dataset_card import fill  # noqa: E402
from goldwire_corpus.source.files import read_text  # noqa: E402

PAGE = HERE.parent / "README.md"
PLOTS = HERE / "plots"
MARKER = "analysis"
SECTIONS = ("parts", "matching", "curves", "layers", "errors", "external", "language_models", "contamination")
"""The modules of the sections in reading order: `section()`, and where a section has them `plot(path)`, `measure()`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", nargs="+", default=[], metavar="NAME", help="measure these sections again first")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if something differs")
    options = parser.parse_args()
    measured = [name for name in SECTIONS if hasattr(import_module(name), "measure")]
    if unknown := set(options.measure) - set(measured):
        parser.error(f"nothing to measure for {', '.join(sorted(unknown))}; expected some of {', '.join(measured)}")
    try:
        for name in options.measure:
            import_module(name).measure()
        if options.check:
            if stale := list(differences(sections(), PAGE, PLOTS)):
                sys.exit("\n".join([*stale, "run `python baselines/analysis/build.py`"]))
        else:
            write(sections(), PAGE, PLOTS)
    except (DataError, UsageError) as error:
        sys.exit(f"error: {error}")


def sections() -> dict[str, str]:
    """Return the Markdown of each section by name."""
    return {name: str(import_module(name).section()).strip() + "\n" for name in SECTIONS}


def write(texts: Mapping[str, str], page: Path, plots: Path) -> None:
    """Write the sections into a page and their plots into a folder."""
    write_plots(texts, plots)
    write_atomic(page, _filled(texts, page))


def write_plots(texts: Mapping[str, str], plots: Path) -> None:
    for name in texts:
        module = import_module(name)
        if hasattr(module, "plot"):
            module.plot(plots / f"{name}.svg")


def _filled(texts: Mapping[str, str], page: Path) -> str:
    return fill(read_text(page), {MARKER: "\n".join(texts.values())})


def differences(texts: Mapping[str, str], page: Path, plots: Path) -> Iterator[str]:
    """Yield the name of each section, page and plot that is not what `write` would write."""
    present = read_text(page)
    missing = [name for name, text in texts.items() if text not in present]
    yield from (f"{page.name}: the section {name} differs" for name in missing)
    if not missing and _filled(texts, page) != present:
        yield f"{page.name}: the analysis has something else beside the sections"
    with tempfile.TemporaryDirectory() as folder:
        write_plots(texts, Path(folder))
        made = {path.name: path for path in Path(folder).iterdir()}
        for name in sorted(made.keys() | {path.name for path in plots.glob("*")}):
            if name not in made:
                yield f"plots/{name}: no section has this plot"
            elif not (plots / name).exists():
                yield f"plots/{name}: missing"
            elif not same_plot(made[name], plots / name):
                yield f"plots/{name} differs"


if __name__ == "__main__":
    main()
