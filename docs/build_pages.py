"""Write the generated parts of the documentation: README.md, CONTRIBUTING.md, docs/errors.md and docs/people.md."""

from pathlib import Path

import error_catalogue
import import_graph

from goldwire_corpus.load import documents, splits
from goldwire_corpus.parts import JOINED
from goldwire_corpus.release.dataset_card import fill
from goldwire_corpus.release.stats import sizes
from goldwire_corpus.source.files import read_part, source_root

ROOT = import_graph.ROOT
LAYERS = ("tokens", "mentions", "events")


def corpus_table() -> str:
    """Return what each split and each joined part holds as a Markdown table."""
    lines = ["| split | documents | worlds | tokens | entity mentions | event mentions |", "| --- |" + " --- |" * 5]
    parts = {split: list(documents(split)) for split in splits()}
    parts |= {part: [d for _, d in read_part(source_root(), part)] for part in JOINED}
    for name, gold in parts.items():
        found, worlds = sizes(gold), len({d.world for d in gold})
        row = [found["documents"], worlds, *(found[layer] for layer in LAYERS)]
        lines.append(f"| {name} | {' | '.join(f'{n:,}' for n in row)} |")
    return "\n".join(lines) + "\n"


def outputs() -> dict[Path, str]:
    """Return the content of every generated page by its path."""
    tables = {
        ROOT / "CONTRIBUTING.md": {"rooms": import_graph.diagram("goldwire_eval")},
        ROOT / "README.md": {"corpus": corpus_table()},
        ROOT / "docs" / "people.md": {"people": (ROOT / "annotation" / "human.md").read_text(encoding="utf-8")},
    }
    pages = {path: fill(path.read_text(encoding="utf-8"), found) for path, found in tables.items()}
    return pages | {ROOT / "docs" / "errors.md": error_catalogue.page()}


if __name__ == "__main__":
    for path, content in outputs().items():
        path.write_text(content, encoding="utf-8")
