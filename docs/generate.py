"""Write the generated parts of the documentation: the rooms of the scorer in CONTRIBUTING.md, and docs/errors.md."""

from pathlib import Path

import import_graph

from goldwire_corpus.release.dataset_card import fill

ROOT = import_graph.ROOT


def outputs() -> dict[Path, str]:
    """Return the content of every generated page by its path."""
    contributing = ROOT / "CONTRIBUTING.md"
    rooms = import_graph.diagram("goldwire_eval")
    return {contributing: fill(contributing.read_text(encoding="utf-8"), {"rooms": rooms})}


if __name__ == "__main__":
    for path, content in outputs().items():
        path.write_text(content, encoding="utf-8")
