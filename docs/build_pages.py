"""Write the generated parts of the documentation: README.md, CONTRIBUTING.md and docs/errors.md."""

from pathlib import Path

import error_catalogue
import import_graph

from goldwire_corpus.load import documents, splits
from goldwire_corpus.release.dataset_card import fill

ROOT = import_graph.ROOT
LAYERS = ("tokens", "mentions", "events")


def corpus_table() -> str:
    """Return what each split holds as a Markdown table."""
    lines = ["| split | documents | worlds | tokens | entity mentions | event mentions |", "| --- |" + " --- |" * 5]
    for split in splits():
        gold = documents(split)
        row = [len(gold), len({d.world for d in gold}), *(sum(len(getattr(d, x)) for d in gold) for x in LAYERS)]
        lines.append(f"| {split} | {' | '.join(f'{n:,}' for n in row)} |")
    return "\n".join(lines) + "\n"


def outputs() -> dict[Path, str]:
    """Return the content of every generated page by its path."""
    contributing, readme = ROOT / "CONTRIBUTING.md", ROOT / "README.md"
    tables = {contributing: {"rooms": import_graph.diagram("goldwire_eval")}, readme: {"corpus": corpus_table()}}
    pages = {path: fill(path.read_text(encoding="utf-8"), found) for path, found in tables.items()}
    return pages | {ROOT / "docs" / "errors.md": error_catalogue.page()}


if __name__ == "__main__":
    for path, content in outputs().items():
        path.write_text(content, encoding="utf-8")
